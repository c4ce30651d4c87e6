"""Brings the rows of a file together: unique names, clusters, hosts found or assumed, placement, disks, usage."""

from collections import defaultdict

from hosts.inventory.assembly.clusters import name_clusters
from hosts.inventory.assembly.datastores import place_disks
from hosts.inventory.assembly.names import unique_hosts, unique_vms
from hosts.inventory.assembly.placing import add_missing_hosts, place_named, size_hosts, spread
from hosts.inventory.assembly.platform_vms import set_platform_apart
from hosts.inventory.assembly.usage import share_host_usage
from hosts.inventory.assembly.vcenters import tell_vcenters_apart
from hosts.inventory.problems import ProblemLog
from hosts.inventory.refusals import UnreadableFileError
from hosts.inventory.rows import Inventory
from virtlab.engine.systems.names import system_of
from virtlab.engine.systems.system import Family
from virtlab.engine.units import MIB_PER_GIB
from virtlab.labs.choices import OperatingSystem

LEAST_MEMORY_MIB = 64  # no system of today starts with less
MOST_MEMORY_MIB, VCPU_OF_LARGE = 1024 * MIB_PER_GIB, 16
"""More memory than that is at home beside at least so many vCPU: no type of EC2 has 1 TiB with fewer than 32."""
LEAST_USAGE = 0.01


def assemble(inventory: Inventory, log: ProblemLog) -> Inventory:
    """The same inventory, every VM in a cluster, on a host and a datastore; UnreadableFileError without any."""
    if not inventory.vms:
        raise UnreadableFileError("no-rows", tab=inventory.vm_tab or "–")
    tell_vcenters_apart(inventory, log)
    unique_vms(inventory, log)
    unique_hosts(inventory, log)
    set_platform_apart(inventory, log)
    name_clusters(inventory, log)
    unplaced = place_named(inventory, log)
    add_missing_hosts(inventory, unplaced, log)
    size_hosts(inventory, log)
    spread(inventory, log)
    place_disks(inventory, log)
    check_sizes(inventory, log)
    check_plausible(inventory, log)
    check_systems(inventory, log)
    share_host_usage(inventory, log)
    return inventory


def check_sizes(inventory: Inventory, log: ProblemLog) -> None:
    """Notes VMs larger than any host of their cluster."""
    largest: defaultdict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for host in inventory.hosts:
        threads, memory_mib = largest[host.cluster]
        threads = max(threads, host.cores * host.threads_per_core)
        largest[host.cluster] = threads, max(memory_mib, host.memory_mib)
    for vm in inventory.vms:
        threads, memory_mib = largest[vm.cluster]
        if vm.vcpu > threads or vm.memory_mib > memory_mib:
            log.add(
                "vm-larger-than-host",
                tab=inventory.tab_of(vm),
                row=vm.row,
                name=vm.name,
                vcpu=vm.vcpu,
                memory_gib=vm.memory_mib / MIB_PER_GIB,
                cluster=vm.cluster,
            )


def check_plausible(inventory: Inventory, log: ProblemLog) -> None:
    """Notes what is likely to be in another unit than the file says."""
    for vm in inventory.vms:
        if vm.memory_mib < LEAST_MEMORY_MIB:
            log.add("memory-small", tab=inventory.tab_of(vm), row=vm.row, value=vm.memory_mib, name=vm.name)
        elif vm.memory_mib > MOST_MEMORY_MIB and vm.vcpu < VCPU_OF_LARGE:
            gib = round(vm.memory_mib / MIB_PER_GIB)
            log.add("memory-large", tab=inventory.tab_of(vm), row=vm.row, value_gib=gib, name=vm.name, vcpu=vm.vcpu)
    usages = [host.cpu_usage for host in inventory.hosts if host.cpu_usage]
    if usages and max(usages) < LEAST_USAGE:
        log.add("usage-fraction", tab=inventory.host_tab)


def check_systems(inventory: Inventory, log: ProblemLog) -> None:
    """Notes operating systems that are not given or not known."""
    for vm in inventory.vms:
        if not vm.os_text:
            log.add("os-missing", tab=inventory.tab_of(vm), row=vm.row)
        elif vm.operating_system == OperatingSystem.OTHER and system_of(vm.os_text).family == Family.UNKNOWN:
            log.add("os-assumed", tab=inventory.tab_of(vm), row=vm.row, value=vm.os_text)
