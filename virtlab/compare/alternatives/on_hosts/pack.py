"""VMs packed onto equal hosts, with the proof of how few could do."""

from dataclasses import dataclass

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


def pack(demand: F64, capacity: F64, grain: F64) -> Packed:
    """Pack demand (n, R) onto hosts of capacity (R,), with demand rounded up to `grain` (R,)."""
    packed = engine_pack(np.ceil(demand / grain - 1e-9) * grain, capacity, QUICK)
    return Packed(packed.host_of_vm, packed.hosts_used, packed.bound)
