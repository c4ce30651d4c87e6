"""Hosts, clusters, hypervisors, datastores."""

import pytest

from hosts.choices import HostState, Hypervisor, PowerState
from hosts.inventory.write import touch
from hosts.live.live import live
from hosts.models import Cluster, Datastore, Host, ServerModel, VirtualMachine
from tests.hosts.operations.operated import Operated, make_operated
from tests.support.sandbox import DAY_S, GIB
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import Job
from virtlab.jobs.operations.plan import Preview
from virtlab.jobs.operations.refusals import Invalid
from virtlab.labs.models import Assumption

pytestmark = pytest.mark.django_db


@pytest.fixture
def estate() -> Operated:
    return make_operated()


def after(preview: Preview) -> tuple[float, float]:
    """USD per month and watts that a preview says there will be."""
    assert preview.cost_usd_per_month
    assert preview.power_w
    return preview.cost_usd_per_month[1], preview.power_w[1]


class TestHosts:
    def add(self, estate: Operated, **more: object) -> dict[str, object]:
        model = ServerModel.objects.get(name="Test server")
        base = {"cluster": estate.cluster.pk, "model": model.pk, "count": 2, "pattern": "h-{n:02}", "first": 3}
        return base | {"from_shelf": True} | more

    def test_it_adds_hosts_with_capacity_money_and_watts_shown_before(self, estate: Operated) -> None:
        preview = estate.prepared("host.add", **self.add(estate)).preview()
        assert preview.power_w
        assert preview.cost_usd_per_month
        assert [(row.before, row.after) for row in preview.changes] == [(2, 4), (64, 128), (128, 256)]
        assert preview.power_w[1] - preview.power_w[0] == pytest.approx(200, abs=0.2)
        assert preview.cost_usd_per_month[1] > preview.cost_usd_per_month[0]
        estate.run("host.add", **self.add(estate, rack="R2"))
        assert [host.name for host in Host.objects.filter(rack="R2")] == ["h-03", "h-04"]
        assert live(estate.lab).clusters[estate.cluster.pk].hosts_on == 4
        assert estate.cost_and_power() == (preview.cost_usd_per_month[1], preview.power_w[1])

    def test_it_orders_hosts_that_are_not_on_the_shelf_and_waits_for_them(self, estate: Operated) -> None:
        preview, plan = estate.preview("host.add", **self.add(estate, from_shelf=False))
        assert [step.key for step in plan.steps] == ["order", "install", "boot"]
        assert "84 days (12.0 weeks)" in str(preview.notes[-1])
        job = estate.start("host.add", **self.add(estate, from_shelf=False))
        estate.let_pass(84 * DAY_S)
        assert not Host.objects.filter(name="h-03").exists()
        estate.let_pass(DAY_S)
        assert Host.objects.filter(name="h-03").exists()
        assert Job.objects.get(pk=job.pk).duration_s == pytest.approx(plan.duration_s)
        assert plan.duration_s > 84 * DAY_S

    def test_it_waits_for_nothing_where_delivery_takes_no_time(self, estate: Operated) -> None:
        Assumption.objects.create(lab=estate.lab, key="server_lead_time_days", value=0.0)
        _preview, plan = estate.preview("host.add", **self.add(estate, from_shelf=False))
        assert [step.key for step in plan.steps] == ["install", "boot"]

    def test_it_marks_what_is_wrong(self, estate: Operated) -> None:
        for wrong, words in (
            ({"first": 1}, "Taken already: h-01, h-02"),
            ({"count": 10**9}, "less than or equal to 64"),
            ({"pattern": "h"}, "needs one number"),
            ({"memory_gib": 0}, "greater than or equal to 1"),
            ({"model": 0}, "available choices"),
        ):
            with pytest.raises(Invalid, match=words):
                estate.start("host.add", **self.add(estate, **wrong))

    def test_it_refuses_to_remove_a_host_with_guests_by_name(self, estate: Operated) -> None:
        refused = estate.refused("host.remove", estate.hosts[0])
        assert "h-01 still has VMs: db-01, db-02, db-03" in str(refused)
        assert {way.operation for way in refused.refusals[0].ways_out} == {"vm.move", "vm.stop"}
        estate.run("host.remove", estate.hosts[1])
        assert not Host.objects.filter(name="h-02").exists()

    def test_it_powers_off_only_what_nobody_runs_on(self, estate: Operated) -> None:
        assert "VMs run or start on h-01: db-01" in str(estate.refused("host.power_off", estate.hosts[0]))
        preview = estate.prepared("host.power_off", estate.hosts[1]).preview()
        assert preview.power_w
        assert preview.power_w[0] - preview.power_w[1] == pytest.approx(100, abs=0.2)
        estate.run("host.power_off", estate.hosts[1])
        assert "not on" in str(estate.refused("vm.move", estate.vms[0], host=estate.hosts[1].pk))
        estate.run("host.power_on", estate.hosts[1])
        assert Host.objects.get(name="h-02").state == HostState.ON

    def test_it_stops_the_guests_of_a_host_that_fails(self, estate: Operated) -> None:
        estate.run("host.fail", estate.hosts[0])
        assert {vm.power_state for vm in VirtualMachine.objects.all()} == {PowerState.STOPPED}
        assert live(estate.lab).hosts[estate.hosts[0].pk].power_w == 0
        assert "Host h-01 failed" in str(estate.refused("vm.start", estate.vms[0]))
        job = estate.run("host.repair", estate.hosts[0])
        assert job.duration_s == 14_400 + 300
        estate.run("vm.start", estate.vms[0])

    def test_it_fails_where_a_guest_came_meanwhile(self, estate: Operated) -> None:
        job = estate.start("host.power_off", estate.hosts[1])
        VirtualMachine.objects.filter(name="db-01").update(host=estate.hosts[1])
        estate.let_pass()
        assert Job.objects.get(pk=job.pk).state == JobState.FAILED


