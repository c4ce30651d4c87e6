"""A case of every operation on snapshots, copies and templates."""

from hosts.models import Backup, VirtualMachine
from tests.operations.case import Case, case
from tests.operations.estates import (
    DAY_W,
    DELTA_GIB,
    in_estate,
    of_guest,
    over_a_day,
    quiet,
    snapshots_left,
    stopped,
    with_backup,
    with_snapshots,
    with_template,
)
from tests.support.sandbox import GIB


@case("snapshot.take")
def take() -> Case:
    return of_guest(quiet(), name="s-1")


@case("snapshot.take/memory")
def take_memory() -> Case:
    return of_guest(quiet(), name="s-1", with_memory=True)


@case("snapshot.revert")
def revert() -> Case:
    estate = with_snapshots()
    return in_estate(estate, estate.snapshot("s-1"))


@case("snapshot.revert/memory")
def revert_memory() -> Case:
    estate = with_snapshots(memory=True)
    return in_estate(estate, estate.snapshot("s-1"))


@case("snapshot.revert/off")
def revert_off() -> Case:
    estate = with_snapshots()
    estate.run("vm.stop", estate.vms[0])
    return in_estate(estate, estate.snapshot("s-1"))


@case("snapshot.delete")
def delete_snapshot() -> Case:
    estate = with_snapshots(memory=True)
    return in_estate(estate, estate.snapshot("s-1"), reads={"Snapshots": snapshots_left(estate)})


@case("snapshot.delete/last")
def delete_last() -> Case:
    estate = with_snapshots()
    return in_estate(estate, estate.snapshot("s-2"), reads={"Snapshots": snapshots_left(estate)})


@case("snapshot.delete_all")
def delete_all() -> Case:
    return of_guest(with_snapshots())


@case("vm.clone")
def clone() -> Case:
    return of_guest(stopped(), name="copy")


@case("vm.clone/started")
def clone_started() -> Case:
    return of_guest(stopped(), name="copy", start=True)


@case("vm.clone/of one that runs")
def clone_running() -> Case:
    return of_guest(quiet("esxi"), name="copy", start=True)


@case("vm.clone/of one that is suspended")
def clone_suspended() -> Case:
    estate = quiet()
    estate.run("vm.suspend", estate.vms[0])
    return of_guest(estate, name="copy")


@case("vm.clone/linked")
def clone_linked() -> Case:
    return of_guest(quiet(), name="copy", linked=True, start=True)


@case("template.save")
def save() -> Case:
    return of_guest(stopped(), name="golden", how="copy")


@case("template.save/of one that runs")
def save_running() -> Case:
    return of_guest(quiet("esxi"), name="golden", how="copy")


@case("template.save/convert")
def convert() -> Case:
    return of_guest(stopped(), name="db-01", how="convert")


@case("template.deploy")
def deploy() -> Case:
    return of_guest(with_template(), count=3, pattern="web-{n}", first=1, vcpu=2, memory_mib=4 * GIB, start=True)


@case("template.deploy/linked")
def deploy_linked() -> Case:
    return of_guest(with_template(), count=2, pattern="web-{n}", first=1, vcpu=2, memory_mib=4 * GIB, linked=True)


@case("template.deploy_copy")
def deploy_copy() -> Case:
    return of_guest(with_template(), name="web-1", vcpu=2, memory_mib=4 * GIB, start=True)


@case("template.to_vm")
def to_vm() -> Case:
    estate = with_template()
    case = of_guest(estate)
    # Only a template has another state than that of its power.
    case.reads = {"State": lambda: estate.vm("db-01").get_power_state_display()}
    return case


@case("vm.restore/backup")
def restore_backup() -> Case:
    estate = with_backup()
    estate.run("guest.update", estate.vms[0], outcome="bad")
    estate.run("snapshot.take", estate.vms[0], name="broken")
    return of_guest(estate, source=f"backup-{Backup.objects.get().pk}")


@case("snapshot.take/stunned")
def take_stunned() -> Case:
    return of_guest(quiet("esxi"), name="before")


@case("snapshot.take/memory, stunned")
def take_memory_stunned() -> Case:
    return of_guest(quiet("esxi"), name="before", with_memory=True)


@case("backup.take/stunned")
def back_up_stunned() -> Case:
    return of_guest(quiet("esxi"))


@case("snapshot.delete_all/stunned")
def delete_all_stunned() -> Case:
    estate = quiet("esxi")
    estate.run("snapshot.take", estate.vms[0], name="before")
    VirtualMachine.objects.filter(pk=estate.vms[0].pk).update(delta_gib=DELTA_GIB)
    return of_guest(estate)


@case("vm.clone/linked, stunned")
def clone_stunned() -> Case:
    return of_guest(quiet("esxi"), name="copy", linked=True)


@case("backup.restore")
def restore_as_new() -> Case:
    estate = with_backup()
    estate.run("vm.stop", estate.vms[0])
    estate.run("vm.delete", estate.vm("db-01"))
    params = {"name": "again", "start": True}
    reads = {"Host": lambda: estate.vm("again").host, "Datastore": lambda: estate.vm("again").datastore}
    more = {"reads": reads, "figures": lambda: over_a_day(estate), "watts_within": DAY_W}
    return in_estate(estate, Backup.objects.get(), params=params, **more)


@case("backup.restore/off")
def restore_as_new_off() -> Case:
    estate = with_backup()
    reads = {"Host": lambda: estate.vm("again").host, "Datastore": lambda: estate.vm("again").datastore}
    return in_estate(estate, Backup.objects.get(), params={"name": "again"}, reads=reads)


@case("backup.take")
def back_up() -> Case:
    return of_guest(quiet(), quiesced=True)


@case("backup.take/off")
def back_up_off() -> Case:
    return of_guest(stopped())


@case("backup.delete")
def delete_backup() -> Case:
    estate = with_backup()
    return in_estate(estate, Backup.objects.get(), reads={"Backups": Backup.objects.count})


@case("vm.restore")
def restore() -> Case:
    estate = with_template()
    estate.run("guest.update", estate.vms[1], outcome="bad")
    return of_guest(estate, "db-02", source=estate.vms[0].pk)


@case("template.deploy/swap files")
def deploy_with_files() -> Case:
    shape = {"vcpu": 2, "memory_mib": 4 * GIB, "start": True}
    return of_guest(with_template("esxi"), count=3, pattern="web-{n}", first=1, **shape)


@case("snapshot.revert/memory, swap file")
def revert_with_file() -> Case:
    estate = with_snapshots("esxi", memory=True)
    return in_estate(estate, estate.snapshot("s-1"))
