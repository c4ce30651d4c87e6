"""Splitting whole numbers (cents, tenths of a watt) so that the parts sum to the whole exactly: largest remainder."""

import numpy as np

from virtlab.engine.arrays import F64, Ints, sums


def split_whole(totals: Ints, weights: F64, group: Ints) -> Ints:
    """Parts (n,) of `totals` (G,) by `weights` (n,), each part belonging to `group` (n,); −1 belongs to none.

    The parts of a group sum to its total exactly where any of them weighs something; else they are all 0. What
    rounding down leaves over goes to the largest remainders, then to the first (Hamilton's method). ValueError for
    negative weights or totals.
    """
    if (weights < 0).any() or (totals < 0).any():
        raise ValueError("Neither weights nor totals may be negative.")
    inside = (group >= 0) & (weights > 0)
    parts = np.zeros(len(weights), dtype=np.int64)
    index = np.flatnonzero(inside)
    if not index.size:
        return parts.astype(np.intp)
    where = group[index]
    exact = totals[where] * (weights[index] / sums(where, weights[index], len(totals))[where])
    down = np.floor(exact).astype(np.int64)
    left = totals - np.bincount(where, weights=down, minlength=len(totals)).astype(np.int64)
    order = np.lexsort((index, down - exact, where))
    sorted_group = where[order]
    rank = np.arange(order.size) - np.searchsorted(sorted_group, sorted_group)
    down[order] += rank < left[sorted_group]
    parts[index] = down
    return parts.astype(np.intp)
