"""Backups: what is copied and how fast, what they keep, what a restore brings back and loses."""

import pytest
from django.forms import ChoiceField

from hosts.choices import GuestHealth, Hypervisor, PowerState
from hosts.models import Backup, Datastore, Host, Snapshot, VirtualMachine
from hosts.operations.backup.sources import choices_for
from hosts.rules.snapshot_kinds import LEAST_GIB
from tests.hosts.operations.operated import Operated, make_operated
from tests.support.guests import save_template
from tests.support.sandbox import DAY_S, TESTER
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import Job
from virtlab.jobs.operations.refusals import Invalid
from virtlab.jobs.operations.registry import operation_named
from virtlab.jobs.runner.cancel import cancel
from virtlab.labs.models import Assumption, Workload

pytestmark = pytest.mark.django_db
HELD_S, COPIED_S = 2.0, 20 * 1024 / 250
"""20 GiB are read at 500 MiB/s at most, and written at 250."""


@pytest.fixture
def estate() -> Operated:
    return make_operated()


def choice(backup: Backup) -> str:
    return f"backup-{backup.pk}"


def notes(estate: Operated, name: str, vm: VirtualMachine, /, **params: object) -> str:
    """What a preview says beside its figures."""
    return " ".join(map(str, estate.prepared(name, vm, **params).preview().notes))


