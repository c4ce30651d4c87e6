"""Placement one VM at a time, as schedulers do: first fit, first-fit decreasing, best fit, spread (most room first)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from virtlab.engine.arrays import F64, Bools, Ints
from virtlab.engine.placement.shapes import fits


class Policy(StrEnum):
    """How a host is chosen. TIGHT is the bin-centric greedy with LP rounding; the others go VM by VM.

    SPREAD needs given hosts: with new ones at will, each VM would open its own.
    """

    TIGHT = "tight"
    FIRST_FIT = "first_fit"
    FIRST_FIT_DECREASING = "first_fit_decreasing"
    BEST_FIT = "best_fit"
    SPREAD = "spread"


@dataclass
class FreeRoom:
    """Hosts being filled: free room (H, R), anti-affinity groups on each, and how many may be used so far.

    `growing`: the hosts are new ones, opened one after the other; else all are open.
    """

    free: F64
    on_host: list[set[int]]
    growing: bool = False

    @classmethod
    def new(cls, most: int, resources: int) -> "FreeRoom":
        """At most `most` empty hosts of size 1 in every resource."""
        return cls(np.ones((most, resources)), [set() for _ in range(most)], growing=True)

    def put(self, vm_size: F64, tags: frozenset[int], host: int) -> None:
        """Take room on a host."""
        self.free[host] -= vm_size
        self.on_host[host] |= tags


def place_one_by_one(
    sizes: F64, vms: Ints, stock: FreeRoom, policy: Policy, tags: Sequence[frozenset[int]]
) -> dict[int, int]:
    """Host of each VM of `vms` that finds room: sizes (V, R) in shares of a host, anti-affinity groups by VM."""
    choose = _CHOICES[policy]
    order = vms[np.argsort(-sizes[vms].sum(axis=1), kind="stable")] if policy is Policy.FIRST_FIT_DECREASING else vms
    placed: dict[int, int] = {}
    opened = 0
    for vm in order.tolist():
        free = stock.free[: opened + 1] if stock.growing else stock.free
        possible = fits(sizes[vm], free)
        if tags[vm]:
            possible &= np.array([not tags[vm] & on for on in stock.on_host[: len(free)]], dtype=np.bool_)
        if possible.any():
            placed[vm] = host = choose(free, possible)
            stock.put(sizes[vm], tags[vm], host)
            opened = max(opened, host + 1)
    return placed


def _first(free: F64, possible: Bools) -> int:
    return int(possible.argmax())


def _least_room(free: F64, possible: Bools) -> int:
    return int(np.where(possible, free.sum(axis=1), np.inf).argmin())


def _most_room(free: F64, possible: Bools) -> int:
    return int(np.where(possible, free.min(axis=1), -np.inf).argmax())


_CHOICES: dict[Policy, Callable[[F64, Bools], int]] = {
    Policy.FIRST_FIT: _first,
    Policy.FIRST_FIT_DECREASING: _first,
    Policy.BEST_FIT: _least_room,
    Policy.SPREAD: _most_room,
}
