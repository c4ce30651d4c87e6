"""A case of every operation on a guest."""

from hosts.models import VirtualMachine
from tests.hosts.operations.operated import Operated
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
    suspended,
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
    return of_guest(suspended())


@case("vm.discard_suspended")
def discard() -> Case:
    return of_guest(suspended())


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


@case("vm.set_apart")
def apart() -> Case:
    return of_guest(quiet(), set_apart="hand")


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
    return making(quiet())


def making(estate: Operated) -> Case:
    """A new guest that is started."""
    params = {"name": "new", "cluster": estate.cluster.pk, "start": True, "thin": True, **SHAPE}
    reads = {"Host": lambda: estate.vm("new").host, "Datastore": lambda: estate.vm("new").datastore}
    return in_estate(estate, params=params, reads=reads, figures=lambda: over_a_day(estate), watts_within=DAY_W)


@case("vm.create/off")
def create_off() -> Case:
    estate = quiet()
    params = {"name": "new", "cluster": estate.cluster.pk, **SHAPE}
    reads = {"Host": lambda: estate.vm("new").host, "Datastore": lambda: estate.vm("new").datastore}
    return in_estate(estate, params=params, reads=reads)


@case("vm.start/swap file")
def start_with_file() -> Case:
    return of_guest(stopped("esxi"))


@case("vm.stop/swap file")
def stop_with_file() -> Case:
    return of_guest(quiet("esxi"))


@case("vm.power_off/memory file")
def power_off_with_file() -> Case:
    return of_guest(quiet("workstation"))


@case("vm.suspend/swap file")
def suspend_with_file() -> Case:
    return of_guest(quiet("esxi"))


@case("vm.resume/swap file")
def resume_with_file() -> Case:
    return of_guest(suspended("esxi"))


@case("vm.discard_suspended/swap file")
def discard_with_file() -> Case:
    return of_guest(suspended("esxi"))


@case("vm.resize/swap file")
def resize_with_file() -> Case:
    return of_guest(quiet("esxi"), **RESIZED)


@case("vm.create/swap file")
def create_with_file() -> Case:
    return making(quiet("esxi"))
