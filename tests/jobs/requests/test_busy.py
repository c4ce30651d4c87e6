"""What is said of an object that another job holds: to wait, and to cancel only what can be cancelled."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.jobs.estate import Estate
from virtlab.jobs.choices import StepState
from virtlab.jobs.models import Job
from virtlab.jobs.operations.refusals import never_cancelled


def said(estate: Estate, number: int = 0) -> str:
    """Why a guest that a job holds cannot be stopped now."""
    [refusal] = estate.refused("vm.stop", estate.vms[number]).refusals
    return str(refusal.text)


def pass_the_last_way_back(job: Job) -> None:
    """What is in progress cannot be taken back any more."""
    job.steps.update(state=StepState.RUNNING, final=True, undo="", way_back=[], interruptible=False)


def test_it_leads_to_a_cancel_where_the_job_can_be_cancelled(estate: Estate) -> None:
    estate.move()
    assert "Wait for it or cancel it." in said(estate)


def test_it_leads_to_no_cancel_where_the_job_goes_on_to_its_end(estate: Estate) -> None:
    pass_the_last_way_back(estate.move())
    assert "is still to end and cannot be cancelled. Wait for it." in said(estate)


def test_it_asks_once_for_all_jobs_in_the_way(estate: Estate) -> None:
    jobs = [estate.move(number) for number in range(3)]
    pass_the_last_way_back(jobs[1])
    with CaptureQueriesContext(connection) as asked:
        assert never_cancelled(Job.objects.filter(pk__in=[job.pk for job in jobs])) == {jobs[1].pk}
    assert len(asked) <= 2
