"""Guests: created, started, stopped, suspended, resized, renamed, placed, deleted."""

import pytest

from hosts.choices import Hypervisor, PlacementPolicy, PowerState
from hosts.models import Datastore, Host, VirtualMachine
from tests.hosts.operations.operated import Operated, give_demand, make_operated
from tests.support.guests import shut_down
from tests.support.sandbox import GIB, TESTER
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import Job
from virtlab.jobs.operations.refusals import Invalid, Refused
from virtlab.jobs.runner.cancel import cancel
from virtlab.labs.models import Assumption, Trace, Workload

pytestmark = pytest.mark.django_db
FREE = ("esxi", "hyperv", "xen", "workstation")
NEW = {"name": "new-01", "vcpu": 2, "memory_mib": 4096, "disk_gib": 40, "operating_system": "linux", "thin": True}


@pytest.fixture
def estate() -> Operated:
    return make_operated()


class TestCreate:
    def test_it_makes_installs_and_starts_a_guest_with_a_demand(self, estate: Operated) -> None:
        job = estate.run("vm.create", **NEW, cluster=estate.cluster.pk, start=True)
        vm = estate.vm("new-01")
        assert (vm.power_state, vm.datastore, vm.host) == (PowerState.RUNNING, estate.datastore, estate.hosts[0])
        assert Trace.objects.filter(workload=vm.workload).exists()
        assert job.duration_s == pytest.approx(2 + 1800 + 20)
        assert vm.disk_used_gib == 5.0
        assert [step.key for step in job.steps.filter(moved_gib=5.0)] == ["write"]
        shut_down(vm)
        assert estate.preview("vm.clone", vm, name="copy")[1].duration_s > 2 * 5 * 1024 / 500

    def test_it_writes_more_under_windows_and_nothing_where_no_system_is_installed(self, estate: Operated) -> None:
        windows = NEW | {"operating_system": "windows", "cluster": estate.cluster.pk}
        _preview, plan = estate.preview("vm.create", **windows, start=True)
        assert plan.steps[1].flow
        assert plan.steps[1].flow.gib == 15.0
        assert plan.duration_s == pytest.approx(2 + 1800 + 45)
        estate.run("vm.create", **windows, start=False)
        assert estate.vm("new-01").disk_used_gib == 0.0

    def test_it_lasts_as_long_as_its_bytes_where_these_last_longer(self, estate: Operated) -> None:
        Assumption.objects.create(lab=estate.lab, key="install_linux_gib", value=40.0)
        Datastore.objects.update(mib_per_s=10)
        _preview, plan = estate.preview("vm.create", **NEW, cluster=estate.cluster.pk, start=True)
        assert plan.duration_s == pytest.approx(2 + 40 * 1024 / 10 + 20)

    def test_it_refuses_a_disk_or_a_datastore_too_small_for_its_system(self, estate: Operated) -> None:
        new = NEW | {"operating_system": "windows", "cluster": estate.cluster.pk, "start": True}
        refused = estate.refused("vm.create", **new | {"disk_gib": 10})
        assert "writes 15.0 GiB: the disk is too small" in str(refused)
        Datastore.objects.update(capacity_gib=3 * 20 + 14)
        assert "Needs 15.0 GiB" in str(estate.refused("vm.create", **new))
        estate.preview("vm.create", **new | {"start": False})

    def test_it_keeps_what_is_installed_where_its_start_fails(self, estate: Operated) -> None:
        job = estate.start("vm.create", **NEW, cluster=estate.cluster.pk, start=True)
        estate.let_pass(2 + 1800 + 10)
        estate.run_now("host.fail", estate.hosts[0])
        estate.let_pass()
        assert Job.objects.get(pk=job.pk).state == JobState.FAILED
        assert (estate.vm("new-01").power_state, estate.vm("new-01").disk_used_gib) == (PowerState.STOPPED, 5.0)

    def test_it_leaves_nothing_where_the_host_fails_while_it_installs(self, estate: Operated) -> None:
        job = estate.start("vm.create", **NEW, cluster=estate.cluster.pk, start=True)
        estate.let_pass(300)
        assert estate.vm("new-01").disk_used_gib == 5.0
        estate.run_now("host.fail", estate.hosts[0])
        estate.let_pass()
        assert Job.objects.get(pk=job.pk).state == JobState.FAILED
        assert not VirtualMachine.objects.filter(name="new-01").exists()

    @pytest.mark.parametrize("name", ["サーバー🚀", "<b>x</b>", "Ω-1"])
    def test_it_takes_any_name_as_it_is(self, estate: Operated, name: str) -> None:
        estate.run("vm.create", **NEW | {"name": name}, cluster=estate.cluster.pk)
        assert estate.vm(name).power_state == PowerState.STOPPED

    def test_it_places_by_the_policy_and_says_why(self, estate: Operated) -> None:
        for policy, host, words in (
            (PlacementPolicy.BEST_FIT, "h-01", "h-01: least memory left"),
            (PlacementPolicy.SPREAD, "h-02", "h-02: most room"),
            (PlacementPolicy.FIRST_FIT, "h-01", "h-01: the first with room"),
        ):
            estate.cluster.policy = policy
            estate.cluster.save()
            operation = estate.prepared("vm.create", **NEW, cluster=estate.cluster.pk)
            preview = operation.preview()
            assert preview.changes[0].after == host
            assert any(str(note).startswith(words) for note in preview.notes)
            assert len(preview.notes) == 3, "it has no system, and a line for each host"

    def test_it_pins_to_a_host_and_keeps_a_group_apart(self, estate: Operated) -> None:
        estate.run("vm.create", **NEW, cluster=estate.cluster.pk, host=estate.hosts[1].pk, anti_affinity="g")
        assert estate.vm("new-01").host == estate.hosts[1]
        assert estate.vm("new-01").pinned
        estate.run("vm.create", **NEW | {"name": "new-02"}, cluster=estate.cluster.pk, anti_affinity="g")
        assert estate.vm("new-02").host == estate.hosts[0]
        refused = estate.refused("vm.create", **NEW | {"name": "new-03"}, cluster=estate.cluster.pk, anti_affinity="g")
        assert "anti-affinity group g" in str(refused)

    def test_it_shows_money_and_watts_before_and_after(self, estate: Operated) -> None:
        preview = estate.prepared("vm.create", **NEW, cluster=estate.cluster.pk, start=True).preview()
        assert preview.cost_usd_per_month
        before, after = preview.cost_usd_per_month
        assert after > before > 0

    def test_it_is_undone_whole_when_cancelled(self, estate: Operated) -> None:
        job = estate.start("vm.create", **NEW, cluster=estate.cluster.pk, start=True)
        estate.let_pass(60)
        assert estate.vm("new-01").power_state == PowerState.STOPPED
        cancel(Job.objects.get(pk=job.pk), TESTER)
        assert not VirtualMachine.objects.filter(name="new-01").exists()
        assert not Workload.objects.filter(name="new-01").exists()

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"vcpu": 10**9}, "at most 4096 vCPU"),
            ({"vcpu": 0}, "at least 1 vCPU"),
            ({"memory_mib": 0}, "at least 128 MiB"),
            ({"memory_mib": -5}, "at least 128 MiB"),
            ({"vcpu": "many"}, "whole number"),
            ({"name": "a\nb"}, "line breaks"),
            ({"name": ""}, "required"),
            ({"name": "db-01"}, "called db-01 already"),
            ({"disk_gib": "nan"}, "Enter a number"),
            ({"operating_system": "beos"}, "not one of the available choices"),
            ({"cluster": 10**9}, "not one of the available choices"),
        ],
    )
    def test_it_says_what_is_wrong_at_the_field(self, estate: Operated, wrong: dict[str, object], words: str) -> None:
        with pytest.raises(Invalid, match=words):
            estate.start("vm.create", **NEW | {"cluster": estate.cluster.pk} | wrong)
        assert VirtualMachine.objects.count() == 3

    def test_it_refuses_another_labs_cluster(self, estate: Operated) -> None:
        other = make_operated()
        with pytest.raises(Invalid, match="available choices"):
            estate.start("vm.create", **NEW, cluster=other.cluster.pk)

    def test_it_refuses_what_no_host_has_room_for_with_a_way_out(self, estate: Operated) -> None:
        refused = estate.refused("vm.create", **NEW | {"memory_mib": 100 * GIB}, cluster=estate.cluster.pk)
        assert "No host of c1 has room" in str(refused)
        assert [way.operation for way in refused.refusals[0].ways_out] == ["host.add"]

    def test_it_refuses_a_guest_larger_than_the_hypervisor_supports(self) -> None:
        estate = make_operated(Hypervisor.XEN)
        refused = estate.refused("vm.create", **NEW | {"vcpu": 100}, cluster=estate.cluster.pk)
        assert "Xen (XenServer 8) supports at most 64 vCPU" in str(refused)

    def test_it_fails_cleanly_where_the_room_went_meanwhile(self, estate: Operated) -> None:
        job = estate.start("vm.create", **NEW, cluster=estate.cluster.pk)
        Host.objects.update(state="off")
        estate.let_pass()
        job = Job.objects.get(pk=job.pk)
        assert job.state == JobState.FAILED
        assert "No host of c1 has room" in str(job.error)
        assert not VirtualMachine.objects.filter(name="new-01").exists()

    def test_it_carries_one_workload_a_host_without_virtualization(self) -> None:
        estate = make_operated(Hypervisor.NONE, guests=1)
        estate.run("vm.create", **NEW, cluster=estate.cluster.pk)
        assert estate.vm("new-01").host == estate.hosts[1]
        refused = estate.refused("vm.create", **NEW | {"name": "new-02"}, cluster=estate.cluster.pk)
        assert "carries one" in str(refused)