class TestClusters:
    settings = {"policy": "spread", "cpu_overcommit": 2, "memory_overcommit": 1}

    def test_it_adds_a_cluster(self, estate: Operated) -> None:
        estate.run("cluster.add", name="c2", site="Main", hypervisor="esxi", **self.settings)
        assert Cluster.objects.get(name="c2").hypervisor == Hypervisor.ESXI
        with pytest.raises(Invalid, match="called c2 already"):
            estate.start("cluster.add", name="c2", site="Main", hypervisor="esxi", **self.settings)

    def test_it_changes_what_may_be_allocated(self, estate: Operated) -> None:
        preview = estate.prepared("cluster.settings", estate.cluster, **self.settings).preview()
        assert (preview.changes[1].before, preview.changes[1].after) == (512, 256)
        estate.run("cluster.settings", estate.cluster, **self.settings)
        assert live(estate.lab).hosts[estate.hosts[0].pk].vcpu_allocatable == 128

    @pytest.mark.parametrize("state", [HostState.ON, HostState.FAILED, HostState.OFF])
    def test_it_counts_what_hosts_may_allocate_as_the_cluster_s_page_does(
        self, estate: Operated, state: HostState
    ) -> None:
        def allocatable() -> list[int]:
            row = live(estate.lab).clusters[estate.cluster.pk]
            return [round(row.vcpu_allocatable), round(row.memory_allocatable_gib)]

        Host.objects.filter(pk=estate.hosts[1].pk).update(state=state)
        touch(estate.lab)
        before = allocatable()
        values = self.settings | {"cpu_overcommit": 6.0, "memory_overcommit": 1.5}
        _policy, *changes = estate.prepared("cluster.settings", estate.cluster, **values).preview().changes
        assert [change.before for change in changes] == before
        estate.run("cluster.settings", estate.cluster, **values)
        assert [change.after for change in changes] == allocatable()

    def test_it_refuses_less_than_is_allocated_already(self, estate: Operated) -> None:
        VirtualMachine.objects.filter(name="db-01").update(vcpu=60)
        refused = estate.refused("cluster.settings", estate.cluster, **self.settings | {"cpu_overcommit": 0.5})
        assert "Host h-01 has allocated 64 vCPU already; it would be allowed 32" in str(refused)

    def test_it_refuses_memory_overcommitment_where_nothing_takes_it_back(self) -> None:
        more = self.settings | {"memory_overcommit": 1.5}
        for hypervisor in (Hypervisor.HYPERV, Hypervisor.HYPERV_2025, Hypervisor.VIRTUALBOX, Hypervisor.WORKSTATION):
            estate = make_operated(hypervisor, guests=0)
            new = {"name": "c2", "site": "Main", "hypervisor": hypervisor}
            for refused in (
                estate.refused("cluster.settings", estate.cluster, **more),
                estate.refused("cluster.add", **more, **new),
            ):
                assert "gives every VM its memory in full, so it is allocated once." in str(refused)
                assert refused.refusals[0].field == "memory_overcommit"

    def test_it_overcommits_memory_where_it_can_be_taken_back(self) -> None:
        estate = make_operated(Hypervisor.ESXI, guests=0)
        more = self.settings | {"memory_overcommit": 1.5}
        estate.run("cluster.settings", estate.cluster, **more)
        estate.run("cluster.add", **more, name="c2", site="Main", hypervisor="kvm")
        assert [one.memory_overcommit for one in Cluster.objects.order_by("name")] == [1.5, 1.5]

    @pytest.mark.parametrize(
        ("hypervisor", "risk"),
        [
            (Hypervisor.ESXI, "ballooned, compressed and swapped"),
            (Hypervisor.KVM, "its 4 GiB of swap: the host is out of memory then, and its kernel ends a VM"),
            (Hypervisor.XEN, "down to 25 % of it"),
        ],
    )
    def test_it_says_what_memory_overcommitment_risks(self, hypervisor: str, risk: str) -> None:
        estate = make_operated(hypervisor, guests=0)
        new = {"name": "c2", "site": "Main", "hypervisor": hypervisor}
        for ratio, said in ((1.5, True), (1.0, False)):
            values = self.settings | {"memory_overcommit": ratio}
            for prepared in (
                estate.prepared("cluster.settings", estate.cluster, **values),
                estate.prepared("cluster.add", **values, **new),
            ):
                assert (risk in " ".join(map(str, prepared.preview().notes))) == said

    def test_it_shows_what_is_taken_back_under_overcommitment(self, estate: Operated) -> None:
        estate.cluster.memory_overcommit = 2
        estate.cluster.save()
        VirtualMachine.objects.update(memory_mib=36 * GIB)
        host = live(estate.lab).hosts[estate.hosts[0].pk]
        assert host.memory_allocated_gib == 108
        assert host.swapped_gib > 0, "KVM has its host's swap"
        assert host.memory_state != "high"
        estate.cluster.hypervisor = "esxi"
        estate.cluster.save()
        touch(estate.lab)
        assert live(estate.lab).hosts[estate.hosts[0].pk].ballooned_gib > 0


