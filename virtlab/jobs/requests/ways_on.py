"""What may be done after a job that failed and left its object in the state that was reached."""

from virtlab.jobs.choices import JobKind, JobState
from virtlab.jobs.lifecycle.admission import subject_of
from virtlab.jobs.models import Job
from virtlab.jobs.operations.registry import operation_named
from virtlab.jobs.requests.asking import way_out_address
from virtlab.jobs.text import say
from virtlab.labs.models import Lab


def ways_on(lab: Lab, job: Job) -> list[tuple[str, str]]:
    """(label, address) of each operation that its own names for that case and that the object allows now."""
    if job.state != JobState.FAILED or job.kind != JobKind.LAB:
        return []
    try:
        operation = operation_named(job.operation)
        ways = operation(lab, subject_of(operation, job), {}).ways_on()
    except LookupError:
        return []
    allowed = [way for way in ways if way.subject and operation_named(way.operation).offered_for(way.subject)]
    return [(str(say(way.label)), way_out_address(lab, way)) for way in allowed]
