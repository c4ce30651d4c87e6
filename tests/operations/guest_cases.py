"""A case of every operation on a guest."""

from hosts.models import VirtualMachine
from tests.operations.case import Case, case
from tests.operations.estates import (
    DAY_W,
    RESIZED,
    SHAPE,
    in_estate,
    of_guest,
    over_a_day,
    quiet,
    stopped,
    with_backup,
)


@case("vm.start")
def start() -> Case:
    return of_guest(stopped())


@case("vm.stop")
def stop() -> Case:
    return of_guest(quiet())


@case("vm.suspend")
def suspend() -> Case:
    return of_guest(quiet())


@case("vm.resume")
def resume() -> Case:
    estate = quiet()
    estate.run("vm.suspend", estate.vms[0])
    return of_guest(estate)


@case("vm.discard_suspended")
def discard() -> Case:
    estate = quiet()
    estate.run("vm.suspend", estate.vms[0])
    return of_guest(estate)


@case("vm.restart")
def restart() -> Case:
    return of_guest(quiet())


@case("vm.power_off")
def power_off() -> Case:
    return of_guest(quiet())


@case("vm.resize")
def resize() -> Case:
    return of_guest(quiet(), **RESIZED)


@case("vm.resize/stops")
def resize_stops() -> Case:
    return of_guest(quiet("workstation"), **RESIZED)


@case("vm.resize/hot add")
def resize_hot_add() -> Case:
    estate = quiet("esxi")
    VirtualMachine.objects.update(hot_add_cpu=True, hot_add_memory=True)
    return of_guest(estate, **RESIZED)


@case("vm.resize/off")
def resize_off() -> Case:
    return of_guest(stopped(), **RESIZED)


@case("vm.move")
def move() -> Case:
    estate = quiet()
    return of_guest(estate, host=estate.hosts[1].pk)


@case("vm.move/off")
def move_off() -> Case:
    estate = stopped()
    return of_guest(estate, host=estate.hosts[1].pk)


@case("guest.update")
def update() -> Case:
    return of_guest(quiet(), outcome="good")


@case("guest.update/bad")
def update_bad() -> Case:
    return of_guest(quiet(), outcome="bad")


@case("scene.failed_update")
def scene() -> Case:
    return of_guest(quiet())


@case("vm.rename")
def rename() -> Case:
    return of_guest(stopped(), name="db-09", hostname="db-09")


@case("vm.rename/running")
def rename_running() -> Case:
    return of_guest(quiet("esxi"), name="db-09", hostname="db-09")


@case("vm.set_placement")
def placement() -> Case:
    return of_guest(quiet(), pinned=True, anti_affinity="db")


@case("vm.set_hot_add")
def hot_add() -> Case:
    return of_guest(stopped("esxi"), hot_add_cpu=True, hot_add_memory=True)


@case("vm.delete")
def delete() -> Case:
    estate = stopped()

    def used() -> float:
        left = VirtualMachine.objects.filter(lab=estate.lab, name="db-01").values_list("disk_used_gib", flat=True)
        return sum(left)

    case = of_guest(estate)
    case.reads = {"Disk in use": used}
    return case


@case("vm.delete/backed up")
def delete_backed_up() -> Case:
    estate = with_backup()
    estate.run("vm.stop", estate.vms[0])
    case = of_guest(estate)
    case.reads = {"Disk in use": lambda: 0}
    return case


@case("vm.create")
def create() -> Case:
    estate = quiet()
    params = {"name": "new", "cluster": estate.cluster.pk, "start": True, "thin": True, **SHAPE}
    reads = {"Host": lambda: estate.vm("new").host, "Datastore": lambda: estate.vm("new").datastore}
    return in_estate(estate, params=params, reads=reads, figures=lambda: over_a_day(estate), watts_within=DAY_W)


@case("vm.create/off")
def create_off() -> Case:
    estate = quiet()
    params = {"name": "new", "cluster": estate.cluster.pk, **SHAPE}
    reads = {"Host": lambda: estate.vm("new").host, "Datastore": lambda: estate.vm("new").datastore}
    return in_estate(estate, params=params, reads=reads)