class TestStates:
    def test_it_stops_suspends_and_resumes(self, estate: Operated) -> None:
        vm = estate.vms[0]
        estate.run("vm.suspend", vm)
        assert (estate.vm(vm.name).power_state, estate.vm(vm.name).suspended_gib) == (PowerState.SUSPENDED, 6.0)
        estate.run("vm.resume", vm)
        assert (estate.vm(vm.name).power_state, estate.vm(vm.name).suspended_gib) == (PowerState.RUNNING, 0.0)
        estate.run("vm.stop", vm)
        estate.run("vm.start", vm)
        assert estate.vm(vm.name).power_state == PowerState.RUNNING

    def test_it_takes_longer_under_windows(self) -> None:
        linux, windows = make_operated(), make_operated(system="windows")
        stops = [one.prepared("vm.stop", one.vms[0]).plan().duration_s for one in (linux, windows)]
        assert stops == [10, 30]

    def test_it_refuses_the_wrong_state_in_words(self, estate: Operated) -> None:
        assert "Running" in str(estate.refused("vm.start", estate.vms[0]))
        assert "Running" in str(estate.refused("vm.resume", estate.vms[0]))

    def test_it_refuses_to_start_where_memory_is_short_with_ways_out(self, estate: Operated) -> None:
        vm = estate.vms[0]
        estate.run("vm.stop", vm)
        VirtualMachine.objects.filter(pk=estate.vms[1].pk).update(memory_mib=50 * GIB)
        refused = estate.refused("vm.start", vm)
        assert "Needs 8.0 GiB of memory; host h-01 has" in str(refused)
        ways = [way.operation for way in refused.refusals[0].ways_out]
        assert ways == ["vm.resize", "vm.stop", "vm.move", "host.add"]

    def test_it_starts_together_only_those_that_fit_together(self, estate: Operated) -> None:
        VirtualMachine.objects.update(power_state=PowerState.STOPPED, memory_mib=40 * GIB)
        first, second = (estate.prepared("vm.start", vm) for vm in estate.vms[:2])
        assert not first.check_beside([])
        assert "Needs 40.0 GiB" in str(second.check_beside([first])[0].text)

    def test_it_refuses_to_suspend_onto_a_full_datastore(self, estate: Operated) -> None:
        Datastore.objects.update(capacity_gib=61)
        assert "datastore ds-01 has 1.0 GiB left" in str(estate.refused("vm.suspend", estate.vms[0]))

    def test_it_refuses_what_the_hypervisor_lacks(self) -> None:
        estate = make_operated(Hypervisor.NONE, guests=1)
        assert "cannot suspend" in str(estate.refused("vm.suspend", estate.vms[0]))


