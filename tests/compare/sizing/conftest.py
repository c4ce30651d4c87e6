"""Labs with the small inputs of tests/compare/cases, and with small estates of one's own making."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hosts.inventory.reading import read_file
from hosts.inventory.write import create_estate
from tests.compare.conftest import machine, report_of, small_inventory
from virtlab.compare.report.report import Report
from virtlab.compare.report.workloads.rows import WorkloadRow, workload_rows
from virtlab.labs.models import Lab, Trace

CASES = Path(__file__).resolve().parents[1] / "cases"
TWO_DAYS_STEP_S = 600
"""With which a made-up day's samples are two days: what a trace needs to count as measured."""
CaseLab = Callable[[str], Lab]
OneVm = Callable[..., Lab]


@pytest.fixture
def case(catalog: None) -> CaseLab:
    """A lab with the estate of a file of the cases."""

    def make(name: str) -> Lab:
        path = CASES / name
        lab = Lab.objects.create(name=path.stem, visitor_token="x")
        create_estate(lab, read_file(path, path.name).inventory)
        return lab

    return make


@pytest.fixture
def one_vm(catalog: None) -> OneVm:
    """A lab with one VM: `machine` with these facts, its trace as it is or marked as one that was measured."""

    def make(name: str = "app", size: tuple[int, int] = (8, 32), *, measured: bool = False, **facts: Any) -> Lab:
        lab = Lab.objects.create(name=name, visitor_token="x")
        system = str(facts.pop("operating_system", "linux"))
        vm = replace(machine(name, *size, "esx-01", system), **facts)
        create_estate(lab, replace(small_inventory(), vms=[vm]))
        if measured:
            Trace.objects.filter(workload__lab=lab).update(kind="measured", step_s=TWO_DAYS_STEP_S)
        return lab

    return make


def rows_of(lab: Lab, **sent: object) -> dict[str, WorkloadRow]:
    """The workloads of a report by name."""
    return {row.name: row for row in workload_rows(report_of(lab, **sent))}


def found(report: Report) -> dict[str, str]:
    """The ledger's findings by metric."""
    return {row.key: row.finding for row in report.rows}
