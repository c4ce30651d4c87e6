"""RVTools: the tabs of its .xlsx, of its .csv files, old and new headers, in any order, optional tabs missing."""

from collections.abc import Iterable

from hosts.inventory.files.tables import Cells, Matched, Table, match, need_only, normal, rvtools_columns
from hosts.inventory.formats.rvtools_fields import FIELDS, NEEDED, TABS
from hosts.inventory.formats.rvtools_rows import Gathered, read_datastore, read_host, read_vm
from hosts.inventory.limits import MAX_DISK_MIB
from hosts.inventory.problems import ProblemLog
from hosts.inventory.refusals import UnreadableFileError
from hosts.inventory.rows import Inventory, VmRow
from virtlab.engine.units import MIB_PER_GIB

FORMAT = "rvtools"


def tab_of(title: str) -> str:
    """The tab of RVTools that a title (vInfo, tabvInfo, RVTools_tabvInfo.csv) names, "" where none."""
    head = normal(title.removesuffix(".csv"))
    return next((tab for tab in rvtools_columns() if head.endswith(tab.casefold())), "")


def tab_by_columns(header: Iterable[str]) -> str:
    """The tab that a header belongs to whatever its title says: vInfo or vHost, "" where it is neither."""
    heads = {normal(head) for head in header}
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
        if inventory.vm_tab and not gathered.lacks(tab):
            continue
        if tab in FIELDS:
            name_tab(inventory, tab, table.name)
            matched = need_only(match(table, FIELDS[tab], tab=tab))
            inventory.columns += matched.columns()
            inventory.rows_read += read_tab(tab, matched, gathered, log)
        elif table.header:
            log.add("tab-unreadable", tab=table.name)
    if not inventory.vm_tab:
        raise UnreadableFileError("no-vinfo", tabs=", ".join(seen[:30]) or "–")
    complete(gathered, log, inventory.vm_tab)
    inventory.vms, inventory.hosts, inventory.datastores = gathered.vms, gathered.hosts, gathered.datastores
    return inventory


def name_tab(inventory: Inventory, tab: str, title: str) -> None:
    """Remembers under which titles the tabs stand in this file, for the problems found later."""
    if tab == "vInfo":
        inventory.vm_tab = title
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
        for name in cells.matched.index.keys() - {"vm"}:
            amount = cells.optional(name, MAX_DISK_MIB, scaled=tab != "vCPU") or 0.0
            gathered.sums[f"{tab}.{name}"][cells.text("vm").casefold()] += amount


def complete(gathered: Gathered, log: ProblemLog, tab: str) -> None:
    """Puts into the VMs what other tabs than vInfo know of them, and notes what nobody knows."""
    speeds = {host.name.casefold(): host.speed_mhz for host in gathered.hosts}
    usual_mhz = sorted(speeds.values())[len(speeds) // 2] if speeds else 0.0
    for vm in gathered.vms:
        complete_disks(vm, gathered, log, tab)
        complete_usage(vm, gathered, speeds.get(vm.host.casefold()) or usual_mhz)


def complete_disks(vm: VmRow, gathered: Gathered, log: ProblemLog, tab: str) -> None:
    """Disk sizes of a VM from vDisk or vPartition where vInfo has none."""
    key = vm.name.casefold()
    if id(vm) in gathered.disks_unknown:
        total_mib = gathered.sums["vDisk.capacity"].get(key) or gathered.sums["vPartition.capacity"].get(key)
        vm.disk_gib = (total_mib or 0.0) / MIB_PER_GIB
        if total_mib is None:
            log.add("disk-assumed", tab=tab, row=vm.row, value=0)
    if id(vm) in gathered.used_unknown:
        total_mib = gathered.sums["vPartition.consumed"].get(key)
        vm.disk_used_gib = vm.disk_gib if total_mib is None else min(vm.disk_gib, total_mib / MIB_PER_GIB)
        if total_mib is None and vm.disk_gib:
            log.add("disk-used-assumed", tab=tab, row=vm.row)


def complete_usage(vm: VmRow, gathered: Gathered, speed_mhz: float) -> None:
    """Utilisation of a running VM from vCPU (MHz in use) and vMemory (MiB active) where vInfo has none."""
    key = vm.name.casefold()
    mhz, active_mib = gathered.sums["vCPU.overall"].get(key), gathered.sums["vMemory.active"].get(key)
    if vm.cpu_mean is None and mhz and speed_mhz:
        vm.cpu_mean = min(1.0, mhz / (vm.vcpu * speed_mhz))
    if vm.memory_mean is None and active_mib:
        vm.memory_mean = min(1.0, active_mib / vm.memory_mib)
    vm.usage_from = "file" if vm.cpu_mean is not None else ""
