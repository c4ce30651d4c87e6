"""The cloud side of a lab's home: the instance that each running machine would need, dearest first."""

from typing import NamedTuple

import numpy as np

from virtlab.compare.alternatives.sizing.selection import Selection
from virtlab.compare.bills.cloud.terms import Terms
from virtlab.compare.report.report import Report


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
    vms, selection = report.estate.vms, report.common.book.rightsized(report.question.purchase)
    rows = np.flatnonzero(selection.chosen).tolist()
    month_h = Terms.of(report.question.purchase, report.question.values).month_h
    usd = {row: month_h * float(selection.usd_per_hour[row]) for row in rows}
    rows.sort(key=lambda row: (-usd[row], vms.names[row]))
    return Region(
        code=report.question.region,
        name=report.place.name,
        purchase=report.names[f"rightsized-{report.question.purchase}"],
        cards=[_card(report, selection, row, usd[row]) for row in rows[:most]],
        more=max(0, len(rows) - most),
        total=len(rows),
        usd_per_month=sum(usd.values()),
    )


def _card(report: Report, selection: Selection, row: int, usd: float) -> Card:
    table, chosen = selection.table, int(selection.row[row])
    demand = float(report.estate.traces.cpu_vcpu[row].mean(dtype=np.float64))
    used = demand * float(selection.vcpu_used(np.array([row]))[0]) / max(float(table.vcpu[chosen]), 1e-9)
    return Card(report.estate.vms.names[row], table.names[chosen], usd, min(1.0, used))
