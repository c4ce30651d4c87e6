"""Assumptions tried at some of their values: what each line of the two sides comes to there."""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from hosts.pricing.licences import EDITIONS
from virtlab.compare.alternatives.shapes import DEPENDS, IS_PACKED
from virtlab.compare.bills.onprem.quantities import OnPremQuantities
from virtlab.compare.report.evaluate import Alternative
from virtlab.compare.report.sensitivity.levers import IN_MONTHS, Lever
from virtlab.compare.report.sensitivity.pair import Moved, Pair
from virtlab.compare.report.verdict import same_workloads
from virtlab.engine.arrays import F64

TOGETHER = (IN_MONTHS,)
"""Tried together on a grid, finer along the first, whose lines are curved."""
FINER = frozenset(IN_MONTHS).union(*DEPENDS.values())
"""Assumptions that not only change prices: lines jump and bend with them."""
BENT, MOST = 0.0004, 40
"""Sizes jump: between two values one more is tried while the line there may be bent by more than this share of what all
assumptions do together, on the mean over the range; at most so many times."""

Line = tuple[int, str]
Lines = Mapping[Line, float]
Values = tuple[float, ...]
"""Of the levers of a trial, in their order."""


@dataclass(frozen=True, slots=True, eq=False)
class HostCounts:
    """What a packed left side counts: hosts of each cluster (C,) as the bill has them, how many of these are spare,
    cores of Windows Server by cluster that has it and edition (W, E), and subscriptions of Linux.
    """

    hosts: F64
    spare: F64
    windows_cores: F64
    linux: float

    @classmethod
    def of(cls, left: Alternative) -> "HostCounts | None":
        """That of a left side; None where it is not packed."""
        q = left.shape.quantities
        if left.shape.key not in IS_PACKED or not isinstance(q, OnPremQuantities):
            return None
        cores = np.array(q.windows_cores, dtype=np.float64).reshape(-1, len(EDITIONS))
        spare = np.array([float(room.spare) for room in q.rooms])
        hosts = np.array([room.hosts for room in q.rooms]) + spare
        return cls(hosts, spare, cores, float(q.linux_subscriptions))


@dataclass(frozen=True, eq=False)
class NetLines:
    """What two sides come to: the net USD of each line (side 0 or 1, key), and what the left one counts if packed."""

    usd: Lines
    packed: HostCounts | None = None

    @cached_property
    def net_usd(self) -> float:
        """Left − right."""
        return sum(-usd if side else usd for (side, _key), usd in self.usd.items())

    @property
    def sides_usd(self) -> tuple[float, float]:
        """Left and right."""
        left, right = (sum(usd for (side, _key), usd in self.usd.items() if side == number) for number in (0, 1))
        return left, right


def net_lines_at(pair: Pair, moved: Moved) -> NetLines | None:
    """What both sides come to with these assumptions moved; None where they no longer carry the same workloads."""
    sides = pair.sides_at(moved)
    if not same_workloads(*(at.side for at in sides)):
        return None
    usd = {(number, key): usd for number, at in enumerate(sides) for key, usd in at.usd.items()}
    return NetLines(usd, HostCounts.of(sides[0].side))


@dataclass(frozen=True, slots=True)
class Trial:
    """What is found at tried values of one lever, or of two together; values where sides are not alike are left out.

    `base`: what else is not as it is now.
    """

    pair: Pair
    group: tuple[Lever, ...]
    base: Moved
    found: dict[Values, NetLines] = field(default_factory=dict)

    @property
    def nets(self) -> dict[Values, float]:
        """Left − right in net USD at each, in the order of the values."""
        return {values: self.found[values].net_usd for values in sorted(self.found)}

    @property
    def width(self) -> float:
        """By how much it moves the net."""
        nets = self.nets.values()
        return max(nets) - min(nets) if nets else 0.0

    def moved(self, values: Values) -> dict[str, float]:
        """What is not as it is now there."""
        return {**self.base, **self.levers_at(values)}

    def levers_at(self, values: Values) -> dict[str, float]:
        """Its levers at some values, by key."""
        return {lever.key: value for lever, value in zip(self.group, values, strict=True)}

    def values_at(self, values: Values) -> dict[str, float]:
        """The parameters there."""
        return self.pair.moved_values(self.moved(values))

    def try_at(self, values: Values) -> None:
        """Adds one more."""
        if lines := net_lines_at(self.pair, self.moved(values)):
            self.found[values] = lines

    def refine(self, bent_usd: float) -> None:
        """Tries more values, each between the two where a straight line is furthest off, until none is off by that much
        over the whole range.
        """
        whole = self.group[0].high - self.group[0].low
        for _again in range(MOST if whole and len(self.found) > 1 else 0):
            points, usd = np.array([(values[0], net) for values, net in self.nets.items()]).T
            bent = _bends(points, usd) * np.diff(points) / whole
            worst = int(bent.argmax())
            if bent[worst] <= bent_usd:
                return
            self.try_at((float(points[worst : worst + 2].mean()),))

    @property
    def axes(self) -> list[F64]:
        """The values tried of each lever."""
        return [np.array(sorted({values[n] for values in self.found})) for n in range(len(self.group))]


def trials(pair: Pair, levers: Sequence[Lever], base: Moved) -> list[Trial]:
    """Each lever tried, or each group of `TOGETHER`; where the net bends, at more values."""
    tried = [_tried(Trial(pair, group, base)) for group in _groups(levers)]
    whole_usd = math.hypot(*(trial.width for trial in tried))
    for trial in tried:
        if len(trial.group) == 1 and trial.group[0].is_number:
            trial.refine(BENT * whole_usd)
    return tried


def _bends(points: F64, usd: F64) -> F64:
    """By how much a line between each two of N points may be bent (N − 1,): as it is at its ends."""
    kinks = np.zeros(len(points))
    share = (points[1:-1] - points[:-2]) / (points[2:] - points[:-2])
    kinks[1:-1] = np.abs(usd[:-2] + share * (usd[2:] - usd[:-2]) - usd[1:-1])
    return np.maximum(kinks[:-1], kinks[1:])


def _tried(trial: Trial) -> Trial:
    points = [
        _halved(lever.points) if lever.is_number and lever.key in FINER else lever.points for lever in trial.group
    ]
    if len(points) > 1:
        points[0] = _halved(points[0])
    for values in itertools.product(*points):
        trial.try_at(values)
    return trial


def _halved(points: list[float]) -> list[float]:
    """Values with those in the middle between each two."""
    return sorted({*points, *((low + high) / 2 for low, high in itertools.pairwise(points))})


def _groups(levers: Sequence[Lever]) -> list[tuple[Lever, ...]]:
    """Of those that belong together, each on its own where somebody set one: chance then moves the others alone."""
    by_key = {lever.key: lever for lever in levers}
    free = {key for key, lever in by_key.items() if not lever.known}
    joined = [tuple(by_key[key] for key in keys) for keys in TOGETHER if free.issuperset(keys)]
    inside = {lever.key for group in joined for lever in group}
    return [*joined, *((lever,) for lever in levers if lever.key not in inside)]
