"""What each hypervisor allows of a guest beyond what it can change live at all: conditions of live changes, disks,
snapshots. Each rule has its source; where a hypervisor has no such rule, or nobody publishes one, there is None.
"""

from dataclasses import dataclass

from virtlab.engine.sourced import Kind, Sourced

READ = "2026-11"
FACT = "documented"
"""The unit of a rule that is simply so."""
OF_MEMORY = "of its memory"
HOT_ADD = "VMware vSphere, Virtual Machine Administration: hot add is enabled while the VM is off"
KB_1025279 = "VMware KB 1025279, Best practices for using snapshots"
KB_2020846 = "VMware KB 2020846, by vcdx200.com: memory hot add"
SCALABILITY = "Plan for Hyper-V scalability, Windows Server 2016 and 2019"
VIRTUALBOX_MANUAL = "Oracle VM VirtualBox User Manual"


@dataclass(frozen=True, slots=True)
class GuestRules:
    """Conditions of live changes, then of disks, of snapshots, of memory that is short.

    cpu_flag, memory_flag: a live change needs that it was enabled while the guest was off. memory_times: live up to so
    many times the memory at power-on; linux_memory_gib: a Linux guest that was started with less grows live only to it;
    vcpu_wall: a guest of at most so many vCPU does not grow beyond them live; ceiling: live up to the maximum that the
    guest was defined with. cpu_to_linux: only such a guest takes more while it runs; memory_from_windows,
    cpu_from_linux: only such a guest gives it back.
    no_growth_with_snapshots: its disk keeps its size while there are any. most_in_chain: snapshots one after the other;
    most_snapshots: in all. snapshots_suspended: a suspended guest may have one taken. memory_pauses: a guest stands
    still for as long as its memory is written for one; memory_always: of a guest that runs none is taken without it.
    memory_whole: where memory is written, for one or to suspend a guest, it is all that the guest has, else what it has
    in use. memory_file_share: beside a running guest's disk there is a file of that share of its memory
    (`memory_files`): made at power-on and resume, larger where memory is added, gone once the guest is off or
    suspended. memory_inside: one with memory is kept inside the disk's file, no delta disk begins and nothing is merged
    when it goes. merges_to_the_end: a deletion whose merge has begun is not cancelled. not_reverted_running: a guest
    goes back to none while it runs. reverted_to_saved: with memory it is suspended afterwards, its memory not read yet;
    else it goes on running at once. reverts_to_the_end: going back, once begun, is not cancelled. not_quiesced: the
    hypervisor has no way to ask a guest OS to write everything down and hold its writes. host_swap: what is short of
    memory goes to the host's swap, idle memory first, and nothing is ballooned by itself. vcpu_beyond_threads: one
    guest may have more vCPU than its host has threads, which is slow; else that is a wall. memory_range: a guest is
    ballooned down to that share of its memory, and nothing else is done. stuns: a running guest is held for a moment
    where a snapshot is taken or merged; hot_add_stuns: and where it is given vCPU or memory.
    name_while_running, name_while_suspended: such a guest keeps its name.
    copied_through_snapshot: a running guest is copied whole, through a snapshot that is there meanwhile;
    not_copied_running: it is not copied whole while it runs; not_copied_suspended: nor while it is suspended.
    linked_from_off: a linked clone goes on only from a state in which the guest was off.
    """

    cpu_flag: Sourced | None = None
    memory_flag: Sourced | None = None
    memory_times: Sourced | None = None
    linux_memory_gib: Sourced | None = None
    vcpu_wall: Sourced | None = None
    ceiling: Sourced | None = None
    memory_from_windows: Sourced | None = None
    cpu_from_linux: Sourced | None = None
    cpu_to_linux: Sourced | None = None
    most_disk_gib: Sourced | None = None
    no_growth_with_snapshots: Sourced | None = None
    most_in_chain: Sourced | None = None
    most_snapshots: Sourced | None = None
    snapshots_suspended: Sourced | None = None
    memory_pauses: Sourced | None = None
    memory_always: Sourced | None = None
    memory_whole: Sourced | None = None
    memory_file_share: Sourced | None = None
    memory_inside: Sourced | None = None
    merges_to_the_end: Sourced | None = None
    not_reverted_running: Sourced | None = None
    reverted_to_saved: Sourced | None = None
    reverts_to_the_end: Sourced | None = None
    not_quiesced: Sourced | None = None
    host_swap: Sourced | None = None
    vcpu_beyond_threads: Sourced | None = None
    memory_range: Sourced | None = None
    stuns: Sourced | None = None
    copied_through_snapshot: Sourced | None = None
    not_copied_running: Sourced | None = None
    not_copied_suspended: Sourced | None = None
    linked_from_off: Sourced | None = None
    hot_add_stuns: Sourced | None = None
    name_while_running: Sourced | None = None
    name_while_suspended: Sourced | None = None


