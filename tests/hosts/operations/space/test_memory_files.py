"""The file that stands for a running guest's memory on its datastore: .vswp under ESXi, .vmem under Workstation."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from hosts.choices import HostState, Hypervisor, PowerState
from hosts.live.live import live
from hosts.models import Cluster, Datastore, Host, VirtualMachine
from hosts.operations.guest.power_effects import start_many
from hosts.rules.reserved_space import reservations
from hosts.services.deltas import keep_stalled
from tests.hosts.operations.guest.space import filling, free, leave
from tests.hosts.operations.operated import Operated, make_operated
from tests.operations.estates import quiet, stopped, suspended, with_template
from tests.support.invariants import require_possible
from tests.support.sandbox import GIB, TESTER
from tests.support.visitors import give_to
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import Job
from virtlab.jobs.operations.registry import operation_named
from virtlab.jobs.requests.forecast import forecast
from virtlab.jobs.requests.prepare import Request
from virtlab.jobs.requests.start import start_all
from virtlab.labs.models import Assumption

pytestmark = pytest.mark.django_db
WITH_FILE = [Hypervisor.ESXI, Hypervisor.WORKSTATION]
WITHOUT = [kind for kind in Hypervisor if kind not in WITH_FILE]
NEEDS = "Needs 8.0 GiB; datastore ds-01 has 7.0 GiB left"
MADE = {"vcpu": 2, "memory_mib": 4 * GIB, "start": True}


def taken(estate: Operated, name: str = "db-01") -> float:
    return live(estate.lab).guests[estate.vm(name).pk].disk_taken_gib


class TestThere:
    @pytest.mark.parametrize("hypervisor", WITH_FILE)
    def test_it_is_as_large_as_the_memory_while_the_guest_runs(self, hypervisor: Hypervisor) -> None:
        estate = make_operated(hypervisor)
        assert taken(estate) == 28
        assert live(estate.lab).datastores[estate.datastore.pk].memory_files_gib == 24
        estate.run("vm.stop", estate.vms[0])
        assert taken(estate) == 20
        assert live(estate.lab).datastores[estate.datastore.pk].memory_files_gib == 16
        estate.run("vm.start", estate.vm("db-01"))
        assert taken(estate) == 28

    @pytest.mark.parametrize("hypervisor", WITHOUT)
    def test_it_is_not_there_under_others(self, hypervisor: Hypervisor) -> None:
        estate = make_operated(hypervisor, guests=1)
        assert taken(estate) == 20
        assert live(estate.lab).datastores[estate.datastore.pk].memory_files_gib == 0

    def test_it_gives_way_to_the_memory_that_is_kept(self) -> None:
        estate = make_operated("esxi")
        estate.run("vm.suspend", estate.vms[0])
        assert (estate.vm("db-01").suspended_gib, taken(estate)) == (8, 28)
        estate.run("vm.resume", estate.vm("db-01"))
        assert (estate.vm("db-01").suspended_gib, taken(estate)) == (0, 28)

    def test_it_is_not_of_templates_nor_of_guests_on_no_datastore(self) -> None:
        estate = make_operated("esxi")
        VirtualMachine.objects.filter(name="db-01").update(is_template=True)
        VirtualMachine.objects.filter(name="db-02").update(datastore=None)
        assert [taken(estate, name) for name in ("db-01", "db-02", "db-03")] == [20, 20, 28]

    def test_it_goes_with_a_host_that_fails(self) -> None:
        estate = make_operated("esxi")
        estate.run_now("host.fail", estate.hosts[0])
        assert live(estate.lab).datastores[estate.datastore.pk].memory_files_gib == 0

    def test_it_bills_what_was_bought(self) -> None:
        estate = make_operated("esxi")
        before = estate.cost_and_power()[0]
        estate.run("vm.stop", estate.vms[0])
        assert estate.cost_and_power()[0] <= before
        row = live(estate.lab).datastores[estate.datastore.pk]
        VirtualMachine.objects.update(power_state=PowerState.STOPPED)
        assert live(estate.lab).datastores[estate.datastore.pk].cost_usd_per_month == row.cost_usd_per_month


ASKED: dict[str, tuple[Callable[[], Operated], dict[str, object]]] = {
    "vm.start": (lambda: stopped("esxi"), {}),
    "vm.resume": (lambda: suspended("esxi"), {}),
    "vm.resize": (lambda: quiet("esxi"), {"vcpu": 2, "memory_mib": 16 * GIB, "disk_gib": 40}),
}


class TestNoRoom:
    @pytest.mark.parametrize("name", ASKED)
    def test_it_refuses_with_ways_out(self, name: str) -> None:
        estate, params = ASKED[name][0](), ASKED[name][1]
        leave(estate, 7)
        refused = estate.refused(name, estate.vm("db-01"), **params)
        assert "Where it runs its swap file (.vswp) is on the datastore too" in str(refused)
        assert NEEDS in str(refused)
        ways = {way.operation for refusal in refused.refusals for way in refusal.ways_out}
        assert {"datastore.grow", "vm.stop"} <= ways

    @pytest.mark.parametrize("name", ASKED)
    def test_it_does_what_just_fits(self, name: str) -> None:
        estate, params = ASKED[name][0](), ASKED[name][1]
        leave(estate, 8)
        estate.run(name, estate.vm("db-01"), **params)
        require_possible(estate.lab)

    def test_it_fails_in_the_words_of_the_refusal(self) -> None:
        estate = stopped("esxi")
        job = estate.start("vm.start", estate.vm("db-01"))
        leave(estate, 7)
        estate.let_pass()
        job.refresh_from_db()
        assert job.state == JobState.FAILED
        assert str(job.error) in str(estate.refused("vm.start", estate.vm("db-01")))

    def test_it_is_refused_to_new_guests_that_are_to_start(self) -> None:
        estate = with_template("esxi")
        leave(estate, 20 + 2)
        deploy = {"count": 1, "pattern": "web-{n}", "first": 1, **MADE}
        assert "Needs 24.0 GiB" in str(estate.refused("template.deploy", estate.vm("db-01"), **deploy))
        estate.run("template.deploy", estate.vm("db-01"), **{**deploy, "start": False})

    def test_it_needs_room_for_both_while_memory_is_written(self) -> None:
        estate = quiet("esxi")
        leave(estate, 7)
        assert NEEDS in str(estate.refused("vm.suspend", estate.vm("db-01")))

    @pytest.mark.parametrize("name", ["vm.move", "vm.resize"])
    def test_it_needs_nothing_more_where_it_stops_and_starts(self, name: str) -> None:
        estate = quiet("esxi")
        leave(estate, 0)
        smaller = {"vcpu": 1, "memory_mib": 4 * GIB, "disk_gib": 40}
        params = {"host": estate.hosts[1].pk} if name == "vm.move" else smaller
        _preview, plan = estate.preview(name, estate.vm("db-01"), **params)
        assert forecast(estate.lab, plan).fails_after_s is None
        estate.run(name, estate.vm("db-01"), **params)
        assert free(estate) == (0 if name == "vm.move" else 4)

    def test_it_grows_by_what_fits_only(self) -> None:
        estate = quiet("esxi")
        VirtualMachine.objects.update(hot_add_memory=True)
        leave(estate, 4)
        size = {"vcpu": 2, "disk_gib": 40}
        estate.refused("vm.resize", estate.vm("db-01"), memory_mib=13 * GIB, **size)
        estate.run("vm.resize", estate.vm("db-01"), memory_mib=12 * GIB, **size)
        assert free(estate) == 0

    def test_it_keeps_another_hypervisor_away_from_a_full_datastore(self) -> None:
        estate = make_operated("kvm")
        leave(estate, 23)
        refused = str(estate.refused("cluster.change_hypervisor", estate.cluster, hypervisor="esxi"))
        assert "their swap files (.vswp)" in refused
        assert "Needs 24.0 GiB" in refused
        leave(estate, 24)
        estate.run("cluster.change_hypervisor", estate.cluster, hypervisor="esxi")
        assert free(estate) == 0
        assert not VirtualMachine.objects.exclude(power_state=PowerState.RUNNING).exists()


class TestShown:
    def test_it_is_shown_apart_on_the_pages_of_datastore_and_guest(self, aiko: Client) -> None:
        estate = make_operated("esxi")
        give_to(aiko, estate.lab)
        store = aiko.get(reverse("hosts:datastore", args=[estate.lab.slug, estate.datastore.pk])).content.decode()
        assert "Taken by swap files of running VMs (.vswp)" in store
        guest = aiko.get(reverse("hosts:vm", args=[estate.lab.slug, estate.vms[0].pk])).content.decode()
        assert "swap file while it runs" in guest

    def test_it_is_not_shown_where_there_is_none(self, aiko: Client) -> None:
        estate = make_operated("kvm")
        give_to(aiko, estate.lab)
        store = aiko.get(reverse("hosts:datastore", args=[estate.lab.slug, estate.datastore.pk])).content.decode()
        guest = aiko.get(reverse("hosts:vm", args=[estate.lab.slug, estate.vms[0].pk])).content.decode()
        assert "Taken by swap files" not in store
        assert "swap file while it runs" not in guest

    def test_it_is_said_before_a_start(self) -> None:
        estate = stopped("esxi")
        preview, _plan = estate.preview("vm.start", estate.vm("db-01"))
        assert "takes 8.0 GiB more of its datastore: a swap file (.vswp)" in " ".join(map(str, preview.notes))


class TestReserved:
    def test_it_is_reserved_for_one_that_boots(self) -> None:
        estate = stopped("esxi")
        leave(estate, 12)
        estate.begin("vm.start", estate.vm("db-01"))
        refused = str(estate.refused("vm.suspend", estate.vm("db-02")))
        assert "8.0 GiB of them are reserved" in refused

    def test_it_is_not_reserved_twice_for_one_that_stops_first(self) -> None:
        estate = quiet("esxi")
        job = estate.start("vm.move", estate.vm("db-01"), host=estate.hosts[1].pk)
        assert sum(each.gib for each in reservations(estate.lab.pk)) == 0
        while estate.vm("db-01").power_state == PowerState.RUNNING:
            estate.let_pass(1)
        assert [each.gib for each in reservations(estate.lab.pk) if each.job == job.pk] == [8]

    def test_it_is_beside_what_else_a_job_writes(self) -> None:
        estate = quiet("esxi")
        shape = {"vcpu": 2, "memory_mib": 4 * GIB, "disk_gib": 30, "operating_system": "linux"}
        estate.start("vm.create", None, name="new", cluster=estate.cluster.pk, start=True, thin=False, **shape)
        assert [each.gib for each in reservations(estate.lab.pk)] == [30 + 4]

    def test_it_starts_only_those_that_fit_together(self) -> None:
        estate = quiet("esxi")
        for vm in estate.vms:
            estate.run("vm.stop", vm)
        leave(estate, 17)
        requests = [Request(operation_named("vm.start"), vm, {}, TESTER) for vm in estate.vms]
        started = start_all(estate.lab, requests, "batch")
        assert (len(started.jobs), len(started.refused)) == (2, 1)
        assert ".vswp" in str(started.refused[0])
        estate.let_pass()
        assert {Job.objects.get(pk=job.pk).state for job in started.jobs} == {JobState.SUCCEEDED}

    def test_it_starts_as_many_at_once_as_one_after_the_other(self) -> None:
        estate = make_operated("esxi")
        VirtualMachine.objects.update(power_state=PowerState.STOPPED)
        leave(estate, 17)
        vms = list(VirtualMachine.objects.select_related("host__cluster", "cluster", "lab", "datastore__lab"))
        off = start_many(vms, estate.lab.lab_time())
        assert [vm.name for vm, _why in off] == ["db-03"]
        assert "Needs 8.0 GiB; datastore ds-01 has 1.0 GiB left" in str(off[0][1])
        assert str(off[0][1]) in str(estate.refused("vm.start", estate.vm("db-03")))
        assert free(estate) == 1


class TestDeltas:
    """Two guests write 1 GiB an hour each to their deltas, and fill what is left."""

    def test_it_is_said_that_a_start_will_find_no_room(self) -> None:
        estate = filling()
        Cluster.objects.update(hypervisor="esxi")
        estate.run("vm.stop", estate.vms[2])
        Assumption.objects.filter(key="delta_pct_per_day").update(value=10_000_000.0)
        begun = {"delta_gib": 0.0, "delta_lab_at": estate.lab.lab_time()}
        VirtualMachine.objects.exclude(snapshot=None).update(**begun)
        leave(estate, 9)
        _preview, plan = estate.preview("vm.start", estate.vm("db-03"))
        assert forecast(estate.lab, plan).fails_after_s is not None

    @pytest.mark.parametrize("freed_by", ["vm.stop", "vm.power_off"])
    def test_it_goes_on_where_a_file_makes_room(self, freed_by: str) -> None:
        estate = filling()
        Cluster.objects.update(hypervisor="esxi")
        leave(estate, 9)
        estate.let_pass()
        assert free(estate) == pytest.approx(0, abs=1e-6)
        estate.start(freed_by, estate.vm("db-03"))
        estate.let_pass(3600)
        assert 8 - 2.1 < free(estate) < 8
        require_possible(estate.lab)

    def test_it_is_written_down_as_full_where_all_stop_with_their_host(self) -> None:
        estate = filling()
        Cluster.objects.update(hypervisor="esxi")
        leave(estate, 9)
        estate.let_pass()
        estate.run_now("host.fail", estate.hosts[0])
        assert [estate.vm(name).delta_gib for name in ("db-01", "db-02")] == pytest.approx([4.5, 4.5], abs=0.01)
        assert free(estate) == pytest.approx(24, abs=1e-6)


def test_it_stays_so_where_the_datastore_was_too_small_before() -> None:
    """As of an inventory that is imported: nothing more starts there, and what runs may stop."""
    estate = make_operated("esxi")
    Datastore.objects.update(capacity_gib=70.0)
    keep_stalled(Datastore.objects.get(), estate.lab.lab_time())
    estate.run("vm.stop", estate.vms[0])
    assert "Needs 8.0 GiB; datastore ds-01 has 0.0 GiB left" in str(estate.refused("vm.start", estate.vm("db-01")))
    assert Host.objects.filter(state=HostState.ON).count() == 2
