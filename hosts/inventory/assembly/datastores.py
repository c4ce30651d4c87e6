"""Where the disks of an inventory lie: on the datastores that it names, else on one assumed for each cluster.

In a lab a datastore belongs to one cluster. One that serves several is split between them by what is allocated of it.
"""

from collections import defaultdict

from hosts.inventory.assembly.datastore_names import clusters_that_see, tell_datastores_apart
from hosts.inventory.assembly.datastore_sizes import MAX_GIB, give_sizes, size_for
from hosts.inventory.problems import ProblemLog
from hosts.inventory.rows import ClusterRow, DatastoreRow, Inventory, VmRow
from virtlab.labs.names import free_name

Members = dict[tuple[str, str], list[VmRow]]
Clusters = dict[str, ClusterRow]


def place_disks(inventory: Inventory, log: ProblemLog) -> None:
    """Puts every VM on a datastore of its cluster; the inventory has all datastores then, each with a size."""
    described = tell_datastores_apart(inventory, log)
    seen_by = clusters_that_see(inventory)
    clusters = {cluster.name: cluster for cluster in inventory.clusters}
    place_unnamed(inventory.vms, clusters, described, seen_by, log)
    members: Members = defaultdict(list)
    for vm in inventory.vms:
        members[vm.datastore.casefold(), vm.cluster].append(vm)
    rows = split_by_cluster(members, described, clusters, log)
    rows += empty_ones(members, described, seen_by, log)
    inventory.datastores = rows


def place_unnamed(
    vms: list[VmRow],
    clusters: Clusters,
    described: dict[str, DatastoreRow],
    seen_by: dict[str, list[str]],
    log: ProblemLog,
) -> None:
    """VMs that name no datastore: on the one of their cluster with most left, else on one that is made up."""
    allocated: dict[str, float] = defaultdict(float)
    unnamed: defaultdict[str, list[VmRow]] = defaultdict(list)
    for vm in vms:
        if vm.datastore:
            allocated[vm.datastore.casefold()] += vm.disk_gib
        else:
            unnamed[vm.cluster].append(vm)
    taken = {*described, *allocated}
    for cluster, homeless in unnamed.items():
        here = [row for key, row in described.items() if cluster in seen_by.get(key, ())]
        if here:
            fill(here, homeless, allocated)
        else:
            make_up(clusters[cluster], homeless, described, taken, log)


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
    log.add("datastores-assumed", value_gib=row.capacity_gib, machines=len(vms), cluster=cluster.name)


def split_by_cluster(
    members: Members, described: dict[str, DatastoreRow], clusters: Clusters, log: ProblemLog
) -> list[DatastoreRow]:
    """A datastore for every cluster that has VMs on it; their VMs are told its name."""
    taken = {*described, *(key for key, _ in members)}
    by_store: defaultdict[str, dict[str, list[VmRow]]] = defaultdict(dict)
    for (key, cluster), vms in sorted(members.items(), key=lambda item: -sum(vm.disk_gib for vm in item[1])):
        by_store[key][cluster] = vms
    rows: list[DatastoreRow] = []
    for key, users in by_store.items():
        whole = described.get(key) or DatastoreRow(name=next(iter(users.values()))[0].datastore)
        if len(users) > 1:
            log.add("datastore-split", value=whole.name)
        parts = [
            part(whole, cluster, name_of_part(whole, cluster, number, taken)) for number, cluster in enumerate(users)
        ]
        give_sizes(whole, parts, [(vms, clusters[cluster].hypervisor) for cluster, vms in users.items()], log)
        for row, vms in zip(parts, users.values(), strict=True):
            for vm in vms:
                vm.datastore = row.name
        rows += parts
    return rows


def name_of_part(datastore: DatastoreRow, cluster: str, number: int, taken: set[str]) -> str:
    """The datastore's own name for the cluster that holds most of it, for others with the cluster's behind."""
    if number == 0:
        return datastore.name
    name = free_name(f"{datastore.name[:120]} ({cluster[:120]})", taken)
    taken.add(name.casefold())
    return name


def part(datastore: DatastoreRow, cluster: str, name: str) -> DatastoreRow:
    """What one cluster has of a datastore, before it has a size."""
    return DatastoreRow(
        name=name,
        cluster=cluster,
        kind=datastore.kind,
        assumed=datastore.assumed,
        name_assumed=datastore.name_assumed,
    )


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
            rows.append(part(row, clusters[0], row.name))
            rows[-1].capacity_gib, rows[-1].used_gib = min(MAX_GIB, row.capacity_gib), row.used_gib
        else:
            log.add("datastore-unused", value=row.name)
    return rows
