"""A case of every operation on a guest, a snapshot or a template."""

from collections.abc import Callable
from datetime import timedelta
from statistics import mean
from typing import Any

from django.db import models

from hosts.live.live import live
from hosts.live.space import taken_gib
from hosts.models import Datastore, Snapshot, VirtualMachine
from tests.hosts.operations.operated import Operated, make_operated
from tests.operations.case import Case, case
from tests.support.sandbox import GIB
from virtlab.labs.models import Assumption

RESIZED = {"vcpu": 4, "memory_mib": 16 * GIB, "disk_gib": 60}
SHAPE = {"vcpu": 2, "memory_mib": 4 * GIB, "disk_gib": 30, "operating_system": "linux"}
DELTA_GIB = 3.0
DAY_W = 0.2
"""A day is looked at once an hour: its mean is that of its curve to some 5 % of the 1.3 W that a new guest draws."""


def quiet(hypervisor: str = "kvm") -> Operated:
    """An estate in which nothing but operations changes anything: deltas do not grow by themselves."""
    estate = make_operated(hypervisor)
    Assumption.objects.create(lab=estate.lab, key="delta_pct_per_day", value=0.0)
    return estate


def over_a_day(estate: Operated) -> tuple[float, float]:
    """The money and watts of its cluster, on average: a guest of which nothing is known has a typical day."""
    hours = [estate.lab.lab_time() + timedelta(hours=hour) for hour in range(24)]
    rows = [live(estate.lab, hour).clusters[estate.cluster.pk] for hour in hours]
    return mean(float(row.cost_usd_per_month) for row in rows), mean(row.power_w for row in rows)


def in_estate(estate: Operated, subject: models.Model | None = None, /, **more: Any) -> Case:
    """A case whose preview shows the money and watts of its cluster."""
    params = more.pop("params", {})

    def taken() -> float:
        at = estate.lab.lab_time()
        return sum(taken_gib(datastore, at) for datastore in Datastore.objects.filter(lab=estate.lab))

    figures = more.pop("figures", estate.cost_and_power)
    return Case(estate, subject, params, figures=figures, taken_gib=taken, **more)


def of_guest(estate: Operated, name: str = "db-01", /, **params: Any) -> Case:
    """One that is about a guest."""
    return in_estate(estate, estate.vm(name), params=params)


def stopped(hypervisor: str = "kvm") -> Operated:
    """An estate whose first guest is off."""
    estate = quiet(hypervisor)
    estate.run("vm.stop", estate.vms[0])
    return estate


def with_template() -> Operated:
    """An estate whose first guest is a template."""
    estate = stopped()
    estate.run("template.save", estate.vms[0], name="db-01", how="convert")
    return estate


def with_snapshots(*, memory: bool = False) -> Operated:
    """An estate whose first guest has two snapshots, and has written, grown and been updated since the first."""
    estate = quiet()
    vm = estate.vms[0]
    estate.run("snapshot.take", vm, name="s-1", with_memory=memory)
    estate.run("guest.update", vm, outcome="good")
    estate.run("vm.resize", vm, vcpu=4, memory_mib=16 * GIB)
    VirtualMachine.objects.filter(pk=vm.pk).update(delta_gib=DELTA_GIB)
    estate.run("snapshot.take", vm, name="s-2")
    VirtualMachine.objects.filter(pk=vm.pk).update(delta_gib=DELTA_GIB)
    return estate


def snapshots_left(estate: Operated) -> Callable[[], int]:
    """How many snapshots the first guest has."""
    return lambda: Snapshot.objects.filter(vm=estate.vms[0]).count()


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
    return of_guest(quiet(), name="copy")


@case("vm.clone/started")
def clone_started() -> Case:
    return of_guest(quiet(), name="copy", start=True)


@case("vm.clone/linked")
def clone_linked() -> Case:
    return of_guest(quiet(), name="copy", linked=True, start=True)


@case("template.save")
def save() -> Case:
    return of_guest(quiet(), name="golden", how="copy")


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


@case("guest.update")
def update() -> Case:
    return of_guest(quiet(), outcome="good")


@case("guest.update/bad")
def update_bad() -> Case:
    return of_guest(quiet(), outcome="bad")


@case("vm.restore")
def restore() -> Case:
    estate = with_template()
    estate.run("guest.update", estate.vms[1], outcome="bad")
    return of_guest(estate, "db-02", source=estate.vms[0].pk)


@case("scene.failed_update")
def scene() -> Case:
    return of_guest(quiet())


@case("vm.rename")
def rename() -> Case:
    return of_guest(quiet(), name="db-09", hostname="db-09")


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
