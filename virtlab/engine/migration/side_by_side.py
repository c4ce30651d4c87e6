"""Jobs side by side: their parts wait or move bytes, and what moves bytes at the same time shares its links fairly."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from virtlab.engine.arrays import F64
from virtlab.engine.migration.link_sharing import shared_rates

NEARLY = 1e-9


@dataclass(frozen=True, slots=True)
class Leg:
    """What a job does for a while: it moves `mib` along `route`, links by their numbers (one that is crossed twice is
    named twice), or where it has no route lasts `lasts_s`.
    """

    lasts_s: float = 0.0
    mib: float = 0.0
    route: tuple[int, ...] = ()

    @property
    def amount(self) -> float:
        """MiB where it moves bytes, else seconds."""
        return self.mib if self.route else self.lasts_s


def ends_s(jobs: Sequence[Sequence[Leg]], capacity_mib_per_s: F64, wanted: int) -> list[list[float]]:
    """When each part of the first `wanted` jobs ends, where all of them begin now and no other comes.

    A job does one part after the other. Between two ends all rates are constant, so the outcome is exact. Infinite from
    the first part on whose route carries nothing.
    """
    position = [0] * len(jobs)
    left = [job[0].amount if job else 0.0 for job in jobs]
    ends: list[list[float]] = [[] for _job in jobs]
    rates, moving, now_s = _Rates(jobs, capacity_mib_per_s), tuple[int, ...](), 0.0
    while any(position[number] < len(jobs[number]) for number in range(wanted)):
        open_jobs = [number for number, job in enumerate(jobs) if position[number] < len(job)]
        moving = tuple(number for number in open_jobs if jobs[number][position[number]].route)
        rate = rates.of(moving, position)
        takes_s = {number: _time_s(left[number], rate.get(number, 1.0)) for number in open_jobs}
        step_s = min(takes_s.values())
        if step_s == float("inf"):
            break
        now_s += step_s
        for number in open_jobs:
            left[number] -= rate.get(number, 1.0) * step_s
            if takes_s[number] <= step_s + NEARLY:
                ends[number].append(now_s)
                position[number] += 1
                left[number] = jobs[number][position[number]].amount if position[number] < len(jobs[number]) else 0.0
    return [own + [float("inf")] * (len(job) - len(own)) for own, job in zip(ends[:wanted], jobs[:wanted], strict=True)]


def _time_s(left: float, rate: float) -> float:
    if left <= 0:
        return 0.0
    return left / rate if rate > 0 else float("inf")


@dataclass
class _Rates:
    """The rates of those that move, found anew only where others move than before."""

    jobs: Sequence[Sequence[Leg]]
    capacity_mib_per_s: F64
    moved: tuple[tuple[int, int], ...] = ()
    rates: dict[int, float] = field(default_factory=dict)

    def of(self, moving: tuple[int, ...], position: Sequence[int]) -> dict[int, float]:
        now = tuple((number, position[number]) for number in moving)
        if now != self.moved:
            self.moved, self.rates = now, self._shared(now)
        return self.rates

    def _shared(self, moving: tuple[tuple[int, int], ...]) -> dict[int, float]:
        if not moving:
            return {}
        crossed = [self.jobs[number][part].route for number, part in moving]
        width = max(map(len, crossed))
        routes = np.array([[*route, *[-1] * (width - len(route))] for route in crossed], dtype=np.intp)
        rates, _limits = shared_rates(routes, self.capacity_mib_per_s)
        return {number: rate for (number, _part), rate in zip(moving, rates.tolist(), strict=True)}
