"""The clusters of an inventory: named by its VMs and hosts, told apart by site where two sites use one name."""

from collections import Counter, defaultdict

from hosts.choices import Hypervisor
from hosts.inventory.assembly.host_names import short_name
from hosts.inventory.files.values import NAME_LENGTH
from hosts.inventory.problems import ProblemLog
from hosts.inventory.rows import ClusterRow, HostRow, Inventory, VmRow

STANDALONE = "Standalone"


def name_clusters(inventory: Inventory, log: ProblemLog) -> None:
    """Gives every VM and host the full name of its cluster and lists the clusters that are used."""
    unnamed = sum(not vm.cluster for vm in inventory.vms)
    if unnamed:
        log.add("cluster-assumed", tab=inventory.vm_tab, value=STANDALONE, machines=unnamed)
    given = hypervisors_given(inventory)
    rows: list[VmRow | HostRow] = [*inventory.vms, *inventory.hosts]
    sites = sites_of(rows)
    clusters: dict[str, ClusterRow] = {}
    for row in rows:
        key = row.cluster.casefold()
        hypervisor = given.get((key, row.site.casefold())) or given.get((key, "")) or Hypervisor.ESXI
        name = full_name(row, several=len(sites[key]) > 1)
        cluster = clusters.setdefault(name.casefold(), ClusterRow(name=name, hypervisor=hypervisor))
        cluster.site = cluster.site or row.site
        row.cluster = cluster.name
    follow_vms(inventory)
    used = {row.cluster for row in rows}
    inventory.clusters = [cluster for cluster in clusters.values() if cluster.name in used]


def hypervisors_given(inventory: Inventory) -> dict[tuple[str, str], str]:
    """What clusters run by their name and site in lower case; by the name alone what the first of that name runs."""
    given: dict[tuple[str, str], str] = {}
    for cluster in inventory.clusters:
        name = cluster.name.casefold()
        given[name, cluster.site.casefold()] = cluster.hypervisor
        given.setdefault((name, ""), cluster.hypervisor)
    return given


def sites_of(rows: list[VmRow | HostRow]) -> defaultdict[str, set[str]]:
    """The sites in which each cluster name is used."""
    sites: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        sites[row.cluster.casefold()] |= {row.site.casefold()} - {""}
    return sites


def full_name(row: VmRow | HostRow, *, several: bool) -> str:
    """A cluster's name, with its site behind where `several` sites have one of that name."""
    name = row.cluster or (f"{STANDALONE} ({row.vcenter})" if row.vcenter else STANDALONE)
    return f"{name[: NAME_LENGTH - len(row.site) - 3]} ({row.site})" if several and row.site else name


def follow_vms(inventory: Inventory) -> None:
    """A host without a cluster belongs to the one that most of its VMs are in."""
    votes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for vm in inventory.vms:
        votes[short_name(vm.host)][vm.cluster] += 1
    for host in inventory.hosts:
        vote = votes.get(short_name(host.name))
        if vote and host.cluster.startswith(STANDALONE):
            host.cluster = vote.most_common(1)[0][0]
