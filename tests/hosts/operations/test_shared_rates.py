"""What goes through one datastore at the same time shares it, and the ends move with it."""

from datetime import datetime, timedelta

import pytest

from hosts.models import Datastore, VirtualMachine
from tests.hosts.operations.operated import Operated, make_operated
from tests.support.guests import shut_down
from tests.support.sandbox import GIB, TESTER
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import Job, Step
from virtlab.jobs.pages.rows import job_rows
from virtlab.jobs.progress import moved_gib, progress
from virtlab.jobs.requests.under_lock import lock
from virtlab.jobs.runner.cancel import cancel
from virtlab.jobs.runner.drive import drive
from virtlab.labs import clock
from virtlab.labs.models import Lab, Parameter

pytestmark = pytest.mark.django_db
RATE, DISK_GIB = 500, 20
ALONE_S = 2 * DISK_GIB * 1024 / RATE
REGISTER_S = 2
LINK_OF_1_GBPS = 1e9 / 8 / 1024**2


@pytest.fixture
def estate() -> Operated:
    made = make_operated(capacity_gib=10_000)
    VirtualMachine.objects.update(disk_used_gib=DISK_GIB)
    return made


def clone(estate: Operated, number: int, name: str) -> Job:
    """A clone of one guest, which is off; it is begun to copy."""
    shut_down(estate.vms[number])
    job = estate.start("vm.clone", estate.vms[number], name=name)
    drive(estate.lab.pk)
    return job


def lasted_s(job: Job) -> float:
    """How long the job's copy took."""
    step = job.steps.get(key="copy")
    assert step.ended_lab_at
    assert step.started_lab_at
    return (step.ended_lab_at - step.started_lab_at).total_seconds()


def now(estate: Operated) -> datetime:
    estate.lab.refresh_from_db()
    return estate.lab.lab_time()


