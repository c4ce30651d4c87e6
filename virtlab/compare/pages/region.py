"""The cloud side of a lab's home: the instance that each running machine would need, dearest first."""

from typing import NamedTuple

import numpy as np

from virtlab.compare.report.report import Report
from virtlab.compare.report.workloads import PriceBook, month_usd


class Card(NamedTuple):
    """One instance. `used` is the mean CPU of its workload as a share (0 … 1) of the type's vCPU."""

    name: str
    type_name: str
    usd_per_month: float
    used: float


class Region(NamedTuple):
    """The instances worth a card, how many more there are, and what all of them cost without volumes."""

    code: str
    name: str
    purchase: str
    cards: list[Card]
    more: int
    total: int
    usd_per_month: float


def region_view(report: Report, most: int) -> Region:
    """The right-sized instances of a report: `most` cards at most."""
    vms, chosen = report.estate.vms, report.book.rightsized.row
    rows = np.flatnonzero(vms.running & (chosen >= 0)).tolist()
    systems, book = vms.operating_system.tolist(), PriceBook()
    usd = {row: month_usd(report, int(chosen[row]), systems[row], book) for row in rows}
    rows.sort(key=lambda row: (-usd[row], vms.names[row]))
    return Region(
        code=report.question.region,
        name=report.place.name,
        purchase=report.names[f"rightsized-{report.question.purchase}"],
        cards=[_card(report, row, usd[row]) for row in rows[:most]],
        more=max(0, len(rows) - most),
        total=len(rows),
        usd_per_month=sum(usd.values()),
    )


def _card(report: Report, row: int, usd: float) -> Card:
    table, chosen = report.book.table, int(report.book.rightsized.row[row])
    used = float(report.estate.traces.cpu_vcpu[row].mean(dtype=np.float64)) / max(float(table.vcpu[chosen]), 1e-9)
    return Card(report.estate.vms.names[row], table.names[chosen], usd, min(1.0, used))
