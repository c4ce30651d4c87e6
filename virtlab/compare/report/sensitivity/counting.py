"""How many hosts a cluster has, spare ones with them, by what its VMs fill: learnt from what was packed.

With f the hosts that a resource alone fills, × (1 + slack) since VMs leave holes, (Σ f^p)^(1/p) over vCPU, memory and
CPU are filled: near the most of the three where one is short alone and above it where several are. A host more is taken
where more than a whole number is filled, unless what was packed says that it is before or after that: hosts of a
cluster may differ in size, and where no one size holds what any of them carries, more are spare than were asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from virtlab.engine.arrays import F64, Bools

POWERS = np.array([100.0, 60.0, 40.0, 28.0, 20.0, 16.0, 12.0, 10.0, 8.0, 6.0, 4.0])
SLACKS = np.linspace(0.0, 0.06, 25)
ROUNDS = 3
"""So many times the power and each slack are chosen anew, all others as they are; of those that are as good the first:
the simplest.
"""
BEYOND = 2
"""Hosts are counted up to so many times as many as were ever packed."""
SAME = 1e-9
"""Sums of floats are off by so much of a host."""


@dataclass(frozen=True, slots=True)
class Counting:
    """`power` (C,) and `slack` (C, 3): what the resources fill together. `most`: of each cluster what 1, 2, 3, … hosts
    hold at most, spare ones among them (K,).
    """

    power: F64
    slack: F64
    most: Sequence[F64]

    @classmethod
    def learnt(cls, filled: F64, hosts: F64, spare: F64) -> "Counting":
        """That which gives best the hosts of each cluster (N, C), of which so many are spare, where resources fill
        (N, C, 3).
        """
        power, slack = _together(filled, hosts - spare)
        amounts = together(filled * (1 + slack), power)
        most = [_most(*columns) for columns in zip(amounts.T, hosts.T, spare.T, strict=True)]
        return cls(power, slack, most)

    def hosts(self, filled: F64) -> F64:
        """Hosts of each cluster (D, C) where resources fill (D, C, 3)."""
        amounts = together(filled * (1 + self.slack), self.power)
        counted = [1.0 + np.searchsorted(most, its - SAME) for most, its in zip(self.most, amounts.T, strict=True)]
        return np.stack(counted, axis=-1)


def _together(filled: F64, loaded: F64) -> tuple[F64, F64]:
    """The power (C,) and the slacks (C, 3) that give best how many hosts carried VMs (N, C)."""
    power, slack = np.full_like(filled[0, :, 0], POWERS[0]), np.zeros_like(filled[0])
    for _round in range(ROUNDS):
        wrong = [_wrong(filled * (1 + slack), np.full_like(power, tried), loaded) for tried in POWERS]
        power = _best(POWERS, wrong)
        for resource in range(slack.shape[1]):
            wrong = [_wrong(filled * (1 + _with(slack, resource, tried)), power, loaded) for tried in SLACKS]
            slack = _with(slack, resource, _best(SLACKS, wrong))
    return power, slack


def _wrong(filled: F64, power: F64, loaded: F64) -> F64:
    """By how many hosts of each cluster (C,) whole ones differ from what carried VMs (N, C)."""
    whole = np.maximum(np.ceil(together(filled, power) - SAME), 1.0)
    return np.asarray(np.abs(whole - loaded).sum(axis=0))


def _best(values: F64, wrong: Sequence[F64]) -> F64:
    """The value that is least wrong for each cluster (C,), the first of those that are as good."""
    return np.asarray(values[np.argmin(wrong, axis=0)])


def _with(slack: F64, resource: int, value: F64 | float) -> F64:
    """The slack (C, 3) with another one of a resource."""
    other = slack.copy()
    other[:, resource] = value
    return other


def together(filled: F64, power: F64) -> F64:
    """Hosts that the resources (…, C, 3) fill together: (Σ f^p)^(1/p), with p by cluster (C,)."""
    most = np.maximum(filled.max(axis=-1), SAME)
    shares: F64 = ((filled / most[..., None]) ** power[:, None]).sum(axis=-1)
    return np.asarray(most * shares ** (1 / power))


def _most(amounts: F64, hosts: F64, spare: F64) -> F64:
    """What 1, 2, 3, … hosts of a cluster hold at most (K,), from what was filled and packed (N,): whole numbers without
    the spare ones, else what is nearest to them of what sets apart best the fillings that took more hosts. Counts that
    were never packed are moved as the nearest one that was.
    """
    order = np.argsort(amounts, kind="stable")
    amounts, hosts = amounts[order], hosts[order]
    counts = np.arange(1.0, BEYOND * hosts.max() + 1)
    whole = counts - np.median(spare)
    tried = counts[(counts >= hosts.min() - 1) & (counts <= hosts.max())]
    moved = [_apart(amounts, hosts > count, whole[int(count) - 1]) - whole[int(count) - 1] for count in tried]
    return np.maximum.accumulate(whole + np.interp(counts, tried, moved))


def _apart(amounts: F64, more: Bools, whole: float) -> float:
    """Where amounts (N,), lowest first, are best set apart into those that took no more hosts and those that took
    `more` (N,): of the places that are as good the nearest to a whole number.
    """
    low, high = np.concatenate([[-np.inf], amounts]), np.concatenate([amounts, [np.inf]]) - 2 * SAME
    wrong = np.concatenate([[0], np.cumsum(more)]) + np.concatenate([np.cumsum(~more[::-1])[::-1], [0]])
    wrong = np.where(low < high, wrong, np.inf)
    best = wrong == wrong.min()
    places = np.clip(whole, low[best], high[best])
    return float(places[np.abs(places - whole).argmin()])
