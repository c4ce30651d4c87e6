"""The report as tables: what its exports hold."""

import re
from collections.abc import Container, Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _

from virtlab.compare.choices import PURCHASE_NAMES
from virtlab.compare.exports.cash import cash_sheets
from virtlab.compare.exports.cells import CENTS, THOUSANDTHS, YEN, Cell, Live, Sheet, address
from virtlab.compare.exports.followed import not_followed
from virtlab.compare.exports.lines import LineItems
from virtlab.compare.exports.summary import summary
from virtlab.compare.report.about import changed_assumptions, specs
from virtlab.compare.report.evaluate import Alternative
from virtlab.compare.report.left_out import not_carried_rows
from virtlab.compare.report.report import Report
from virtlab.compare.report.workloads.rows import workload_rows
from virtlab.compare.report.workloads.table import WORKLOADS
from virtlab.web import formats

KWH, KG, USD, JPY, ONCE, EMBODIED = 7, 8, 9, 10, 11, 12
VALUE = 1
MOST_LINES = 4
WORD = re.compile(r"[a-z]\w*")


def sheets(report: Report) -> list[Sheet]:
    """All tables of the report, the answer first."""
    lines = LineItems(report)
    computed = [alternatives(report, lines), lines.sheet(), *cash_sheets(report, lines)]
    return [
        summary(report, lines),
        *computed,
        assumptions(report, lines, in_formulas(computed)),
        workloads(report),
        not_carried(report),
    ]


def alternatives(report: Report, lines: LineItems) -> Sheet:
    """Every alternative with its figures, which are the totals of its line items."""
    head = [
        _("Alternative"),
        _("Side"),
        _("Region"),
        _("How hours are bought"),
        _("Hosts or instances"),
        _("CPU used (%)"),
        _("Active memory (%)"),
        _("kWh per month"),
        _("kg CO2e of use per month"),
        _("USD per month"),
        _("JPY per month"),
        _("USD once"),
        _("kg CO2e embodied per month"),
        _("Workloads left out"),
        _("Lines without a price"),
    ]
    rows = [_alternative(report, lines, item, row) for row, item in enumerate(report.alternatives, start=1)]
    money = {USD: CENTS, JPY: YEN, ONCE: CENTS}
    formats = money | dict.fromkeys((KWH, KG, EMBODIED), THOUSANDTHS)
    return Sheet("alternatives", _("Alternatives"), head, rows, formats=formats)


def _alternative(report: Report, lines: LineItems, item: Alternative, row: int) -> list[Cell]:
    jpy = (item.usd * Decimal(repr(report.question.values["usd_jpy"]))).quantize(Decimal(1), ROUND_HALF_UP)
    return [
        report.names[item.key],
        _("cloud") if item.purchase else _("on-prem"),
        report.place.name if item.purchase else "",
        str(PURCHASE_NAMES[item.purchase]) if item.purchase else "",
        item.shape.machines,
        round(item.shape.cpu.share * 100, 2),
        round(item.shape.memory.share * 100, 2),
        lines.total(item, "energy"),
        lines.total(item, "carbon"),
        lines.total(item, "cost"),
        Live(f"ROUND({address(row, USD)}*usd_jpy,0)", float(jpy)),
        lines.total(item, "once"),
        float(item.embodied_kg),
        len(report.common.not_carried) + len(item.shape.not_carried),
        ", ".join(str(line.name) for line in item.unpriced),
    ]


def in_formulas(computed: Iterable[Sheet]) -> frozenset[str]:
    """The words in formulas of these sheets, names of assumptions among them."""
    cells = (cell for sheet in computed for row in sheet.rows for cell in row)
    return frozenset(word for cell in cells if isinstance(cell, Live) for word in WORD.findall(cell.formula))


def assumptions(report: Report, lines: LineItems, named: frozenset[str]) -> Sheet:
    """Every assumption in force, in a cell with a name; said where formulas name it, and whether they are all that it
    moves. All other figures are as they are in the report, whatever one puts in.
    """
    left = not_followed(report, lines.live(), named)
    head = [
        _("Assumption"),
        _("Value"),
        _("Unit"),
        _("Default"),
        _("Changed"),
        _("Lowest"),
        _("Highest"),
        _("Source"),
        _("Date"),
        _("Kind"),
        _("Name in formulas"),
        _("Moves in this workbook"),
    ]
    changed = {one.spec.key for one in changed_assumptions(report)}
    rows: list[list[Cell]] = [
        [
            str(spec.label),
            report.question.values[spec.key],
            str(spec.unit),
            spec.default,
            _("yes") if spec.key in changed else "",
            spec.minimum,
            spec.maximum,
            str(spec.source),
            spec.source_date,
            str(spec.kind),
            spec.key if spec.key in named else "",
            moves(spec.key, named, left),
        ]
        for spec in specs()
    ]
    grid = report.place.grid
    region: list[Cell] = [_("Carbon of the region's grid"), report.place.grid_g_per_kwh, "g CO2e / kWh"]
    region += ["", "", "", "", str(grid.source), grid.source_date, grid.kind, "", moves("", (), {})]
    names = {spec.key: address(row, VALUE) for row, spec in enumerate(specs(), start=1)}
    return Sheet("assumptions", _("Assumptions"), head, [*rows, region], names)


def moves(key: str, named: Container[str], left: Mapping[str, list[str]]) -> str:
    """What of the workbook an assumption moves, in words."""
    if key not in named:
        return _("nothing: open the comparison")
    if key in left:
        text = _("the lines that name it, but not: %(lines)s (open the comparison)")
        return text % {"lines": formats.names(left[key], MOST_LINES)}
    return _("all that depends on it")


def workloads(report: Report) -> Sheet:
    """Every workload with where it is, what it has and uses, and the type that it needs."""
    rows: Any = WORKLOADS.csv_rows(workload_rows(report))
    head = WORKLOADS.csv_head
    money = {column: CENTS for column, label in enumerate(head) if "USD" in label}
    return Sheet("workloads", str(WORKLOADS.title), head, list(rows), formats=money)


def not_carried(report: Report) -> Sheet:
    """The workloads that an alternative leaves out, by name, with the reason."""
    rows: list[list[Cell]] = [list(row) for row in not_carried_rows(report)]
    return Sheet("not-carried", _("Not carried"), [_("Alternative"), _("Workload"), _("Counts"), _("Why")], rows)
