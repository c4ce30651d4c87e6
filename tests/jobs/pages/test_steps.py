"""How a job's steps are shown: what was broken off, what never began, and the marks of the axis."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.hosts.operations.operated import Operated, make_operated
from tests.support.guests import shut_down
from tests.support.sandbox import TESTER
from tests.support.visitors import give_to
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import Job
from virtlab.jobs.pages.gantt import Gantt, gantt
from virtlab.jobs.pages.rows import job_rows
from virtlab.jobs.pages.ticks import is_dated, lab_moment, ticks
from virtlab.jobs.requests.retry import retry
from virtlab.jobs.runner.cancel import cancel

START = datetime(2026, 11, 29, 10, 0, 12, tzinfo=UTC)


@pytest.fixture
def estate(db: None) -> Operated:
    """Three running guests on one datastore."""
    return make_operated()


def again(job: Job) -> Job:
    """The job as the database has it."""
    return Job.objects.get(pk=job.pk)


def chart(estate: Operated, job: Job) -> Gantt:
    """A job's chart as its page shows it."""
    job = again(job)
    return gantt(estate.lab, job, list(job.steps.all()))


def shown(estate: Operated, job: Job) -> list[tuple[str, str, float | None]]:
    """(key, state, seconds that it ran) of each step."""
    rows = [row.shown for row in chart(estate, job).rows]
    return [(row.step.key, row.state, row.actual_s) for row in rows]


class TestStates:
    def test_it_says_of_a_step_that_was_broken_off_how_long_it_ran(self, estate: Operated) -> None:
        shut_down(estate.vms[0])
        job = estate.start("vm.clone", estate.vms[0], name="one")
        estate.let_pass(10)
        _room, (_key, state, ran_s), _register = shown(estate, job)
        assert (state, ran_s) == ("running", None)
        cancel(job, TESTER)
        states = [(state, ran_s) for _key, state, ran_s in shown(estate, job)]
        assert states == [("undone", 0.0), ("cancelled", pytest.approx(10.0)), ("skipped", None)]

    def test_it_draws_no_bar_for_what_is_to_be_done_again(self, estate: Operated) -> None:
        shut_down(estate.vms[0])
        job = estate.start("vm.clone", estate.vms[0], name="one")
        estate.let_pass(10)
        cancel(job, TESTER)
        retry(again(job), TESTER)
        cancel(again(job), TESTER)
        first, copy, register = chart(estate, job).rows
        assert first.shown.state in {"cancelled", "undone"}
        assert (copy.shown.state, copy.shown.actual_s) == ("cancelled", 0.0)
        assert register.actual is None

    def test_it_says_which_step_failed_and_when(self, estate: Operated) -> None:
        job = estate.start("vm.suspend", estate.vms[0])
        estate.let_pass(3)
        estate.run_now("host.fail", estate.hosts[0])
        (_key, state, ran_s), *later = shown(estate, job)
        assert again(job).state == JobState.FAILED
        assert state == "failed"
        assert ran_s == pytest.approx(3.0)
        assert [state for _key, state, _ran_s in later] == ["skipped"] * len(later)


class TestPage:
    def test_it_says_where_the_way_back_begins(self, estate: Operated, aiko: Client) -> None:
        give_to(aiko, estate.lab)
        job = estate.start("vm.stop", estate.vms[0])
        assert "The way back" not in aiko.get(job.get_absolute_url()).content.decode()
        cancel(job, TESTER)
        estate.let_pass(job.steps.get().duration_s + 1)
        assert again(job).goes_back, "it was let stop first"
        page = aiko.get(job.get_absolute_url()).content.decode()
        assert page.count("The way back") == 1
        in_turn = ("Shut down the guest OS</th>", "The way back", "Start the guest OS</th>")
        places = [page.index(words) for words in in_turn]
        assert places == sorted(places)

    def test_it_offers_no_cancel_where_a_step_cannot_be_taken_back(self, estate: Operated, aiko: Client) -> None:
        give_to(aiko, estate.lab)
        job = estate.start("guest.update", estate.vms[0], outcome="good")
        cancel_page = reverse("jobs:cancel", args=[estate.lab.slug, job.pk])
        assert cancel_page in aiko.get(job.get_absolute_url()).content.decode()
        first = job.steps.order_by("position")[0]
        estate.let_pass(first.duration_s + 1)
        page = aiko.get(job.get_absolute_url()).content.decode()
        assert cancel_page not in page
        assert "cannot be taken back: the job goes on to its end." in page
        assert 'disabled aria-describedby="why-not"' in page

    @pytest.mark.parametrize(("name", "css"), [("vm.delete", "btn-danger"), ("vm.stop", "btn-primary")])
    def test_it_starts_what_is_dangerous_with_a_red_button(
        self, estate: Operated, aiko: Client, name: str, css: str
    ) -> None:
        give_to(aiko, estate.lab)
        address = reverse("jobs:operate", args=[estate.lab.slug, name])
        page = aiko.get(address, {"subject": estate.vms[0].pk}).content.decode()
        assert re.search(rf'class="btn {css}"\s+name="do"\s+value="start"', page)


class TestEnd:
    def test_it_moves_on_to_the_end_of_the_whole_way_back(self, estate: Operated, aiko: Client) -> None:
        give_to(aiko, estate.lab)
        job = estate.start("vm.stop", estate.vms[0])
        cancel(job, TESTER)
        job = again(job)
        end = job.ends_lab_at
        assert end
        assert job.due_lab_at
        assert end > job.due_lab_at, "it starts again once it is off"
        assert job_rows(estate.lab, [job])[0].left_s == pytest.approx((end - estate.lab.lab_time()).total_seconds())
        aiko.post(reverse("jobs:set-clock", args=[estate.lab.slug]), {"until": str(job.pk)})
        estate.let_pass(0)
        assert again(job).state == JobState.CANCELLED
        assert again(job).ends_lab_at == end


class TestTicks:
    @pytest.mark.parametrize(
        ("lasts", "labels"),
        [
            (timedelta(seconds=6), ["10:00:12", "10:00:14", "10:00:16", "10:00:18"]),
            (timedelta(minutes=40), ["10:10", "10:20", "10:30", "10:40"]),
            (timedelta(hours=22), ["12:00", "18:00", "Nov 30", "06:00"]),
            (timedelta(days=5), ["Dec 1", "Dec 3"]),
            (timedelta(days=84), ["Dec", "Jan 2027", "Feb"]),
            (timedelta(days=800), ["Jan 2027", "Jan 2028", "Jan 2029"]),
        ],
    )
    def test_it_marks_round_times_with_what_tells_them_apart(self, lasts: timedelta, labels: list[str]) -> None:
        assert [tick.label for tick in ticks(START, START + lasts)] == labels

    def test_it_gives_dates_in_the_readers_language(self) -> None:
        later = START + timedelta(days=84)
        assert is_dated(START, later)
        assert lab_moment(START, dated=False) == "10:00:12"
        assert lab_moment(START, dated=True) == "Nov 29 10:00:12"
        with translation.override("ja"):
            assert lab_moment(later, dated=True) == "2月21日 10:00:12"
            assert ticks(START, later)[0].label == "12月"