def again(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def copying(job: Job) -> Step:
    return job.steps.get(key="copy")


class TestSharing:
    def test_it_takes_as_long_as_planned_alone_read_and_written(self, estate: Operated) -> None:
        job = clone(estate, 0, "one")
        assert again(job).ends_lab_at == job.ends_lab_at
        estate.let_pass()
        assert lasted_s(job) == pytest.approx(ALONE_S)

    def test_it_shares_the_datastore_and_moves_the_ends(self, estate: Operated) -> None:
        first = clone(estate, 0, "one")
        estate.let_pass(ALONE_S / 2)
        second = clone(estate, 1, "two")
        assert [copying(job).rate_mib_per_s for job in (first, second)] == [RATE / 4, RATE / 4]
        estate.let_pass()
        assert lasted_s(first) == pytest.approx(1.5 * ALONE_S), "half alone, half at half the rate"
        assert lasted_s(second) == pytest.approx(1.5 * ALONE_S), "and the other way round"

    def test_it_is_the_same_however_late_the_worker_comes(self, estate: Operated) -> None:
        shut_down(*estate.vms)
        first, second = (estate.start("vm.clone", estate.vms[n], name=f"late-{n}") for n in (0, 1))
        estate.let_pass()
        assert lasted_s(first) == lasted_s(second) == pytest.approx(2 * ALONE_S)

    def test_it_gives_the_rate_of_one_that_is_cancelled_to_the_others(self, estate: Operated) -> None:
        first, second = clone(estate, 0, "one"), clone(estate, 1, "two")
        estate.let_pass(ALONE_S)
        cancel(again(second), TESTER)
        assert not VirtualMachine.objects.filter(name="two").exists()
        assert copying(first).rate_mib_per_s == RATE / 2
        estate.let_pass()
        assert lasted_s(first) == pytest.approx(1.5 * ALONE_S)

    def test_it_is_the_same_however_late_the_worker_comes_for_parts_that_queue(self, estate: Operated) -> None:
        estate.lab.assumptions.create(key="jobs_at_once", value=2)
        VirtualMachine.objects.filter(name="db-03").update(is_template=True, power_state="stopped", disk_used_gib=1)
        first = clone(estate, 0, "one")
        parts = {"count": 3, "pattern": "w-{n:02}", "first": 1, "vcpu": 1, "memory_mib": GIB, "start": False}
        estate.run("template.deploy", estate.vm("db-03"), **parts)
        assert lasted_s(first) == pytest.approx(ALONE_S + 3 * 2 * 1024 / RATE), "each of the three beside it"

    @pytest.mark.parametrize("within", [False, True])
    def test_it_gives_it_as_of_the_moment_of_the_cancel(
        self, estate: Operated, monkeypatch: pytest.MonkeyPatch, *, within: bool
    ) -> None:
        VirtualMachine.objects.filter(name="db-03").update(disk_used_gib=1)
        first, second, _small = (clone(estate, number, f"copy-{number}") for number in range(3))
        locks = iter(range(9))

        def lock_late(lab_id: int) -> Lab:
            """Between what is due and the cancel itself 100 s of a fast clock pass, in which the small copy ends."""
            if next(locks) == 1:
                clock.move_forward(lab_id, now(estate) + timedelta(seconds=100))
            return lock(lab_id)

        if within:
            monkeypatch.setattr("virtlab.jobs.runner.cancel.lock", lock_late)
        else:
            estate.let_pass(100)
        cancel(again(second), TESTER)
        estate.let_pass()
        of_small_s, of_half_s = 3 * 1024 / (RATE / 2), 100 - 3 * 1024 / (RATE / 2)
        moved_mib = 1024 + of_half_s * RATE / 4
        left_s = (DISK_GIB * 1024 - moved_mib) / (RATE / 2)
        assert lasted_s(first) == pytest.approx(of_small_s + of_half_s + left_s)

    def test_it_leaves_datastores_to_themselves_that_nobody_shares(self, estate: Operated) -> None:
        other = Datastore.objects.create(
            lab=estate.lab, cluster=estate.cluster, name="ds-02", capacity_gib=10_000, mib_per_s=100
        )
        VirtualMachine.objects.filter(pk=estate.vms[1].pk).update(datastore=other)
        first, second = clone(estate, 0, "one"), clone(estate, 1, "two")
        assert [copying(job).rate_mib_per_s for job in (first, second)] == [RATE / 2, 50]

    def test_it_is_held_back_by_its_host_s_link_where_that_is_narrower(self, estate: Operated) -> None:
        estate.lab.assumptions.create(key="timing_host_storage_link_gbps", value=1.0)
        first = clone(estate, 0, "one")
        assert copying(first).rate_mib_per_s == pytest.approx(LINK_OF_1_GBPS), "it reads and writes at once"
        memory = estate.start("vm.suspend", estate.vms[1])
        drive(estate.lab.pk)
        assert copying(first).rate_mib_per_s == pytest.approx(LINK_OF_1_GBPS / 2)
        assert memory.steps.get(key="write").rate_mib_per_s == pytest.approx(LINK_OF_1_GBPS / 2)
        [row] = job_rows(estate.lab, [again(first)])
        assert row.flow
        assert row.flow.limited_by == "h-01's link to storage"

    def test_it_goes_on_at_what_a_changed_parameter_says(self, estate: Operated) -> None:
        first = clone(estate, 0, "one")
        estate.let_pass(20)
        link = estate.lab.assumptions.create(key="timing_host_storage_link_gbps", value=1.0)
        moved = 20 * RATE / 2 / 1024
        assert copying(first).moved_gib == pytest.approx(moved, abs=0.1)
        assert copying(first).rate_mib_per_s == pytest.approx(LINK_OF_1_GBPS), "at once, not with the next that begins"
        link.delete()
        assert copying(first).rate_mib_per_s == RATE / 2
        Parameter.objects.create(key="timing_host_storage_link_gbps", value=1.0, source="Ours", source_date="2026-11")
        assert copying(first).rate_mib_per_s == pytest.approx(LINK_OF_1_GBPS), "everybody's counts here too"
        estate.let_pass()
        assert lasted_s(first) == pytest.approx(20 + (DISK_GIB - moved) * 1024 / LINK_OF_1_GBPS, abs=2)

    def test_it_has_no_link_to_its_own_disks_on_a_desktop(self) -> None:
        estate = make_operated("workstation", capacity_gib=10_000)
        estate.lab.assumptions.create(key="timing_host_storage_link_gbps", value=1.0)
        job = clone(estate, 0, "one")
        assert copying(job).rate_mib_per_s == estate.datastore.mib_per_s / 2

    def test_it_shares_with_memory_on_its_way_too(self, estate: Operated) -> None:
        job = clone(estate, 0, "one")
        memory = estate.start("vm.suspend", estate.vms[1])
        drive(estate.lab.pk)
        writing = memory.steps.get(key="write")
        assert writing.rate_mib_per_s == pytest.approx(RATE / 3), "a copy goes through twice"
        assert copying(job).rate_mib_per_s == pytest.approx(RATE / 3)


class TestShown:
    def test_it_never_lets_a_bar_go_back_or_beyond_its_end(self, estate: Operated) -> None:
        first = clone(estate, 0, "one")
        seen, gib = [0.0], [0.0]
        for moment in range(40):
            if moment == 5:
                clone(estate, 1, "two")
            if moment == 9:
                clone(estate, 2, "three")
            estate.let_pass(10)
            seen.append(progress(again(first), now(estate)))
            gib.append(moved_gib(copying(first), now(estate)))
        assert seen == sorted(seen)
        assert gib == sorted(gib)
        assert (max(seen), max(gib)) == (1.0, DISK_GIB)

    def test_it_never_moves_more_than_the_datastore_can(self, estate: Operated) -> None:
        jobs = [clone(estate, number, f"copy-{number}") for number in range(3)]
        began = now(estate)
        for _moment in range(20):
            estate.let_pass(15)
            moved = sum(2 * moved_gib(copying(job), now(estate)) for job in jobs) * 1024
            assert moved <= RATE * (now(estate) - began).total_seconds() * (1 + 1e-6)
            assert 2 * sum(copying(job).rate_mib_per_s or 0.0 for job in jobs) <= RATE * (1 + 1e-9)

    def test_it_fails_where_the_datastore_is_gone(self, estate: Operated) -> None:
        shut_down(*estate.vms)
        job, other = (estate.start("vm.clone", vm, name=f"copy-{vm.pk}") for vm in estate.vms[:2])
        estate.let_pass(2)
        VirtualMachine.objects.update(datastore=None)
        Datastore.objects.all().delete()
        cancel(job, TESTER)
        estate.let_pass()
        other.refresh_from_db()
        assert other.state == JobState.FAILED
        assert str(other.error) == "What its bytes go through is gone."

    def test_it_says_how_much_how_fast_and_what_limits_it(self, estate: Operated) -> None:
        job = clone(estate, 0, "one")
        clone(estate, 1, "two")
        estate.let_pass(ALONE_S)
        [row] = job_rows(estate.lab, [again(job)])
        assert row.flow is not None
        assert row.flow.moved_gib == pytest.approx(DISK_GIB / 2)
        assert (row.flow.total_gib, row.flow.rate_mib_per_s, row.flow.limited_by) == (DISK_GIB, RATE / 4, "ds-01")


def test_it_deploys_as_long_as_the_preview_says(estate: Operated) -> None:
    VirtualMachine.objects.filter(pk=estate.vms[0].pk).update(is_template=True, power_state="stopped")
    more = {"vcpu": 1, "memory_mib": GIB, "start": False, "first": 1}
    params = {"count": 20, "pattern": "w-{n:02}", **more}
    template = VirtualMachine.objects.get(pk=estate.vms[0].pk)
    planned = estate.prepared("template.deploy", template, **params).plan().duration_s
    assert planned == pytest.approx(20 * ALONE_S + REGISTER_S)
    job = estate.run("template.deploy", template, **params)
    assert job.ends_lab_at
    assert job.started_lab_at
    assert (job.ends_lab_at - job.started_lab_at).total_seconds() == pytest.approx(planned, abs=2.5)