class TestTake:
    def test_it_copies_what_is_in_use_at_the_rate_of_the_slower_end(self, estate: Operated) -> None:
        _preview, plan = estate.preview("backup.take", estate.vms[0])
        assert plan.duration_s == pytest.approx(HELD_S + COPIED_S)
        Datastore.objects.update(mib_per_s=100)
        assert estate.preview("backup.take", estate.vm("db-01"))[1].duration_s == pytest.approx(HELD_S + 204.8)

    def test_it_stuns_a_running_guest_twice_under_esxi(self) -> None:
        estate = make_operated("esxi")
        preview, plan = estate.preview("backup.take", estate.vms[0])
        assert [step.key for step in plan.steps] == ["stun", "freeze", "copy", "stun_again"]
        assert preview.downtime_s == pytest.approx(0.8)
        assert "through a temporary snapshot" in notes(estate, "backup.take", estate.vms[0])
        estate.run("vm.stop", estate.vms[1])
        assert estate.preview("backup.take", estate.vm("db-02"))[0].downtime_s == 0
        kvm = make_operated("kvm")
        assert kvm.preview("backup.take", kvm.vms[0])[0].downtime_s == 0

    def test_it_stays_where_the_host_fails_once_it_is_copied(self) -> None:
        estate = make_operated("esxi")
        job = estate.start("backup.take", estate.vms[0])
        estate.let_pass(0.4 + HELD_S + COPIED_S + 0.1)
        estate.run_now("host.fail", estate.hosts[0])
        job.refresh_from_db()
        assert (job.state, Backup.objects.count()) == (JobState.FAILED, 1)

    def test_it_shares_the_backup_storage(self, estate: Operated) -> None:
        jobs = [estate.start("backup.take", vm) for vm in estate.vms[:2]]
        estate.let_pass(HELD_S + COPIED_S + 1)
        assert not Backup.objects.exists()
        estate.let_pass(COPIED_S)
        assert {Job.objects.get(pk=job.pk).state for job in jobs} == {JobState.SUCCEEDED}

    def test_it_is_of_the_moment_at_which_it_began(self, estate: Operated) -> None:
        began_at = estate.lab.lab_time()
        estate.run("backup.take", estate.vms[0])
        backup = Backup.objects.get()
        assert (backup.taken_lab_at - began_at).total_seconds() == HELD_S
        assert (backup.gib, backup.quiesced, backup.configuration["health"]) == (20.0, False, GuestHealth.WELL)

    def test_it_takes_nothing_of_the_datastore_but_the_beginning_of_a_delta_disk(self, estate: Operated) -> None:
        Datastore.objects.update(capacity_gib=60 + LEAST_GIB)
        estate.run("backup.take", estate.vm("db-01"))

    def test_it_holds_the_guest_and_leaves_nothing_when_it_is_cancelled(self, estate: Operated) -> None:
        job = estate.start("backup.take", estate.vms[0])
        estate.let_pass(10)
        assert "is busy" in str(estate.refused("vm.stop", estate.vms[0]))
        cancel(Job.objects.get(pk=job.pk), TESTER)
        estate.let_pass()
        assert not Backup.objects.exists()

    def test_it_fails_with_the_host_and_leaves_nothing(self, estate: Operated) -> None:
        job = estate.start("backup.take", estate.vms[0])
        estate.let_pass(10)
        estate.run_now("host.fail", estate.hosts[0])
        job.refresh_from_db()
        assert (job.state, Backup.objects.count()) == (JobState.FAILED, 0)

    def test_it_says_how_consistent_it_is_and_what_it_costs(self, estate: Operated) -> None:
        vm = estate.vms[0]
        assert "crash-consistent" in notes(estate, "backup.take", vm)
        assert "VSS writers" in notes(estate, "backup.take", vm, quiesced=True)
        assert "paid for as 128 % of the data in use, whether used or not" in notes(estate, "backup.take", vm)
        estate.run("backup.take", vm, quiesced=True)
        assert Backup.objects.get().quiesced

    def test_it_quiesces_only_what_runs(self, estate: Operated) -> None:
        estate.run("vm.stop", estate.vms[0])
        assert "nothing to quiesce" in str(estate.refused("backup.take", estate.vm("db-01"), quiesced=True))

    def test_it_says_that_memory_is_not_in_it(self, estate: Operated) -> None:
        estate.run("vm.suspend", estate.vms[0])
        assert "memory is not in it" in notes(estate, "backup.take", estate.vm("db-01"))

    def test_it_is_taken_by_an_agent_of_a_physical_server_that_runs(self) -> None:
        estate = make_operated(Hypervisor.NONE, guests=1)
        said = notes(estate, "backup.take", estate.vms[0])
        assert "crash-consistent" in said
        assert "An agent in its operating system" in said
        estate.run("backup.take", estate.vms[0])
        assert Backup.objects.filter(vm=estate.vms[0]).exists()

    def test_it_is_not_of_a_template(self, estate: Operated) -> None:
        save_template(estate, estate.vms[0])
        assert "is a template" in str(estate.refused("backup.take", estate.vm("base")))

    def test_it_has_its_rate_from_the_lab(self, estate: Operated) -> None:
        Assumption.objects.create(lab=estate.lab, key="backup_mib_per_s", value=50.0)
        job = estate.start("backup.take", estate.vms[0])
        estate.let_pass(HELD_S + 409)
        job.refresh_from_db()
        assert job.is_active
        estate.let_pass(1)
        assert Backup.objects.exists()


