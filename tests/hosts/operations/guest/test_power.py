"""Restarting, powering off hard, discarding kept memory."""

import pytest

from hosts.choices import Hypervisor, PowerState
from hosts.live.live import live
from hosts.models import Cluster, Host
from tests.hosts.operations.operated import Operated, make_operated
from virtlab.jobs.models import Job
from virtlab.jobs.operations.registry import OPERATIONS

pytestmark = pytest.mark.django_db


@pytest.fixture
def estate() -> Operated:
    return make_operated()


class TestRestart:
    def test_it_is_down_for_a_shutdown_and_a_start_and_stays_on(self, estate: Operated) -> None:
        preview, plan = estate.preview("vm.restart", estate.vms[0])
        assert (preview.downtime_s, plan.duration_s) == (30, 30)
        assert preview.cost_usd_per_month
        assert preview.cost_usd_per_month[0] == preview.cost_usd_per_month[1]
        estate.run("vm.restart", estate.vms[0])
        assert estate.vm("db-01").power_state == PowerState.RUNNING

    def test_it_is_the_twin_of_a_reboot(self) -> None:
        restart, reboot = OPERATIONS["vm.restart"], OPERATIONS["instance.reboot"]
        assert (restart.counterpart, reboot.counterpart) == ("instance.reboot", "vm.restart")

    def test_it_fails_where_the_host_failed_meanwhile(self, estate: Operated) -> None:
        job = estate.start("vm.restart", estate.vms[0])
        estate.run("host.fail", estate.hosts[0])
        assert "Host h-01 failed, and db-01 with it" in str(Job.objects.get(pk=job.pk).error)
        assert estate.vm("db-01").power_state == PowerState.STOPPED

    def test_it_needs_a_guest_that_runs(self, estate: Operated) -> None:
        estate.run("vm.stop", estate.vms[0])
        for name in ("vm.restart", "vm.power_off"):
            assert "not in a state for this: Stopped" in str(estate.refused(name, estate.vms[0]))


class TestPowerOff:
    def test_it_is_at_once_and_says_what_is_lost(self, estate: Operated) -> None:
        preview, plan = estate.preview("vm.power_off", estate.vms[0])
        assert plan.duration_s == 0
        assert "data that is not written yet is lost" in str(preview.notes[0])
        estate.start("vm.power_off", estate.vms[0])
        estate.let_pass(0.1)
        assert estate.vm("db-01").power_state == PowerState.STOPPED


class TestDiscard:
    def test_it_stops_and_frees_the_space_as_it_said(self, estate: Operated) -> None:
        vm = estate.vms[0]
        estate.run("vm.suspend", vm)
        before = live(estate.lab).guests[vm.pk].disk_taken_gib
        preview = estate.prepared("vm.discard_suspended", vm).preview()
        assert [(row.before, row.after) for row in preview.changes] == [("Suspended", "Stopped"), (6.0, 0.0)]
        assert preview.cost_usd_per_month
        estate.run("vm.discard_suspended", vm)
        now = live(estate.lab)
        assert before - now.guests[vm.pk].disk_taken_gib == 6
        assert float(now.clusters[estate.cluster.pk].cost_usd_per_month) == preview.cost_usd_per_month[1]

    def test_it_needs_kept_memory(self, estate: Operated) -> None:
        assert "not in a state for this: Running" in str(estate.refused("vm.discard_suspended", estate.vms[0]))


def test_it_says_whose_limit_is_in_the_way() -> None:
    estate = make_operated(Hypervisor.ESXI)
    size = {"vcpu": 2, "memory_mib": 50 * 1024}
    assert "A rule of your cluster: memory is allocated 1 times." in str(
        estate.refused("vm.resize", estate.vms[0], **size)
    )
    assert "A physical wall: no more is installed." in str(
        estate.refused("vm.resize", estate.vms[0], **size | {"memory_mib": 65 * 1024})
    )
    estate.cluster.cpu_overcommit = 0.1
    estate.cluster.save()
    assert "A rule of your cluster: 0.1 vCPU for each thread." in str(
        estate.refused("vm.resize", estate.vms[0], **size | {"vcpu": 8, "memory_mib": 8 * 1024})
    )
    hyperv = make_operated(Hypervisor.HYPERV)
    assert "every VM gets its memory in full" in str(hyperv.refused("vm.resize", hyperv.vms[0], **size))


def narrow(hypervisor: str, cpu_overcommit: float) -> Operated:
    """An estate whose hosts have 32 threads."""
    estate = make_operated(hypervisor, guests=1)
    Host.objects.update(cores=16, threads_per_core=2)
    Cluster.objects.update(cpu_overcommit=cpu_overcommit)
    return estate


@pytest.mark.parametrize("hypervisor", [Hypervisor.ESXI, Hypervisor.HYPERV])
def test_it_gives_no_guest_more_vcpu_than_threads(hypervisor: str) -> None:
    estate = narrow(hypervisor, 4.0)
    refused = estate.refused("vm.resize", estate.vm("db-01"), vcpu=40, memory_mib=8 * 1024)
    assert "A physical wall: no more is installed." in str(refused)


@pytest.mark.parametrize("hypervisor", [Hypervisor.KVM, Hypervisor.XEN])
def test_it_gives_one_guest_more_vcpu_than_threads_and_says_that_it_is_slow(hypervisor: str) -> None:
    size = {"vcpu": 40, "memory_mib": 8 * 1024}
    tight = narrow(hypervisor, 1.0)
    assert "A rule of your cluster: 1 vCPU" in str(tight.refused("vm.resize", tight.vm("db-01"), **size))
    wide = narrow(hypervisor, 4.0)
    preview, _plan = wide.preview("vm.resize", wide.vm("db-01"), **size)
    assert "More vCPU than host h-01 has threads (32)" in "".join(map(str, preview.notes))
    wide.run("vm.resize", wide.vm("db-01"), **size)
