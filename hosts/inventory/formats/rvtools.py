"""RVTools: the tabs of its .xlsx, of its .csv files, old and new headers, in any order, optional tabs missing."""

from collections.abc import Iterable

from hosts.inventory.facts.tabs import ROWS
from hosts.inventory.files.tables import Cells, Matched, Table, head_word, match, need_only, normal, rvtools_columns
from hosts.inventory.formats.rvtools_fields import AMOUNTS, FIELDS, NEEDED, TABS
from hosts.inventory.formats.rvtools_joined import complete
from hosts.inventory.formats.rvtools_rows import Gathered, read_datastore, read_host, read_vm
from hosts.inventory.limits import MAX_DISK_MIB
from hosts.inventory.problems import ProblemLog
from hosts.inventory.refusals import UnreadableFileError
from hosts.inventory.rows import Inventory

FORMAT = "rvtools"


def tab_of(title: str) -> str:
    """The tab of RVTools that a title (vInfo, tabvInfo, RVTools_tabvInfo.csv) names, "" where none."""
    head = normal(title.removesuffix(".csv"))
    return next((tab for tab in rvtools_columns() if head.endswith(tab.casefold())), "")


def tab_by_columns(header: Iterable[str]) -> str:
    """The tab that a header belongs to whatever its title says: vInfo or vHost, "" where it is neither."""
    heads = {head_word(head) for head in header}
    long_heads = {head.removeprefix("vinfo").removeprefix("vhost") for head in heads}
    if {"cpus", "memory"} <= long_heads and heads & {"vm", "vinfovmname"}:
        return "vInfo"
    return "vHost" if heads & {"host", "vhostname"} and long_heads & {"cores", "numcpucores", "cpumodel"} else ""


def wanted(title: str) -> bool:
    """Whether a tab is read: those known to be of no use are not unpacked at all."""
    return tab_of(title) in {"", *TABS}


def read(tables: Iterable[Table], log: ProblemLog) -> Inventory:
    """An inventory from the tabs of one export; UnreadableFileError where vInfo or its columns are missing."""
    inventory, gathered, seen = Inventory(format=FORMAT), Gathered(), []
    for table in tables:
        seen.append(table.name)
        tab = tab_of(table.name) or tab_by_columns(table.header)
        matched = match(table, FIELDS.get(tab, {}), tab=tab)
        if inventory.vm_tab and not gathered.lacks(tab, matched):
            continue
        if tab in FIELDS:
            name_tab(inventory, tab, table)
            need_only(matched)
            inventory.columns += matched.columns()
            before = len(gathered.vms)
            inventory.rows_read += read_tab(tab, matched, gathered, log)
            for vm in gathered.vms[before:]:
                vm.tab = table.name
        elif table.header:
            log.add("tab-unreadable", tab=table.name)
    if not inventory.vm_tab:
        raise UnreadableFileError("no-vinfo", tabs=", ".join(seen[:30]) or "–")
    complete(gathered, log)
    inventory.vms, inventory.hosts, inventory.datastores = gathered.vms, gathered.hosts, gathered.datastores
    return inventory


def name_tab(inventory: Inventory, tab: str, table: Table) -> None:
    """Remembers in which file and under which titles the tabs stand, for the problems found later."""
    title = table.name
    if tab == "vInfo":
        inventory.vm_tab, inventory.file = title, table.file
    elif tab == "vHost":
        inventory.host_tab = title
    elif tab == "vDatastore":
        inventory.datastore_tab = title


def read_tab(tab: str, matched: Matched, gathered: Gathered, log: ProblemLog) -> int:
    """Reads one tab into `gathered` and returns its rows; UnreadableFileError where a column it needs is missing."""
    missing = [name for name in NEEDED.get(tab, ()) if name not in matched.index]
    if missing and tab == "vInfo":
        raise UnreadableFileError("vinfo-columns", tab=matched.table.name, columns=", ".join(missing))
    rows = 0
    gathered.stated |= {tab, *(f"{tab}.{name}" for name in matched.index)} if not missing else set()
    for number, cells in () if missing else matched.table.rows:
        rows += 1
        read_row(tab, Cells(matched, number, cells, log), gathered)
    return rows


def read_row(tab: str, cells: Cells, gathered: Gathered) -> None:
    """Reads one row of a tab into `gathered`."""
    if tab == "vInfo":
        read_vm(cells, gathered)
    elif tab == "vHost":
        read_host(cells, gathered)
    elif tab == "vDatastore":
        read_datastore(cells, gathered)
    else:
        number = gathered.number_of(cells)
        for name in cells.matched.index.keys() & AMOUNTS:
            amount = cells.optional(name, MAX_DISK_MIB, scaled=tab != "vCPU") or 0.0
            gathered.sums[f"{tab}.{name}"][number] += amount
            if tab == "vDisk":
                gathered.largest_mib[number] = max(amount, gathered.largest_mib.get(number, 0.0))
        for fact, amount in ROWS[tab](cells).items() if tab in ROWS else ():
            gathered.sums[fact][number] += amount
