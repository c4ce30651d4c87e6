"""The table of hypervisors by key: those of the clusters (hosts), and of the instance types (instances; xen:
ec2_xen).
"""

from dataclasses import replace

from virtlab.engine.hypervisors import common as data
from virtlab.engine.hypervisors import guest_rules
from virtlab.engine.hypervisors.desktop import VIRTUALBOX, WORKSTATION
from virtlab.engine.hypervisors.hypervisor import Change, Feature, Hypervisor, HypervisorClass, LatencyClass
from virtlab.engine.sourced import Kind, Sourced

ESXI = Hypervisor(
    key="esxi",
    name="VMware ESXi",
    kind=HypervisorClass.TYPE_1,
    latency=LatencyClass.THROUGH_HOST,
    cpu_overhead=data.HARDWARE_ASSISTED,
    io_share=data.HALF_IO_TOO,
    host_cpu_share=data.share(0.02, "of the cores", "The kernel's own services", 0, 0.1),
    host_memory_gib=data.gib(
        4, "ESXi's kernel and agents; its overhead depends on the server (Broadcom KB 420935)", 2, 64
    ),
    host_memory_share=Sourced(
        0.01, "of the host's memory", "Mem.MinFree: 1 % beyond 28 GiB", "2015", Kind.LIST, low=0, high=0.1
    ),
    guest_memory_share=data.PER_GUEST,
    layers=data.TYPE_1_LAYERS,
    live_changes=data.HOT_ADD,
    features=data.SERVER_FEATURES,
    live_source=data.live(
        "VMware vSphere: CPU and memory hot add, once allowed while the guest was off; no hot remove", "2023"
    ),
    most_vcpu=data.most(768, "vCPU", "VMware vSphere 8.0, Virtual machine administration", "2022-10"),
    most_memory_gib=data.most(24_560, "GiB", "VMware vSphere 8.0, configuration maximums: 24 TB", "2022-10"),
    limits_of="vSphere 8.0",
    rules=guest_rules.ESXI,
)
HYPERV = Hypervisor(
    key="hyperv",
    name="Microsoft Hyper-V 2016/2019",
    kind=HypervisorClass.TYPE_1_ROOT_PARTITION,
    latency=LatencyClass.THROUGH_HOST,
    cpu_overhead=data.HARDWARE_ASSISTED,
    io_share=data.HALF_IO_TOO,
    host_cpu_share=data.share(0.03, "of the cores", "The root partition's own work", 0, 0.15),
    host_memory_gib=data.gib(4, "The root partition, a Windows Server of its own", 2, 16),
    host_memory_share=data.share(0.01, "of the host's memory", "The root partition's reserve", 0, 0.1),
    guest_memory_share=data.PER_GUEST,
    layers=data.ROOT_PARTITION_LAYERS,
    live_changes=data.DISKS | {Change.ADD_MEMORY, Change.REMOVE_MEMORY},
    features=data.SERVER_FEATURES - {Feature.OVERCOMMIT_MEMORY},
    live_source=data.live(
        "Windows Server 2016 Hyper-V: runtime memory resize, up and down; processors only while the guest is off",
        "2016",
    ),
    most_vcpu=data.most(
        240, "vCPU", "Plan for Hyper-V scalability, generation 2, Windows Server 2016 and 2019", "2025"
    ),
    most_memory_gib=data.most(
        12_288, "GiB", "Plan for Hyper-V scalability, generation 2, Windows Server 2016 and 2019: 12 TB", "2025"
    ),
    limits_of="Windows Server 2016/2019",
    rules=guest_rules.HYPERV,
)
HYPERV_2025 = replace(
    HYPERV,
    key="hyperv_2025",
    name="Microsoft Hyper-V 2025",
    most_vcpu=data.most(
        2048, "vCPU", "Windows Server 2025, generation 2: anystackarchitect.com (secondary)", guest_rules.READ
    ),
    most_memory_gib=Sourced(
        245_760, "GiB", "Windows Server 2025, generation 2: 240 TB (not confirmed)", guest_rules.READ, Kind.ESTIMATE
    ),
    limits_of="Windows Server 2025",
)
KVM = Hypervisor(
    key="kvm",
    name="KVM",
    kind=HypervisorClass.TYPE_1,
    latency=LatencyClass.THROUGH_HOST,
    cpu_overhead=data.HARDWARE_ASSISTED,
    io_share=data.HALF_IO,
    host_cpu_share=data.share(0.03, "of the cores", "The Linux host and its device models", 0, 0.15),
    host_memory_gib=data.gib(4, "The Linux host's own system", 1, 16),
    host_memory_share=data.share(0.01, "of the host's memory", "Page tables and caches of the host", 0, 0.1),
    guest_memory_share=data.PER_GUEST,
    layers=data.TYPE_1_LAYERS,
    live_changes=data.HOT_ADD_AND_REMOVE,
    features=data.SERVER_FEATURES,
    live_source=data.live(
        "libvirt, virsh manual: setvcpus --live and setmem --live, up to the guest's maximum", "2023"
    ),
    most_vcpu=data.most(710, "vCPU", "Red Hat Enterprise Linux 9, vCPU per VM: OneUptime (secondary)", "2026-03"),
    most_memory_gib=data.most(
        12_288, "GiB", "Red Hat Enterprise Linux 9, 12 TB per VM: OneUptime (secondary)", "2026-03"
    ),
    limits_of="Red Hat Enterprise Linux 9",
    rules=guest_rules.KVM,
)
XEN = Hypervisor(
    key="xen",
    name="Xen",
    kind=HypervisorClass.TYPE_1_PARAVIRTUAL,
    latency=LatencyClass.THROUGH_HOST,
    cpu_overhead=data.HARDWARE_ASSISTED,
    io_share=data.XEN_IO,
    host_cpu_share=data.share(
        0.08, "of the cores", "The control domain works for every guest's network and disks", 0.02, 0.3
    ),
    host_memory_gib=Sourced(
        1, "GiB", "Citrix Hypervisor, Memory usage: control domain 1 GiB + 5 %", "2020", Kind.LIST, low=1, high=8
    ),
    host_memory_share=Sourced(
        0.05,
        "of the host's memory",
        "Citrix Hypervisor, Memory usage: at most 8 GiB",
        "2020",
        Kind.LIST,
        low=0,
        high=0.1,
    ),
    host_memory_most_gib=8.0,
    guest_memory_share=data.PER_GUEST,
    layers=data.CONTROL_DOMAIN_LAYERS,
    live_changes=data.HOT_ADD_AND_REMOVE - {Change.GROW_DISK},
    features=data.SERVER_FEATURES,
    live_source=data.live(
        "Xen, xl manual: vcpu-set and mem-set, up to the guest's maximum; xapi, pull requests 3327 and 7211: no disk "
        "is resized while it is attached, but where its storage announces that",
        guest_rules.READ,
    ),
    most_vcpu=data.most(64, "vCPU", "XenServer 8, configuration limits", "2024"),
    most_memory_gib=data.most(1536, "GiB", "XenServer 8, configuration limits: 1.5 TiB", "2024"),
    limits_of="XenServer 8",
    rules=guest_rules.XEN,
)
CLOUD_FEATURES = frozenset({Feature.SNAPSHOT, Feature.SUSPEND, Feature.HIGH_AVAILABILITY})
EC2_XEN = replace(
    XEN,
    key="ec2_xen",
    name="Xen on EC2",
    live_changes=data.DISKS,
    features=CLOUD_FEATURES,
    live_source=None,
    most_vcpu=None,
    most_memory_gib=None,
    limits_of="",
    rules=guest_rules.NONE,
)
NITRO = Hypervisor(
    key="nitro",
    name="AWS Nitro",
    kind=HypervisorClass.TYPE_1_OFFLOAD,
    latency=LatencyClass.NEAR_DIRECT,
    cpu_overhead=data.HARDWARE_ASSISTED,
    io_share=data.CARD_IO,
    host_cpu_share=Sourced(
        0.0,
        "of the cores",
        "m5.24xlarge has the 96 vCPU of m5.metal: Amazon EC2 instance types",
        "2019-02",
        Kind.DERIVED,
    ),
    host_memory_gib=Sourced(
        0.0, "GiB", "m5.24xlarge has the 384 GiB of m5.metal: Amazon EC2 instance types", "2019-02", Kind.DERIVED
    ),
    host_memory_share=data.NOTHING_MEMORY,
    guest_memory_share=data.NOTHING_GUEST,
    layers=data.OFFLOAD_LAYERS,
    live_changes=data.DISKS,
    features=CLOUD_FEATURES,
)
METAL = Hypervisor(
    key="metal",
    name="EC2 bare metal",
    kind=HypervisorClass.NONE,
    latency=LatencyClass.DIRECT,
    cpu_overhead=data.NO_CPU,
    io_share=data.FULL_IO,
    host_cpu_share=data.NOTHING_CORES,
    host_memory_gib=data.NOTHING_GIB,
    host_memory_share=data.NOTHING_MEMORY,
    guest_memory_share=data.NOTHING_GUEST,
    layers=data.METAL_LAYERS,
    live_changes=data.DISKS,
    features=frozenset({Feature.SNAPSHOT}),
)
NONE = Hypervisor(
    key="none",
    name="No virtualization",
    kind=HypervisorClass.NONE,
    latency=LatencyClass.DIRECT,
    cpu_overhead=data.NO_CPU,
    io_share=data.FULL_IO,
    host_cpu_share=data.NOTHING_CORES,
    host_memory_gib=data.NOTHING_GIB,
    host_memory_share=data.NOTHING_MEMORY,
    guest_memory_share=data.NOTHING_GUEST,
    layers=data.BARE_LAYERS,
    live_changes=data.DISKS,
    features=frozenset(),
    live_source=data.live(
        "NetApp ONTAP 9.6, lun resize: also of a LUN that is mapped and online; Red Hat Enterprise Linux 5, Online "
        "Storage Reconfiguration Guide",
        "2017-11",
    ),
)
CONTAINER = Hypervisor(
    key="container",
    name="Containers",
    kind=HypervisorClass.CONTAINER,
    latency=LatencyClass.NEAR_DIRECT,
    cpu_overhead=data.CONTAINER_CPU,
    io_share=Sourced(
        1.0, "of the accesses per second", f"{data.FELTER}: as the host", "2014-07", Kind.ESTIMATE, low=0.95, high=1.0
    ),
    host_cpu_share=data.share(0.02, "of the cores", "The host's system and the container runtime", 0, 0.1),
    host_memory_gib=data.gib(1, "The one system that all containers share", 0.5, 4),
    host_memory_share=data.NOTHING_MEMORY,
    guest_memory_share=data.NOTHING_GUEST,
    layers=data.CONTAINER_LAYERS,
    live_changes=data.HOT_ADD_AND_REMOVE - data.DISKS,
    features=frozenset({Feature.OVERCOMMIT_MEMORY, Feature.HIGH_AVAILABILITY}),
    live_source=data.live("Docker, docker container update: CPU and memory limits of running containers", "2025"),
)

HYPERVISORS = {
    one.key: one
    for one in (
        *(ESXI, HYPERV, HYPERV_2025, KVM, XEN, VIRTUALBOX, WORKSTATION, NONE),
        *(EC2_XEN, NITRO, METAL, CONTAINER),
    )
}


def hypervisor(key: str) -> Hypervisor:
    """The hypervisor with this key. KeyError where there is none."""
    return HYPERVISORS[key]
