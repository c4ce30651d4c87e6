"""Snapshots: taken, gone back to, deleted; and the scene of a failed update."""

from datetime import timedelta

import pytest

from hosts.choices import GuestHealth, Hypervisor, PowerState
from hosts.live.live import live
from hosts.live.space import seen_gib, taken_gib
from hosts.models import Datastore, Snapshot, VirtualMachine
from tests.hosts.operations.operated import Operated, make_operated
from tests.support.sandbox import GIB, TESTER
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import Job
from virtlab.jobs.operations.refusals import Refused
from virtlab.jobs.requests.retry import retry
from virtlab.jobs.runner.cancel import cancel
from virtlab.labs.models import Assumption

pytestmark = pytest.mark.django_db
DAY = 86_400.0


@pytest.fixture
def estate() -> Operated:
    return make_operated()


def again(job: Job) -> Job:
    """The job as it is by now."""
    return Job.objects.select_related("lab").get(pk=job.pk)


class TestTake:
    def test_it_keeps_disk_configuration_and_memory(self, estate: Operated) -> None:
        job = estate.run("snapshot.take", estate.vms[0], name="before", with_memory=True)
        snapshot = estate.snapshot("before")
        assert snapshot.memory_gib == 6.0
        assert snapshot.configuration["vcpu"] == 2
        assert job.duration_s == pytest.approx(2 + 6 * 1024 / 500)
        assert estate.vm("db-01").snapshot == snapshot

    @pytest.mark.parametrize(
        ("hypervisor", "down_s"),
        [
            *((paused, 2 + gib * 1024 / 500) for paused, gib in (("kvm", 6), ("xen", 8), ("virtualbox", 6))),
            *((goes_on, 0) for goes_on in ("hyperv", "workstation")),
            ("esxi", 0.4),
        ],
    )
    def test_it_says_whether_the_guest_stands_still_meanwhile(self, hypervisor: str, down_s: float) -> None:
        estate = make_operated(hypervisor)
        preview, _plan = estate.preview("snapshot.take", estate.vms[0], name="one", with_memory=True)
        assert preview.downtime_s == pytest.approx(down_s)
        without_s = down_s if hypervisor in {"esxi", "virtualbox"} else 0.0
        assert estate.preview("snapshot.take", estate.vms[0], name="two")[0].downtime_s == pytest.approx(without_s)

    def test_it_stuns_a_running_guest_under_esxi_also_where_it_merges(self) -> None:
        estate = make_operated("esxi")
        vm = estate.vms[0]
        estate.run("snapshot.take", vm, name="one")
        VirtualMachine.objects.filter(pk=vm.pk).update(delta_gib=2.0)
        for name, subject in (("snapshot.delete", estate.snapshot("one")), ("snapshot.delete_all", estate.vm("db-01"))):
            assert estate.preview(name, subject)[0].downtime_s == 0.4
        assert estate.preview("vm.clone", estate.vm("db-01"), name="lc", linked=True)[0].downtime_s == 0.4
        _preview, plan = estate.preview("snapshot.take", estate.vm("db-01"), name="all", with_memory=True)
        assert [(step.key, step.down) for step in plan.steps] == [("stun", True), ("write", False), ("take", False)]
        estate.run("vm.stop", estate.vm("db-01"))
        assert estate.preview("snapshot.take", estate.vm("db-01"), name="two")[0].downtime_s == 0
        assert estate.preview("snapshot.delete", estate.snapshot("one"))[0].downtime_s == 0

    def test_it_says_how_consistent_it_is(self, estate: Operated) -> None:
        estate.run("snapshot.take", estate.vms[0], name="quiet", quiesced=True)
        assert (estate.snapshot("quiet").quiesced, estate.snapshot("quiet").with_memory) == (True, False)
        estate.refused("snapshot.take", estate.vms[0], name="both", quiesced=True, with_memory=True)
        estate.run("vm.stop", estate.vms[1])
        assert "nothing to quiesce" in str(estate.refused("snapshot.take", estate.vm("db-02"), name="x", quiesced=True))

    def test_it_grows_by_the_day_and_slows_reads(self, estate: Operated) -> None:
        estate.run("snapshot.take", estate.vms[0], name="one")
        fresh = live(estate.lab).guests[estate.vms[0].pk]
        estate.let_pass(10 * DAY)
        later = live(estate.lab).guests[estate.vms[0].pk]
        assert later.delta_gib == pytest.approx(fresh.delta_gib + 10 * 20 * 0.02)
        assert later.disk_taken_gib == pytest.approx(20 + later.delta_gib)
        assert fresh.read_factor == pytest.approx(1.2, abs=0.01)
        for name in ("two", "three"):
            estate.run("snapshot.take", estate.vms[0], name=name)
        assert live(estate.lab).guests[estate.vms[0].pk].read_factor > 1.5

    def test_it_does_not_grow_while_the_guest_is_off(self, estate: Operated) -> None:
        estate.run("snapshot.take", estate.vms[0], name="one")
        estate.run("vm.stop", estate.vms[0])
        before = live(estate.lab).guests[estate.vms[0].pk].delta_gib
        estate.let_pass(10 * DAY)
        assert live(estate.lab).guests[estate.vms[0].pk].delta_gib == before

    def test_it_refuses_a_full_datastore(self, estate: Operated) -> None:
        Datastore.objects.update(capacity_gib=60)
        refused = estate.refused("snapshot.take", estate.vms[0], name="x")
        assert "datastore ds-01 has 0.0 GiB left" in str(refused)
        assert refused.refusals[0].ways_out[0].operation == "datastore.grow"

    def test_it_refuses_what_is_not_there(self, estate: Operated) -> None:
        estate.run("vm.stop", estate.vms[0])
        assert "no memory to keep" in str(estate.refused("snapshot.take", estate.vms[0], name="x", with_memory=True))
        bare = make_operated(Hypervisor.NONE, guests=1)
        assert "has no snapshots" in str(bare.refused("snapshot.take", bare.vms[0], name="x"))


