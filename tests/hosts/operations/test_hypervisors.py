"""Another hypervisor for a cluster."""

import pytest
from django.test import Client
from django.urls import reverse

from hosts.choices import Hypervisor, PowerState
from hosts.models import Cluster, Datastore, VirtualMachine
from tests.hosts.operations.operated import Operated, make_operated
from tests.support.sandbox import GIB
from tests.support.visitors import give_to
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import Job
from virtlab.jobs.requests.asking import way_out_address

pytestmark = pytest.mark.django_db


@pytest.fixture
def estate() -> Operated:
    return make_operated()


class TestHypervisors:
    def test_it_shows_the_difference_and_stops_changes_and_starts(self, estate: Operated) -> None:
        operation = estate.prepared("cluster.change_hypervisor", estate.cluster, hypervisor="virtualbox")
        preview = operation.preview()
        rows = {str(row.label): (row.before, row.after) for row in preview.changes}
        assert rows["Extra CPU time for the same work"] == (1.0, 5.0)
        assert any("Lost: Add memory" in str(note) for note in preview.notes)
        assert any("the cluster's shared storage goes" in str(note) for note in preview.notes)
        convert_s = 2 * 3 * 20 * 1024 / 500
        assert preview.downtime_s == pytest.approx(10 + convert_s + 1800 + 300 + 20), "every disk is read and written"
        estate.run("cluster.change_hypervisor", estate.cluster, hypervisor="virtualbox")
        assert Cluster.objects.get().hypervisor == Hypervisor.VIRTUALBOX
        assert {vm.power_state for vm in VirtualMachine.objects.all()} == {PowerState.RUNNING}

    def test_it_refuses_none_where_a_host_has_several_guests(self, estate: Operated) -> None:
        refused = estate.refused("cluster.change_hypervisor", estate.cluster, hypervisor="none")
        assert "Host h-01 has 3 VMs; without virtualization it carries one" in str(refused)

    def test_it_offers_ways_out_for_all_that_are_in_the_way_at_once(self, estate: Operated, aiko: Client) -> None:
        give_to(aiko, estate.lab)
        for vm in estate.vms[:2]:
            estate.run("snapshot.take", vm, name="one")
        estate.run("vm.suspend", estate.vms[2])
        refused = estate.refused("cluster.change_hypervisor", estate.cluster, hypervisor="esxi")
        shown = [(str(r.text), way_out_address(estate.lab, way)) for r in refused.refusals for way in r.ways_out]
        bulk = reverse("jobs:bulk", args=[estate.lab.slug, "snapshot.delete_all"])
        resume = reverse("jobs:operate", args=[estate.lab.slug, "vm.resume"])
        first, second, third = (vm.pk for vm in estate.vms)
        addresses = [address for _text, address in shown]
        assert f"{bulk}?subject={first}&subject={second}" in addresses
        assert f"{resume}?subject={third}" in addresses
        assert all(aiko.get(address).status_code == 200 for address in addresses)

    @pytest.mark.parametrize(("then", "operation"), [("none", "vm.move"), ("xen", "vm.resize")])
    def test_it_leads_on_from_every_obstacle(self, estate: Operated, then: str, operation: str) -> None:
        VirtualMachine.objects.filter(pk=estate.vms[0].pk).update(vcpu=1000)
        refused = estate.refused("cluster.change_hypervisor", estate.cluster, hypervisor=then)
        assert operation in {way.operation for refusal in refused.refusals for way in refusal.ways_out}

    def test_it_goes_to_none_with_one_guest_a_host(self) -> None:
        estate = make_operated(guests=1)
        estate.run("cluster.change_hypervisor", estate.cluster, hypervisor="none")
        assert estate.vm("db-01").power_state == PowerState.RUNNING

    def test_it_refuses_what_the_other_lacks_by_name(self) -> None:
        estate = make_operated(guests=1)
        estate.run("snapshot.take", estate.vms[0], name="one")
        refused = estate.refused("cluster.change_hypervisor", estate.cluster, hypervisor="none")
        assert "has no snapshots: delete those of db-01" in str(refused)
        VirtualMachine.objects.update(vcpu=100)
        refused = estate.refused("cluster.change_hypervisor", estate.cluster, hypervisor="xen")
        assert "db-01: larger than Xen supports" in str(refused)

    def test_it_refuses_snapshots_and_linked_clones_where_disks_are_converted(self, estate: Operated) -> None:
        estate.run("snapshot.take", estate.vms[0], name="one")
        refused = estate.refused("cluster.change_hypervisor", estate.cluster, hypervisor="esxi")
        assert "snapshots are in the way: delete those of db-01" in str(refused)

    def test_it_refuses_memory_that_another_hypervisor_cannot_read(self) -> None:
        estate = make_operated("esxi")
        estate.run("snapshot.take", estate.vms[0], name="awake", with_memory=True)
        refused = estate.refused("cluster.change_hypervisor", estate.cluster, hypervisor="workstation")
        assert "Memory kept in snapshots of db-01" in str(refused)

    def test_it_leaves_disks_alone_whose_format_stays(self) -> None:
        estate = make_operated("esxi")
        plan = estate.prepared("cluster.change_hypervisor", estate.cluster, hypervisor="workstation").plan()
        assert [step.key for step in plan.steps] == ["stop", "erase", "install", "start"]

    @pytest.mark.parametrize(
        ("now", "then", "other"),
        [("esxi", "workstation", False), ("hyperv", "hyperv_2025", False), ("xen", "hyperv", True)],
    )
    def test_it_asks_for_other_drivers_under_another_family_alone(self, now: str, then: str, other: bool) -> None:
        estate = make_operated(now)
        notes = estate.prepared("cluster.change_hypervisor", estate.cluster, hypervisor=then).preview().notes
        assert any("drivers" in str(note) for note in notes) == other

    def test_it_holds_every_guest_whose_disk_it_converts(self, estate: Operated) -> None:
        estate.run("vm.stop", estate.vms[0])
        estate.start("cluster.change_hypervisor", estate.cluster, hypervisor="esxi")
        estate.let_pass(60)
        [refusal] = estate.refused("snapshot.take", estate.vm("db-01"), name="late").refusals
        assert refusal.job is not None

    def test_it_needs_room_for_the_largest_disk_twice(self, estate: Operated) -> None:
        VirtualMachine.objects.update(thin=False)
        Datastore.objects.update(capacity_gib=130)
        [refusal] = estate.refused("cluster.change_hypervisor", estate.cluster, hypervisor="esxi").refusals
        assert "Needs 40.0 GiB; datastore ds-01 has 10.0 GiB left" in str(refusal.text)
        assert refusal.ways_out[0].operation == "datastore.grow"
        VirtualMachine.objects.filter(name="db-01").update(thin=True)
        VirtualMachine.objects.exclude(name="db-01").update(thin=True, disk_used_gib=12)
        Datastore.objects.update(capacity_gib=68.5)
        notes = estate.prepared("cluster.change_hypervisor", estate.cluster, hypervisor="esxi").preview().notes
        assert any("up to 20.0 GiB more" in str(note) for note in notes)

    def test_it_fails_where_somebody_takes_that_room_before_it_converts(self, estate: Operated) -> None:
        job = estate.start("cluster.change_hypervisor", estate.cluster, hypervisor="esxi")
        estate.let_pass(5)
        Datastore.objects.update(capacity_gib=70)
        estate.let_pass()
        job = Job.objects.get(pk=job.pk)
        assert (job.state, Cluster.objects.get().hypervisor) == (JobState.FAILED, Hypervisor.KVM)
        assert "datastore ds-01 has 10.0 GiB left" in str(job.error)

    def test_it_refuses_hosts_that_failed(self, estate: Operated) -> None:
        estate.run_now("host.fail", estate.hosts[1])
        [refusal] = estate.refused("cluster.change_hypervisor", estate.cluster, hypervisor="xen").refusals
        assert "Host h-02 failed." in str(refusal.text)
        assert refusal.ways_out[0].operation == "host.repair"

    @pytest.mark.parametrize("after_s", [60, 600])
    def test_it_installs_nothing_on_a_host_that_fails(self, estate: Operated, after_s: float) -> None:
        """While disks are converted, and while hosts are installed."""
        job = estate.start("cluster.change_hypervisor", estate.cluster, hypervisor="xen")
        estate.let_pass(after_s)
        estate.run_now("host.fail", estate.hosts[1])
        assert Job.objects.get(pk=job.pk).goes_back
        estate.let_pass()
        assert str(Job.objects.get(pk=job.pk).error) == "Host h-02 failed."
        assert Cluster.objects.get().hypervisor == Hypervisor.KVM
        assert {vm.power_state for vm in VirtualMachine.objects.all()} == {PowerState.RUNNING}

    def test_it_starts_the_guests_again_where_it_fails(self, estate: Operated) -> None:
        job = estate.start("cluster.change_hypervisor", estate.cluster, hypervisor="xen")
        estate.let_pass(60)
        VirtualMachine.objects.create(lab=estate.lab, cluster=estate.cluster, name="late", vcpu=1, memory_mib=GIB)
        estate.let_pass()
        job = Job.objects.get(pk=job.pk)
        assert job.state == JobState.FAILED
        assert "late is running" in str(job.error)
        assert Cluster.objects.get().hypervisor == Hypervisor.KVM
        assert {vm.power_state for vm in VirtualMachine.objects.all()} == {PowerState.RUNNING}
