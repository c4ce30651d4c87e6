"""What both sides of a comparison carry: the set of workloads that their totals are over.

A side may not carry every workload (no type runs AIX, no server is large enough). Totals over different sets say
nothing, so all alternatives are computed anew without what either side leaves out, or both. What is left out is named.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from virtlab.compare.alternatives.shapes import ShapeBook
from virtlab.compare.inputs.estate import Texts
from virtlab.compare.readiness.words import Scope
from virtlab.engine.arrays import Ints

MOST_ROUNDS = 4
"""Without some containers the nodes of the others may be of another type, which may hold less: then once more."""
Sides = tuple[str, str]


@dataclass(frozen=True)
class Common:
    """`book`: the alternatives of what both sides carry, all of them without what is left out. `not_carried_by_side`:
    the VMs that the left and the right side do not carry of the whole estate, by their rows.
    """

    book: ShapeBook
    not_carried_by_side: tuple[tuple[int, ...], tuple[int, ...]]

    @property
    def not_carried(self) -> tuple[int, ...]:
        """The VMs that no alternative counts, because a side, or both, does not carry them."""
        return self.book.basis.estate.not_carried

    @cached_property
    def scope(self) -> Texts:
        """What becomes of each VM (V,) of the estate (readiness.words.Scope): all counts of VMs are of this."""
        vms = self.book.basis.estate.vms
        scope = np.where(vms.running, Scope.COMPARED, np.where(vms.installed, Scope.OFF, Scope.APART))
        scope[list(self.not_carried)] = Scope.LEFT_OUT
        return scope

    @property
    def workloads(self) -> int:
        """How many running workloads the totals are over."""
        return int((self.scope == Scope.COMPARED).sum())


def common_of(book: ShapeBook, sides: Sides, purchase: str) -> Common:
    """What the two sides (keys of kinds; the right one is bought by `purchase`) both carry of a whole estate."""
    by_side: tuple[set[int], set[int]] = (set(), set())
    for _round in range(MOST_ROUNDS):
        left, right = book.shape(sides[0]).not_carried, book.shape(sides[1], purchase).not_carried
        by_side = (by_side[0] | set(left), by_side[1] | set(right))
        dropped = set(left) | set(right)
        if not dropped:
            break
        book = book.without(_rows(dropped))
    return Common(book, (tuple(sorted(by_side[0])), tuple(sorted(by_side[1]))))


def _rows(rows: set[int]) -> Ints:
    return np.array(sorted(rows), dtype=np.intp)
