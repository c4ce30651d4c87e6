"""A guest whose system is broken: what says so, and the ways back."""

import pytest
from django.test import Client
from django.urls import reverse

from hosts.choices import GuestHealth, Hypervisor, PowerState
from hosts.live.live import live
from hosts.models import Datastore, Snapshot, VirtualMachine
from hosts.operations.backup.restore import RestoreVm
from hosts.operations.ways_out import backup_choice
from tests.hosts.operations.operated import Operated, give_demand, make_operated
from tests.support.guests import off, save_template, shut_down
from tests.support.sandbox import GIB, TESTER
from tests.support.visitors import give_to
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import Job
from virtlab.jobs.operations.refusals import Invalid
from virtlab.jobs.runner.cancel import cancel, way_back_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def estate() -> Operated:
    """The first guest is broken; a template was made of it before."""
    estate = make_operated()
    save_template(estate, estate.vms[0])
    estate.run("guest.update", estate.vms[0], outcome="bad")
    return estate


def ways(estate: Operated, name: str, /, **params: str) -> list[str]:
    """The ways out of a refusal for the first guest."""
    return [way.operation for way in estate.refused(name, estate.vms[0], **params).refusals[0].ways_out]


def test_it_asks_for_nothing_while_its_system_does_not_start(estate: Operated) -> None:
    for vm in estate.vms[:2]:
        give_demand(vm, 2.0)
    broken, well = (live(estate.lab).guests[vm.pk] for vm in estate.vms[:2])
    assert (broken.cpu_used_vcpu, broken.memory_active_gib) == (0, 0)
    assert well.cpu_used_vcpu > 0
    assert well.memory_active_gib > 0
    assert broken.power_w < well.power_w


class TestWithoutSystem:
    SHAPE = {"vcpu": 2, "memory_mib": 4 * GIB, "disk_gib": 40, "thin": True, "operating_system": "linux"}

    @pytest.fixture
    def empty(self, estate: Operated) -> VirtualMachine:
        """Made, with nothing on its disk, and started."""
        params = {**self.SHAPE, "cluster": estate.cluster.pk, "start": ""}
        said = estate.prepared("vm.create", None, name="empty", **params).preview().notes
        assert "No system is installed on empty" in " ".join(map(str, said))
        estate.run("vm.create", None, name="empty", **params)
        estate.run("vm.start", estate.vm("empty"))
        return estate.vm("empty")

    def test_it_asks_for_nothing(self, estate: Operated, empty: VirtualMachine) -> None:
        now = live(estate.lab).guests[empty.pk]
        assert (empty.health, now.cpu_used_vcpu, now.memory_active_gib) == (GuestHealth.NONE, 0, 0)

    def test_it_has_nothing_to_update_or_to_copy_from(self, estate: Operated, empty: VirtualMachine) -> None:
        for name, params in (("guest.update", {"outcome": "good"}), ("template.save", {"name": "t", "how": "copy"})):
            refused = estate.refused(name, empty, **params)
            assert "No system is installed on empty" in str(refused)
            assert [way.operation for way in refused.refusals[0].ways_out] == ["vm.restore"]

    def test_it_gets_one_from_a_template(self, estate: Operated, empty: VirtualMachine) -> None:
        estate.run("vm.stop", empty)
        estate.run("vm.restore", estate.vm("empty"), source=estate.vm("base").pk)
        assert estate.vm("empty").health == GuestHealth.WELL

    def test_it_has_one_where_it_is_installed(self, estate: Operated) -> None:
        estate.run("vm.create", None, name="whole", **self.SHAPE, cluster=estate.cluster.pk, start="on")
        assert estate.vm("whole").health == GuestHealth.WELL


class TestWays:
    def test_it_leads_back_from_whatever_meets_it(self, estate: Operated) -> None:
        assert ways(estate, "guest.update", outcome="good") == ["vm.restore"]
        assert ways(estate, "template.save", name="t", how="copy") == ["vm.restore"]

    def test_it_leads_to_the_last_snapshot_that_was_well(self) -> None:
        estate = make_operated()
        for name in ("one", "two"):
            estate.run("snapshot.take", estate.vms[0], name=name)
        estate.run("guest.update", estate.vms[0], outcome="bad")
        estate.run("snapshot.take", estate.vms[0], name="broken")
        [back] = estate.refused("guest.update", estate.vms[0], outcome="good").refusals[0].ways_out
        assert (back.operation, back.subject) == ("snapshot.revert", estate.snapshot("two"))

    def test_it_leads_to_a_new_vm_where_nothing_else_is_left(self) -> None:
        estate = make_operated()
        estate.run("guest.update", estate.vms[0], outcome="bad")
        assert ways(estate, "guest.update", outcome="good") == ["vm.create"]

    def test_it_is_said_of_what_does_not_mend_it(self, estate: Operated) -> None:
        vm = estate.vms[0]
        assert "stays broken" in str(estate.prepared("vm.restart", vm).preview().notes)
        assert "keeps it so" in str(estate.prepared("snapshot.take", vm, name="x").preview().notes)
        with off(vm):
            assert "so is that of a copy" in str(estate.prepared("vm.clone", vm, name="x").preview().notes)
        estate.run("vm.stop", vm)
        assert "stays broken" in str(estate.prepared("vm.start", vm).preview().notes)

    def test_it_is_on_its_page(self, estate: Operated, aiko: Client) -> None:
        give_to(aiko, estate.lab)
        page = aiko.get(reverse("hosts:vm", args=[estate.lab.slug, estate.vms[0].pk])).content.decode()
        assert f"vm.restore/?subject={estate.vms[0].pk}" in page.replace("&amp;", "&").replace(
            f"source={estate.vm('base').pk}&", ""
        )