class TestRevert:
    def test_it_gives_back_configuration_and_goes_on_with_the_memory(self, estate: Operated) -> None:
        estate.run("snapshot.take", estate.vms[0], name="with", with_memory=True)
        estate.run("vm.resize", estate.vms[0], vcpu=4, memory_mib=16 * GIB, disk_gib=80)
        estate.run("vm.stop", estate.vms[0])
        estate.run("snapshot.revert", estate.snapshot("with"))
        vm = estate.vm("db-01")
        assert (vm.vcpu, vm.memory_mib, vm.disk_gib, vm.power_state) == (2, 8 * GIB, 40.0, PowerState.RUNNING)

    def test_it_is_off_afterwards_without_memory(self, estate: Operated) -> None:
        estate.run("snapshot.take", estate.vms[0], name="without")
        estate.run("snapshot.revert", estate.snapshot("without"))
        assert estate.vm("db-01").power_state == PowerState.STOPPED

    def test_it_goes_to_any_point_and_branches(self, estate: Operated) -> None:
        for name in ("one", "two"):
            estate.run("snapshot.take", estate.vms[0], name=name)
        estate.run("snapshot.revert", estate.snapshot("one"))
        estate.run("snapshot.take", estate.vms[0], name="other")
        assert estate.snapshot("two").parent == estate.snapshot("other").parent == estate.snapshot("one")
        estate.run("snapshot.revert", estate.snapshot("two"))
        assert estate.vm("db-01").snapshot == estate.snapshot("two")

    def test_it_refuses_where_the_host_has_no_room(self, estate: Operated) -> None:
        estate.run("snapshot.take", estate.vms[0], name="with", with_memory=True)
        estate.run("vm.stop", estate.vms[0])
        VirtualMachine.objects.filter(name="db-02").update(memory_mib=50 * GIB)
        assert "Needs 8.0 GiB" in str(estate.refused("snapshot.revert", estate.snapshot("with")))

    def test_it_refuses_a_deleted_snapshot(self, estate: Operated) -> None:
        estate.run("snapshot.take", estate.vms[0], name="one")
        snapshot = estate.snapshot("one")
        estate.run("snapshot.delete", snapshot)
        assert "one does not exist any more" in str(estate.refused("snapshot.revert", snapshot))

    def test_it_refuses_a_snapshot_of_another_lab(self, estate: Operated) -> None:
        other = make_operated()
        other.run("snapshot.take", other.vms[0], name="theirs")
        with pytest.raises(Refused, match="does not exist any more"):
            estate.start("snapshot.revert", other.snapshot("theirs"))