def _fact(source: str, date: str, value: float = 1.0, unit: str = FACT) -> Sourced:
    return Sourced(value, unit, source, date, Kind.LIST)


def _assumed(source: str) -> Sourced:
    return Sourced(1.0, FACT, source, READ, Kind.ASSUMPTION)


NO_GROWTH = _fact("VMware KB 1025279: no disk grows while it has snapshots", "2023")
CHAIN = _fact(f"{KB_1025279}: at most 32 in a chain", "2023", 32, "snapshots in a chain")
SUSPENDED = _fact("VMware vSphere, Install, Configure, Manage: a snapshot while on, off or suspended", "2023")
CPU_FROM_LINUX = _fact(
    "Microsoft, Dynamic Hardware Partitioning: Windows Server 2008 adds and replaces processors hot, and removes none",
    "2008",
)
"""The guest OS, not the hypervisor: whatever takes vCPU back live takes none from Windows."""
CLONE_WIZARD = "VMware Workstation Pro, Clone Virtual Machine Wizard"
XAPI_LIFECYCLE = "xapi, xapi_vm_lifecycle.ml"
ADVISED_IN_CHAIN = _fact(f"{KB_1025279}: 2 to 3 in a chain", "2023", 3, "snapshots in a chain")
ADVISED_HOURS = _fact(f"{KB_1025279}: no single one for more than 72 hours", "2023", 72, "h")