class TestRestore:
    def test_it_makes_it_well_again_and_loses_what_came_since(self, estate: Operated) -> None:
        estate.run("snapshot.take", estate.vms[0], name="broken")
        preview, plan = estate.preview("vm.restore", estate.vms[0], source=estate.vm("base").pk)
        assert [step.key for step in plan.steps] == ["stop", "copy", "swap", "start"]
        assert plan.duration_s == pytest.approx(10 + 2 * 20 * 1024 / 500 + 2 + 20)
        assert preview.downtime_s == plan.duration_s
        assert "data since base was made is lost" in str(preview.notes[0])
        estate.run("vm.restore", estate.vms[0], source=estate.vm("base").pk)
        vm = estate.vm("db-01")
        assert (vm.health, vm.guest_version, vm.disk_used_gib) == (GuestHealth.WELL, 0, 20.0)
        assert (vm.power_state, vm.snapshot, vm.memory_mib) == (PowerState.RUNNING, None, 8 * GIB)
        assert not Snapshot.objects.exists()
        assert preview.cost_usd_per_month
        now = live(estate.lab).clusters[estate.cluster.pk]
        assert float(now.cost_usd_per_month) == preview.cost_usd_per_month[1]

    @pytest.mark.parametrize(
        ("after_s", "lost"), [(13, []), (110, ["The old disk of db-01 and its snapshots are gone."])]
    )
    def test_it_says_before_a_cancel_whether_the_old_disk_is_gone(
        self, estate: Operated, after_s: float, lost: list[str]
    ) -> None:
        """While the disk is copied, and in the start after it."""
        job = estate.start("vm.restore", estate.vms[0], source=estate.vm("base").pk)
        estate.let_pass(after_s)
        assert [str(text) for text in way_back_of(Job.objects.get(pk=job.pk)).lost] == lost
        cancel(Job.objects.get(pk=job.pk), TESTER)
        estate.let_pass()
        vm = estate.vm("db-01")
        assert (Job.objects.get(pk=job.pk).state, vm.power_state) == (JobState.CANCELLED, PowerState.RUNNING)
        assert vm.health == (GuestHealth.WELL if lost else GuestHealth.BROKEN)

    def test_it_proposes_a_backup_of_its_own_and_never_another_vms_disk(self, estate: Operated) -> None:
        vm = estate.vms[0]
        form = RestoreVm.form(estate.lab, vm)
        assert "Choose one" in str(form["source"])
        assert form["source"].initial == ""
        with pytest.raises(Invalid, match="required"):
            estate.start("vm.restore", vm, source="")
        estate.run("backup.take", vm)
        form = RestoreVm.form(estate.lab, vm)
        assert form["source"].initial == backup_choice(vm.backups.get())

    def test_it_keeps_a_larger_disk(self, estate: Operated) -> None:
        estate.run("vm.resize", estate.vms[0], vcpu=2, memory_mib=8 * GIB, disk_gib=90)
        estate.run("vm.restore", estate.vms[0], source=estate.vm("base").pk)
        assert estate.vm("db-01").disk_gib == 90

    def test_it_needs_room_for_both_disks(self, estate: Operated) -> None:
        Datastore.objects.update(capacity_gib=100)
        refused = estate.refused("vm.restore", estate.vms[0], source=estate.vm("base").pk)
        assert "Needs 20.0 GiB; datastore ds-01 has 18.0 GiB left" in str(refused)

    def test_it_takes_only_what_is_well_and_of_the_same_system(self, estate: Operated) -> None:
        shut_down(estate.vms[0])
        estate.run("vm.clone", estate.vms[0], name="copy")
        other = estate.vm("base").workload
        assert other
        other.operating_system = "windows"
        other.save()
        for source in (estate.vm("copy"), estate.vm("base"), estate.vms[1]):
            with pytest.raises(Invalid, match="available choices"):
                estate.start("vm.restore", estate.vms[0], source=source.pk)

    def test_it_takes_an_earlier_copy(self) -> None:
        estate = make_operated()
        with off(estate.vms[0]):
            estate.run("vm.clone", estate.vms[0], name="copy")
        estate.run("guest.update", estate.vms[0], outcome="bad")
        estate.run("vm.restore", estate.vms[0], source=estate.vm("copy").pk)
        assert estate.vm("db-01").health == GuestHealth.WELL

    def test_it_refuses_a_suspended_guest_and_one_that_clones_need(self, estate: Operated) -> None:
        source = {"source": estate.vm("base").pk}
        estate.run("vm.clone", estate.vms[0], name="c", linked=True)
        assert "its linked clones need it: c" in str(estate.refused("vm.restore", estate.vms[0], **source))
        estate.run("vm.delete", estate.vm("c"))
        estate.run("vm.suspend", estate.vms[0])
        [refusal] = estate.refused("vm.restore", estate.vms[0], **source).refusals
        assert refusal.ways_out[0].operation == "vm.discard_suspended"

    def test_it_refuses_a_running_copy_where_nothing_reads_it_meanwhile(self) -> None:
        estate = make_operated(Hypervisor.NONE, guests=2)
        VirtualMachine.objects.filter(pk=estate.vms[1].pk).update(made_from=estate.vms[0])
        refused = estate.refused("vm.restore", estate.vms[0], source=estate.vms[1].pk)
        assert "copied only while it is off: db-02 runs" in str(refused)
        assert refused.refusals[0].ways_out[0].operation == "vm.stop"
