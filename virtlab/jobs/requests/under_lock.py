"""What every change of a lab's jobs needs: the lab's lock, the room that is left, and the news of it."""

from django.utils import timezone

from virtlab.jobs.events.events import News
from virtlab.jobs.lifecycle import agenda
from virtlab.jobs.lifecycle.admission import room_in
from virtlab.jobs.models import Job
from virtlab.jobs.operations.refusals import gone
from virtlab.jobs.selectors import names_of_subjects
from virtlab.labs.clock import locked_lab
from virtlab.labs.models import Lab


def lock(lab_id: int) -> Lab:
    """The lab, locked until the transaction ends; raises Refused where it is gone."""
    lab = locked_lab(lab_id)
    if lab is None:
        raise gone(str(Lab._meta.verbose_name))
    return lab


def room_left(lab: Lab, excluding: Job | None = None) -> int:
    """How many more jobs may begin now; none past those that queue already (`excluding` one that is looked at)."""
    queued = Job.objects.queued().filter(lab=lab)
    waits = queued.exclude(pk=excluding.pk).exists() if excluding else queued.exists()
    return 0 if waits else room_in(lab)


def publish(lab: Lab, *jobs: Job) -> None:
    """Sets the lab's agenda by what changed and tells the open pages once the transaction is committed."""
    agenda.refresh(lab, timezone.now())
    news = News(lab)
    for job in jobs:
        news.job(job)
    news.touch(names_of_subjects(jobs))
    news.publish_on_commit()
