"""Where the disks of an inventory lie: on the datastores that it names, else on one assumed for each cluster.

In a lab a datastore belongs to one cluster. One that serves several is split between them by what is allocated of it.
"""

import math
from collections import Counter, defaultdict

from hosts.inventory.assembly.host_names import HostFinder
from hosts.inventory.problems import ProblemLog
from hosts.inventory.rows import ClusterRow, DatastoreRow, Inventory, VmRow
from virtlab.engine.hypervisors.memory_files import memory_file_gib
from virtlab.labs.names import free_name

SPARE = 1.25  # an assumption: a fifth of the datastore stays free
STEP_GIB = 1024
MAX_GIB = 1e8
Members = dict[tuple[str, str], list[VmRow]]


def place_disks(inventory: Inventory, log: ProblemLog) -> None:
    """Puts every VM on a datastore of its cluster; returns all datastores, each with a size."""
    described = unique_datastores(inventory, log)
    seen_by = clusters_that_see(inventory)
    place_unnamed(inventory, described, seen_by, log)
    members: Members = defaultdict(list)
    for vm in inventory.vms:
        members[vm.datastore.casefold(), vm.cluster].append(vm)
    rows = split_by_cluster(members, described, hypervisors_of(inventory), log)
    rows += empty_ones(members, described, seen_by, log)
    inventory.datastores = rows


def hypervisors_of(inventory: Inventory) -> dict[str, str]:
    """What the hosts of each cluster run, by its name."""
    return {cluster.name: cluster.hypervisor for cluster in inventory.clusters}


def unique_datastores(inventory: Inventory, log: ProblemLog) -> dict[str, DatastoreRow]:
    """The datastores described by their names in lower case; those of a name that stood in the tab before are noted."""
    rows: dict[str, DatastoreRow] = {}
    for row in inventory.datastores:
        if rows.setdefault(row.name.casefold(), row) is not row:
            log.add("datastore-duplicate", tab=inventory.datastore_tab, value=row.name)
    return rows


def clusters_that_see(inventory: Inventory) -> dict[str, list[str]]:
    """The clusters whose hosts a datastore's row lists, by its name in lower case; the only cluster sees them all."""
    if len(inventory.clusters) == 1:
        return {row.name.casefold(): [inventory.clusters[0].name] for row in inventory.datastores}
    finder = HostFinder(inventory.hosts)
    seen: dict[str, list[str]] = {}
    for row in inventory.datastores:
        hosts = (finder.find(name.strip(), "") for name in row.hosts.replace(";", ",").split(","))
        seen.setdefault(row.name.casefold(), list(dict.fromkeys(host.cluster for host in hosts if host)))
    return seen


def place_unnamed(
    inventory: Inventory, described: dict[str, DatastoreRow], seen_by: dict[str, list[str]], log: ProblemLog
) -> None:
    """VMs that name no datastore: on the one of their cluster with most left, else on one that is made up."""
    allocated: dict[str, float] = defaultdict(float)
    unnamed: defaultdict[str, list[VmRow]] = defaultdict(list)
    for vm in inventory.vms:
        if vm.datastore:
            allocated[vm.datastore.casefold()] += vm.disk_gib
        else:
            unnamed[vm.cluster].append(vm)
    taken, clusters = {*described, *allocated}, {cluster.name: cluster for cluster in inventory.clusters}
    for cluster, vms in unnamed.items():
        here = [row for key, row in described.items() if cluster in seen_by.get(key, ())]
        if here:
            fill(here, vms, allocated)
        else:
            make_up(clusters[cluster], vms, described, taken, log)


def fill(rows: list[DatastoreRow], vms: list[VmRow], allocated: dict[str, float]) -> None:
    """The VMs with the largest disks first, each on the datastore with most left."""
    for vm in sorted(vms, key=lambda vm: -vm.disk_gib):
        row = max(rows, key=lambda row: row.capacity_gib - allocated[row.name.casefold()])
        vm.datastore = row.name
        allocated[row.name.casefold()] += vm.disk_gib


def make_up(
    cluster: ClusterRow, vms: list[VmRow], described: dict[str, DatastoreRow], taken: set[str], log: ProblemLog
) -> None:
    """One datastore for the VMs of a cluster of which the file says nothing."""
    name = free_name(f"{cluster.name[:240]}-datastore", taken)
    row = DatastoreRow(name=name, capacity_gib=size_for(vms, cluster.hypervisor), assumed=True, name_assumed=True)
    described[name.casefold()] = row
    taken.add(name.casefold())
    for vm in vms:
        vm.datastore = name
    log.add("datastores-assumed", value=f"{row.capacity_gib:,.0f}", machines=len(vms), cluster=cluster.name)