class TestRestore:
    def test_it_brings_back_the_disk_of_that_time_and_says_what_is_lost(self, estate: Operated) -> None:
        vm = estate.vms[0]
        estate.run("backup.take", vm)
        estate.let_pass(DAY_S)
        estate.run("snapshot.take", vm, name="late")
        estate.run("guest.update", vm, outcome="bad")
        said = notes(estate, "vm.restore", estate.vm("db-01"), source=choice(Backup.objects.get()))
        assert "data since the backup of 3\xa0d 23\xa0h ago is lost" in said
        estate.run("vm.restore", estate.vm("db-01"), source=choice(Backup.objects.get()))
        vm = estate.vm("db-01")
        assert (vm.health, vm.guest_version, vm.disk_used_gib) == (GuestHealth.WELL, 0, 20.0)
        assert (vm.power_state, Snapshot.objects.count(), Backup.objects.count()) == (PowerState.RUNNING, 0, 1)

    @pytest.mark.parametrize(
        ("name", "params"),
        [("vm.resize", {"vcpu": 2, "memory_mib": 8192, "disk_gib": 80}), ("vm.restore", {}), ("snapshot.revert", {})],
    )
    def test_it_keeps_others_from_the_copy_that_it_reads(
        self, estate: Operated, name: str, params: dict[str, object]
    ) -> None:
        for vm in estate.vms[:2]:
            estate.run("vm.stop", vm)
        estate.run("vm.clone", estate.vms[0], name="copy")
        save_template(estate, estate.vm("db-02"))
        copy, template = estate.vm("copy"), estate.vm("base")
        estate.run("snapshot.take", copy, name="early")
        subject = estate.snapshot("early") if name == "snapshot.revert" else copy
        estate.start("vm.restore", estate.vm("db-01"), source=copy.pk)
        estate.let_pass(5)
        given = params or ({"source": template.pk} if name == "vm.restore" else {})
        assert "Restore db-01 from copy" in str(estate.refused(name, subject, **given))

    def test_it_is_a_way_out_of_a_broken_guest(self, estate: Operated) -> None:
        save_template(estate, estate.vms[0])
        estate.run("snapshot.take", estate.vms[0], name="before")
        for _time in range(2):
            estate.run("backup.take", estate.vms[0])
        estate.run("guest.update", estate.vms[0], outcome="bad")
        estate.run("backup.take", estate.vms[0])
        ways = estate.refused("guest.update", estate.vms[0], outcome="good").refusals[0].ways_out
        newest_well = Backup.objects.all()[1]
        assert [(way.operation, way.params.get("source")) for way in ways] == [
            ("snapshot.revert", None),
            ("vm.restore", choice(newest_well)),
            ("vm.restore", estate.vm("base").pk),
        ]

    def test_it_keeps_a_broken_system_broken(self, estate: Operated) -> None:
        estate.run("guest.update", estate.vms[0], outcome="bad")
        assert "the backup keeps it so" in notes(estate, "backup.take", estate.vm("db-01"))
        estate.run("backup.take", estate.vms[0])
        ways = estate.refused("guest.update", estate.vms[0], outcome="good").refusals[0].ways_out
        assert [way.operation for way in ways] == ["vm.create"]
        estate.run("vm.restore", estate.vms[0], source=choice(Backup.objects.get()))
        assert estate.vm("db-01").health == GuestHealth.BROKEN

    def test_it_offers_the_newest_well_backup_first(self, estate: Operated) -> None:
        save_template(estate, estate.vms[0])
        for _time in range(2):
            estate.run("backup.take", estate.vms[0])
        estate.run("guest.update", estate.vms[0], outcome="bad")
        estate.run("backup.take", estate.vms[0])
        form = operation_named("vm.restore").form(estate.lab, estate.vm("db-01"))
        field = form.fields["source"]
        assert isinstance(field, ChoiceField)
        assert field.initial == choice(Backup.objects.all()[1])
        (kind, backups), (other, templates) = choices_for(estate.vm("db-01"))
        first, second, broken = Backup.objects.all()
        assert (str(kind), [value for value, _words in backups]) == ("Backups", [*map(choice, (second, first, broken))])
        assert (str(other), [value for value, _words in templates]) == ("Templates", [str(estate.vm("base").pk)])

    def test_it_takes_no_backup_of_another_guest(self, estate: Operated) -> None:
        estate.run("backup.take", estate.vms[1])
        with pytest.raises(Invalid, match="available choices"):
            estate.start("vm.restore", estate.vms[0], source=choice(Backup.objects.get()))

    def test_it_loses_all_data_to_a_template_of_another_guest(self, estate: Operated) -> None:
        save_template(estate, estate.vms[0])
        assert "all its data is lost" in notes(estate, "vm.restore", estate.vms[1], source=estate.vm("base").pk)


