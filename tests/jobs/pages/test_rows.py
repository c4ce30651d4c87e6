"""What lists and the strip show of jobs: which come first, what goes on in them, and names that lead somewhere."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from hosts.models import VirtualMachine
from tests.hosts.operations.operated import Operated, make_operated
from tests.support.guests import shut_down
from tests.support.sandbox import GIB, TESTER
from tests.support.visitors import give_to
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import Job
from virtlab.jobs.pages.panel import SHOWN_ACTIVE, panel
from virtlab.jobs.pages.rows import JobRow, job_rows
from virtlab.jobs.runner.cancel import cancel
from virtlab.jobs.runner.drive import drive

WAITS = "Waits for the copies before it."


@pytest.fixture
def estate(db: None) -> Operated:
    """Eight guests on one datastore; all are off, so that they are copied."""
    made = make_operated(guests=8, capacity_gib=10_000)
    shut_down(*made.vms)
    return made


def row_of(estate: Operated, job: Job) -> JobRow:
    """A job as the database has it now."""
    return job_rows(estate.lab, [Job.objects.get(pk=job.pk)])[0]


class TestOrder:
    def test_it_shows_what_was_begun_last_first_and_deliveries_last(self, estate: Operated) -> None:
        ordered = estate.start("datastore.grow", estate.datastore, capacity_gib=20_000)
        drive(estate.lab.pk)
        jobs = [estate.start("vm.clone", vm, name=f"copy-{vm.pk}") for vm in estate.vms[:3]]
        assert ordered.steps.filter(waits=True).exists()
        assert [row.job for row in panel(estate.lab).rows] == [*reversed(jobs), ordered]

    def test_it_never_hides_what_was_just_begun(self, estate: Operated) -> None:
        jobs = [estate.start("vm.clone", vm, name=f"copy-{vm.pk}") for vm in estate.vms]
        shown = panel(estate.lab)
        assert [row.job for row in shown.rows] == jobs[: -SHOWN_ACTIVE - 1 : -1]
        assert shown.more == len(jobs) - SHOWN_ACTIVE

    def test_it_shows_what_runs_above_what_is_queued(self, estate: Operated) -> None:
        estate.lab.assumptions.create(key="jobs_at_once", value=1)
        first, queued = (estate.start("vm.clone", vm, name=f"copy-{vm.pk}") for vm in estate.vms[:2])
        assert Job.objects.get(pk=queued.pk).state == JobState.QUEUED
        assert [row.job for row in panel(estate.lab).rows] == [first, queued]


class TestDoing:
    def test_it_says_that_a_copy_waits_only_while_it_does(self, estate: Operated) -> None:
        estate.lab.assumptions.create(key="jobs_at_once", value=20)
        VirtualMachine.objects.filter(pk=estate.vms[0].pk).update(is_template=True, power_state="stopped")
        parts = {"count": 10, "pattern": "w-{n:02}", "first": 1, "vcpu": 1, "memory_mib": GIB, "start": False}
        estate.start("template.deploy", estate.vm("db-01"), **parts)
        estate.let_pass(1)
        waited = next(job for job in Job.objects.filter(operation="template.deploy_copy") if str(job.note) == WAITS)
        assert row_of(estate, waited).doing == WAITS
        while waited.steps.filter(key="turn", state="running").exists():
            estate.let_pass(60)
        shown = row_of(estate, waited)
        assert str(shown.job.note) == WAITS, "the wait is over, its words are kept"
        assert shown.flow
        assert shown.doing == "Copy its disk"


class TestNames:
    def test_it_leads_nowhere_where_a_thing_is_gone(self, estate: Operated, aiko: Client) -> None:
        give_to(aiko, estate.lab)
        job = estate.start("vm.clone", estate.vms[0], name="gone")
        estate.let_pass(5)
        gone = estate.vm("gone")
        cancel(job, TESTER)
        address = reverse("hosts:vm", args=[estate.lab.slug, gone.pk])
        assert aiko.get(address).status_code == 404
        here = reverse("hosts:vm", args=[estate.lab.slug, estate.vms[0].pk])
        assert [(thing.name, thing.address) for thing in row_of(estate, job).things] == [("db-01", here), ("gone", "")]
        for page in (job.get_absolute_url(), reverse("jobs:list", args=[estate.lab.slug])):
            text = aiko.get(page).content.decode()
            assert address not in text
            assert "gone" in text

    def test_it_asks_no_query_for_each_thing(
        self, estate: Operated, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        jobs = [estate.start("vm.start", vm) for vm in estate.vms[:6]]
        jobs.append(estate.start("datastore.grow", estate.datastore, capacity_gib=20_000))
        job_rows(estate.lab, jobs)  # what kinds of things there are is read once for all
        for count in (1, 4, len(jobs)):
            with django_assert_num_queries(4):  # with how far the worker is
                rows = job_rows(estate.lab, jobs[:count])
            assert all(thing.address for row in rows for thing in row.things)
