"""The report as tables of plain cells: what its exports hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from virtlab.compare.inputs.question import assumption_keys
from virtlab.compare.report.explain import explanation
from virtlab.compare.report.report import Report
from virtlab.compare.report.workload_table import WORKLOADS
from virtlab.compare.report.workloads import workload_rows
from virtlab.labs.parameters import SPECS

Cell = str | float | int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: a file name, a title, a head and rows."""

    key: str
    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def sheets(report: Report) -> list[Sheet]:
    """All tables of the report."""
    return [alternatives(report), line_items(report), assumptions(report), workloads(report)]


def alternatives(report: Report) -> Sheet:
    """Every alternative with its figures."""
    head = [
        _("Alternative"),
        _("Hosts or instances"),
        _("CPU used (%)"),
        _("Active memory (%)"),
        _("kWh per month"),
        _("kg CO2e per month"),
        _("USD per month"),
        _("JPY per month"),
        _("Workloads left out"),
        _("Their names"),
    ]
    rate = report.question.values["usd_jpy"]
    rows: list[list[Cell]] = [
        [
            report.names[item.key],
            item.shape.machines,
            round(item.shape.cpu.share * 100, 2),
            round(item.shape.memory.share * 100, 2),
            float(item.kwh),
            float(item.carbon_kg),
            float(item.usd),
            round(float(item.usd) * rate),
            len(item.shape.unfit),
            ", ".join(item.shape.unfit),
        ]
        for item in report.alternatives
    ]
    return Sheet("alternatives", _("Alternatives"), head, rows)


def line_items(report: Report) -> Sheet:
    """Every line item with its formula and what it rests on."""
    head = [
        _("Alternative"),
        _("Balance"),
        _("Line"),
        _("Category"),
        _("Formula"),
        _("Amount"),
        _("Unit"),
        _("Rests on"),
        _("Source"),
        _("Date"),
        _("Kind"),
    ]
    rows: list[list[Cell]] = []
    for item in report.alternatives:
        for balance in explanation(report, item):
            for line in balance.lines:
                rests = line.rests_on
                rows.append(
                    [
                        report.names[item.key],
                        balance.title,
                        str(line.name),
                        str(line.category),
                        line.formula,
                        float(line.amount),
                        balance.unit,
                        "; ".join(f"{rest.label} {rest.value}".strip() for rest in rests),
                        "; ".join(str(rest.source) for rest in rests),
                        "; ".join(rest.source_date for rest in rests),
                        "; ".join(rest.kind for rest in rests),
                    ]
                )
    return Sheet("line-items", _("Line items"), head, rows)


def assumptions(report: Report) -> Sheet:
    """Every assumption in force."""
    head = [_("Assumption"), _("Value"), _("Unit"), _("Lowest"), _("Highest"), _("Source"), _("Date"), _("Kind")]
    rows: list[list[Cell]] = [
        [
            str(spec.label),
            report.question.values[key],
            str(spec.unit),
            spec.minimum,
            spec.maximum,
            str(spec.source),
            spec.source_date,
            str(spec.kind),
        ]
        for key, spec in SPECS.items()
        if key in assumption_keys()
    ]
    grid = report.place.grid
    region: list[Cell] = [_("Region"), report.place.name, "", "", "", str(grid.source), grid.source_date, grid.kind]
    return Sheet("assumptions", _("Assumptions"), head, [region, *rows])


def workloads(report: Report) -> Sheet:
    """Every workload with the type that it needs."""
    rows: Any = WORKLOADS.csv_rows(workload_rows(report))
    return Sheet("workloads", str(WORKLOADS.title), WORKLOADS.csv_head, list(rows))
