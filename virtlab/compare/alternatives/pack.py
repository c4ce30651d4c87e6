"""Machines packed onto equal hosts, with the proof of how few could do."""

from dataclasses import dataclass

import numpy as np

from virtlab.compare.alternatives.selection import Ints
from virtlab.compare.alternatives.shape import F64
from virtlab.engine.bound import volume_bound
from virtlab.engine.packing import Bins, pack_bins, unroll
from virtlab.engine.shapes import group

GRID = 0.05
"""Demands are rounded up to this grain, so that machines nearly alike are placed as one group."""


@dataclass(frozen=True, slots=True)
class Packed:
    """The host of each machine (n,), −1 where none is large enough; how many hosts are used, and how few could do."""

    host: Ints
    hosts: int
    bound: int


def pack(demand: F64, capacity: F64) -> Packed:
    """Pack demand (n, R) onto hosts of capacity (R,)."""
    sizes = np.ceil(demand / GRID - 1e-9) * GRID / capacity
    fits = (sizes <= 1.0).all(axis=1)
    groups = group(sizes, np.flatnonzero(fits))
    weights = groups.counts @ groups.sizes if len(groups.counts) else np.ones(len(capacity))
    filled, _left = pack_bins(groups, [Bins(np.ones(len(capacity)), len(demand))], weights / max(weights.sum(), 1e-9))
    host = np.full(len(demand), -1, dtype=np.intp)
    hosts = sum(item.times for item in filled)
    unroll(filled, groups, [np.arange(hosts)], host)
    return Packed(host, hosts, volume_bound(groups).hosts)
