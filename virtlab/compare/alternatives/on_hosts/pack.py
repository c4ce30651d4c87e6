"""VMs packed onto equal hosts, with the proof of how few could do."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from virtlab.engine.arrays import F64, Ints
from virtlab.engine.placement.equal_hosts import Options
from virtlab.engine.placement.equal_hosts import pack as engine_pack

QUICK = Options(bound_steps=8)
"""Few rounds of the LP bound: a request waits for it, and the bound by volume alone is mostly as good."""


@dataclass(frozen=True, slots=True)
class Packed:
    """The host of each VM (n,), −1 where none is large enough; how many hosts are used, and how few could do."""

    host: Ints
    hosts: int
    bound: int


def in_grains(amount: F64, grain: F64 | float) -> F64:
    """Rounded up to whole grains, as it is packed."""
    rounded: F64 = np.ceil(amount / grain - 1e-9) * grain
    return rounded


def pack(demand: F64, capacity: F64, grain: F64) -> Packed:
    """Pack demand (n, R) onto hosts of capacity (R,), with demand rounded up to `grain` (R,) or (n, R)."""
    return pack_rounded(in_grains(demand, grain), capacity)


def pack_rounded(demand: F64, capacity: F64) -> Packed:
    """Pack demand (n, R) that is in whole grains onto hosts of capacity (R,)."""
    return _packed(demand.tobytes(), demand.shape[1], tuple(capacity.tolist()))


@lru_cache(maxsize=48)
def _packed(demand: bytes, resources: int, capacity: tuple[float, ...]) -> Packed:
    """The last ones are kept: where a price makes a cluster buy another build, all others are packed already."""
    packed = engine_pack(np.frombuffer(demand).reshape(-1, resources), np.array(capacity), QUICK)
    return Packed(packed.host_of_vm, packed.hosts_used, packed.bound)
