"""The engine's words about hypervisors, for readers: pages, drawings and operations take them from here."""

from django.utils.translation import gettext_lazy as _

from virtlab.engine.hypervisors.hypervisor import Change, Duty, Feature, HypervisorClass, LatencyClass, LayerKind
from virtlab.engine.load.overcommit import MemoryState, ReadyClass
from virtlab.web.lazy_text import LazyText

CLASSES: dict[HypervisorClass, LazyText] = {
    HypervisorClass.TYPE_1: _("Type 1: on the hardware"),
    HypervisorClass.TYPE_1_ROOT_PARTITION: _("Type 1 with a root partition"),
    HypervisorClass.TYPE_1_PARAVIRTUAL: _("Type 1 with a control domain"),
    HypervisorClass.TYPE_1_OFFLOAD: _("Type 1 with offload cards"),
    HypervisorClass.TYPE_2: _("Type 2: on a host operating system"),
    HypervisorClass.NONE: _("None: one workload a host"),
    HypervisorClass.CONTAINER: _("Containers: one kernel for all"),
}
LATENCIES: dict[LatencyClass, tuple[LazyText, LazyText]] = {
    LatencyClass.DIRECT: (_("Direct"), _("Nothing stands between the workload and the hardware.")),
    LatencyClass.NEAR_DIRECT: (_("Nearly direct"), _("Network and disks go through cards, not through the host.")),
    LatencyClass.THROUGH_HOST: (
        _("Through the host"),
        _("Network and disks go through the host: its hypervisor, its control domain or its root partition."),
    ),
    LatencyClass.THROUGH_HOST_OS: (
        _("Through the host's own system"),
        _("Every access goes through the hypervisor and a desktop system below it."),
    ),
}
READY: dict[ReadyClass, LazyText] = {
    ReadyClass.GOOD: _("good"),
    ReadyClass.WATCH: _("to be watched"),
    ReadyClass.BAD: _("too much"),
}
MEMORY_STATES: dict[MemoryState, LazyText] = {
    MemoryState.HIGH: _("Enough memory of the host is free."),
    MemoryState.CLEAR: _("Little memory of the host is free."),
    MemoryState.SOFT: _("The host is short of memory: it takes back what its guests leave idle."),
    MemoryState.HARD: _("The host is very short of memory: it takes back what its guests use."),
    MemoryState.LOW: _("The host has no memory left: its guests are held."),
    MemoryState.OUT: _("The host is out of memory and swap: in reality its kernel ends a VM now (OOM killer)."),
}
CHANGES: dict[Change, LazyText] = {
    Change.ADD_CPU: _("Add vCPU"),
    Change.REMOVE_CPU: _("Take vCPU away"),
    Change.ADD_MEMORY: _("Add memory"),
    Change.REMOVE_MEMORY: _("Take memory away"),
    Change.ADD_DISK: _("Add a disk"),
    Change.GROW_DISK: _("Grow a disk"),
}
FEATURES: dict[Feature, LazyText] = {
    Feature.LIVE_MIGRATION: _("Live migration"),
    Feature.SNAPSHOT: _("Snapshots"),
    Feature.MEMORY_SNAPSHOT: _("Snapshots with memory"),
    Feature.LINKED_CLONE: _("Linked clones"),
    Feature.SUSPEND: _("Suspend and resume"),
    Feature.HIGH_AVAILABILITY: _("Restart on another host"),
    Feature.OVERCOMMIT_MEMORY: _("Memory overcommit"),
}
LIMITS: dict[str, LazyText] = {
    "most_vcpu": _("Most vCPU of one guest"),
    "most_memory_gib": _("Most memory of one guest"),
}
"""What a vendor supports for one guest, by field."""
RULES: dict[str, LazyText] = {
    "cpu_flag": _("vCPU change live only where that was enabled while off"),
    "memory_flag": _("Memory grows live only where that was enabled while off"),
    "memory_times": _("Memory grows live up to, of the amount at power-on"),
    "linux_memory_gib": _("A Linux guest started with less grows live to"),
    "vcpu_wall": _("A guest of at most so many vCPU does not grow live beyond"),
    "ceiling": _("Live changes up to the maximum that the VM was started with"),
    "memory_from_windows": _("Only Windows gives memory back live"),
    "cpu_to_linux": _("Only Linux takes more vCPU live"),
    "cpu_from_linux": _("Only Linux gives vCPU back live"),
    "most_disk_gib": _("Largest disk"),
    "no_growth_with_snapshots": _("No disk grows while it has snapshots"),
    "most_in_chain": _("Most snapshots one after the other"),
    "most_snapshots": _("Most snapshots of one guest"),
    "snapshots_suspended": _("Snapshots of a suspended guest"),
    "memory_pauses": _("Guest paused while its memory is written for a snapshot"),
    "memory_always": _("No snapshot of a guest that runs without its memory"),
    "memory_whole": _("Memory is written whole where it is kept, not only what is in use"),
    "memory_file_share": _("Beside a running guest's disk, a file of"),
    "memory_inside": _("Snapshots with memory are kept inside the disk's file: no delta disk"),
    "merges_to_the_end": _("A deletion of snapshots whose merge has begun is not cancelled"),
    "not_reverted_running": _("No VM that runs goes back to a snapshot"),
    "reverted_to_saved": _("Suspended once it has gone back to a snapshot with memory"),
    "reverts_to_the_end": _("Going back to a snapshot, once begun, is not cancelled"),
    "not_quiesced": _("No quiesced snapshots"),
    "host_swap": _("Memory that is short goes to the host's swap, idle memory first"),
    "vcpu_beyond_threads": _("One guest may have more vCPU than the host has threads, and is slow then"),
    "stuns": _("Guest stunned for a moment where a snapshot is taken or merged"),
    "copied_through_snapshot": _("Full clone of a running VM, through a temporary snapshot"),
    "not_copied_running": _("No full clone while the VM runs"),
    "not_copied_suspended": _("No full clone while the VM is suspended"),
    "linked_from_off": _("Linked clones only from a snapshot of a VM that was off"),
    "hot_add_stuns": _("Guest stunned for a moment where it is given vCPU or memory"),
    "name_while_running": _("A running guest keeps its name"),
    "name_while_suspended": _("A suspended guest keeps its name"),
    "memory_range": _("Memory that is short is ballooned, in equal shares, down to"),
}
"""What a hypervisor asks for or forbids, by field of its rules."""
FIGURES: dict[str, LazyText] = {
    "cpu_overhead": _("Extra CPU time for the same work"),
    "io_share": _("Disk accesses, of the bare hardware's"),
    "host_cpu_share": _("Cores that the host's own system takes"),
    "host_memory_gib": _("Memory that the host keeps"),
    "host_memory_share": _("and of its memory"),
    "guest_memory_share": _("Beside each guest's memory"),
}
"""A hypervisor's sourced figures by field: one in GiB, the others are shares."""
LAYERS: dict[LayerKind, LazyText] = {
    LayerKind.HARDWARE: _("Hardware"),
    LayerKind.OFFLOAD_CARDS: _("Cards for network, storage and security"),
    LayerKind.HOST_OS: _("The host's operating system"),
    LayerKind.HYPERVISOR: _("Hypervisor"),
    LayerKind.CONTROL_DOMAIN: _("Control domain"),
    LayerKind.ROOT_PARTITION: _("Root partition"),
    LayerKind.CONTAINER_RUNTIME: _("Container runtime"),
    LayerKind.GUEST_OS: _("Guest OS"),
    LayerKind.WORKLOAD: _("Workload"),
}
DUTIES: dict[Duty, LazyText] = {
    Duty.CPU: _("CPU"),
    Duty.MEMORY: _("memory"),
    Duty.NETWORK: _("network"),
    Duty.STORAGE: _("storage"),
    Duty.SECURITY: _("security"),
    Duty.MANAGEMENT: _("management"),
}