class TestDelete:
    def chain(self, estate: Operated) -> None:
        for name in ("one", "two", "three"):
            estate.run("snapshot.take", estate.vms[0], name=name)

    def test_it_merges_one_out_of_the_middle(self, estate: Operated) -> None:
        self.chain(estate)
        two, three = estate.snapshot("two").delta_gib, estate.snapshot("three").delta_gib
        assert two == pytest.approx(0.4, rel=0.01)
        job = estate.run("snapshot.delete", estate.snapshot("two"))
        assert estate.snapshot("three").parent == estate.snapshot("one")
        assert estate.snapshot("three").delta_gib == pytest.approx(two + three)
        assert job.duration_s == pytest.approx(2 + 2 * three * 1024 / 500)

    def test_it_merges_the_first_into_the_disk(self, estate: Operated) -> None:
        self.chain(estate)
        estate.run("snapshot.delete", estate.snapshot("one"))
        assert estate.snapshot("two").parent is None
        assert estate.snapshot("two").delta_gib == 0

    def test_it_keeps_the_guest_and_its_place_when_the_last_goes(self, estate: Operated) -> None:
        self.chain(estate)
        estate.run("snapshot.delete", estate.snapshot("three"))
        assert estate.vm("db-01").snapshot == estate.snapshot("two")
        estate.run("snapshot.delete_all", estate.vms[0])
        assert estate.vm("db-01").snapshot is None
        assert not Snapshot.objects.exists()
        assert live(estate.lab).guests[estate.vms[0].pk].disk_taken_gib == 20
        assert "has no snapshot" in str(estate.refused("snapshot.delete_all", estate.vms[0]))

    def test_it_never_grows_beyond_what_is_in_use(self, estate: Operated) -> None:
        self.chain(estate)
        estate.let_pass(timedelta(days=400).total_seconds())
        assert live(estate.lab).guests[estate.vms[0].pk].delta_gib == 20

    def test_it_frees_what_the_preview_says_and_copies_are_as_large_as_before(self, estate: Operated) -> None:
        self.chain(estate)
        VirtualMachine.objects.filter(name="db-01").update(delta_gib=15, power_state=PowerState.STOPPED)
        Snapshot.objects.filter(name="three").update(delta_gib=15)
        for name in ("three", "one", "two"):
            vm, lab_at = estate.vm("db-01"), estate.lab.lab_time()
            seen, taken = seen_gib(vm, lab_at), taken_gib(estate.datastore, lab_at)
            [freed] = [
                change.after
                for change in estate.preview("snapshot.delete", estate.snapshot(name))[0].changes
                if str(change.label) == "Space freed"
            ]
            estate.run("snapshot.delete", estate.snapshot(name))
            assert seen_gib(estate.vm("db-01"), lab_at) == pytest.approx(seen)
            assert taken - taken_gib(estate.datastore, lab_at) == pytest.approx(freed, abs=0.05), name


class TestInside:
    """Under KVM a snapshot with memory is inside the disk's file."""

    @pytest.fixture
    def estate(self) -> Operated:
        estate = make_operated()
        Assumption.objects.create(lab=estate.lab, key="delta_pct_per_day", value=0.0)
        return estate

    def written(self, estate: Operated, gib: float = 2.0) -> None:
        VirtualMachine.objects.filter(pk=estate.vms[0].pk).update(delta_gib=gib)

    def said(self, estate: Operated, **params: object) -> str:
        return " ".join(map(str, estate.preview("snapshot.take", estate.vm("db-01"), **params)[0].notes))

    def test_it_neither_slows_reads_nor_is_merged(self, estate: Operated) -> None:
        said = self.said(estate, name="all", with_memory=True)
        assert "inside the disk's file" in said
        assert "A read then takes" not in said
        estate.run("snapshot.take", estate.vms[0], name="all", with_memory=True)
        self.written(estate)
        now = live(estate.lab).guests[estate.vms[0].pk]
        assert now.read_factor == 1.0
        assert now.disk_taken_gib == pytest.approx(20 + 6 + 2)
        preview, plan = estate.preview("snapshot.delete", estate.snapshot("all"))
        assert [step.key for step in plan.steps] == ["delete"]
        assert {str(row.label): row.after for row in preview.changes}["Space freed"] == 8.0
        assert [step.key for step in estate.preview("snapshot.delete_all", estate.vm("db-01"))[1].steps] == ["delete"]
        estate.run("snapshot.delete", estate.snapshot("all"))
        assert live(estate.lab).guests[estate.vms[0].pk].disk_taken_gib == 20

    def test_it_is_a_delta_disk_without_memory_and_elsewhere(self, estate: Operated) -> None:
        assert "1.20 times as long" in self.said(estate, name="one")
        assert "inside" not in self.said(estate, name="one")
        elsewhere = make_operated("esxi")
        assert "1.20 times as long" in self.said(elsewhere, name="one", with_memory=True)

    def test_it_reads_and_merges_only_delta_disks(self, estate: Operated) -> None:
        for name, with_memory in (("file", False), ("all", True), ("again", True)):
            estate.run("snapshot.take", estate.vm("db-01"), name=name, with_memory=with_memory)
            self.written(estate)
        assert "1.26" in self.said(estate, name="more", with_memory=True), "one delta disk"
        assert live(estate.lab).guests[estate.vms[0].pk].read_factor == pytest.approx(1 + 0.2 * (1 + 6 / 20), abs=0.01)
        merge = estate.preview("snapshot.delete_all", estate.vm("db-01"))[1].steps[0]
        assert merge.flow
        assert merge.flow.gib == pytest.approx(6, abs=0.01)

    def test_it_merges_no_delta_disk_that_holds_another(self, estate: Operated) -> None:
        estate.run("snapshot.take", estate.vms[0], name="file")
        estate.run("snapshot.take", estate.vms[0], name="all", with_memory=True)
        refused = estate.refused("snapshot.delete", estate.snapshot("file"))
        assert "kept inside the delta disk that was written after it: all" in str(refused)
        assert [way.subject for way in refused.refusals[0].ways_out] == [estate.snapshot("all")]
        estate.run("snapshot.delete", estate.snapshot("all"))
        estate.run("snapshot.delete", estate.snapshot("file"))


