"""What a change of the hypervisor has done when it goes back half done is taken back, and takes its time."""

import pytest

from hosts.choices import Hypervisor, PowerState
from hosts.models import Cluster, VirtualMachine
from tests.hosts.operations.operated import Operated, make_operated
from tests.support.sandbox import TESTER
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import Job
from virtlab.jobs.runner.cancel import cancel, way_back_of

pytestmark = pytest.mark.django_db

STOP_S, START_S, INSTALL_S = 10.0, 20.0, 1800.0 + 300.0
DISK_S = 2 * 20 * 1024 / 500
"""20 GiB read and written again, on a datastore of 500 MiB/s."""


@pytest.fixture
def estate() -> Operated:
    return make_operated()


def changing(estate: Operated, seconds: float) -> Job:
    """A change that began so long ago."""
    job = estate.start("cluster.change_hypervisor", estate.cluster, hypervisor="esxi")
    estate.let_pass(seconds)
    return Job.objects.get(pk=job.pk)


def cancelled_s(estate: Operated, job: Job) -> float:
    """Seconds from a cancel to the end of its way back; all is as it was then."""
    shown_s, at = way_back_of(job).duration_s, estate.lab.lab_time()
    cancel(job, TESTER)
    estate.let_pass()
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert job.ends_lab_at
    assert (job.ends_lab_at - at).total_seconds() == pytest.approx(shown_s), "the cancel showed it"
    assert Cluster.objects.get(pk=estate.cluster.pk).hypervisor == Hypervisor.KVM
    assert {vm.power_state for vm in VirtualMachine.objects.filter(lab=estate.lab)} == {PowerState.RUNNING}
    return shown_s


@pytest.mark.parametrize(("after_s", "disks"), [(DISK_S - 5, 0), (DISK_S + 5, 1), (3 * DISK_S - 5, 2)])
def test_it_converts_the_disks_back_that_are_converted(estate: Operated, after_s: float, disks: int) -> None:
    job = changing(estate, STOP_S + after_s)
    assert cancelled_s(estate, job) == pytest.approx(disks * DISK_S + START_S)


@pytest.mark.parametrize("after_s", [5, INSTALL_S - 5, INSTALL_S + 5])
def test_it_installs_all_hosts_back_once_they_are_erased(estate: Operated, after_s: float) -> None:
    job = changing(estate, STOP_S + 3 * DISK_S + after_s)
    assert cancelled_s(estate, job) == pytest.approx(INSTALL_S + 3 * DISK_S + START_S)


def test_it_installs_them_back_where_one_fails_meanwhile(estate: Operated) -> None:
    job = changing(estate, STOP_S + 3 * DISK_S + 60)
    estate.run_now("host.fail", estate.hosts[1])
    estate.let_pass(INSTALL_S - 1)
    assert Job.objects.get(pk=job.pk).goes_back
    assert not VirtualMachine.objects.filter(power_state=PowerState.RUNNING).exists()
    estate.let_pass()
    assert Job.objects.get(pk=job.pk).state == JobState.FAILED
    assert {vm.power_state for vm in VirtualMachine.objects.all()} == {PowerState.RUNNING}


def test_it_erases_nothing_where_a_guest_runs_by_then(estate: Operated) -> None:
    job = changing(estate, 60)
    VirtualMachine.objects.create(lab=estate.lab, cluster=estate.cluster, name="late", vcpu=1, memory_mib=1024)
    estate.let_pass(STOP_S + 3 * DISK_S - 60 + 1)
    assert Job.objects.get(pk=job.pk).goes_back
    assert not job.steps.filter(key="install_back").exists()


def test_it_converts_several_of_many_disks_in_one_step() -> None:
    estate = make_operated(guests=45)
    VirtualMachine.objects.update(power_state=PowerState.STOPPED)
    plan = estate.prepared("cluster.change_hypervisor", estate.cluster, hypervisor="esxi").plan()
    convert = [step for step in plan.steps if step.key.startswith("convert")]
    assert len(convert) == 15
    assert sum(step.duration_s for step in convert) == pytest.approx(45 * DISK_S)
    assert str(convert[0].title) == "Convert 3 disks to VMDK, from db-01 to db-03"
    assert str(convert[0].way_back[0].title) == "Convert 3 disks to qcow2, from db-01 to db-03"
