"""The cloud side of a lab's home: the instance that each running machine would need, dearest first."""

from typing import NamedTuple

from virtlab.compare.report import Report
from virtlab.compare.workloads import WorkloadRow, workload_rows


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


def region_view(made: Report, most: int) -> Region:
    """The right-sized instances of a report: `most` cards at most."""
    rows = [row for row in workload_rows(made) if row.type_name]
    rows.sort(key=lambda row: (-row.usd_per_month, row.name))
    return Region(
        code=made.question.region,
        name=made.place.name,
        purchase=made.names[f"rightsized-{made.question.purchase}"],
        cards=[_card(row) for row in rows[:most]],
        more=max(0, len(rows) - most),
        total=len(rows),
        usd_per_month=sum(row.usd_per_month for row in rows),
    )


def _card(row: WorkloadRow) -> Card:
    used = row.cpu_share * row.vcpu / row.type_vcpu if row.type_vcpu else 0.0
    return Card(row.name, row.type_name, row.usd_per_month, min(1.0, used))
