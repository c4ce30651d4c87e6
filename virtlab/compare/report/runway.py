"""The runway: in which month the hosts and datastores of today are full, where workloads grow by a share each year.

What is allocated to the VMs that run, beside what the hosts that are on can allocate; the CPU that they demand at the
percentile, or as it is planned where nobody knows that, beside what hosts can do; and the disks' contents, beside what
the storage there has room for.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from virtlab.compare.alternatives.basis import Values
from virtlab.compare.alternatives.shape import Shape, used_gib
from virtlab.compare.bills.onprem.quantities import OnPremQuantities
from virtlab.compare.inputs.estate import EstateArrays
from virtlab.compare.report.cash.growth import GROWTH_KEY
from virtlab.engine.runway import months_until_full
from virtlab.engine.units import MONTHS_PER_YEAR
from virtlab.web import formats

EXAMPLE_PCT = 20.0
"""% a year that is shown for example where a lab assumes no growth."""


@dataclass(frozen=True, slots=True)
class Runway:
    """One resource of a cluster, or the storage of all (`cluster` None): what is used of it, and the month in which it
    is full.

    `full`: the first of that month; None where it never is, at this growth. `planned`: the part of `used` that is
    planned by vCPU per physical core (`vcpu_per_core`), since nobody knows the demand.
    """

    place: str
    resource: str
    unit: str
    used: float
    capacity: float
    full: date | None
    cluster: int | None = None
    planned: float = 0.0
    vcpu_per_core: float = 0.0

    @property
    def share(self) -> float:
        """Used ÷ capacity."""
        return self.used / self.capacity if self.capacity else 0.0

    @property
    def text(self) -> str:
        """The month in words."""
        if self.full is None:
            return _("never at this growth")
        return _("full now") if self.share >= 1 else formats.month(self.full)


def runways(estate: EstateArrays, today_shape: Shape, values: Values, today: date) -> list[Runway]:
    """All of them, the first to be full first; those that never are last, fullest first. `today_shape`: *as it is*."""
    rows = [_runway(row, values, today) for row in _rows(estate, today_shape, values)]
    return sorted(rows, key=lambda row: (row.full or date.max, -row.share))


def of_cluster(rows: list[Runway], cluster: int | None) -> list[Runway]:
    """The rows of a cluster, by its number in the estate, with the storage of all."""
    return [row for row in rows if row.cluster in {None, cluster}]


def full_words(rows: list[Runway]) -> list[str]:
    """What is full today, a sentence each."""
    known, planned = (
        _("Full today: the %(what)s of %(place)s."),
        _("Full today, by the %(ratio)s vCPU per physical core that are planned with: the %(what)s of %(place)s."),
    )
    words = ((planned if row.planned else known, row) for row in rows if row.share >= 1)
    return [
        text % {"what": row.resource, "place": row.place, "ratio": formats.exact(row.vcpu_per_core)}
        for text, row in words
    ]


def next_words(rows: list[Runway], growth_pct: float) -> str:
    """What else is the first to be full at a growth, as a sentence; empty where all is full today."""
    first = next((row for row in rows if row.share < 1), None)
    if first is None:
        return ""
    words = {"growth": formats.exact(growth_pct), "what": first.resource, "place": first.place, "when": first.text}
    if first.full is None:
        return _("At %(growth)s %% a year nothing ever fills up: nothing is in use.") % words
    if first.planned:
        text = _(
            "At %(growth)s %% a year the first to be full is the %(what)s of %(place)s, by the %(ratio)s vCPU per "
            "physical core that are planned with: %(when)s."
        )
        return text % {**words, "ratio": formats.exact(first.vcpu_per_core)}
    return _("At %(growth)s %% a year the first to be full is the %(what)s of %(place)s: %(when)s.") % words


def planned_words(rows: list[Runway]) -> list[str]:
    """That some CPU is planned, not seen, as a sentence; none where all demand is known."""
    if not any(row.planned for row in rows):
        return []
    whole = all(row.planned >= row.used for row in rows if row.planned)
    return [
        _("Nobody knows the demand of these VMs: CPU is what is planned for their vCPU, not what they use.")
        if whole
        else _("Nobody knows the demand of some VMs: their CPU is what is planned for their vCPU, not what they use.")
    ]


def runway_words(rows: list[Runway], growth_pct: float) -> list[str]:
    """What is full today, what is next, and what that rests on, as sentences."""
    full, planned = full_words(rows), planned_words(rows)
    if growth_pct:
        return [*full, *filter(None, [next_words(rows, growth_pct)]), *planned]
    return [*(full or [_("Without growth nothing ever fills up.")]), *planned]


Words = tuple[str, str, str, int | None]
Row = tuple[Words, float, float, float]
"""Words, what is used of what there is, and what of it is planned."""


def _runway(row: Row, values: Values, today: date) -> Runway:
    (place, resource, unit, cluster), used, capacity, planned = row
    return Runway(
        place,
        resource,
        unit,
        used=used,
        capacity=capacity,
        full=_month(today, months_until_full(used, capacity, values[GROWTH_KEY])),
        cluster=cluster,
        planned=planned,
        vcpu_per_core=values["unmeasured_vcpu_per_core"],
    )


def _month(today: date, months: float | None) -> date | None:
    if months is None or today.year + months / MONTHS_PER_YEAR >= date.max.year:
        return None
    years, month = divmod(today.month - 1 + int(months), int(MONTHS_PER_YEAR))
    return date(today.year + years, month + 1, 1)


def _rows(estate: EstateArrays, today_shape: Shape, values: Values) -> Iterator[Row]:
    quantities = today_shape.quantities
    for room in quantities.rooms if isinstance(quantities, OnPremQuantities) else ():
        name, cluster = estate.clusters[room.cluster], room.cluster
        yield (name, _("memory"), "GiB", cluster), *room.memory_gib, 0.0
        demand_vcpu = room.demand_vcpu(values["percentile"])
        yield (name, _("CPU"), "vCPU", cluster), demand_vcpu, room.capacity_vcpu, room.planned_vcpu
    if estate.storage_room_gib:
        used = float(used_gib(estate)[estate.vms.installed].sum())
        yield (_("All datastores"), _("storage"), "GiB", None), used, estate.storage_room_gib, 0.0