# Going back with memory to one that ran goes on running: vSphere, RevertToSnapshot_Task, unless suppressPowerOn
# (Broadcom, API reference, 2026-11); libvirt, in the state at the time of the snapshot (Red Hat Enterprise Linux 6,
# Virtualization Administration Guide, 14.15.2.9, snapshot-revert); Workstation assumed as ESXi.
ESXI = GuestRules(
    cpu_flag=_fact(HOT_ADD, "2023"),
    memory_flag=_fact(HOT_ADD, "2023"),
    memory_times=_fact(f"{KB_2020846}: 16 times the amount at power-on", "2019-03", 16, "times"),
    linux_memory_gib=_fact(f"{KB_2020846}: Linux with less than 3 GB grows to 3 GB", "2019-03", 3, "GiB"),
    vcpu_wall=_fact("VMware vSphere 6.7, Virtual Machine Administration: not beyond 128 vCPU", "2018", 128, "vCPU"),
    most_disk_gib=_fact("VMware vSphere, configuration maximums: 62 TB a VMDK", "2022-10", 63_488, "GiB"),
    no_growth_with_snapshots=NO_GROWTH,
    most_in_chain=CHAIN,
    snapshots_suspended=SUSPENDED,
    hot_add_stuns=_fact("Broadcom KB 432796: hot add of CPU or memory stuns the VM, by design", READ),
    memory_whole=_fact(
        "VMware vSphere 4.1, Creating and Managing Snapshots: the time depends on the RAM size of the VM; of a "
        "suspended VM assumed as well",
        "2010",
    ),
    memory_file_share=_fact(
        "VMware vSphere 7.0, Resource Management: at power-on a swap file of the configured memory less its "
        "reservation (none here) is made beside the VM; where it cannot be, the VM does not power on",
        READ,
        unit=OF_MEMORY,
    ),
    merges_to_the_end=_fact("Broadcom KB 337175: no option to cancel the deletion of a snapshot or its merge", READ),
    stuns=_fact("C. Hogan, When and why do we stun a virtual machine? To create and delete snapshots", "2015-04"),
    copied_through_snapshot=_fact(
        "Broadcom KB 321262: a clone of a VM that is powered on is made from a temporary snapshot; VMware KB 1027865: "
        "by vCenter",
        READ,
    ),
)
HYPERV = GuestRules(
    memory_from_windows=_fact(
        "Savill, IT Pro Today: runtime memory resize, Windows 10 and Windows Server 2016; Linux adds only", "2016"
    ),
    most_disk_gib=_fact("Hyper-V, VHDX format: 64 TB", "2012", 65_536, "GiB"),
    no_growth_with_snapshots=_fact("Hyper-V: a disk with checkpoints is not resized (stefanos.cloud)", READ),
    most_snapshots=_fact(f"{SCALABILITY}: 50 checkpoints", "2025", 50, "checkpoints"),
    snapshots_suspended=_fact(
        "Microsoft, CreateVirtualSystemSnapshot: of a virtual system that is enabled, disabled or suspended", READ
    ),
    memory_whole=_fact(
        "techthoughts.info, Hyper-V VM BIN file and AutomaticStopAction (secondary): about 8 GB for a VM with 8 GB",
        READ,
    ),
    merges_to_the_end=_assumed(
        "Hyper-V merges by itself once a checkpoint is deleted: no command is known that ends it"
    ),
    reverted_to_saved=_fact(
        "Microsoft, ApplyVirtualSystemSnapshot: its runtime state is the starting point when the virtual computer "
        "system is next activated",
        READ,
    ),
    copied_through_snapshot=_fact(
        "Microsoft, Export-VM: a running VM is exported, with -CaptureLiveState CaptureCrashConsistentState without "
        "its memory",
        READ,
    ),
)
KVM = GuestRules(
    name_while_running=_fact("libvirt, virDomainRename: cannot rename active domain", "2015-08"),
    name_while_suspended=_fact("libvirt list, E. Blake: rename is intentionally denied in save and restore", "2013-05"),
    cpu_from_linux=CPU_FROM_LINUX,
    ceiling=_fact("libvirt: vcpu and maxMemory of the domain are its maximum", "2023"),
    memory_pauses=_fact("libvirt, Snapshots: an internal snapshot with memory pauses the guest right away", "2023"),
    memory_inside=_fact(
        "libvirt, Snapshot XML format: internal, the default with memory: qcow2 keeps the snapshot and the changes "
        "since in a single file",
        READ,
    ),
    host_swap=_fact(
        "Red Hat Enterprise Linux 6, Virtualization Administration Guide, Overcommitting with KVM: guests are "
        "processes, whose idle memory the host moves to its swap",
        "2017",
    ),
    vcpu_beyond_threads=_fact(
        "Red Hat Enterprise Linux 7, Virtualization Deployment and Administration Guide, 7.3: more cores than the host "
        "has are possible, with significant performance degradation",
        "2019",
    ),
    not_copied_running=_fact("virt-clone: a domain with devices to clone must be paused or shut off", READ),
)
XEN = GuestRules(
    cpu_to_linux=_fact("XenCenter, VM.SupportsVcpuHotplug: not of a VM that runs Windows", READ),
    cpu_from_linux=CPU_FROM_LINUX,
    ceiling=_fact("Xen, xl.cfg: maxvcpus and maxmem", "2024"),
    most_disk_gib=_fact("XenServer 8, configuration limits: a VHD on NFS or LVM", READ, 2040, "GiB"),
    most_in_chain=_fact(
        "Citrix XenServer 6, Administrator's Guide: a chain of at most 30 VHD, of which one is the disk that is "
        "written to (XenServer sm: SnapshotChainTooLong at 30)",
        READ,
        29,
        "snapshots in a chain",
    ),
    snapshots_suspended=_fact("Citrix XenServer 6, Snapshots: with memory of a running or suspended VM", READ),
    memory_pauses=_fact("xapi, xapi_vm_snapshot.ml: VM.checkpoint suspends the VM", "2012-12"),
    memory_whole=_assumed("Xen: memory is a VM's from its start on, so all of it is saved, touched or not"),
    reverted_to_saved=_fact(
        "xapi, xapi_vm_snapshot.ml: VM.revert ends in the power state of the snapshot, and VM.checkpoint takes one of "
        "a VM that it has suspended",
        READ,
    ),
    reverts_to_the_end=_fact("xapi, xapi_vm_snapshot.ml: VM.revert is set not to be cancellable", READ),
    not_quiesced=_fact("xapi, pull request 3926: VM.snapshot_with_quiesce and VSS removed, from 8.1 on", "2019-08"),
    vcpu_beyond_threads=_assumed("Xen: vCPU are scheduled as under KVM"),
    memory_range=_fact(
        "XenServer 8, VM memory: ballooned within its dynamic range, which is guaranteed; Citrix XenServer 6, "
        "Administrator's Guide: the minimum is at least 1/4 of the maximum",
        READ,
        0.25,
        OF_MEMORY,
    ),
    not_copied_running=_fact(f"{XAPI_LIFECYCLE}: VM.copy and VM.clone of a VM that is halted", READ),
    not_copied_suspended=_fact(
        f"{XAPI_LIFECYCLE}: VM.copy and VM.clone of a suspended VM only where the pool is set to allow it", READ
    ),
)
VIRTUALBOX = GuestRules(
    name_while_running=_fact("VirtualBox, Machine::setName: the machine is off or saved", READ),
    cpu_flag=_fact(f"{VIRTUALBOX_MANUAL}, CPU hot-plugging: enabled by modifyvm --cpuhotplug on", "2019"),
    cpu_from_linux=_fact(f"{VIRTUALBOX_MANUAL}, CPU hot-plugging: Windows supports only hot add", "2019"),
    no_growth_with_snapshots=_fact(
        "VBoxManage modifymedium --resize is of one image: not where there are snapshots "
        "(github.com/mdeguzis/documents, secondary)",
        READ,
    ),
    snapshots_suspended=_fact(f"{VIRTUALBOX_MANUAL}, Snapshots: also of a saved machine", "2019"),
    memory_pauses=_fact(f"{VIRTUALBOX_MANUAL}, VBoxManage snapshot take: live only with --live", READ),
    memory_always=_fact(
        f"{VIRTUALBOX_MANUAL}, Snapshot Contents: taken while the machine was running, the memory state is saved too",
        READ,
    ),
    merges_to_the_end=_fact("VirtualBox 7, SnapshotImpl.cpp: the progress of a deletion is not cancelable", READ),
    not_reverted_running=_fact(
        "VirtualBox 7, SnapshotImpl.cpp, restoreSnapshot: the machine cannot be running (VBOX_E_INVALID_VM_STATE)", READ
    ),
    reverted_to_saved=_fact(
        "VirtualBox 7, SnapshotImpl.cpp: restored from an online snapshot the machine is Saved, until it is started",
        READ,
    ),
    not_quiesced=_fact(f"{VIRTUALBOX_MANUAL}, VBoxManage snapshot take: it has no such option", READ),
    not_copied_running=_fact(
        "VirtualBox 7, UISnapshotPane.cpp: the current state is cloned while no session holds the VM", READ
    ),
)
# "More than 100 snapshots for each linear process" (Workstation Pro 17, Using Snapshots): no limit is named.
WORKSTATION = GuestRules(
    most_disk_gib=_fact("VMware Workstation Player 17.6, virtual hard disks: up to 8 TB", READ, 8192, "GiB"),
    no_growth_with_snapshots=NO_GROWTH,
    snapshots_suspended=SUSPENDED,
    memory_always=_fact(
        "VMware Workstation 5, What Is Captured by a Snapshot: the entire state, with the memory; only the API VIX may "
        "leave it out",
        "2005",
    ),
    memory_whole=_assumed("VMware Workstation: as under VMware ESXi"),
    memory_file_share=_fact(
        "VMware Workstation 7, User's Manual, Virtual Machine Files: .vmem backs up the guest's main memory on the "
        "host's file system, only while the VM runs",
        "2009",
        unit=OF_MEMORY,
    ),
    merges_to_the_end=_assumed("VMware Workstation: as under VMware ESXi"),
    not_quiesced=_fact("VMware VIX, CreateSnapshot, as vmrun snapshot: it has no such option", READ),
    not_copied_running=_fact(f"{CLONE_WIZARD}: the current state of a VM that is off", READ),
    not_copied_suspended=_assumed(f"{CLONE_WIZARD}: as while it runs"),
    linked_from_off=_fact(f"{CLONE_WIZARD}: an existing snapshot (powered off only)", READ),
)
NONE = GuestRules()
