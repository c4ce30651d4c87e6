"""Inventories that are one table with a VM a row: which columns they have, in the spelling of `tables.normal`."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from virtlab.labs.choices import MemorySeenBy, OperatingSystem

DISKS = {f"disk{number}": (f"disk{number}size", f"disk{number}sizeingb") for number in range(1, 65)}


def _io(use: str, *headers: str) -> dict[str, tuple[str, ...]]:
    """The columns that together make up one use of disks or network; read by `flat.read_io`."""
    return {f"{use}#{number}": (header,) for number, header in enumerate(headers)}


def _each_disk(what: str, unit: str) -> tuple[str, ...]:
    return tuple(f"disk{n}{way}{what}{unit}" for n in range(1, 21) for way in ("read", "write"))


AZURE_IO = {
    **_io("disk_mb", *_each_disk("throughput", "mbpersecond")),
    **_io("disk_ops", *_each_disk("ops", "operationspersecond")),
    **_io("all_disks_mb", "totaldisksreadthroughput", "totaldiskswritethroughput"),
    **_io("all_disks_ops", "totaldisksreadops", "totaldiskswriteops"),
    **_io("network_mb", "networkinthroughput", "networkoutthroughput"),
}
AWS_IO = {
    **_io("disk_kb", "diskreadspersecondinkbavg", "diskwritespersecondinkbavg"),
    **_io("disk_ops", "diskreadsopspersecondavg", "diskwritesopspersecondavg"),
    **_io("network_kb", "networkreadspersecondinkbavg", "networkwritespersecondinkbavg"),
}
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
        "firmware": ("firmwaretype", "boottype", "firmware"),
        "disk_count": ("numberofdisks",),
        **AZURE_IO,
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
        **_io("disk_mb", "diskmbpers"),
        **_io("disk_ops", "diskiops"),
        **_io("network_mb", "networkmbpers"),
        "cpu_mean": ("cpumeanpercent",),
        "cpu_peak": ("cpupeakpercent",),
        "memory_mean": ("memorymeanpercent",),
        "memory_peak": ("memorypeakpercent",),
        "host_model": ("hostmodel",),
        "host_cpu": ("hostcpu",),
        "host_sockets": ("hostsockets",),
        "host_cores": ("hostcores",),
        "host_memory": ("hostmemory",),
        "host_purchased_on": ("hostpurchasedon", "hostpurchased"),
        "firmware": ("firmware",),
        "secure_boot": ("secureboot",),
        "hardware": ("hardwareversion",),
        "tools": ("tools",),
        "has_fault_tolerance": ("faulttolerance",),
        "affinity": ("affinityrule",),
        "encrypted": ("encrypted",),
        "vtpm": ("vtpm",),
        "passthrough": ("passthrough",),
        "nics": ("nics",),
        "disk_count": ("disks",),
        "raw_disks": ("rawdisks",),
        "shared_disks": ("shareddisks",),
        "independent_disks": ("independentdisks",),
        "snapshots": ("snapshots",),
        "usb_devices": ("usbdevices",),
    },
    size_mib=dict.fromkeys(("disk", "disk_used", "datastore_capacity", "host_memory"), 1024.0),  # documented as GiB
)
SYSTEMS = {system.value: system for system in OperatingSystem}
