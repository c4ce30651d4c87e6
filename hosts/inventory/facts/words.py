"""Cells of one VM's row → facts (hosts.choices.VmFact). No text of a file is kept: words are of closed lists.

An empty cell states nothing, and neither does a word that no list has: such a fact is not known. Words are those of the
vSphere API (VirtualMachineToolsStatus, VirtualMachineFaultToleranceState, VirtualMachineConnectionState), which RVTools
passes on, and of Hyper-V, where generation 1 starts by BIOS and 2 by UEFI.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from hosts.choices import VmFact
from hosts.inventory.files.tables import Cells, normal
from hosts.inventory.files.values import parse_flag

Fact = bool | int | str
Facts = dict[str, Fact]
MOST = 100_000
FIRMWARE = {"bios": "bios", "legacy": "bios", "1": "bios", "efi": "efi", "uefi": "efi", "2": "efi"}
TOOLS = {
    **dict.fromkeys(("toolsok", "guesttoolscurrent", "ok", "current"), "ok"),
    **dict.fromkeys(("toolsold", "guesttoolsneedupgrade", "guesttoolssupportedold", "guesttoolstooold", "old"), "old"),
    **dict.fromkeys(("toolsnotrunning", "guesttoolsnotrunning", "notrunning"), "stopped"),
    **dict.fromkeys(("toolsnotinstalled", "guesttoolsnotinstalled", "notinstalled", "none"), "none"),
}
FAULT_TOLERANCE = {"notconfigured": False} | dict.fromkeys(
    ("disabled", "enabled", "needsecondary", "starting", "running"), True
)
CONNECTED = {"connected": True} | dict.fromkeys(("disconnected", "orphaned", "inaccessible", "invalid"), False)


def flag(text: str) -> bool | None:
    """A truth value."""
    return parse_flag(text)


def count(text: str) -> int | None:
    """A whole number, also behind a word ("vmx-19")."""
    number = re.fullmatch(r"(?:[a-z]+-)?0*(\d{1,6})", text, re.IGNORECASE)
    return int(number[1]) if number and int(number[1]) <= MOST else None


def word_of(words: dict[str, str] | dict[str, bool]) -> Callable[[str], Fact | None]:
    """A word of a list as it is kept."""
    return lambda text: words.get(normal(text))


class Stated(NamedTuple):
    """A field of a format: the fact that it states, how its text is read, and what an empty cell says."""

    fact: VmFact
    read: Callable[[str], Fact | None]
    empty: Fact | None = None


STATED: dict[str, Stated] = {
    "firmware": Stated(VmFact.FIRMWARE, word_of(FIRMWARE)),
    "secure_boot": Stated(VmFact.SECURE_BOOT, flag),
    "hardware": Stated(VmFact.HARDWARE, count),
    "tools": Stated(VmFact.TOOLS, word_of(TOOLS)),
    "fault_tolerance": Stated(VmFact.FAULT_TOLERANCE, word_of(FAULT_TOLERANCE)),
    "has_fault_tolerance": Stated(VmFact.FAULT_TOLERANCE, flag),
    "connection": Stated(VmFact.CONNECTED, word_of(CONNECTED)),
    "consolidation": Stated(VmFact.CONSOLIDATION, flag),
    "rules": Stated(VmFact.AFFINITY, bool, empty=False),
    "affinity": Stated(VmFact.AFFINITY, flag),
    "encrypted": Stated(VmFact.ENCRYPTED, flag),
    "vtpm": Stated(VmFact.VTPM, flag),
    "passthrough": Stated(VmFact.PASSTHROUGH, flag),
    "nics": Stated(VmFact.NICS, count),
    "disk_count": Stated(VmFact.DISKS, count),
    "raw_disks": Stated(VmFact.RAW_DISKS, count),
    "shared_disks": Stated(VmFact.SHARED_DISKS, count),
    "independent_disks": Stated(VmFact.INDEPENDENT_DISKS, count),
    "snapshots": Stated(VmFact.SNAPSHOTS, count),
    "checkpoint": Stated(VmFact.SNAPSHOTS, lambda _name: 1, empty=0),
    "usb_devices": Stated(VmFact.USB_DEVICES, count),
}
"""By the names that formats give their fields."""


def read_facts(cells: Cells) -> Facts:
    """What a row states, by fact."""
    return {fact: value for fact, value in stated(cells) if value is not None}


def stated(cells: Cells) -> Iterator[tuple[str, Fact | None]]:
    """Each fact that the row has a column for, None where that says nothing."""
    for name in cells.matched.index:
        if name in STATED:
            text = cells.text(name)
            yield STATED[name].fact.value, understood(name, text) if text else STATED[name].empty


@lru_cache(maxsize=4_096)
def understood(name: str, text: str) -> Fact | None:
    """What a text says in a field: the same few words stand in thousands of rows."""
    return STATED[name].read(text)
