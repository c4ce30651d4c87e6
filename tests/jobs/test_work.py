"""Real work: fair, done once, taken over when its worker dies."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tests.support.sandbox import TESTER
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import Job
from virtlab.jobs.operations.effects import StepFailed
from virtlab.jobs.operations.refusals import Refused
from virtlab.jobs.requests.retry import retry
from virtlab.jobs.runner.cancel import cancel
from virtlab.jobs.text import say
from virtlab.jobs.work import worklist
from virtlab.jobs.work.work import LEASE_S, WORKS, Finish, Work, enqueue_work, new_lease
from virtlab.jobs.work.workshop import do_next_work
from virtlab.labs.models import Lab

Told = list[str]


@pytest.fixture
def lab(db: None) -> Lab:
    """A lab."""
    return Lab.objects.create(name="Lab")


@pytest.fixture
def told() -> Iterator[Told]:
    """A work function "test.note" that notes what it is given, and what it was told."""
    notes: Told = []

    def note(work: Work, params: dict[str, Any]) -> Finish | None:
        work.report(0.5, _("Halfway"))
        if params.get("fail"):
            raise StepFailed(_("No disk is large enough."))
        if params.get("fault"):
            raise RuntimeError("boom")
        if params.get("lose"):
            Job.objects.filter(pk=work.job.pk).update(lease="another")
        return lambda: notes.append(params.get("word", ""))

    WORKS["test.note"] = note
    yield notes
    del WORKS["test.note"]


def enqueue(lab: Lab, word: str = "", **params: Any) -> Job:
    """Queues a note."""
    return enqueue_work(lab, "test.note", say(_("Note")), {"word": word, **params}, actor=TESTER)


def state(job: Job) -> str:
    """As the database has it."""
    return Job.objects.get(pk=job.pk).state


class TestWork:
    def test_it_is_done_once(self, lab: Lab, told: Told) -> None:
        job = enqueue(lab, "a")
        assert do_next_work() == job
        assert do_next_work() is None
        assert (state(job), told) == (JobState.SUCCEEDED, ["a"])

    def test_it_fails_with_a_sentence(self, lab: Lab, told: Told) -> None:
        job = enqueue(lab, fail=True)
        do_next_work()
        assert str(Job.objects.get(pk=job.pk).error) == "No disk is large enough."
        assert not told

    def test_it_survives_a_fault(self, lab: Lab, told: Told) -> None:
        job = enqueue(lab, fault=True)
        do_next_work()
        assert "A fault in VirtLab (RuntimeError)" in str(Job.objects.get(pk=job.pk).error)

    def test_it_takes_the_labs_in_turn(self, lab: Lab, told: Told) -> None:
        other = Lab.objects.create(name="Other")
        for number in range(3):
            enqueue(lab, f"a{number}")
        enqueue(other, "b0")
        while do_next_work():
            pass
        assert told == ["a0", "b0", "a1", "a2"]

    def test_it_leaves_a_worker_free(self, lab: Lab, told: Told) -> None:
        enqueue(lab)
        enqueue(lab)
        assert worklist.claim(new_lease(), LEASE_S)
        assert not worklist.may_start()
        assert worklist.claim(new_lease(), LEASE_S) is None

    def test_it_queues_one_for_the_same_key(self, lab: Lab, told: Told) -> None:
        jobs = {enqueue_work(lab, "test.note", say(_("Note")), {}, key="k").pk for _click in range(2)}
        assert len(jobs) == 1

    def test_it_refuses_work_that_nobody_can_do(self, lab: Lab) -> None:
        with pytest.raises(KeyError):
            enqueue_work(lab, "no.such", say(_("Nothing")), {})


class TestLostWorker:
    def lose(self, job: Job) -> None:
        assert worklist.claim(new_lease(), LEASE_S) == job
        worklist.reclaim_lost(timezone.now() + timedelta(seconds=LEASE_S + 1))

    def test_it_starts_over(self, lab: Lab, told: Told) -> None:
        job = enqueue(lab, "a")
        self.lose(job)
        assert state(job) == JobState.QUEUED
        do_next_work()
        assert (state(job), told) == (JobState.SUCCEEDED, ["a"])

    def test_it_gives_up_after_three(self, lab: Lab, told: Told) -> None:
        job = enqueue(lab)
        for _time in range(3):
            self.lose(job)
        assert str(Job.objects.get(pk=job.pk).error) == "Its worker was lost 3 times."
        retry(job, TESTER)
        do_next_work()
        assert state(job) == JobState.SUCCEEDED

    def test_it_writes_nothing_once_another_has_taken_over(self, lab: Lab, told: Told) -> None:
        job = enqueue(lab, "a", lose=True)
        do_next_work()
        assert (state(job), told) == (JobState.RUNNING, [])

    def test_it_leaves_living_workers_alone(self, lab: Lab, told: Told) -> None:
        enqueue(lab)
        worklist.claim(new_lease(), LEASE_S)
        assert worklist.reclaim_lost(timezone.now()) == 0


class TestCancelledWork:
    def test_it_does_not_start(self, lab: Lab, told: Told) -> None:
        job = enqueue(lab)
        cancel(job, TESTER)
        assert do_next_work() is None
        assert state(job) == JobState.CANCELLED

    def test_it_ends_at_its_next_report(self, lab: Lab, told: Told) -> None:
        job = enqueue(lab)
        Job.objects.filter(pk=job.pk).update(cancel_requested=True)
        do_next_work()
        assert (state(job), told) == (JobState.CANCELLED, [])

    def test_it_ends_when_its_worker_is_lost(self, lab: Lab, told: Told) -> None:
        job = enqueue(lab)
        worklist.claim(new_lease(), LEASE_S)
        cancel(job, TESTER)
        worklist.reclaim_lost(timezone.now() + timedelta(seconds=LEASE_S + 1))
        assert state(job) == JobState.CANCELLED

    def test_it_cannot_be_cancelled_after_its_end(self, lab: Lab, told: Told) -> None:
        job = enqueue(lab)
        do_next_work()
        with pytest.raises(Refused):
            cancel(job, TESTER)
