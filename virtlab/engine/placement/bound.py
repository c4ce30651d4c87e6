"""Lower bounds on the number of equal hosts: by volume, and by the LP of all patterns (column generation).

Gilmore & Gomory (1961): minimise the number of hosts over all patterns that fit one host, fractions allowed. The
best pattern for given prices is a bounded knapsack in two dimensions, solved exactly on a grid (sizes are rounded down
to it, so the bound stays a bound). Farley (1990): prices π give the bound Σ π n ÷ (value of the best pattern) at every
step, so a run that is stopped early is still proven, and no answer of the LP solver has to be trusted.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from virtlab.engine.arrays import F64, Bools, Ints
from virtlab.engine.placement.shapes import Groups
from virtlab.engine.placement.solver import quiet_solver

TINY = 1e-7
GRID_CELLS = 16_384


@dataclass(frozen=True)
class Bound:
    """`hosts`: no placement does with fewer; `value`: the same before rounding up; `steps`: rounds of pricing.

    `patterns` (each (G,)) and their `amounts` are the last LP's answer, a start for rounding.
    """

    hosts: int
    value: float
    kind: str
    steps: int = 0
    patterns: list[Ints] = field(default_factory=list, repr=False)
    amounts: F64 = field(default_factory=lambda: np.empty(0), repr=False)


def volume_bound(groups: Groups) -> Bound:
    """Total demand of the scarcest resource ÷ a host, rounded up."""
    value = float((groups.counts @ groups.sizes).max(initial=0.0))
    return Bound(_up(value), value, "volume")


def _up(value: float) -> int:
    return math.ceil(value - TINY)


def lp_bound(groups: Groups, start: list[Ints], enough: int, steps: int = 200) -> Bound:
    """Bound by column generation over the two scarcest resources, beginning with the patterns `start` (each (G,)).

    Stops once the bound reaches `enough` (a placement with so many hosts is then optimal), when it can rise no more, or
    after `steps` rounds.
    """
    grid = Grid.of(groups)
    master = Master(groups.counts, [*singles(groups), *start])
    best, used = volume_bound(groups).value, 0
    while used < steps:
        used += 1
        value, prices = master.solve()
        pattern, worth = grid.best_pattern(prices)
        best = max(best, float(prices @ groups.counts) / max(worth, 1.0))
        if worth <= 1.0 + TINY or _up(best) >= min(enough, _up(value)):
            break
        master.add(pattern)
    return Bound(_up(best), best, "lp", used, master.patterns, master.amounts())


def singles(groups: Groups) -> list[Ints]:
    """For each group the pattern that fills a host with it alone (G patterns of (G,))."""
    patterns = []
    for g, size in enumerate(groups.sizes):
        most = 1.0 / max(float(size.max()), 1e-12)
        pattern = np.zeros(len(groups.counts), dtype=np.intp)
        pattern[g] = max(1, min(int(groups.counts[g]), int(most + TINY)))
        patterns.append(pattern)
    return patterns


class Master:
    """The LP over the patterns known so far, kept warm in HiGHS between rounds."""

    def __init__(self, counts: Ints, patterns: list[Ints]) -> None:
        self.patterns: list[Ints] = []
        self._lp = quiet_solver()
        self._lp.setOptionValue("presolve", "off")
        empty = np.empty(0)
        for count in counts:
            self._lp.addRow(float(count), np.inf, 0, empty.astype(np.int32), empty)
        for pattern in patterns:
            self.add(pattern)

    def add(self, pattern: Ints) -> None:
        """Add one pattern (G,) as a column."""
        rows = np.flatnonzero(pattern)
        values = pattern[rows].astype(np.float64)
        self._lp.addCol(1.0, 0.0, np.inf, rows.size, rows.astype(np.int32), values)
        self.patterns.append(pattern)

    def solve(self) -> tuple[float, F64]:
        """(hosts of the LP, prices (G,) ≥ 0)."""
        self._lp.run()
        prices = np.maximum(np.array(self._lp.getSolution().row_dual), 0.0)
        return float(self._lp.getObjectiveValue()), prices

    def amounts(self) -> F64:
        """How often the last solution uses each pattern it knew (p,)."""
        return np.array(self._lp.getSolution().col_value)


@dataclass(frozen=True)
class Grid:
    """The knapsack's grid: integer sizes (G, 2), rounded down, and cells (2,) of a host."""

    sizes: Ints
    counts: Ints
    cells: tuple[int, int]

    @classmethod
    def of(cls, groups: Groups) -> "Grid":
        """The finest grid of at most GRID_CELLS cells over the two scarcest resources."""
        total = groups.counts @ groups.sizes
        axes = np.sort(np.argsort(total)[-2:])
        sizes = groups.sizes[:, axes] if axes.size == 2 else np.column_stack([groups.sizes, np.zeros(len(total))])
        first, cells0 = _axis(sizes[:, 0], 256, 128)
        most = max(16, GRID_CELLS // cells0)
        second, cells1 = _axis(sizes[:, 1], most, most)
        return cls(np.column_stack([first, second]), groups.counts, (cells0, cells1))

    def best_pattern(self, prices: F64) -> tuple[Ints, float]:
        """The pattern (G,) of the highest total price that fits, at most `counts` of each group, and that price."""
        table = np.zeros((self.cells[0] + 1, self.cells[1] + 1))
        taken: list[tuple[int, int, Bools]] = []
        for g, copies in self._lots(prices):
            a, b = self.sizes[g] * copies
            better = table[: table.shape[0] - a, : table.shape[1] - b] + prices[g] * copies
            gain = better > table[a:, b:] + 1e-12
            np.maximum(table[a:, b:], better, out=table[a:, b:])
            taken.append((g, copies, gain))
        return self._trace_back(taken), float(table[-1, -1])

    def _lots(self, prices: F64) -> Iterator[tuple[int, int]]:
        """Groups worth something in lots of 1, 2, 4 … copies, which make up every number up to the group's count."""
        for g in np.flatnonzero(prices > 1e-12):
            room = [c // s for c, s in zip(self.cells, self.sizes[g], strict=True) if s > 0]
            left, lot = min([int(self.counts[g]), *map(int, room)]), 1
            while left > 0:
                yield int(g), min(lot, left)
                left, lot = left - lot, lot * 2

    def _trace_back(self, taken: list[tuple[int, int, Bools]]) -> Ints:
        pattern = np.zeros(len(self.counts), dtype=np.intp)
        x, y = self.cells
        for g, copies, gain in reversed(taken):
            a, b = (int(s) * copies for s in self.sizes[g])
            if x >= a and y >= b and gain[x - a, y - b]:
                pattern[g] += copies
                x, y = x - a, y - b
        return pattern


def _axis(shares: F64, most: int, otherwise: int) -> tuple[Ints, int]:
    """Sizes as whole numbers of cells and the cells of a host: exact where at most `most` do, else rounded down."""
    for cells in range(1, most + 1):
        scaled = shares * cells
        if np.abs(scaled - np.round(scaled)).max(initial=0.0) < 1e-7:
            return np.round(scaled).astype(np.intp), cells
    return np.floor(shares * otherwise + TINY).astype(np.intp), otherwise
