"""Hosts are whole: where VMs are packed, how many carry them is counted anew for every draw.

A cluster has as many as its VMs fill, with the spare ones that the bill has too (`counting`): no product of what each
assumption does alone, and lines follow the number. So lines answer to assumptions at the hosts of now, and their amount
then goes with the number that is counted, × (a₀ + Σ a × hosts) ÷ (the same of now), with a by cluster from the values
at which the packing was tried. Licences of Windows Server jump: their cores by cluster and edition go so with the
hosts, and each draw has the edition that costs least at its prices.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypedDict, cast

import numpy as np

from hosts.pricing.licences import EDITIONS, assured_editions, cheapest_edition, edition_to_pay, licensed_cores
from hosts.pricing.unit_prices import spread_usd_per_month, windows_price_usd
from virtlab.compare.alternatives.basis import Basis, Values
from virtlab.compare.alternatives.shapes import PACKED
from virtlab.compare.bills.due import once_to_pay_drawn, to_pay_drawn
from virtlab.compare.bills.onprem.quantities import OnPremQuantities
from virtlab.compare.report.cash.flow import WINDOWS
from virtlab.compare.report.sensitivity.cluster_sums import (
    ClusterSums,
    Draws,
    SizingGrid,
    builds_of,
    filled,
    sizing_grid,
    sums_of,
)
from virtlab.compare.report.sensitivity.counting import Counting
from virtlab.compare.report.sensitivity.levers import Lever
from virtlab.compare.report.sensitivity.pair import Moved, Pair
from virtlab.compare.report.sensitivity.trials import HostCounts, Line, NetLines, Trial, net_lines_at
from virtlab.engine.arrays import F64

LEAST = 0.05
"""The least by which a line is multiplied: an extrapolation ends there."""
WINDOWS_LINE: Line = (0, WINDOWS)
LINUX_LINE: Line = (0, "month:linux")


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """Hosts of each cluster (D, C); what licences of Windows Server cost a month with them, and how many subscriptions
    of Linux they have (D,).
    """

    hosts: F64
    windows_usd: F64
    linux: F64

    @classmethod
    def of(cls, packed: HostCounts, owned: F64, values: Values) -> "Counted":
        """The same of what was packed at some values (D = 1)."""
        windows_usd = windows_usd_per_month(packed.windows_cores[None], owned, values)
        return cls(packed.hosts[None], windows_usd, np.array([packed.linux]))


@dataclass(frozen=True, slots=True)
class WholeHosts:
    """The clusters of the left side that are packed, and what is counted of them now. `parts`: what a line has of their
    hosts (1 + C,); `windows` and `linux`: what the cores of Windows Server (1 + C, W, E) and subscriptions have;
    `owned` (W, E): cores of today's hosts. `counting`: how hosts are counted. `moving`: keys of the levers that they
    follow.
    """

    basis: Basis
    grid: SizingGrid
    clusters: Sequence[ClusterSums]
    now: Counted
    parts: Mapping[Line, F64]
    windows: F64
    linux: F64
    owned: F64
    counting: Counting
    moving: frozenset[str] = frozenset()

    def ratio(self, line: Line, counted: Counted) -> F64 | float:
        """By how much a line is larger with these hosts (D,) than with those of now."""
        parts = self.parts.get(line)
        if line == WINDOWS_LINE:
            now, then = self.now.windows_usd, counted.windows_usd
        elif line == LINUX_LINE:
            now, then = self.now.linux, counted.linux
        elif parts is not None:
            now, then = (with_one(of.hosts) @ parts for of in (self.now, counted))
        else:
            return 1.0
        return np.maximum(then / now, LEAST) if now.all() else 1.0

    def at_hosts_of_now(self, trial: Trial) -> Trial:
        """What a trial found, had it the hosts of now."""
        at_values = ((values, trial.values_at(values), lines) for values, lines in trial.found.items())
        return replace(trial, found={key: self._at_hosts_of_now(lines, values) for key, values, lines in at_values})

    def _at_hosts_of_now(self, lines: NetLines, values: Values) -> NetLines:
        counted = Counted.of(lines.packed, self.owned, values) if lines.packed else self.now
        return NetLines({line: usd / float(np.squeeze(self.ratio(line, counted))) for line, usd in lines.usd.items()})

    def drawn(self, drawn: Draws) -> Counted:
        """What is counted at drawn values."""
        hosts = self.counting.hosts(filled(self.clusters, drawn, self.grid, self.basis))
        cores, linux = (np.tensordot(with_one(hosts), of, 1) for of in (self.windows, self.linux))
        values = cast("Values", {**self.basis.values, **drawn})
        return Counted(hosts, windows_usd_per_month(cores, self.owned, values), linux)


def with_one(hosts: F64) -> F64:
    """What lines are made of: 1, and hosts of each cluster (…, 1 + C)."""
    return np.concatenate([np.ones((*hosts.shape[:-1], 1)), hosts], axis=-1)


def windows_usd_per_month(cores: F64, owned: F64, v: Values) -> F64:
    """What cores of Windows Server by cluster and edition (D, W, E) cost a month (D,), at prices that may be drawn
    too: clusters have the editions for which least is to be paid, and of what today's hosts have (W, E) only the time
    after their refresh is paid. Under Software Assurance that is never bought again, and what is new once.
    """
    needed, there = (
        np.moveaxis(of, (0, 1, 2), (2, 1, 0)) for of in (cores, np.broadcast_to(owned, (len(cores), *owned.shape)))
    )
    left, has = to_pay_drawn(v), licensed_cores(there, cheapest_edition(there, v))
    licensed, assured = licensed_cores(needed, edition_to_pay(needed, has, left, v)), assured_editions(v)
    owned = np.minimum(licensed, has)
    paid = owned * np.where(assured, 0.0, left) + (licensed - owned) * np.where(assured, once_to_pay_drawn(v), 1.0)
    price_usd = sum(windows_price_usd(of, edition, v) for of, edition in zip(paid, EDITIONS, strict=True))
    return np.asarray(spread_usd_per_month(price_usd, v))


def whole_hosts(pair: Pair, levers: Sequence[Lever], tried: Iterable[Trial], base: Moved) -> WholeHosts | None:
    """Of a pair whose left side is packed otherwise in some trial; None for others. `base`: what is not as it is now in
    the trials.
    """
    by_key, q, now = {lever.key: lever for lever in levers}, pair.left.shape.quantities, net_lines_at(pair, base)
    if now is None or now.packed is None or not isinstance(q, OnPremQuantities):
        return None
    basis, builds = pair.book.basis, builds_of(pair)
    grid = sizing_grid(by_key, basis.values)
    clusters = [
        sums_of(basis, room.cluster, build, grid) for room in q.rooms if (build := builds[room.cluster]) is not None
    ]
    moved = [trial for trial in tried if all(lever.key in PACKED for lever in trial.group)]
    packed = [(trial.values_at(values), at) for trial in moved for values, at in trial.found.items()]
    if not packed:
        return None
    owned = np.array(q.owned_windows_cores, dtype=np.float64).reshape(-1, len(EDITIONS))
    # Hosts of now stand beside each of the others: whatever else is counted, they are counted as they are.
    learnt_from = [*packed, *[(pair.moved_values(base), now)] * len(packed)]
    drawn = {key: np.array([values[key] for values, _at in learnt_from]) for key in by_key if key in basis.values}
    counts = [at.packed for _values, at in learnt_from if at.packed]
    hosts, spare = (np.array([getattr(of, name) for of in counts]) for name in ("hosts", "spare"))
    return WholeHosts(
        basis=basis,
        grid=grid,
        clusters=clusters,
        now=Counted.of(now.packed, owned, pair.moved_values(base)),
        owned=owned,
        counting=Counting.learnt(filled(clusters, drawn, grid, basis), hosts, spare),
        moving=frozenset(lever.key for trial in moved if trial.width > 1 for lever in trial.group),
        **parts_of([now, *(at for _values, at in packed)]),
    )


class Parts(TypedDict):
    """What lines, cores of Windows Server and subscriptions of Linux have of the hosts."""

    parts: dict[Line, F64]
    windows: F64
    linux: F64


def parts_of(tried: Sequence[NetLines]) -> Parts:
    """What lines of the left side and what is counted have of 1 and of the hosts of each cluster, by least squares over
    what was found: now, first, and at the values at which the packing was tried.
    """
    packed, now = [lines.packed for lines in tried if lines.packed], tried[0].usd
    hosts = with_one(np.array([counts.hosts for counts in packed]))
    of_left = [line for line in now if line[0] == 0 and now[line]]
    usd = np.array([[lines.usd.get(line, 0.0) for line in of_left] for lines in tried])
    of_lines = np.linalg.lstsq(hosts, usd, rcond=None)[0]
    cores = np.array([counts.windows_cores for counts in packed])
    # No Windows has no columns: the first dimension is named, as -1 says nothing of an empty array.
    of_cores = _through_now(hosts, cores.reshape(len(cores), math.prod(cores.shape[1:])))
    return {
        "parts": {line: of_lines[:, n] for n, line in enumerate(of_left) if np.ptp(hosts @ of_lines[:, n]) > 1.0},
        "windows": of_cores.reshape(hosts.shape[1], *cores.shape[1:]),
        "linux": _through_now(hosts, np.array([counts.linux for counts in packed])),
    }


def _through_now(hosts: F64, counts: F64) -> F64:
    """What counts (N, …) have of hosts (N, 1 + C) by least squares, moved so that the first is what it is."""
    of_hosts = np.asarray(np.linalg.lstsq(hosts, counts, rcond=None)[0], dtype=np.float64)
    of_hosts[0] += counts[0] - hosts[0] @ of_hosts
    return of_hosts
