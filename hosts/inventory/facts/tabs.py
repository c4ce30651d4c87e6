"""What RVTools' tabs of disks, snapshots, tools, USB and CD devices state of VMs, as numbers to be summed by VM."""

from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from types import MappingProxyType

from hosts.choices import VmFact
from hosts.inventory.facts.words import TOOLS, Facts, understood
from hosts.inventory.files.tables import Cells, normal
from hosts.inventory.files.values import parse_flag

Row = Mapping[str, float]
NOTHING: Row = MappingProxyType({})
TOOLS_ROWS: dict[str, Row] = {state: {f"tools.{state}": 1.0} for state in TOOLS.values()}
NOT_SHARED = frozenset({"", "sharingnone", "nosharing", "none"})
LISTED = {"vSnapshot": VmFact.SNAPSHOTS, "vUSB": VmFact.USB_DEVICES, "vCD": VmFact.CD_CONNECTED}
"""Tabs that list what there is: a VM without a row there has none."""
DISK_FACTS = {"raw": VmFact.RAW_DISKS, "sharing": VmFact.SHARED_DISKS, "mode": VmFact.INDEPENDENT_DISKS}
"""Columns of vDisk by what their rows count up to."""


def disk_row(cells: Cells) -> Row:
    """A disk: raw device mapping, shared by a multi-writer flag or its controller's bus, independent of snapshots."""
    texts = (cells.text("raw"), cells.text("mode"), cells.text("sharing"), cells.text("bus"))
    return disk_of(*texts)


@lru_cache(maxsize=1_024)
def disk_of(raw: str, mode: str, sharing: str, bus: str) -> Row:
    """A disk by the texts of its row, which are the same few for most."""
    of_kind = {
        VmFact.RAW_DISKS: bool(parse_flag(raw)),
        VmFact.SHARED_DISKS: not NOT_SHARED.issuperset((normal(sharing), normal(bus))),
        VmFact.INDEPENDENT_DISKS: normal(mode).startswith("independent"),
    }
    return {VmFact.DISKS: 1.0, **{fact: 1.0 for fact, is_one in of_kind.items() if is_one}}


def snapshot_row(_cells: Cells) -> Row:
    """A snapshot."""
    return {VmFact.SNAPSHOTS: 1.0}


def usb_row(cells: Cells) -> Row:
    """A USB device; controllers without one are in some exports as well."""
    described = f"{cells.text('device')} {cells.text('kind')}".casefold()
    return NOTHING if "controller" in described else {VmFact.USB_DEVICES: 1.0}


def cd_row(cells: Cells) -> Row:
    """A CD or DVD drive, of which those count that are connected."""
    return {VmFact.CD_CONNECTED: 1.0} if parse_flag(cells.text("connected")) else NOTHING


def tools_row(cells: Cells) -> Row:
    """The state of the tools, as a column of its own."""
    state = understood("tools", cells.text("tools"))
    return TOOLS_ROWS.get(str(state), NOTHING)


ROWS: dict[str, Callable[[Cells], Row]] = {
    "vDisk": disk_row,
    "vSnapshot": snapshot_row,
    "vUSB": usb_row,
    "vCD": cd_row,
    "vTools": tools_row,
}


def tab_facts(sums: Row, columns: Collection[str]) -> Facts:
    """The facts of a VM from its sums; `columns` are the tabs that were read and, as "vDisk.raw", their columns."""
    facts: Facts = {fact.value: int(sums.get(fact, 0.0)) for tab, fact in LISTED.items() if tab in columns}
    if VmFact.DISKS in sums:
        facts[VmFact.DISKS.value] = int(sums[VmFact.DISKS])
        of_disks = {
            fact.value: int(sums.get(fact, 0.0)) for name, fact in DISK_FACTS.items() if f"vDisk.{name}" in columns
        }
        facts |= of_disks
    tools = next((state for state in dict.fromkeys(TOOLS.values()) if f"tools.{state}" in sums), None)
    return facts | ({VmFact.TOOLS.value: tools} if tools else {})
