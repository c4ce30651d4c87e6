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