class TestResize:
    def test_it_adds_live_where_the_hypervisor_can(self, estate: Operated) -> None:
        operation = estate.prepared("vm.resize", estate.vms[0], vcpu=4, memory_mib=16 * GIB)
        assert operation.preview().downtime_s == 0
        assert operation.plan().duration_s == 2
        estate.run("vm.resize", estate.vms[0], vcpu=4, memory_mib=16 * GIB, disk_gib=60)
        vm = estate.vm("db-01")
        assert (vm.vcpu, vm.memory_mib, vm.disk_gib) == (4, 16 * GIB, 60.0)

    @pytest.mark.parametrize(
        ("hypervisor", "vcpu", "memory_mib", "stops"),
        [
            (Hypervisor.ESXI, 2, 4 * GIB, True),
            (Hypervisor.HYPERV, 2, 4 * GIB, True),
            (Hypervisor.HYPERV, 1, 8 * GIB, True),
            (Hypervisor.KVM, 1, 4 * GIB, False),
        ],
    )
    def test_it_takes_away_live_where_the_hypervisor_can(
        self, hypervisor: Hypervisor, vcpu: int, memory_mib: int, stops: bool
    ) -> None:
        estate = make_operated(hypervisor)
        operation = estate.prepared("vm.resize", estate.vms[0], vcpu=vcpu, memory_mib=memory_mib)
        assert (len(operation.plan().steps) > 1) == stops

    def test_it_warns_where_less_memory_is_left_than_the_load_used(self, estate: Operated) -> None:
        give_demand(estate.vms[0], 5.0)
        short = "up to 5.0 GiB in use, more than 4.0 GiB"
        for gib, warned in ((6, False), (5, False), (4, True)):
            notes = estate.prepared("vm.resize", estate.vms[0], vcpu=2, memory_mib=gib * GIB).notes()
            assert any(short in str(note) for note in notes) == warned

    def test_it_keeps_a_disk_that_grew_meanwhile(self, estate: Operated) -> None:
        job = estate.start("vm.resize", estate.vms[0], vcpu=4, memory_mib=8 * GIB, disk_gib=60)
        VirtualMachine.objects.update(disk_gib=80)
        estate.let_pass()
        assert "a disk cannot shrink" in str(Job.objects.get(pk=job.pk).error)
        assert (estate.vm("db-01").vcpu, estate.vm("db-01").disk_gib) == (2, 80.0)

    def test_it_says_what_needs_a_stop_and_plans_it(self) -> None:
        estate = make_operated(Hypervisor.HYPERV)
        operation = estate.prepared("vm.resize", estate.vms[0], vcpu=4, memory_mib=8 * GIB)
        assert [step.key for step in operation.plan().steps] == ["stop", "set", "start"]
        assert operation.preview().downtime_s == 32
        assert "Needs a stop" in str(operation.preview().notes[0])

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"disk_gib": 39.5}, "A disk cannot shrink: that of db-01 has 40.0 GiB"),
            ({"vcpu": 10**9}, "at most 4096 vCPU"),
            ({"memory_mib": 0}, "at least 128 MiB"),
        ],
    )
    def test_it_marks_the_field(self, estate: Operated, wrong: dict[str, object], words: str) -> None:
        with pytest.raises(Invalid, match=words):
            estate.start("vm.resize", estate.vms[0], **{"vcpu": 2, "memory_mib": 8 * GIB} | wrong)

    def test_it_refuses_beyond_the_physical_host(self) -> None:
        estate = make_operated(Hypervisor.ESXI)
        refused = estate.refused("vm.resize", estate.vms[0], vcpu=65, memory_mib=8 * GIB)
        assert "Needs 65 vCPU; host h-01" in str(refused)
        assert "64 threads" in str(refused)

    def test_it_honours_overcommitment(self, estate: Operated) -> None:
        refused = estate.refused("vm.resize", estate.vms[0], vcpu=2, memory_mib=50 * GIB)
        assert "GiB left" in str(refused)
        estate.cluster.memory_overcommit = 1.5
        estate.cluster.save()
        estate.run("vm.resize", estate.vms[0], vcpu=2, memory_mib=50 * GIB)
        estate.cluster.cpu_overcommit = 0.1
        estate.cluster.save()
        assert "left to allocate" in str(estate.refused("vm.resize", estate.vms[1], vcpu=8, memory_mib=8 * GIB))

    def test_it_takes_a_thick_disk_from_the_datastore(self, estate: Operated) -> None:
        VirtualMachine.objects.update(thin=False)
        refused = estate.refused("vm.resize", estate.vms[0], vcpu=2, memory_mib=8 * GIB, disk_gib=2000)
        assert "datastore ds-01" in str(refused)
        assert refused.refusals[0].ways_out[0].operation == "datastore.grow"


