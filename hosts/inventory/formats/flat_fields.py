"""Inventories that are one table with a VM a row: which columns they have, in the spelling of `tables.normal`."""

from dataclasses import dataclass, field

from virtlab.labs.choices import OperatingSystem

DISKS = {f"disk{number}": (f"disk{number}size", f"disk{number}sizeingb") for number in range(1, 65)}


@dataclass(frozen=True, slots=True)
class FlatFormat:
    """One such format: `needed` fields tell it from others; sizes without a unit count as so many MiB."""

    key: str
    label: str
    fields: dict[str, tuple[str, ...]]
    needed: frozenset[str]
    hypervisor: str = ""
    units: dict[str, float] = field(default_factory=dict)
    """MiB per unit of sizes whose header names none, by field, as the format's own documentation has them."""


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
    needed=frozenset({"name", "vcpu", "memory"}),
    # Microsoft Learn, "Assess servers using an imported CSV file": memory in MB, disks and storage in use in GB.
    units={"disk_used": 1024.0, **dict.fromkeys(DISKS, 1024.0)},
)
AWS = FlatFormat(
    key="aws-migration-hub",
    label="AWS Migration Hub",
    fields={
        "name": ("vmwarevmname", "hostname", "externalid", "serverid"),
        "name_2": ("hostname",),
        "name_3": ("externalid",),
        "name_4": ("ipaddress",),
        "identity": ("smbiosid",),
        "vcpu": ("cpunumberoflogicalcores", "cpunumberofcores", "cpunumberofprocessors"),
        "vcpu_2": ("cpunumberofcores",),
        "vcpu_3": ("cpunumberofprocessors",),
        "memory": ("ramtotalsize",),
        "os": ("osname",),
        "os_version": ("osversion",),
        "cpu_mean": ("cpuusagepctavg",),
        "cpu_peak": ("cpuusagepctmax",),
        "memory_used": ("ramusedsizeinmbavg",),
        "memory_used_peak": ("ramusedsizeinmbmax",),
        "application": ("applications",),
    },
    needed=frozenset({"name", "vcpu", "memory"}),
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
    needed=frozenset({"name", "vcpu", "memory"}),
)
FLAT_FORMATS = (AZURE, AWS, OWN)
SYSTEMS = {system.value: system for system in OperatingSystem}
