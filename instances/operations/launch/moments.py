"""When each instance of a launch runs and has come up: as it is in half of all launches, or in one case of many."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from virtlab.engine.durations.spread import Ending, median_rank, quantile_of_last_s, quantile_of_sum_s, quantile_s
from virtlab.jobs.operations.plan import Vary

MOST_GROUPS = 10


@dataclass(frozen=True, slots=True)
class Medians:
    """Of one instance, in seconds: from pending to running, and its first boot; how wide both spread, as the 95th
    percentile ÷ the median.
    """

    pending_s: float
    boot_s: float
    p95_ratio: float


@dataclass(frozen=True, slots=True)
class Moments:
    """Seconds since the cloud took the request, by instance in the order in which they were made."""

    runs_s: Sequence[float]
    up_s: Sequence[float]

    @classmethod
    def expected(cls, medians: Medians, count: int) -> "Moments":
        """Who comes first, second … last, in half of all launches; who it is does not matter."""
        ratio, both = medians.p95_ratio, Ending(0.0, (medians.pending_s, medians.boot_s))
        shares = [median_rank(rank, count) for rank in range(1, count + 1)]
        up_s = [quantile_of_sum_s(both, ratio, share) for share in shares[:-1]]
        last_s = quantile_of_last_s([both] * count, ratio, 0.5)
        return cls([quantile_s(medians.pending_s, ratio, share) for share in shares], [*up_s, last_s])

    @classmethod
    def drawn(cls, medians: Medians, count: int, vary: Vary) -> "Moments":
        """One case of many: who runs first is not always up first."""
        runs_s = [vary(medians.pending_s) for _instance in range(count)]
        return cls(runs_s, [at_s + vary(medians.boot_s) for at_s in runs_s])


@dataclass(frozen=True, slots=True)
class Group:
    """Instances, by their places in the launch, that one after the other reach a state in the same step."""

    places: Sequence[int]
    at_s: Sequence[float]

    @property
    def ends_s(self) -> float:
        """When the last of them has."""
        return max(self.at_s)

    @property
    def before_s(self) -> list[float]:
        """How long before the last of them each has."""
        return [round(self.ends_s - at_s, 3) for at_s in self.at_s]


def groups_of(at_s: Sequence[float]) -> list[Group]:
    """All instances in at most `MOST_GROUPS`, in the order of their moments."""
    order = np.argsort(at_s, kind="stable")
    split = np.array_split(order, min(len(order), MOST_GROUPS))
    return [Group(places, [at_s[place] for place in places]) for places in (part.tolist() for part in split)]