class TestScene:
    def test_it_breaks_the_guest_and_the_snapshot_mends_it(self, estate: Operated) -> None:
        job = estate.run("scene.failed_update", estate.vms[0])
        assert [child.operation for child in Job.objects.filter(parent=job).order_by("pk")] == [
            "snapshot.take",
            "guest.update",
        ]
        vm = estate.vm("db-01")
        assert (vm.health, vm.guest_version, vm.disk_used_gib) == (GuestHealth.BROKEN, 1, 22.0)
        refused = estate.refused("guest.update", vm, outcome="good")
        assert refused.refusals[0].ways_out[0].operation == "snapshot.revert"
        estate.run("snapshot.revert", estate.snapshot("update-1"))
        vm = estate.vm("db-01")
        assert (vm.health, vm.guest_version, vm.power_state) == (GuestHealth.WELL, 0, PowerState.RUNNING)

    def test_it_counts_the_parts_of_its_own_attempt(self, estate: Operated) -> None:
        job = estate.start("scene.failed_update", estate.vms[0])
        estate.let_pass(3)
        part = Job.objects.get(parent=job)
        cancel(part, TESTER)
        estate.let_pass()
        assert again(job).state == JobState.FAILED
        assert not Snapshot.objects.exists()
        retry(again(job), TESTER)
        estate.let_pass()
        assert again(job).state == JobState.SUCCEEDED
        assert (estate.vm("db-01").health, Snapshot.objects.count()) == (GuestHealth.BROKEN, 1)

    def test_it_updates_well(self, estate: Operated) -> None:
        estate.run("guest.update", estate.vms[0], outcome="good")
        assert (estate.vm("db-01").health, estate.vm("db-01").guest_version) == (GuestHealth.WELL, 1)

    @pytest.mark.parametrize("outcome", ["good", "bad"])
    def test_it_is_not_cancelled_once_it_restarts(self, estate: Operated, outcome: str) -> None:
        job = estate.start("guest.update", estate.vms[0], outcome=outcome)
        assert job.ends_lab_at
        estate.let_pass((job.ends_lab_at - estate.lab.lab_time()).total_seconds() - 5)
        with pytest.raises(Refused, match="“Restart the guest OS” cannot be taken back"):
            cancel(Job.objects.get(pk=job.pk), TESTER)
        estate.let_pass()
        assert Job.objects.get(pk=job.pk).state == JobState.SUCCEEDED
        assert estate.vm("db-01").guest_version == 1

    def test_it_leaves_nothing_where_it_is_cancelled_before(self, estate: Operated) -> None:
        job = estate.start("guest.update", estate.vms[0], outcome="bad")
        estate.let_pass(5)
        cancel(Job.objects.get(pk=job.pk), TESTER)
        estate.let_pass()
        vm = estate.vm("db-01")
        assert (vm.health, vm.guest_version, vm.disk_used_gib) == (GuestHealth.WELL, 0, 20.0)
