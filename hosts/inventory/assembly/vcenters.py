"""Files of several vCenters: hosts and clusters of one name in two of them are different ones.

Where exports name no vCenter and describe a host of one name in two ways, their files stand for vCenters.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from hosts.inventory.assembly.host_names import short_name, vcenter_key
from hosts.inventory.files.values import NAME_LENGTH
from hosts.inventory.problems import ProblemLog
from hosts.inventory.rows import ClusterRow, DatastoreRow, HostRow, Inventory, VmRow


def tell_vcenters_apart(inventory: Inventory, log: ProblemLog) -> None:
    """Puts a vCenter's name behind the names of hosts and clusters that stand in another one too.

    Where all is of one vCenter, that one is forgotten: rows that do not name it are of it as well.
    """
    rows: list[VmRow | HostRow | DatastoreRow | ClusterRow]
    rows = [*inventory.vms, *inventory.hosts, *inventory.datastores, *inventory.clusters]
    vcenters = {row.vcenter for row in rows} - {""}
    if len(vcenters) < 2:
        for row in rows:
            row.vcenter = ""
        return
    log.add("several-vcenters", value=", ".join(sorted(vcenters)))
    follow_vms(inventory)
    placed: list[VmRow | HostRow] = [*inventory.vms, *inventory.hosts]
    clusters = names_of_several([(row.cluster, row.vcenter) for row in placed])
    named = [(vm.host, vm.vcenter) for vm in inventory.vms]
    hosts = names_of_several(named + [(host.name, host.vcenter) for host in inventory.hosts])
    for row in placed:
        row.cluster = with_vcenter(row.cluster, row.vcenter, clusters)
    for cluster in inventory.clusters:
        cluster.name = with_vcenter(cluster.name, cluster.vcenter, clusters)
    for vm in inventory.vms:
        vm.host = with_vcenter(vm.host, vm.vcenter, hosts)
    for host in inventory.hosts:
        host.name = with_vcenter(host.name, host.vcenter, hosts)


def follow_vms(inventory: Inventory) -> None:
    """A host that names no vCenter is of the one that most VMs are in which name the host."""
    votes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for vm in inventory.vms:
        votes[short_name(vm.host)][vm.vcenter] += 1
    for host in inventory.hosts:
        if not host.vcenter and (vote := votes.get(short_name(host.name))):
            host.vcenter = vote.most_common(1)[0][0]


def names_of_several(named: list[tuple[str, str]]) -> set[str]:
    """The names, in lower case, that stand in more than one vCenter."""
    vcenters: defaultdict[str, set[str]] = defaultdict(set)
    for name, vcenter in named:
        vcenters[name.casefold()].add(vcenter)
    return {name for name, several in vcenters.items() if name and len(several) > 1}


def with_vcenter(name: str, vcenter: str, several: set[str]) -> str:
    """A name with its vCenter's behind, where `several` vCenters have one of that name."""
    if not vcenter or name.casefold() not in several:
        return name
    return f"{name[: NAME_LENGTH - len(vcenter) - 3]} ({vcenter})"


def spell_alike(inventories: Iterable[Inventory]) -> None:
    """Writes each vCenter as it is first written, whatever its case, and with or without the dot at its end."""
    first: dict[str, str] = {}
    for inventory in inventories:
        rows: list[VmRow | HostRow | DatastoreRow | ClusterRow]
        rows = [*inventory.vms, *inventory.hosts, *inventory.datastores, *inventory.clusters]
        for row in rows:
            row.vcenter = first.setdefault(vcenter_key(row.vcenter), row.vcenter)


def tell_exports_apart(inventories: Sequence[Inventory]) -> None:
    """Puts the name of their file in place of the vCenter where exports name none and their hosts contradict.

    Exports that have most of their VMs in common are of one estate, of which a host may have been rebuilt.
    """
    estates = of_one_estate(inventories)
    builds: dict[str, tuple[HostRow, Inventory]] = {}
    apart: dict[int, Inventory] = {}
    for inventory, estate in zip(inventories, estates, strict=True):
        for host in inventory.hosts:
            first, other = builds.setdefault(host.name.casefold(), (host, estate))
            if other is not estate and contradict(first, host):
                apart |= {id(other): other, id(estate): estate}
    for inventory, estate in zip(inventories, estates, strict=True):
        if id(estate) not in apart:
            continue
        rows: list[VmRow | HostRow | DatastoreRow | ClusterRow]
        rows = [*inventory.vms, *inventory.hosts, *inventory.datastores, *inventory.clusters]
        for row in rows:
            row.vcenter = row.vcenter or estate.file or estate.vm_tab


def of_one_estate(inventories: Sequence[Inventory]) -> list[Inventory]:
    """For each inventory the first one that has most VMs in common with it, by UUID: itself where none before does."""
    firsts: list[tuple[Inventory, set[str]]] = []
    estates = []
    for inventory in inventories:
        uuids = {vm.identity.casefold() for vm in inventory.vms if vm.identity}
        same = (first for first, theirs in firsts if 2 * len(uuids & theirs) > min(len(uuids), len(theirs)))
        estates.append(next(same, inventory))
        firsts.append((estates[-1], uuids))
    return estates


def contradict(host: HostRow, other: HostRow) -> bool:
    """Whether two hosts that name no vCenter cannot be one: they have other cores or another memory."""
    if host.vcenter or other.vcenter:
        return False
    pairs = ((host.cores, other.cores), (host.memory_mib, other.memory_mib))
    return any(one and another and one != another for one, another in pairs)