class TestDatastores:
    def test_it_adds_and_grows(self, estate: Operated) -> None:
        params = {"name": "ds-02", "cluster": estate.cluster.pk, "capacity_gib": 500, "mib_per_s": 1000}
        preview, _plan = estate.preview("datastore.add", **params, from_shelf=True)
        estate.run("datastore.add", **params, from_shelf=True)
        assert estate.cost_and_power() == after(preview)
        with pytest.raises(Invalid, match="called ds-02 already"):
            estate.start("datastore.add", **params)
        datastore = Datastore.objects.get(name="ds-02")
        assert "only grows" in str(estate.refused("datastore.grow", datastore, capacity_gib=100))
        estate.run("datastore.grow", datastore, capacity_gib=800, from_shelf=True)
        assert live(estate.lab).datastores[datastore.pk].free_gib == 800

    def test_it_costs_and_draws_power_as_it_grows_though_nothing_is_on_it_yet(self, estate: Operated) -> None:
        larger = 1000 + 37 * 1024
        preview, _plan = estate.preview("datastore.grow", estate.datastore, capacity_gib=larger, from_shelf=True)
        assert preview.power_w
        assert preview.power_w[1] - preview.power_w[0] == pytest.approx(37 * 1024 * 2**30 / 1e12 * 1.25 * 1.2, abs=0.1)
        estate.run("datastore.grow", estate.datastore, capacity_gib=larger, from_shelf=True)
        assert estate.cost_and_power() == after(preview)
        now = live(estate.lab)
        unused = now.datastores[estate.datastore.pk].unused_usd_per_month
        assert now.clusters[estate.cluster.pk].unused_space_usd_per_month == unused > 400

    @pytest.mark.parametrize(("operation", "last"), [("datastore.add", "add"), ("datastore.grow", "grow")])
    def test_it_orders_disks_that_are_not_on_the_shelf(self, estate: Operated, operation: str, last: str) -> None:
        params = {"name": "ds-02", "cluster": estate.cluster.pk, "capacity_gib": 5000, "mib_per_s": 1000}
        subject = estate.datastore if operation == "datastore.grow" else None
        preview, plan = estate.preview(operation, subject, **params)
        assert [(step.key, step.duration_s) for step in plan.steps[:1]] == [("order", 84 * DAY_S)]
        assert plan.steps[-1].key == last
        assert "84 days" in str(preview.notes[-1])
