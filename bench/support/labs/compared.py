"""A lab with as many machines as are wanted, made without a file, and what a comparison of it costs."""

import time
from collections.abc import Callable
from io import StringIO

import numpy as np
from django.core.management import call_command
from django.test import RequestFactory
from django.urls import reverse

from bench.support.database import migrate
from hosts.inventory.rows import ClusterRow, HostRow, Inventory, VmRow
from hosts.inventory.write import create_estate
from virtlab.compare.inputs.question import ask
from virtlab.compare.pages.addresses import Addresses
from virtlab.compare.pages.context import report_context
from virtlab.compare.report.report import Report, build
from virtlab.labs.models import Lab
from virtlab.platform.prepare import LOADERS

VMS_PER_HOST, CLUSTERS = 25, 8
SIZES = ((1, 2), (2, 4), (2, 8), (4, 8), (4, 16), (8, 32), (16, 64))
SYSTEMS = ("windows", "rhel", "linux")


def with_catalogues() -> None:
    """An empty database with server models, types and prices; the addresses read, as a server has them."""
    migrate()
    for loader in LOADERS:
        call_command(loader, stdout=StringIO())
    reverse("compare:report", args=["x"])
    RequestFactory().get("/")


def lab_of(vms: int) -> Lab:
    """So many machines of seven sizes and three systems, on hosts of one build in eight clusters; use stated."""
    lab = Lab.objects.create(name=f"{vms} machines", visitor_token="bench" * 8)
    create_estate(lab, inventory(vms))
    return lab


def inventory(vms: int) -> Inventory:
    """The same as an inventory's rows."""
    chance = np.random.default_rng(7)
    hosts = [host(number) for number in range(max(CLUSTERS, vms // VMS_PER_HOST))]
    rows = [machine(number, len(hosts), chance) for number in range(vms)]
    clusters = [ClusterRow(name=f"C{number}", hypervisor="esxi") for number in range(CLUSTERS)]
    return Inventory(format="bench", clusters=clusters, hosts=hosts, vms=rows)


def host(number: int) -> HostRow:
    """A host of two processors."""
    return HostRow(
        name=f"esx-{number:04d}",
        cluster=f"C{number % CLUSTERS}",
        vendor="Dell",
        model="PowerEdge R740",
        cores=56,
        sockets=2,
        memory_mib=786_432,
    )


def machine(number: int, hosts: int, chance: np.random.Generator) -> VmRow:
    """One machine; one in twenty is off."""
    vcpu, memory_gib = SIZES[int(chance.integers(len(SIZES)))]
    at, disk_gib = number % hosts, float(chance.integers(20, 800))
    return VmRow(
        name=f"vm-{number:05d}",
        vcpu=vcpu,
        memory_mib=memory_gib * 1024,
        cluster=f"C{at % CLUSTERS}",
        host=f"esx-{at:04d}",
        operating_system=SYSTEMS[int(chance.integers(len(SYSTEMS)))],
        power_state="running" if number % 20 else "stopped",
        disk_gib=disk_gib,
        disk_used_gib=disk_gib / 2,
        cpu_mean=float(chance.uniform(0.02, 0.5)),
        memory_mean=float(chance.uniform(0.1, 0.8)),
        usage_from="file",
    )


def answer(lab: Lab, **sent: object) -> Report:
    """The comparison as its page has it, all but the template."""
    question = ask(lab, {key: str(value) for key, value in sent.items()}, {})
    report = build(lab, question)
    report_context(report, Addresses.in_lab(lab, question))
    return report


def cpu_s(job: Callable[[], object]) -> float:
    """Seconds of the processor that a job takes, which other processes do not lengthen."""
    began = time.process_time()
    job()
    return time.process_time() - began