def memory_files_gib(vms: list[VmRow], hypervisor: str) -> float:
    """GiB of the files that stand for the memory of those that run."""
    return sum(memory_file_gib(hypervisor, vm.memory_mib) for vm in vms if vm.runs)


def size_for(vms: list[VmRow], hypervisor: str) -> float:
    """GiB that hold all that is allocated to VMs, with the files of their memory, and a quarter more, in full TiB."""
    allocated_gib = sum(max(vm.disk_gib, vm.disk_used_gib) for vm in vms) + memory_files_gib(vms, hypervisor)
    return min(MAX_GIB, max(1, math.ceil(allocated_gib * SPARE / STEP_GIB)) * STEP_GIB)


def split_by_cluster(
    members: Members, described: dict[str, DatastoreRow], hypervisors: dict[str, str], log: ProblemLog
) -> list[DatastoreRow]:
    """A datastore for every cluster that has VMs on it; their VMs are told its name."""
    allocated: dict[str, float] = defaultdict(float)
    clusters: Counter[str] = Counter()
    for (key, _cluster), vms in members.items():
        allocated[key] += sum(vm.disk_gib for vm in vms)
        clusters[key] += 1
    taken = {*described, *(key for key, _ in members)}
    rows: dict[str, DatastoreRow] = {}
    for (key, cluster), vms in sorted(members.items(), key=lambda item: -sum(vm.disk_gib for vm in item[1])):
        whole = described.get(key) or DatastoreRow(name=vms[0].datastore)
        share = sum(vm.disk_gib for vm in vms) / allocated[key] if allocated[key] else 1 / clusters[key]
        row = part(whole, cluster, share, name_of_part(whole, cluster, rows, taken))
        if key not in rows and clusters[key] > 1:
            log.add("datastore-split", value=whole.name)
        rows[row.name.casefold()] = row
        give_size(row, vms, hypervisors[cluster], log)
        for vm in vms:
            vm.datastore = row.name
    return list(rows.values())


def name_of_part(datastore: DatastoreRow, cluster: str, rows: dict[str, DatastoreRow], taken: set[str]) -> str:
    """The datastore's own name for the cluster that holds most of it, for others with the cluster's behind."""
    if datastore.name.casefold() not in rows:
        return datastore.name
    name = free_name(f"{datastore.name[:120]} ({cluster[:120]})", taken)
    taken.add(name.casefold())
    return name


def part(datastore: DatastoreRow, cluster: str, share: float, name: str) -> DatastoreRow:
    """What one cluster has of a datastore."""
    return DatastoreRow(
        name=name,
        cluster=cluster,
        kind=datastore.kind,
        capacity_gib=datastore.capacity_gib * share,
        used_gib=datastore.used_gib * share,
        assumed=datastore.assumed,
        name_assumed=datastore.name_assumed,
    )


def give_size(row: DatastoreRow, vms: list[VmRow], hypervisor: str, log: ProblemLog) -> None:
    """A size where the file gives none, or less than its VMs use, with the files that stand for their memory."""
    used_gib = sum(vm.disk_used_gib for vm in vms) + memory_files_gib(vms, hypervisor)
    if row.capacity_gib < max(1.0, used_gib):
        code = "datastore-outgrown" if row.capacity_gib else "datastore-size-assumed"
        row.capacity_gib, row.assumed = size_for(vms, hypervisor), True
        log.add(code, value=f"{row.capacity_gib:,.0f}", name=row.name)
    row.capacity_gib = min(MAX_GIB, row.capacity_gib)


def empty_ones(
    members: Members, described: dict[str, DatastoreRow], seen_by: dict[str, list[str]], log: ProblemLog
) -> list[DatastoreRow]:
    """Datastores that no VM is on, for the first cluster that sees them; others are noted and left out."""
    used = {key for key, _cluster in members}
    rows = []
    for key, row in described.items():
        if key in used:
            continue
        if row.capacity_gib >= 1 and (clusters := seen_by.get(key)):
            rows.append(part(row, clusters[0], min(1.0, MAX_GIB / row.capacity_gib), row.name))
        else:
            log.add("datastore-unused", value=row.name)
    return rows
