"""Every workload with what it has, what it uses, and the type that it needs."""

from dataclasses import dataclass

import numpy as np

from instances.pricing.hourly import HourlyTerms, row_usd_per_hour
from instances.rules.risk import Fit, level, level_name, words
from virtlab.compare.bills.cloud import Terms
from virtlab.compare.report.report import Report
from virtlab.labs.choices import OperatingSystem

PriceBook = dict[tuple[int, str], float]


@dataclass(frozen=True, slots=True)
class WorkloadRow:
    """A running workload: what its VM has, what it uses on average, and the type recommended for it.

    `usd_per_month` is the instance with its operating system as the reader buys it, without volumes.
    """

    name: str
    operating_system: str
    vcpu: float
    memory_gib: float
    cpu_share: float
    memory_share: float
    type_name: str
    type_vcpu: float
    type_memory_gib: float
    usd_per_month: float
    kind: str
    risk: int
    risk_name: str
    risk_text: str


def workload_rows(report: Report) -> list[WorkloadRow]:
    """Every running workload in the order of the inventory."""
    vms, traces = report.estate.vms, report.estate.traces
    rows = np.flatnonzero(vms.running)
    cpu = traces.cpu_vcpu[rows].mean(axis=1, dtype=np.float64) / np.maximum(vms.vcpu[rows], 1e-9)
    memory = traces.memory_gib[rows].mean(axis=1, dtype=np.float64) / np.maximum(vms.memory_gib[rows], 1e-9)
    prices: PriceBook = {}
    return [_row(report, int(row), (float(cpu[n]), float(memory[n])), prices) for n, row in enumerate(rows)]


def _row(report: Report, row: int, shares: tuple[float, float], prices: PriceBook) -> WorkloadRow:
    vms, table = report.estate.vms, report.book.table
    chosen = int(report.book.rightsized.row[row])
    system, has_type = str(vms.operating_system[row]), chosen >= 0
    fit = _fit(report, row)
    return WorkloadRow(
        name=vms.names[row],
        operating_system=str(SYSTEMS.get(system, system)),
        vcpu=float(vms.vcpu[row]),
        memory_gib=float(vms.memory_gib[row]),
        cpu_share=shares[0],
        memory_share=shares[1],
        type_name=table.names[chosen] if has_type else "",
        type_vcpu=float(table.vcpu[chosen]) if has_type else 0.0,
        type_memory_gib=float(table.memory_gib[chosen]) if has_type else 0.0,
        usd_per_month=month_usd(report, chosen, system, prices) if has_type else 0.0,
        kind=table.kinds[chosen] if has_type else "",
        risk=level(fit),
        risk_name=str(level_name(level(fit))),
        risk_text=words(fit),
    )


def _fit(report: Report, row: int) -> Fit:
    selection, table = report.book.rightsized, report.book.table
    chosen = int(selection.row[row])
    if chosen < 0:
        return Fit(False, 0.0, 0.0, False, 0.0, "")
    memory_share = float(table.memory_gib[chosen]) / max(float(report.estate.vms.memory_gib[row]), 1e-9)
    burstable = bool(table.burstable[chosen] or table.flex[chosen])
    return Fit(
        True,
        float(selection.cpu_over[row]),
        float(selection.cpu_busy[row]),
        burstable,
        memory_share,
        table.kinds[chosen],
    )


SYSTEMS = dict(OperatingSystem.choices)


def month_usd(report: Report, chosen: int, system: str, prices: PriceBook) -> float:
    """USD per month of a type with its operating system; the same pair is priced once."""
    key = (chosen, system)
    if key not in prices:
        values, purchase = report.question.values, report.question.purchase
        usd_per_hour = row_usd_per_hour(report.book.table, chosen, HourlyTerms(system, purchase, values))
        prices[key] = Terms.of(purchase, values).month_h * usd_per_hour
    return prices[key]


def text_of(row: WorkloadRow) -> str:
    """What a search looks at."""
    return f"{row.name} {row.operating_system} {row.type_name} {row.risk_name} {row.risk_text}"
