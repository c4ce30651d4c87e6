"""Utilisation of VMs of which the file knows only their host's: its cores in use and memory active, shared."""

from collections import defaultdict

from hosts.inventory.problems import ProblemLog
from hosts.inventory.rows import HostRow, Inventory, VmRow


def share_host_usage(inventory: Inventory, log: ProblemLog) -> None:
    """Gives VMs without a utilisation of their own a share of their host's, and notes how many got what."""
    running: defaultdict[str, list[VmRow]] = defaultdict(list)
    for vm in inventory.vms:
        if vm.runs:
            running[vm.host].append(vm)
    for host in inventory.hosts:
        share_cpu(host, running[host.name])
        share_memory(host, running[host.name])
    derived = sum(vm.usage_from == "host" for vm in inventory.vms)
    assumed = sum(vm.runs and not vm.usage_from for vm in inventory.vms)
    if derived:
        log.add("usage-from-host", value=derived)
    if assumed:
        log.add("usage-assumed", value=assumed)


def share_cpu(host: HostRow, vms: list[VmRow]) -> None:
    """Cores in use of the host, less what VMs are known to use, over the others by their vCPU."""
    unknown = [vm for vm in vms if vm.cpu_mean is None]
    if host.cpu_usage is None or not unknown:
        return
    known_vcpu = sum((vm.cpu_mean or 0.0) * vm.vcpu for vm in vms)
    left_vcpu = max(0.0, host.cpu_usage * host.cores - known_vcpu)
    share = min(1.0, left_vcpu / sum(vm.vcpu for vm in unknown))
    for vm in unknown:
        vm.cpu_mean, vm.usage_from = share, "host"


def share_memory(host: HostRow, vms: list[VmRow]) -> None:
    """Memory that the host's guests touch, less what VMs are known to touch, over the others by their size."""
    unknown = [vm for vm in vms if vm.memory_mean is None]
    if host.active_memory_mib is None or not unknown:
        return
    known_mib = sum((vm.memory_mean or 0.0) * vm.memory_mib for vm in vms)
    share = min(1.0, max(0.0, host.active_memory_mib - known_mib) / sum(vm.memory_mib for vm in unknown))
    for vm in unknown:
        vm.memory_mean = share
