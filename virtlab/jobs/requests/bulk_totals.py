"""What a bulk request comes to, over all objects that can start."""

from collections.abc import Sequence
from dataclasses import dataclass

from virtlab.jobs.operations.plan import Preview
from virtlab.jobs.requests.bulk import Row


@dataclass(frozen=True, slots=True)
class Totals:
    """By how much all jobs together change cost and power, and the longest times; None where no row states one.

    Differences, because a preview's before and after may be those of the whole host or of the whole bill.
    """

    cost_usd_per_month: float | None
    power_w: float | None
    downtime_s: float | None
    duration_s: float | None

    @property
    def columns(self) -> int:
        """How many columns the table has beside the objects' names."""
        figures = (self.cost_usd_per_month, self.power_w, self.downtime_s, self.duration_s)
        return 1 + sum(figure is not None for figure in figures)

    @classmethod
    def of(cls, rows: Sequence[Row]) -> "Totals":
        """The totals of rows that can start."""
        previews: list[Preview] = [row.preview for row in rows if row.preview]
        return cls(
            cost_usd_per_month=_difference([p.cost_usd_per_month for p in previews]),
            power_w=_difference([p.power_w for p in previews]),
            downtime_s=max((row.downtime_s for row in rows if row.downtime_s is not None), default=None),
            duration_s=max((row.forecast.duration_s for row in rows if row.forecast), default=None),
        )


def _difference(pairs: Sequence[tuple[float, float] | None]) -> float | None:
    stated = [after - before for before, after in (pair for pair in pairs if pair is not None)]
    return sum(stated) if stated else None
