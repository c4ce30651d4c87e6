"""Utilisation of VMs of which the file knows only their host's: its cores in use and memory active, shared."""

from collections import defaultdict

from hosts.inventory.problems import ProblemLog
from hosts.inventory.rows import HostRow, Inventory, VmRow


def share_host_usage(inventory: Inventory, log: ProblemLog) -> None:
    """Gives VMs without a utilisation of their own a share of their host's, and notes how many got what."""
    running: defaultdict[str, list[VmRow]] = defaultdict(list)
    for vm in inventory.vms:
        if vm.runs:
            doubt_zero(vm, inventory, log)
            running[vm.host].append(vm)
    for host in inventory.hosts:
        share_usage(host, running[host.name], inventory.host_tab_of(host), log)
    derived = sum(vm.usage_from == "host" for vm in inventory.vms)
    assumed = sum(vm.runs and not vm.usage_from for vm in inventory.vms)
    if derived:
        log.add("usage-from-host", value=derived)
    if assumed:
        log.add("usage-assumed", value=assumed)


def doubt_zero(vm: VmRow, inventory: Inventory, log: ProblemLog) -> None:
    """Takes a CPU of 0 % for not known: nothing that runs needs none, but tools write 0 where they have no data."""
    if vm.cpu_mean == 0 and not vm.cpu_peak:
        log.add("usage-zero", tab=inventory.tab_of(vm), row=vm.row, name=vm.name)
        vm.cpu_mean, vm.cpu_peak, vm.usage_from = None, None, ""
        vm.memory_mean, vm.memory_peak = vm.memory_mean or None, vm.memory_peak or None


def share_usage(host: HostRow, vms: list[VmRow], tab: str, log: ProblemLog) -> None:
    """Shares CPU and memory of one host. Where the file lists but a part of its VMs, only that part's share; where they
    cannot be all that use it, and nothing says how many there are, nothing.
    """
    listed = listed_share(host, vms)
    shared = share_cpu(host, vms, listed), share_memory(host, vms, listed)
    if listed < 1:
        share = f"{listed * 100:.0f} %"
        log.add("host-partly-listed", tab=tab, row=host.row, value=host.name, vms=len(vms), share=share)
    elif not all(shared):
        log.add("host-uses-more", tab=tab, row=host.row, value=host.name, vms=len(vms))


def listed_share(host: HostRow, vms: list[VmRow]) -> float:
    """Which part of what runs on a host the file lists: by vCPU, else by VMs; 1 where it does not say how much runs."""
    vcpu = sum(vm.vcpu for vm in vms)
    if host.all_vcpu:
        return min(1.0, vcpu / host.all_vcpu)
    return min(1.0, len(vms) / host.all_vms) if host.all_vms else 1.0


def share_cpu(host: HostRow, vms: list[VmRow], listed: float) -> bool:
    """Cores in use of the host by VMs that are listed, less what these are known to use, over the others by their vCPU;
    returns whether they can use as much.
    """
    unknown = [vm for vm in vms if vm.cpu_mean is None]
    if host.cpu_usage is None or not unknown:
        return True
    known_vcpu = sum((vm.cpu_mean or 0.0) * vm.vcpu for vm in vms)
    left_vcpu = max(0.0, host.cpu_usage * host.cores * listed - known_vcpu)
    share = left_vcpu / sum(vm.vcpu for vm in unknown)
    if share > 1:
        return False
    for vm in unknown:
        vm.cpu_mean, vm.usage_from = share, "host"
    return True


def share_memory(host: HostRow, vms: list[VmRow], listed: float) -> bool:
    """Memory that the host's guests touch by VMs that are listed, less what these are known to touch, over the others
    by their size; returns whether they can touch as much.
    """
    unknown = [vm for vm in vms if vm.memory_mean is None]
    if host.active_memory_mib is None or not unknown:
        return True
    known_mib = sum((vm.memory_mean or 0.0) * vm.memory_mib for vm in vms)
    share = max(0.0, host.active_memory_mib * listed - known_mib) / sum(vm.memory_mib for vm in unknown)
    if share > 1:
        return False
    for vm in unknown:
        vm.memory_mean = share
    return True
