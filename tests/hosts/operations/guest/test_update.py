"""An update of a guest's system: on its disk once it is written, whatever becomes of the guest."""

import pytest

from hosts.choices import GuestHealth, PowerState
from hosts.models import Datastore, VirtualMachine
from tests.hosts.operations.operated import Operated
from tests.operations.estates import SHAPE, quiet
from tests.support.invariants import require_possible
from tests.support.sandbox import TESTER
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import Job
from virtlab.jobs.operations.refusals import Refused
from virtlab.jobs.requests.retry import retry
from virtlab.jobs.runner.cancel import cancel

WRITE_S = 600.0

pytestmark = pytest.mark.django_db


@pytest.fixture
def estate() -> Operated:
    return quiet()


def begun(estate: Operated, seconds: float, outcome: str = "good") -> Job:
    job = estate.begin("guest.update", estate.vms[0], outcome=outcome)
    estate.let_pass(seconds)
    return job


def cut(estate: Operated, job: Job) -> VirtualMachine:
    estate.run_now("host.fail", estate.hosts[0])
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    require_possible(estate.lab)
    return estate.vm("db-01")


class TestPowerCut:
    @pytest.mark.parametrize(("outcome", "health"), [("good", GuestHealth.WELL), ("bad", GuestHealth.BROKEN)])
    def test_it_keeps_what_was_written_where_its_host_fails_in_the_restart(
        self, estate: Operated, outcome: str, health: str
    ) -> None:
        vm = cut(estate, begun(estate, WRITE_S + 10, outcome))
        assert (vm.disk_used_gib, vm.guest_version, vm.health) == (22.0, 1, health)
        assert vm.power_state == PowerState.STOPPED

    def test_it_leaves_a_broken_system_and_half_of_it_where_the_host_fails_while_it_is_written(
        self, estate: Operated
    ) -> None:
        job = begun(estate, WRITE_S / 2)
        vm = cut(estate, job)
        assert vm.disk_used_gib == pytest.approx(21.0)
        assert (vm.guest_version, vm.health) == (0, GuestHealth.BROKEN)
        assert "The power went while the update was written" in " ".join(str(line) for line in job.log.all())

    def test_it_is_not_written_again_where_it_is_tried_again(self, estate: Operated) -> None:
        job = begun(estate, WRITE_S + 10)
        cut(estate, job)
        estate.run("host.repair", estate.hosts[0])
        estate.run("vm.start", estate.vm("db-01"))
        with pytest.raises(Refused, match="is not as this job left it"):
            retry(job, TESTER)
        vm = estate.vm("db-01")
        assert (vm.disk_used_gib, vm.guest_version, vm.health) == (22.0, 1, GuestHealth.WELL)

    def test_it_is_refused_on_the_broken_system_that_a_power_cut_left(self, estate: Operated) -> None:
        job = begun(estate, WRITE_S / 2)
        cut(estate, job)
        estate.run("host.repair", estate.hosts[0])
        estate.run("vm.start", estate.vm("db-01"))
        with pytest.raises(Refused, match="is broken"):
            retry(job, TESTER)


class TestRunningOn:
    def test_it_takes_back_what_it_wrote_where_it_is_cancelled(self, estate: Operated) -> None:
        job = begun(estate, WRITE_S / 2, "bad")
        cancel(Job.objects.get(pk=job.pk), TESTER)
        vm = estate.vm("db-01")
        assert (vm.disk_used_gib, vm.guest_version, vm.health) == (20.0, 0, GuestHealth.WELL)

    def test_it_takes_it_back_too_where_its_datastore_is_full(self, estate: Operated) -> None:
        job = begun(estate, WRITE_S / 2)
        Datastore.objects.update(capacity_gib=61)
        estate.let_pass()
        job.refresh_from_db()
        vm = estate.vm("db-01")
        assert job.state == JobState.FAILED
        assert (vm.disk_used_gib, vm.guest_version, vm.health) == (20.0, 0, GuestHealth.WELL)


class TestOwnDisk:
    def fill(self, used_gib: float, **more: object) -> None:
        VirtualMachine.objects.filter(name="db-01").update(disk_used_gib=used_gib, **more)

    def test_it_is_refused_where_its_own_disk_has_no_room_and_a_larger_one_has(self, estate: Operated) -> None:
        self.fill(39.9)
        [refusal] = estate.refused("guest.update", estate.vms[0], outcome="good").refusals
        assert str(refusal.text) == "Needs 2.0 GiB; the disk of db-01 has 0.1 GiB left of 40.0 GiB."
        [way] = refusal.ways_out
        assert (way.operation, way.subject, way.params) == ("vm.resize", estate.vms[0], {"disk_gib": 42})
        estate.run("vm.resize", estate.vms[0], vcpu=2, memory_mib=8192, **way.params)
        estate.run("guest.update", estate.vms[0], outcome="good")
        assert estate.vm("db-01").disk_used_gib == pytest.approx(41.9)

    def test_it_fits_exactly(self, estate: Operated) -> None:
        self.fill(38.0)
        estate.run("guest.update", estate.vms[0], outcome="good")
        assert estate.vm("db-01").disk_used_gib == 40.0

    def test_it_is_refused_too_where_the_disk_is_thick(self, estate: Operated) -> None:
        self.fill(39.9, thin=False)
        assert "the disk of db-01" in str(estate.refused("guest.update", estate.vms[0], outcome="good"))

    def test_it_counts_what_a_linked_clone_reads_of_its_base(self, estate: Operated) -> None:
        self.fill(39.0)
        estate.run("vm.clone", estate.vms[0], name="copy", linked=True, start=True)
        assert estate.vm("copy").disk_used_gib == 0.0
        assert "the disk of copy has 1.0 GiB left" in str(
            estate.refused("guest.update", estate.vm("copy"), outcome="good")
        )

    def test_it_fails_where_it_no_longer_fits(self, estate: Operated) -> None:
        job = begun(estate, WRITE_S / 2)
        self.fill(39.9)
        estate.let_pass()
        job.refresh_from_db()
        assert (job.state, str(job.error)) == (
            JobState.FAILED,
            "Needs 2.0 GiB; the disk of db-01 has 0.1 GiB left of 40.0 GiB.",
        )
        assert estate.vm("db-01").guest_version == 0

    def test_it_fails_an_installation_whose_disk_has_no_room_by_then(self, estate: Operated) -> None:
        job = estate.begin("vm.create", cluster=estate.cluster.pk, name="new", start=True, **SHAPE)
        estate.let_pass(7)
        VirtualMachine.objects.filter(name="new").update(disk_gib=1)
        estate.let_pass()
        job.refresh_from_db()
        assert (job.state, "the disk of new" in str(job.error)) == (JobState.FAILED, True)
