"""The way back of a launch that a cancel takes: a request to terminate what it made, like any other.

One that is protected is not terminated, nor are those beside it: "the specified instances that are in the same
Availability Zone as the protected instance are not terminated" (Amazon EC2 API Reference, TerminateInstances, 2026).
"""

from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from instances.choices import ENDING, InstanceState
from instances.live.credits import write_down
from instances.models import Instance
from instances.operations.instance.state_effects import CHANGED, change, end_of_lives
from instances.operations.instance.steps import SHUTDOWN, TITLES
from instances.operations.needs import made_by
from virtlab.engine.durations.durations import Step
from virtlab.jobs.lifecycle.bulk_write import write_rows
from virtlab.jobs.models import Job
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.jobs.operations.needs import Needed
from virtlab.jobs.operations.plan import PlannedStep
from virtlab.jobs.text import Text, say

ASK = "terminate_request"


@effect("instances.begin_termination", breaks=("instance.there",))
def begin_termination(run: Run) -> None:
    """From here on they shut down; StepFailed, with nothing ended, where one of them is protected."""
    made = run.memory.get("instances", [])
    if why := why_protected(made):
        raise StepFailed(why)
    left = list(_left(made).select_related("instance_type", "elastic"))
    write_down(left, run.lab_time)
    for instance in left:
        change(instance, InstanceState.SHUTTING_DOWN, run.lab_time)
    write_rows(Instance, left, CHANGED)
    run.remember(ending=[instance.pk for instance in left])


@effect("instances.terminate_new", breaks=("instance.there", "instance.not_terminated", "volume.there"))
def terminate_new(run: Run) -> None:
    """Ends what was asked for: what ran stays charged, as after every terminate."""
    asked: dict[str, Any] = run.result(ASK)
    keys = asked.get("ending", run.memory.get("instances", []))  # a job of an earlier version asks for nothing before
    made = Instance.objects.filter(pk__in=keys, lab=run.lab).exclude(state=InstanceState.TERMINATED)
    end_of_lives(list(made.select_related("instance_type", "elastic")), run.lab_time)


def terminate_steps(stop: Sequence[Step], needs: Sequence[Needed]) -> list[PlannedStep]:
    """As of a terminate: the request, the shutdown, and the cloud's part, whose durations `stop` has."""
    shutdown, stopping = stop
    off = PlannedStep("terminate_shutdown", TITLES[SHUTDOWN], shutdown.duration_s, down=True, varies=True, needs=needs)
    title, lasts_s = _("Terminate what was launched"), stopping.duration_s
    return [
        PlannedStep(ASK, TITLES["api"], 0.0, begin_termination, needs=needs),
        off,
        PlannedStep("terminate", title, lasts_s, terminate_new, varies=True, needs=needs),
    ]


def why_launch_not_cancelled(job: Job) -> Text | None:
    """What a launch made cannot be terminated while one of it is protected."""
    return why_protected(made_by([job.pk]).get(job.pk, []))


def why_protected(made: Collection[int]) -> Text | None:
    """Why these instances cannot be terminated; None where they can."""
    name = _left(made).filter(protected=True).values_list("name", flat=True).first()
    if name is None:
        return None
    text = _("%(name)s is protected from termination: switch its protection off first, which can be done once it runs.")
    return say(text, name=name)


def _left(made: Collection[int]) -> "QuerySet[Instance]":
    return Instance.objects.filter(pk__in=made).exclude(state__in=ENDING)
