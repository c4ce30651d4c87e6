"""Estates whose machines state something, and what the rules make of it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hosts.inventory.reading import read_file
from hosts.inventory.write import create_estate
from tests.compare.conftest import VISITOR, machine, report_of, small_inventory
from virtlab.compare.readiness.listed import ReadyRow, ready_rows
from virtlab.labs.models import Lab

CASES = Path(__file__).resolve().parents[1] / "cases"
STATED: Mapping[str, Any] = {
    "firmware": "bios",
    "tools": "ok",
    "hardware": 19,
    "disks": 2,
    "nics": 1,
    **dict.fromkeys(("raw_disks", "shared_disks", "independent_disks", "snapshots", "usb_devices", "cd_connected"), 0),
    **dict.fromkeys(("secure_boot", "encrypted", "vtpm", "passthrough", "affinity", "fault_tolerance"), False),
    "consolidation": False,
    "connected": True,
}
"""What an inventory says of a machine that nothing speaks against."""
LASTING = "Microsoft Windows Server 2022 (64-bit)"
Ready = Callable[..., ReadyRow]
CaseRows = Callable[[str], dict[str, ReadyRow]]


def rows_of(lab: Lab) -> dict[str, ReadyRow]:
    """The machines of a lab by name."""
    return {row.name: row for row in ready_rows(report_of(lab).readiness)}


@pytest.fixture
def ready(catalog: None) -> Ready:
    """The readiness of one machine: LASTING, with these facts besides STATED (`bare`: with these alone)."""

    def make(*, bare: bool = False, name: str = "app", **said: Any) -> ReadyRow:
        columns = {key: said.pop(key) for key in tuple(said) if key in COLUMNS}
        facts = said if bare else {**STATED, **said}
        system = columns.pop("operating_system", "windows")
        vm = replace(machine(name, 4, 16, "esx-01", system), **{"os_text": LASTING, **columns}, facts=facts)
        lab = Lab.objects.create(name=name, visitor_token=VISITOR)
        create_estate(lab, replace(small_inventory(), vms=[vm]))
        return rows_of(lab)[name]

    return make


COLUMNS = frozenset(machine("", 1, 1, "", "linux").__slots__)


@pytest.fixture
def case(catalog: None) -> CaseRows:
    """The machines of a file of the cases by name."""

    def make(name: str) -> dict[str, ReadyRow]:
        lab = Lab.objects.create(name=name, visitor_token=VISITOR)
        create_estate(lab, read_file(CASES / name, name).inventory)
        return rows_of(lab)

    return make
