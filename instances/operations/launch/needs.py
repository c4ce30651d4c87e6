"""What the steps of a launch need that come after its request."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from instances.choices import InstanceState
from instances.models import Instance
from instances.operations.launch.effects import reserve
from instances.operations.needs import ENDING
from instances.operations.refusals import failed_already
from virtlab.jobs.choices import StepState
from virtlab.jobs.models import Step
from virtlab.jobs.operations.needs import Params, need
from virtlab.jobs.text import Text, say
from virtlab.labs.models import Lab

COMING_UP = (InstanceState.PENDING, InstanceState.RUNNING)


@need("launch.comes_up")
def comes_up(lab: Lab, wanted: Sequence[Params]) -> list[Text | None]:
    """At least one instance of the launch can still come up: it is pending or runs, on sound hardware."""
    jobs = {params["job"] for params in wanted}
    taken = Step.objects.filter(job__in=jobs, job__lab=lab, effect=reserve.name, state=StepState.DONE)
    made = {step.job_id: step.memory.get("instances", []) for step in taken.only("job", "memory")}
    why = {job: _why_none(keys) for job, keys in made.items()}
    return [why.get(params["job"]) for params in wanted]


def _why_none(keys: Sequence[int]) -> Text | None:
    left = Instance.objects.filter(pk__in=keys).exclude(state__in=ENDING)
    if left.filter(state__in=COMING_UP, system_failed_lab_at=None).exists():
        return None
    last = left.order_by("system_failed_lab_at", "pk").last()
    if last is None:
        return say(_("The instances are gone."))
    if last.system_failed_lab_at:
        return say(failed_already(last).text)
    return say(_("%(name)s does not run any more."), name=last.name)
