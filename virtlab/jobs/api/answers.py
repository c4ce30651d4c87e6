"""Jobs and refusals as the REST API gives them."""

from typing import Any

from virtlab.jobs.api.schemas import ChangeOut, JobOut, PlannedOut, PreviewOut
from virtlab.jobs.lifecycle.admission import SPREAD
from virtlab.jobs.models import Job
from virtlab.jobs.operations.operation import Operation
from virtlab.jobs.operations.refusals import Invalid, Refused, StaleForm
from virtlab.jobs.progress import progress
from virtlab.jobs.requests.forecast import forecast
from virtlab.jobs.text import say
from virtlab.rest.why import Why


def why_not(why: Refused | Invalid | StaleForm | None) -> Why:
    """What the API says where something was not started or changed."""
    if isinstance(why, Invalid):
        return Why.of_form(why.form)
    refusals = why.refusals if isinstance(why, Refused) else []
    in_the_way = next((refusal.job.pk for refusal in refusals if refusal.job), None)
    codes = [refusal.code for refusal in refusals]
    return Why(reasons=[str(say(refusal.text)) for refusal in refusals], codes=codes, job=in_the_way)


def preview_of(operation: Operation) -> PreviewOut:
    """What the API says of an operation that could start."""
    preview, plan = operation.preview(), operation.plan()
    now = forecast(operation.lab, plan)
    return PreviewOut(
        title=str(operation.describe()),
        changes=[
            ChangeOut(label=str(say(c.label)), before=str(c.before), after=str(c.after), unit=str(say(c.unit)))
            for c in preview.changes
        ],
        cost_usd_per_month=preview.cost_usd_per_month,
        power_w=preview.power_w,
        figures_of=str(preview.of),
        downtime_s=now.downtime_s(preview),
        duration_s=now.duration_s,
        alone_s=now.alone_s,
        p95_s=now.p95_s(plan, operation.lab_figures[SPREAD.key]),
        others=now.others,
        fails_after_s=now.fails_after_s,
        notes=[str(say(note)) for note in preview.notes],
        steps=[PlannedOut(key=s.key, title=str(say(s.title)), duration_s=s.duration_s) for s in plan.steps],
    )


def job_fields(job: Job) -> dict[str, Any]:
    """What the API says of a job."""
    plain = {name: getattr(job, name) for name in JobOut.model_fields if name not in {"progress", "title", "error"}}
    fields = {"title": str(job.title), "error": str(job.error), "progress": progress(job, job.lab.lab_time())}
    return {**plain, **fields}
