"""What other tabs than vInfo know of RVTools' VMs: their disks, snapshots and utilisation."""

from collections import defaultdict
from dataclasses import dataclass

from hosts.choices import Hypervisor, VmFact
from hosts.inventory.facts.tabs import tab_facts
from hosts.inventory.formats.owners import VmFinder, are_one
from hosts.inventory.formats.rvtools_rows import Gathered
from hosts.inventory.problems import ProblemLog
from hosts.inventory.rows import VmRow
from virtlab.engine.hypervisors.memory_files import memory_file_gib
from virtlab.engine.units import MIB_PER_GIB

Sums = dict[str, dict[int, float]]


def complete(gathered: Gathered, log: ProblemLog) -> None:
    """Puts into the VMs what other tabs than vInfo know of them, and notes what nobody knows."""
    sums, unclear = sums_by_vm(gathered, log)
    disks = Disks(gathered, sums, log)
    speeds = {(host.vcenter, host.name.casefold()): host.speed_mhz for host in gathered.hosts}
    usual_mhz = sorted(speeds.values())[len(speeds) // 2] if speeds else 0.0
    speeds |= {("", host.name.casefold()): host.speed_mhz for host in gathered.hosts}  # a tab may not name vCenters
    facts = {name: amounts for name, amounts in sums.items() if "." not in name or name.startswith("tools.")}
    for vm in gathered.vms:
        disks.complete(vm)
        speed_mhz = speeds.get((vm.vcenter, vm.host.casefold())) or speeds.get(("", vm.host.casefold()))
        complete_usage(vm, sums, speed_mhz or usual_mhz)
        if id(vm) not in unclear:
            of_vm = {name: amounts[id(vm)] for name, amounts in facts.items() if id(vm) in amounts}
            vm.facts |= tab_facts(of_vm, gathered.stated)


def sums_by_vm(gathered: Gathered, log: ProblemLog) -> tuple[Sums, set[int]]:
    """What the rows of each VM add up to, by tab and field, then by the id of the VM's row.

    Rows that may be of several VMs are left out, with a note; the ids of those VMs are the second that it gives.
    """
    finder, vms_of, unclear = VmFinder(gathered.vms), dict[int, list[VmRow]](), set[int]()
    gathered.numbers.clear()
    for owner, number in gathered.owners.items():
        vms_of[number] = vms = finder.find(owner)
        if len(vms) > 1 and not are_one(vms):
            log.add("owner-unclear", value=owner.name, vms=len(vms))
            unclear.update(map(id, vms))
            vms_of[number] = []
    sums: Sums = defaultdict(dict)
    while gathered.sums:  # no second copy of them all at once
        field, amounts = gathered.sums.popitem()
        for number, amount in amounts.items():
            for vm in vms_of[number]:
                sums[field][id(vm)] = sums[field].get(id(vm), 0.0) + amount
    for number, largest_mib in gathered.largest_mib.items():
        for vm in vms_of[number]:
            vm.facts[VmFact.LARGEST_DISK_GIB.value] = round(largest_mib / MIB_PER_GIB)
    return sums, unclear


@dataclass(slots=True)
class Disks:
    """What the tabs say of disks; `note` adds a finding at a VM's row of vInfo."""

    gathered: Gathered
    sums: Sums
    log: ProblemLog

    def note(self, code: str, vm: VmRow, value_gib: float) -> None:
        self.log.add(code, tab=vm.tab, row=vm.row, value_gib=value_gib)

    def complete(self, vm: VmRow) -> None:
        """How large a VM's disks are and how much of them is in use, with swap file and snapshots apart."""
        key, in_use_gib = id(vm), vm.disk_used_gib
        known = key not in self.gathered.used_unknown
        swap_gib = swap_file_gib(vm, in_use_gib if known else None)
        vm.snapshot_gib = self.sums["vSnapshot.size"].get(key, 0.0) / MIB_PER_GIB
        if key in self.gathered.disks_unknown:
            disk_mib = self.sums["vDisk.capacity"].get(key)
            vm.disk_gib = self.unlisted_gib(vm, swap_gib) if disk_mib is None else disk_mib / MIB_PER_GIB
        if known:
            self.take_used(vm, max(0.0, in_use_gib - swap_gib - vm.snapshot_gib))
        else:
            self.guess_used(vm)

    def unlisted_gib(self, vm: VmRow, swap_gib: float) -> float:
        """The disks of a VM of which no tab lists them: what is provisioned without swap file and snapshots, else what
        its system has partitioned, else what is in use. Noted, but for partitions.
        """
        provisioned_mib = self.gathered.provisioned_mib.get(id(vm))
        if provisioned_mib is not None:
            provisioned_gib, apart_gib = provisioned_mib / MIB_PER_GIB, swap_gib + vm.snapshot_gib
            apart_gib = apart_gib if apart_gib < provisioned_gib else 0.0
            self.note("disk-from-provisioned", vm, apart_gib)
            vm.apart_gib = apart_gib
            return provisioned_gib - apart_gib
        partitions_mib = self.sums["vPartition.capacity"].get(id(vm))
        if partitions_mib is None:
            self.note("disk-assumed", vm, max(0.0, vm.disk_used_gib - swap_gib))
        return (partitions_mib or 0.0) / MIB_PER_GIB

    def take_used(self, vm: VmRow, written_gib: float) -> None:
        """What is written to the disks; what is beyond them is snapshots, where no tab lists these."""
        vm.disk_gib = vm.disk_gib or written_gib  # nothing says how large: at least what is written
        vm.disk_used_gib = min(vm.disk_gib, written_gib)
        if not vm.snapshot_gib and written_gib > vm.disk_gib:
            vm.snapshot_gib = written_gib - vm.disk_gib
            self.note("beyond-disks", vm, vm.snapshot_gib)

    def guess_used(self, vm: VmRow) -> None:
        """What is in use where vInfo does not say: what the partitions hold, else all of the disks."""
        consumed_mib = self.sums["vPartition.consumed"].get(id(vm))
        vm.disk_used_gib = vm.disk_gib if consumed_mib is None else min(vm.disk_gib, consumed_mib / MIB_PER_GIB)
        if consumed_mib is None and vm.disk_gib:
            self.log.add("disk-used-assumed", tab=vm.tab, row=vm.row)


def swap_file_gib(vm: VmRow, in_use_gib: float | None) -> float:
    """The swap file in what is provisioned and in use of a VM, which is all its files (vSphere: its committed storage):
    thick disks of 120 GiB beside 16 GiB of memory are 136 GiB in use in an export of 805 VMs. Where less is in use than
    that file would be, there is none: the memory is reserved, or the file lies elsewhere.
    """
    swap_gib = memory_file_gib(Hypervisor.ESXI, vm.memory_mib) if vm.runs else 0.0
    return swap_gib if in_use_gib is None or in_use_gib > swap_gib else 0.0


def complete_usage(vm: VmRow, sums: Sums, speed_mhz: float) -> None:
    """Utilisation of a running VM from vCPU (MHz in use) and vMemory (MiB active) where vInfo has none."""
    mhz, active_mib = sums["vCPU.overall"].get(id(vm)), sums["vMemory.active"].get(id(vm))
    if vm.cpu_mean is None and mhz and speed_mhz:
        vm.cpu_mean = min(1.0, mhz / (vm.vcpu * speed_mhz))
    if vm.memory_mean is None and active_mib:
        vm.memory_mean = min(1.0, active_mib / vm.memory_mib)
    vm.usage_from = "file" if vm.cpu_mean is not None else ""
