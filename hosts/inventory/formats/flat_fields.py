"""Inventories that are one table with a VM a row: which columns they have, in the spelling of `tables.normal`."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from virtlab.labs.choices import MemorySeenBy, OperatingSystem

DISKS = {f"disk{number}": (f"disk{number}size", f"disk{number}sizeingb") for number in range(1, 65)}


BASIC = frozenset({"name", "vcpu", "memory"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FlatFormat:
    """One such format: `needed` fields tell it from others.

    `size_mib` is how many MiB one is of a size whose header and cell name no unit (1 where it is not named here);
    `fractions` says that a utilisation up to 1 is a share and no percentage; `only` keeps the rows whose field has one
    of these texts; `hypervisor` is what runs the VMs where no column says it; `notes` are findings of every such table.
    """

    key: str
    label: str
    fields: dict[str, tuple[str, ...]]
    needed: frozenset[str] = BASIC
    size_mib: Mapping[str, float] = field(default_factory=dict)
    fractions: bool = False
    only: tuple[str, frozenset[str]] = ("", frozenset())
    memory_seen_by: str = MemorySeenBy.HYPERVISOR
    hypervisor: str = ""
    notes: tuple[str, ...] = ()


# Azure Migrate, "Import servers using a CSV file" (read 2026-11-30): memory in MB, disks and storage in use in GB.
AZURE = FlatFormat(
    key="azure-migrate",
    label="Azure Migrate",
    fields={
        "name": ("servername",),
        "vcpu": ("cores",),
        "memory": ("memory",),
        "os": ("osname",),
        "os_version": ("osversion",),
        "architecture": ("osarchitecture",),
        "hypervisor": ("hypervisor",),
        "cpu_mean": ("cpuutilizationpercentage",),
        "memory_mean": ("memoryutilizationpercentage",),
        "disk_used": ("storageinuse",),
        **DISKS,
    },
    size_mib=dict.fromkeys(("disk_used", *DISKS), 1024.0),
)
OWN = FlatFormat(
    key="virtlab",
    label="VirtLab CSV",
    fields={
        "name": ("name", "vm", "vmname"),
        "vcpu": ("vcpu", "vcpus"),
        "memory": ("memory",),
        "disk": ("disk",),
        "disk_used": ("diskused",),
        "os": ("operatingsystem", "os"),
        "architecture": ("architecture",),
        "power": ("powerstate",),
        "template": ("template",),
        "cluster": ("cluster",),
        "datacenter": ("site", "datacenter"),
        "host": ("host",),
        "datastore": ("datastore",),
        "datastore_capacity": ("datastorecapacity",),
        "hypervisor": ("hypervisor",),
        "application": ("application",),
        "event_driven": ("eventdriven",),
        "requests_per_month": ("requestspermonth",),
        "request_duration_ms": ("requestdurationms",),
        "data_out_gib_per_month": ("dataoutgibpermonth",),
        "cpu_mean": ("cpumeanpercent",),
        "cpu_peak": ("cpupeakpercent",),
        "memory_mean": ("memorymeanpercent",),
        "memory_peak": ("memorypeakpercent",),
        "host_model": ("hostmodel",),
        "host_cpu": ("hostcpu",),
        "host_sockets": ("hostsockets",),
        "host_cores": ("hostcores",),
        "host_memory": ("hostmemory",),
    },
)
SYSTEMS = {system.value: system for system in OperatingSystem}
