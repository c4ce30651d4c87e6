"""Estates in which cases of operations start, and what their previews speak of."""

from collections.abc import Callable
from datetime import timedelta
from statistics import mean
from typing import Any

from django.db import models

from hosts.live.live import live
from hosts.live.space import taken_gib
from hosts.models import Datastore, Snapshot, VirtualMachine
from tests.hosts.operations.operated import Operated, make_operated
from tests.operations.case import Case
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


def suspended(hypervisor: str = "kvm") -> Operated:
    """An estate whose first guest is suspended."""
    estate = quiet(hypervisor)
    estate.run("vm.suspend", estate.vms[0])
    return estate


def with_template(hypervisor: str = "kvm") -> Operated:
    """An estate whose first guest is a template."""
    estate = stopped(hypervisor)
    estate.run("template.save", estate.vms[0], name="db-01", how="convert")
    return estate


def with_snapshots(hypervisor: str = "kvm", *, memory: bool = False) -> Operated:
    """An estate whose first guest has two snapshots, and has written, grown and been updated since the first."""
    estate = quiet(hypervisor)
    vm = estate.vms[0]
    estate.run("snapshot.take", vm, name="s-1", with_memory=memory)
    estate.run("guest.update", vm, outcome="good")
    estate.run("vm.resize", vm, vcpu=4, memory_mib=16 * GIB)
    VirtualMachine.objects.filter(pk=vm.pk).update(delta_gib=DELTA_GIB)
    estate.run("snapshot.take", vm, name="s-2")
    VirtualMachine.objects.filter(pk=vm.pk).update(delta_gib=DELTA_GIB)
    return estate


def with_backup(hypervisor: str = "kvm") -> Operated:
    """An estate whose first guest has a backup."""
    estate = quiet(hypervisor)
    estate.run("backup.take", estate.vms[0])
    return estate


def snapshots_left(estate: Operated) -> Callable[[], int]:
    """How many snapshots the first guest has."""
    return lambda: Snapshot.objects.filter(vm=estate.vms[0]).count()