class TestKeeping:
    def test_it_renames(self) -> None:
        estate = make_operated(Hypervisor.ESXI)
        estate.run("vm.rename", estate.vms[0], name="主系", hostname="db-main")
        assert estate.vm("主系").hostname == "db-main"
        with pytest.raises(Invalid, match="called db-02 already"):
            estate.start("vm.rename", estate.vm("主系"), name="db-02")
        with pytest.raises(Invalid, match="letters, digits and hyphens"):
            estate.start("vm.rename", estate.vm("主系"), name="x", hostname="a b")

    @pytest.mark.parametrize(
        ("hypervisor", "running", "suspended"),
        [
            ("kvm", True, True),
            ("virtualbox", True, False),
            *((free, False, False) for free in FREE),
        ],
    )
    def test_it_renames_only_what_the_hypervisor_does(self, hypervisor: str, running: bool, suspended: bool) -> None:
        estate = make_operated(hypervisor)
        vm = estate.vms[0]
        for state, kept in ((PowerState.RUNNING, running), (PowerState.SUSPENDED, suspended)):
            VirtualMachine.objects.filter(pk=vm.pk).update(power_state=state)
            if not kept:
                estate.preview("vm.rename", estate.vm("db-01"), name="x")
                continue
            refused = estate.refused("vm.rename", estate.vm("db-01"), name="x")
            way = "vm.stop" if state == PowerState.RUNNING else "vm.discard_suspended"
            assert [each.operation for each in refused.refusals[0].ways_out] == [way]
            estate.preview("vm.rename", estate.vm("db-01"), name="db-01")
        VirtualMachine.objects.filter(pk=vm.pk).update(power_state=PowerState.STOPPED)
        estate.run("vm.rename", estate.vm("db-01"), name="x")

    def test_it_does_not_rename_what_runs_by_the_time_it_begins(self, estate: Operated) -> None:
        estate.run("vm.stop", estate.vms[0])
        job = estate.start("vm.rename", estate.vm("db-01"), name="x")
        VirtualMachine.objects.filter(pk=estate.vms[0].pk).update(power_state=PowerState.RUNNING)
        estate.let_pass()
        assert "renames no running VM" in str(Job.objects.get(pk=job.pk).error)

    def test_it_leaves_a_suspended_system_its_host_name(self) -> None:
        estate = make_operated("esxi")
        estate.run("vm.suspend", estate.vms[0])
        vm = estate.vm("db-01")
        [refusal] = estate.refused("vm.rename", vm, name="db-09", hostname="db-09").refusals
        assert (refusal.field, "db-01 is suspended" in str(refusal.text)) == ("hostname", True)
        assert [way.operation for way in refusal.ways_out] == ["vm.resume", "vm.discard_suspended"]
        estate.run("vm.rename", vm, name="db-09")
        assert (estate.vm("db-09").hostname, estate.vm("db-09").power_state) == ("", PowerState.SUSPENDED)
        estate.run("vm.resume", estate.vm("db-09"))
        estate.run("vm.rename", estate.vm("db-09"), name="db-09", hostname="db-09")
        assert estate.vm("db-09").hostname == "db-09"

    def test_it_gives_no_host_name_to_what_is_suspended_by_the_time_it_begins(self, estate: Operated) -> None:
        job = estate.start("vm.rename", estate.vms[0], name="db-01", hostname="inside")
        VirtualMachine.objects.filter(pk=estate.vms[0].pk).update(power_state=PowerState.SUSPENDED)
        estate.let_pass()
        assert "takes no other host name before it runs again" in str(Job.objects.get(pk=job.pk).error)
        assert estate.vm("db-01").hostname == ""

    @pytest.mark.parametrize(("system", "words"), [("windows", "next restart"), ("linux", "at once")])
    def test_it_says_when_a_running_system_takes_its_host_name(self, system: str, words: str) -> None:
        estate = make_operated(system=system)
        preview, _plan = estate.preview("vm.rename", estate.vms[0], name="db-01", hostname="db-new")
        assert words in " ".join(map(str, preview.notes))
        assert not estate.preview("vm.rename", estate.vms[0], name="db-01")[0].notes
        estate.run("vm.stop", estate.vms[0])
        assert not estate.preview("vm.rename", estate.vm("db-01"), name="db-01", hostname="db-new")[0].notes

    def test_it_pins_and_then_does_not_move(self, estate: Operated) -> None:
        estate.run("vm.set_placement", estate.vms[0], pinned=True, anti_affinity="")
        assert "pinned to h-01" in str(estate.refused("vm.move", estate.vms[0], host=estate.hosts[1].pk))

    def test_it_keeps_apart_who_shares_a_host_already(self, estate: Operated) -> None:
        estate.run("vm.set_placement", estate.vms[0], anti_affinity="g")
        refused = estate.refused("vm.set_placement", estate.vms[1], anti_affinity="g")
        assert "db-01 of the anti-affinity group g is on host h-01" in str(refused)

    def test_it_deletes_what_is_stopped_and_frees_its_disk(self, estate: Operated) -> None:
        refused = estate.refused("vm.delete", estate.vms[0])
        assert "db-01 is running" in str(refused)
        assert refused.refusals[0].ways_out[0].operation == "vm.stop"
        estate.run("vm.stop", estate.vms[0])
        estate.run("vm.delete", estate.vms[0])
        assert not VirtualMachine.objects.filter(name="db-01").exists()
        assert not Workload.objects.filter(name="db-01").exists()

    def test_it_refuses_a_guest_of_another_lab(self, estate: Operated) -> None:
        with pytest.raises(Refused, match="does not exist any more"):
            estate.start("vm.stop", make_operated().vms[0])


class TestPinned:
    def test_it_names_each_host_that_is_left_out_and_the_one_that_is_meant(self, estate: Operated) -> None:
        target, other = estate.hosts[1], estate.hosts[0]
        new = {"cluster": estate.cluster.pk, "vcpu": 1, "memory_mib": 1024, "disk_gib": 20, "operating_system": "linux"}
        preview, _plan = estate.preview("vm.create", **new, name="new-01", host=target.pk)
        notes = [str(note) for note in preview.notes]
        assert f"{other.name}: left out, since the VM is pinned to {target.name}." in notes
        assert any(note.startswith(f"{target.name}: pinned to it") for note in notes)
