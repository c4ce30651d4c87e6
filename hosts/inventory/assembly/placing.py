"""Every VM on a host: the one it names, one that is assumed, or the least filled of its cluster."""

import heapq
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import partial

from hosts.inventory.assembly.host_names import HostFinder, short_name
from hosts.inventory.assembly.sizing import assumed_hosts, cores_for, memory_gib_for, sockets_for
from hosts.inventory.problems import ProblemLog
from hosts.inventory.rows import HostRow, Inventory, VmRow
from virtlab.engine.units import MIB_PER_GIB

MAKE = ("sockets", "threads_per_core", "vendor", "model", "cpu_model")
Unplaced = Mapping[tuple[str, str], list[VmRow]]


def place_named(inventory: Inventory, log: ProblemLog) -> Unplaced:
    """Puts VMs on the hosts they name; returns those whose host nobody describes, by cluster and host name."""
    finder = HostFinder(inventory.hosts)
    unplaced: defaultdict[tuple[str, str], list[VmRow]] = defaultdict(list)
    reported: set[str] = set()
    for vm in (vm for vm in inventory.vms if vm.host):
        host = finder.find(vm.host, vm.cluster, vm.vcenter)
        if host is None:
            unplaced[vm.cluster, vm.host].append(vm)
            continue
        if short_name(host.name) != short_name(vm.host) and vm.host not in reported:
            reported.add(vm.host)
            log.add("host-name-differs", tab=inventory.tab_of(vm), row=vm.row, value=vm.host, host=host.name)
        vm.host, vm.cluster = host.name, host.cluster
    return unplaced


def add_missing_hosts(inventory: Inventory, unplaced: Unplaced, log: ProblemLog) -> None:
    """The hosts that VMs name and nobody describes, and assumed ones for clusters without any. VMs whose host may be
    one that is described under another name are freed.
    """
    described = {host.cluster for host in inventory.hosts}
    names = {host.name.casefold() for host in inventory.hosts}
    renamed = clusters_renamed(inventory, unplaced)
    for (cluster, name), vms in unplaced.items():
        first = vms[0]
        tab = inventory.tab_of(first)
        note = partial(log.add, tab=tab, row=first.row, value=name, vms=len(vms), cluster=cluster)
        if cluster in renamed or name.casefold() in names:
            note("host-unknown")
            for vm in vms:
                vm.host = ""
            continue
        names.add(name.casefold())
        inventory.hosts.append(HostRow(name=name, cluster=cluster, site=vms[0].site, assumed=True))
        if cluster in described:
            note("host-undescribed")
    add_assumed_hosts(inventory, names, log)


def clusters_renamed(inventory: Inventory, unplaced: Unplaced) -> set[str]:
    """Clusters with as many described hosts that no VM names as there are named ones that nobody describes: they may be
    the same under other names (an address in one tab, a name in the other).
    """
    named = {vm.host for vm in inventory.vms}
    idle = Counter(host.cluster for host in inventory.hosts if host.name not in named)
    strange = Counter(cluster for cluster, _name in unplaced)
    return {cluster for cluster, count in strange.items() if 0 < count <= idle[cluster]}


def add_assumed_hosts(inventory: Inventory, names: set[str], log: ProblemLog) -> None:
    """As many hosts of a usual size as the VMs of a cluster need that has no host at all."""
    members: defaultdict[str, list[VmRow]] = defaultdict(list)
    for vm in inventory.vms:
        members[vm.cluster].append(vm)
    with_hosts = {host.cluster for host in inventory.hosts}
    for cluster in members.keys() - with_hosts:
        hosts = assumed_hosts(cluster, members[cluster][0].site, members[cluster], names)
        inventory.hosts += hosts
        log.add(
            "hosts-assumed",
            tab=inventory.host_tab,
            value=len(hosts),
            cluster=cluster,
            cores=hosts[0].cores,
            memory_gib=hosts[0].memory_mib / MIB_PER_GIB,
        )


def size_hosts(inventory: Inventory, log: ProblemLog) -> None:
    """Assumes cores and memory that are not said: as most hosts of the cluster have, else what the VMs need."""
    held: defaultdict[str, list[VmRow]] = defaultdict(list)
    for vm in inventory.vms:
        held[vm.host].append(vm)
    usual = usual_builds(inventory.hosts)
    for host in inventory.hosts:
        size_host(host, usual.get(host.cluster), held[host.name], inventory.host_tab_of(host), log)


def usual_builds(hosts: Sequence[HostRow]) -> dict[str, HostRow]:
    """By cluster a host of the size that most of those have whose size is said."""
    by_size: defaultdict[str, defaultdict[tuple[int, int], list[HostRow]]] = defaultdict(lambda: defaultdict(list))
    for host in hosts:
        if host.cores and host.memory_mib:
            by_size[host.cluster][host.cores, host.memory_mib].append(host)
    return {cluster: max(sizes.values(), key=len)[0] for cluster, sizes in by_size.items()}


def size_host(host: HostRow, like: HostRow | None, vms: list[VmRow], tab: str, log: ProblemLog) -> None:
    """Assumes cores and memory (MiB) of one host where they are zero, from `like` where there is one. A host that
    nobody describes is of its make as well.
    """
    if host.assumed and like is not None:
        for column in MAKE:
            setattr(host, column, getattr(like, column))
    if not host.cores:
        host.cores = like.cores if like else cores_for(vms)
        log.add("host-cores-assumed", tab=tab, row=host.row, value=host.cores, name=host.name)
    if not host.memory_mib:
        host.memory_mib = like.memory_mib if like else memory_gib_for(vms) * MIB_PER_GIB
        log.add("host-memory-assumed", tab=tab, row=host.row, value_gib=host.memory_mib / MIB_PER_GIB, name=host.name)
    host.sockets = host.sockets or sockets_for(host.cores)


def spread(inventory: Inventory, log: ProblemLog) -> None:
    """Puts VMs without a host on the host of their cluster whose memory is then least filled."""
    by_cluster: defaultdict[str, list[VmRow]] = defaultdict(list)
    for vm in inventory.vms:
        if not vm.host:
            by_cluster[vm.cluster].append(vm)
    for cluster, vms in by_cluster.items():
        fill_evenly([host for host in inventory.hosts if host.cluster == cluster], vms, inventory.vms)
        log.add("placement-assumed", tab=inventory.vm_tab, value=len(vms), cluster=cluster)


def fill_evenly(hosts: list[HostRow], vms: list[VmRow], everybody: list[VmRow]) -> None:
    """Places the larger VMs first, each on the host that is least filled."""
    held: Counter[str] = Counter()
    for vm in everybody:
        held[vm.host] += vm.memory_mib if vm.runs else 0
    heap = [(held[host.name] / host.memory_mib, order, host) for order, host in enumerate(hosts)]
    heapq.heapify(heap)
    for vm in sorted(vms, key=lambda vm: (-vm.memory_mib, -vm.vcpu)):
        filled, order, host = heap[0]
        vm.host = host.name
        heapq.heapreplace(heap, (filled + (vm.memory_mib / host.memory_mib if vm.runs else 0.0), order, host))
