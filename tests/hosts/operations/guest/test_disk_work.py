"""Disks are copied, merged and grown by a host: the guest's own, else another of its cluster that is on."""

from typing import Any

import pytest

from hosts.choices import HostState, Hypervisor, PowerState
from hosts.models import Host, VirtualMachine
from tests.hosts.operations.operated import Operated, make_operated
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import Job

pytestmark = pytest.mark.django_db
GROWN = {"vcpu": 2, "memory_mib": 8 * 1024, "disk_gib": 60}
SNAPSHOT = {"name": "s", "with_memory": False}


@pytest.fixture
def estate() -> Operated:
    """Guests that are off, one with a backup and a snapshot into which it wrote."""
    made = make_operated(Hypervisor.ESXI)
    made.run("backup.take", made.vms[0])
    made.run("snapshot.take", made.vms[0], **SNAPSHOT)
    VirtualMachine.objects.update(power_state=PowerState.STOPPED)
    VirtualMachine.objects.filter(pk=made.vms[0].pk).update(delta_gib=5.0)
    return made


def asked(estate: Operated) -> list[tuple[str, Any, dict[str, Any]]]:
    """Everything that works on a disk."""
    vm, other = estate.vms[:2]
    return [
        ("vm.clone", other, {"name": "copy"}),
        ("template.save", other, {"name": "golden", "how": "copy"}),
        ("backup.take", other, {}),
        ("snapshot.take", other, SNAPSHOT),
        ("vm.resize", other, GROWN),
        ("snapshot.delete_all", vm, {}),
        ("snapshot.delete", estate.snapshot("s"), {}),
        ("snapshot.revert", estate.snapshot("s"), {}),
        ("vm.restore", vm, {"source": f"backup-{vm.backups.get().pk}"}),
    ]


def test_it_is_refused_where_no_host_is_on_and_leads_to_one(estate: Operated) -> None:
    Host.objects.filter(name="h-01").update(state=HostState.FAILED)
    Host.objects.filter(name="h-02").update(state=HostState.OFF)
    for name, subject, params in asked(estate):
        refused = estate.refused(name, subject, **params)
        assert "No host is on that could read and write the disk" in str(refused), name
        assert [way.operation for way in refused.refusals[0].ways_out] == ["host.repair", "host.power_on"]


def test_it_is_done_by_another_host_whose_link_carries_it(estate: Operated) -> None:
    Host.objects.filter(name="h-01").update(state=HostState.FAILED)
    for name, subject, params in asked(estate):
        _preview, plan = estate.preview(name, subject, **params)
        needed = [need["host"] for step in plan.steps for need in step.needs if need["need"] == "host.on"]
        assert needed, name
        assert {*needed} == {estate.hosts[1].pk}, name
        links = {key for step in plan.steps if step.flow for key in step.flow.through if key.startswith("host_")}
        assert {key.rpartition(":")[2] for key in links} <= {str(estate.hosts[1].pk)}, name
        assert links or not any(step.flow for step in plan.steps), name


def test_it_fails_with_the_host_that_does_it(estate: Operated) -> None:
    estate.run("host.fail", estate.hosts[0])
    job = estate.start("vm.clone", estate.vms[1], name="copy")
    estate.let_pass(1)
    estate.run_now("host.fail", estate.hosts[1])
    job = Job.objects.get(pk=job.pk)
    assert (job.state, str(job.error)) == (JobState.FAILED, "Host h-02 failed.")


def test_it_reads_a_desktops_disk_on_that_desktop_alone() -> None:
    estate = make_operated(Hypervisor.WORKSTATION)
    estate.run("host.fail", estate.hosts[0])
    refused = estate.refused("vm.clone", estate.vms[0], name="copy")
    assert [way.subject for way in refused.refusals[0].ways_out] == [estate.hosts[0]]


@pytest.mark.parametrize("hypervisor", [Hypervisor.WORKSTATION, Hypervisor.VIRTUALBOX])
def test_it_stays_in_a_desktops_host(hypervisor: Hypervisor) -> None:
    estate = make_operated(hypervisor)
    refused = estate.refused("vm.move", estate.vms[0], host=estate.hosts[1].pk)
    assert "keeps the disk of db-01 in h-01 itself: no other host can read it" in str(refused)
    assert [way.operation for way in refused.refusals[0].ways_out] == ["backup.take"]
    estate.run("vm.stop", estate.vms[0])
    estate.run("backup.take", estate.vms[0])
    [way] = estate.refused("vm.move", estate.vms[0], host=estate.hosts[1].pk).refusals[0].ways_out
    assert way.subject
    estate.run("host.fail", estate.hosts[0])
    [start] = estate.refused("vm.start", estate.vms[0]).refusals
    assert "vm.move" not in [each.operation for each in start.ways_out]
    estate.run(way.operation, way.subject, name="again", start=True)
    assert (estate.vm("again").host, estate.vm("again").power_state) == (estate.hosts[1], PowerState.RUNNING)


def test_it_leads_to_no_move_out_of_a_full_desktop_host() -> None:
    estate = make_operated(Hypervisor.WORKSTATION)
    VirtualMachine.objects.filter(name="db-01").update(power_state=PowerState.STOPPED, memory_mib=60 * 1024)
    [refusal] = estate.refused("vm.start", estate.vms[0]).refusals
    assert {way.operation for way in refusal.ways_out} == {"vm.resize", "vm.stop", "host.add"}


def test_it_is_placed_where_it_is_on_no_host_yet() -> None:
    estate = make_operated(Hypervisor.WORKSTATION)
    VirtualMachine.objects.filter(name="db-01").update(power_state=PowerState.STOPPED, host=None)
    estate.run("vm.move", estate.vms[0], host=estate.hosts[1].pk)
    assert estate.vm("db-01").host == estate.hosts[1]
