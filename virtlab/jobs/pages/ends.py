"""When a job ends, as pages say it and as the clock moves on to it."""

from datetime import datetime, timedelta

from virtlab.jobs.models import Job, Step
from virtlab.jobs.runner.cancel import way_back_of


def whole_end(job: Job, step: Step | None) -> datetime | None:
    """The planned end in lab time, `step` being the one in progress. A job that was cancelled while something could not
    be stopped has its whole way back still before it.
    """
    if job.goes_back and step is not None and step.undoes is None:
        return job.lab.lab_time() + timedelta(seconds=way_back_of(job).duration_s)
    return job.ends_lab_at
