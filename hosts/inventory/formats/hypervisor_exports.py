"""What hypervisors and their consoles export as one table of VMs, in the spelling of `tables.normal`."""

from hosts.choices import Hypervisor
from hosts.inventory.formats.flat_fields import FlatFormat

MIB_PER_BYTE = 1 / 1024**2

# Prism Central's list of VMs saved as CSV: header and cells ("16 GiB", "61.2 GiB / 127 GiB" for used and capacity,
# "12.5%") as in ../shared/data/cases/nutanix_prism.csv; later versions have used and capacity in two columns.
NUTANIX = FlatFormat(
    key="nutanix-prism",
    label="Nutanix Prism",
    fields={
        "name": ("vmname",),
        "vcpu": ("cores", "vcpus", "vcpu"),
        "memory": ("memorycapacity",),
        "storage": ("storage", "storageusage"),
        "disk": ("storagecapacity", "diskcapacity"),
        "disk_used": ("usedstorage", "storageused"),
        "os": ("guestos", "operatingsystem"),
        "power": ("powerstate",),
        "host": ("host",),
        "cluster": ("cluster",),
        "cpu_mean": ("cpuusage",),
        "memory_mean": ("memoryusage",),
        "identity": ("uuid", "vmuuid"),
        "tags": ("categories",),
    },
    size_mib={"memory": 1024.0, "disk": 1024.0, "disk_used": 1024.0},
    hypervisor=Hypervisor.KVM,
)
# Get-VM | Export-Csv: properties of Microsoft.HyperV.PowerShell.VirtualMachine (Hyper-V module reference, read
# 2026-11-30). Memory is in bytes. MemoryAssigned is 0 of a VM that is off; MemoryStartup is what it starts with.
# CPUUsage is a share of the host's processors and not of the VM's, so it is not read. It has no disks.
HYPER_V = FlatFormat(
    key="hyper-v",
    label="Hyper-V (Get-VM)",
    fields={
        "name": ("vmname", "name"),
        "vcpu": ("processorcount",),
        "memory": ("memoryassigned", "memorystartup"),
        "memory_2": ("memorystartup",),
        "memory_used": ("memorydemand",),
        "power": ("state",),
        "host": ("computername",),
        "identity": ("vmid", "id"),
        "os": ("operatingsystem", "guestos"),
        "firmware": ("generation",),
        "checkpoint": ("parentcheckpointname", "parentsnapshotname"),
    },
    size_mib=dict.fromkeys(("memory", "memory_2", "memory_used"), MIB_PER_BYTE),
    hypervisor=Hypervisor.HYPERV,
)
# pvesh get /cluster/resources, saved as CSV (Proxmox VE API viewer, read 2026-11-30): maxmem, mem and maxdisk (of the
# root disk alone) in bytes, cpu as a share of maxcpu (0 … 1); rows of nodes, storages and pools are of other types.
PROXMOX = FlatFormat(
    key="proxmox",
    label="Proxmox VE",
    fields={
        "name": ("name",),
        "vcpu": ("maxcpu",),
        "memory": ("maxmem",),
        "memory_used": ("mem",),
        "disk": ("maxdisk",),
        "cpu_mean": ("cpu",),
        "power": ("status",),
        "template": ("template",),
        "host": ("node",),
        "identity": ("vmid", "id"),
        "tags": ("tags",),
        "kind": ("type",),
    },
    needed=frozenset({"name", "vcpu", "memory", "kind"}),
    size_mib=dict.fromkeys(("memory", "memory_used", "disk"), MIB_PER_BYTE),
    fractions=True,
    only=("kind", frozenset({"qemu", "lxc"})),
    hypervisor=Hypervisor.KVM,
    notes=("disk-root-only",),
)
