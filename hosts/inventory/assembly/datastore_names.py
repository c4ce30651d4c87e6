"""Which datastore a row and a VM mean: by its URL or object ID, since names are not unique beyond a data centre."""

from collections import defaultdict

from hosts.inventory.assembly.host_names import HostFinder, same_vcenter
from hosts.inventory.files.values import NAME_LENGTH
from hosts.inventory.problems import ProblemLog
from hosts.inventory.rows import DatastoreRow, Inventory, VmRow
from virtlab.labs.names import free_name


def tell_datastores_apart(inventory: Inventory, log: ProblemLog) -> dict[str, DatastoreRow]:
    """The datastores described by their names in lower case, each with a name of its own, which its VMs are told."""
    inventory.datastores = unique_datastores(inventory, log)
    by_name: defaultdict[str, list[DatastoreRow]] = defaultdict(list)
    for row in inventory.datastores:
        by_name[row.name.casefold()].append(row)
    chosen = choices(inventory, by_name, log)
    taken = set(by_name)
    for rows in by_name.values():
        for row in rows[1:]:
            row.name = free_name(row.name, taken)
            taken.add(row.name.casefold())
    for vm, row in chosen:
        vm.datastore = row.name
    return {row.name.casefold(): row for row in inventory.datastores}


def unique_datastores(inventory: Inventory, log: ProblemLog) -> list[DatastoreRow]:
    """The datastores, each once; rows that mean one that stood in the tab before are noted. One that several vCenters
    list is of none of them.
    """
    rows: dict[tuple[str, ...], DatastoreRow] = {}
    for row in inventory.datastores:
        first = rows.setdefault(key_of(row), row)
        if first is row:
            continue
        if first.vcenter == row.vcenter and first.tab == row.tab:
            log.add("datastore-duplicate", tab=row.tab or inventory.datastore_tab, row=row.row, value=row.name)
        first.capacity_gib = first.capacity_gib or row.capacity_gib
        first.hosts, first.vcenter = (
            f"{first.hosts}, {row.hosts}",
            first.vcenter if first.vcenter == row.vcenter else "",
        )
    return list(rows.values())


def key_of(row: DatastoreRow) -> tuple[str, ...]:
    """What tells a datastore from all others: its URL, else its object ID or name in its vCenter."""
    if row.url:
        return ("url", row.url.casefold())
    return (row.vcenter, "id", row.object_id.casefold()) if row.object_id else (row.vcenter, row.name.casefold())


def choices(
    inventory: Inventory, by_name: dict[str, list[DatastoreRow]], log: ProblemLog
) -> list[tuple[VmRow, DatastoreRow]]:
    """The datastore that each VM means: of its vCenter, and where several have the name, one that its host sees."""
    seen = Sights(inventory)
    chosen = []
    for vm in inventory.vms:
        named = by_name.get(vm.datastore.casefold(), [])
        rows = [row for row in named if same_vcenter(row.vcenter, vm.vcenter)]
        if named and not rows:  # another vCenter's has the name, this one's is not described
            vm.datastore = f"{vm.datastore[: NAME_LENGTH - len(vm.vcenter) - 3]} ({vm.vcenter})"
        elif rows:
            fitting = [row for row in rows if vm.host in seen.hosts(row)] if len(rows) > 1 else rows
            fitting = fitting or [row for row in rows if vm.cluster in seen.clusters(row)]
            if len(fitting) != 1:
                log.add("datastore-ambiguous", tab=inventory.tab_of(vm), row=vm.row, value=vm.datastore, name=vm.name)
            chosen.append((vm, (fitting or rows)[0]))
    return chosen


class Sights:
    """Which hosts see a datastore, looked up once for each."""

    def __init__(self, inventory: Inventory) -> None:
        self.finder = HostFinder(inventory.hosts)
        self.found: dict[int, dict[str, str]] = {}

    def hosts(self, row: DatastoreRow) -> dict[str, str]:
        """The names of the hosts that its row lists, each with its cluster."""
        if id(row) not in self.found:
            names = row.hosts.replace(";", ",").split(",")
            hosts = (self.finder.find(name.strip(), "", row.vcenter) for name in names)
            self.found[id(row)] = {host.name: host.cluster for host in hosts if host}
        return self.found[id(row)]

    def clusters(self, row: DatastoreRow) -> list[str]:
        """The clusters of these hosts."""
        return list(dict.fromkeys(self.hosts(row).values()))


def clusters_that_see(inventory: Inventory) -> dict[str, list[str]]:
    """The clusters whose hosts a datastore's row lists, by its name in lower case; the only cluster sees them all."""
    if len(inventory.clusters) == 1:
        return {row.name.casefold(): [inventory.clusters[0].name] for row in inventory.datastores}
    seen = Sights(inventory)
    return {row.name.casefold(): seen.clusters(row) for row in inventory.datastores}