class TestDelete:
    def test_it_deletes_a_backup_and_says_when_it_is_the_last(self, estate: Operated) -> None:
        for _time in range(2):
            estate.run("backup.take", estate.vms[0])
        old, new = Backup.objects.all()
        assert not estate.prepared("backup.delete", old).preview().notes
        estate.run("backup.delete", old)
        assert "only backup of db-01" in str(estate.prepared("backup.delete", new).preview().notes[0])

    def test_it_stays_without_its_vm_and_the_preview_says_so(self, estate: Operated) -> None:
        estate.run("backup.take", estate.vms[0])
        estate.run("vm.stop", estate.vms[0])
        prepared = estate.prepared("vm.delete", estate.vm("db-01"))
        assert "Its backup stays" in " ".join(map(str, prepared.preview().notes))
        estate.run("vm.delete", estate.vm("db-01"))
        backup = Backup.objects.get()
        assert (backup.vm, backup.vm_name, backup.cluster) == (None, "db-01", estate.cluster)
        assert "only backup of db-01" in str(estate.prepared("backup.delete", backup).preview().notes[0])
        estate.run("backup.delete", backup)
        assert not Backup.objects.exists()


class TestRestoreAsNew:
    def test_it_makes_a_vm_that_is_gone_anew(self, estate: Operated) -> None:
        Workload.objects.filter(virtual_machine=estate.vms[0]).update(operating_system="windows", application="ERP")
        backup = gone(estate)
        form = operation_named("backup.restore").form(estate.lab, backup)
        assert form.fields["name"].initial == "db-01"
        estate.run("backup.restore", backup, name="db-01", start=True)
        vm = estate.vm("db-01")
        assert (vm.vcpu, vm.memory_mib, vm.disk_used_gib) == (2, 8192, 20.0)
        assert (vm.power_state, vm.datastore, vm.cluster) == (PowerState.RUNNING, estate.datastore, estate.cluster)
        assert vm.workload
        assert (vm.workload.operating_system, vm.workload.application) == ("windows", "ERP")
        assert Backup.objects.filter(pk=backup.pk, vm=None).exists()

    def test_it_stands_beside_the_vm_that_is_there(self, estate: Operated) -> None:
        estate.run("backup.take", estate.vms[0])
        backup = Backup.objects.get()
        assert operation_named("backup.restore").form(estate.lab, backup).fields["name"].initial == "db-01-restored"
        estate.run("backup.restore", backup, name="db-01-restored")
        assert estate.vm("db-01-restored").power_state == PowerState.STOPPED

    def test_it_lasts_as_long_as_the_backup_storage_reads(self, estate: Operated) -> None:
        steps = {step.key: step for step in estate.preview("backup.restore", gone(estate), name="new")[1].steps}
        assert steps["copy"].duration_s == pytest.approx(COPIED_S)

    def test_it_needs_room_on_the_datastore_and_on_a_host(self, estate: Operated) -> None:
        backup = gone(estate)
        Host.objects.update(memory_mib=6 * 1024)
        assert "has room" in str(estate.refused("backup.restore", backup, name="new", start=True))
        Datastore.objects.update(capacity_gib=21)
        refused = estate.refused("backup.restore", backup, name="new")
        assert refused.refusals[0].ways_out[0].operation == "datastore.grow"

    def test_it_says_what_comes_back_and_what_does_not(self, estate: Operated) -> None:
        estate.run("guest.update", estate.vms[0], outcome="bad")
        said = " ".join(map(str, estate.prepared("backup.restore", gone(estate), name="new").preview().notes))
        for words in ("snapshots are not in a backup", "a typical day is assumed", "so is that of the new VM"):
            assert words in said

    def test_it_is_not_taken_away_while_it_is_read(self, estate: Operated) -> None:
        backup = gone(estate)
        estate.start("backup.restore", backup, name="new")
        assert "is busy" in str(estate.refused("backup.delete", backup))


def gone(estate: Operated) -> Backup:
    """A backup whose guest was deleted."""
    estate.run("backup.take", estate.vms[0])
    estate.run("vm.stop", estate.vm("db-01"))
    estate.run("vm.delete", estate.vm("db-01"))
    return Backup.objects.get()
