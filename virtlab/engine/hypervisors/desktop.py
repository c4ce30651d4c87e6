"""Hypervisors of type 2: on a desktop's own system."""

from virtlab.engine.hypervisors import common as data
from virtlab.engine.hypervisors import guest_rules
from virtlab.engine.hypervisors.hypervisor import Change, Feature, Hypervisor, HypervisorClass, LatencyClass

VIRTUALBOX = Hypervisor(
    key="virtualbox",
    name="Oracle VirtualBox",
    kind=HypervisorClass.TYPE_2,
    latency=LatencyClass.THROUGH_HOST_OS,
    cpu_overhead=data.DESKTOP_CPU,
    io_share=data.DESKTOP_IO,
    host_cpu_share=data.share(0.10, "of the cores", "A desktop system and its own programs", 0.02, 0.5),
    host_memory_gib=data.gib(4, "A desktop system and its own programs", 2, 16),
    host_memory_share=data.share(0.05, "of the host's memory", "A desktop system's caches", 0, 0.3),
    guest_memory_share=data.PER_GUEST,
    layers=data.HOSTED_LAYERS,
    live_changes=frozenset({Change.ADD_DISK, Change.ADD_CPU, Change.REMOVE_CPU}),
    features=data.DESKTOP_FEATURES | {Feature.LIVE_MIGRATION},
    live_source=data.live("Oracle VM VirtualBox User Manual: CPU hot-plugging; disks grow only while off", "2019"),
    most_vcpu=data.most(32, "vCPU", "Oracle VM VirtualBox User Manual: up to 32 virtual CPUs", "2019"),
    limits_of="VirtualBox 6",
    rules=guest_rules.VIRTUALBOX,
)
WORKSTATION = Hypervisor(
    key="workstation",
    name="VMware Workstation / Fusion",
    kind=HypervisorClass.TYPE_2,
    latency=LatencyClass.THROUGH_HOST_OS,
    cpu_overhead=data.DESKTOP_CPU,
    io_share=data.DESKTOP_IO,
    host_cpu_share=VIRTUALBOX.host_cpu_share,
    host_memory_gib=VIRTUALBOX.host_memory_gib,
    host_memory_share=VIRTUALBOX.host_memory_share,
    guest_memory_share=data.PER_GUEST,
    layers=data.HOSTED_LAYERS,
    live_changes=frozenset({Change.ADD_DISK}),
    features=data.DESKTOP_FEATURES,
    most_vcpu=data.most(32, "vCPU", "VMware Workstation Pro 17: 32 vCPU, 128 GB (secondary)", "2025-10"),
    most_memory_gib=data.most(128, "GiB", "VMware Workstation Pro 17: 32 vCPU, 128 GB (secondary)", "2025-10"),
    limits_of="Workstation Pro 17",
    rules=guest_rules.WORKSTATION,
)
