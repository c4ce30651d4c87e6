"""What may be done after a job that failed and left its object in the state that was reached."""

from dataclasses import replace

from virtlab.jobs.choices import JobKind, JobState
from virtlab.jobs.lifecycle.admission import subject_of
from virtlab.jobs.models import Job
from virtlab.jobs.operations.form_values import completed
from virtlab.jobs.operations.plan import WayOut
from virtlab.jobs.operations.registry import operation_named
from virtlab.jobs.requests.asking import way_out_address
from virtlab.jobs.text import say
from virtlab.labs.models import Lab


def ways_on(lab: Lab, job: Job) -> list[tuple[str, str]]:
    """(label, address) of each way that its operation names for that case, and that nothing stands in the way of."""
    return [(str(say(way.label)), way_out_address(lab, way)) for way in possible_ways_on(lab, job)]


def possible_ways_on(lab: Lab, job: Job) -> list[WayOut]:
    """The ways themselves."""
    if job.state != JobState.FAILED or job.kind != JobKind.LAB:
        return []
    try:
        operation = operation_named(job.operation)
        form = operation.form(lab, (subject := subject_of(operation, job)), job.params)
        ways = operation(lab, subject, form.cleaned_data if form.is_valid() else {}).ways_on(job)
    except LookupError:
        return []
    # What is made once more is asked for as the job was, but for what the way changes.
    asked = {name: value for name, value in job.params.items() if value is not None}
    made = [way.subject is None and way.operation == job.operation for way in ways]
    ways = [replace(way, params=asked | way.params) if same else way for way, same in zip(ways, made, strict=True)]
    return [way for way in ways if _is_possible(lab, way)]


def _is_possible(lab: Lab, way: WayOut) -> bool:
    """Whether it would not be refused; one whose form is still to be filled in is offered."""
    operation = operation_named(way.operation)
    if way.subject is not None and not operation.offered_for(way.subject):
        return False
    form = operation.form(lab, way.subject)
    form.bind(completed(form, way.params))
    if not form.is_valid():
        return not way.params
    return not operation(lab, way.subject, form.cleaned_data).refusals()
