"""Right-sizing: for each workload the cheapest instance types that hold it, with their projected use and risk.

Need = percentile of the trace × (1 + headroom), for CPU and memory apart, and at least what is needed in any case, such
as a stated peak. A type holds a workload where its vCPU and memory do, its architecture is allowed, it has a price for
the operating system and, if burstable, where burstable types are thought of for the workload and the workload's
trace never uses up its CPU credits. Types are searched from the cheapest; equal prices go to more vCPU, then memory.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from virtlab.engine.arrays import Bools, non_negative
from virtlab.engine.load.demand import never_out_of_credits
from virtlab.engine.sizing.instance_types import Choice, InstanceTypes, Workloads
from virtlab.engine.sizing.type_search import Need, describe, search


@dataclass(frozen=True)
class Sizing:
    """What a workload needs: percentiles of its traces and the headroom on top (0.2 is 20 %)."""

    cpu_percent: float = 95.0
    memory_percent: float = 100.0
    cpu_headroom: float = 0.2
    memory_headroom: float = 0.2
    top: int = 5

    def __post_init__(self) -> None:
        if not all(np.isfinite(x) and x > -1 for x in (self.cpu_headroom, self.memory_headroom)):
            raise ValueError("A headroom must be a number above −1.")
        if self.top < 1:
            raise ValueError("At least one candidate must be asked for.")


def right_size(
    workloads: Workloads,
    types: InstanceTypes,
    sizing: Sizing | None = None,
    least: Need | None = None,
    may_burst: Bools | None = None,
) -> Choice:
    """The `sizing.top` cheapest types that hold each workload's need, burstable ones only where credits last.

    `least`: vCPU and GiB (W,) needed in any case, headroom included. `may_burst` (W,): workloads that burstable types
    are thought of for, all of them by default.
    """
    rule = sizing or Sizing()
    cpu = workloads.cpu.percentile(rule.cpu_percent)
    memory = workloads.memory.percentile(rule.memory_percent)
    need = (cpu * (1 + rule.cpu_headroom), memory * (1 + rule.memory_headroom))
    if least is not None:
        need = (np.maximum(need[0], least[0]), np.maximum(need[1], least[1]))
    allowed = np.ones(len(cpu), dtype=np.bool_) if may_burst is None else may_burst
    credit = {level: allowed & never_out_of_credits(workloads.cpu, level) for level in types.baselines}
    index, reason = search(workloads, types, need, rule.top, credit)
    return describe(workloads, types, index, reason, (cpu, memory))


def same_size(
    workloads: Workloads, types: InstanceTypes, provisioned: tuple[npt.ArrayLike, npt.ArrayLike], top: int = 1
) -> Choice:
    """The cheapest types with at least the provisioned (vCPU, memory GiB) of each workload; never a burstable one."""
    vcpu, memory = (non_negative("Provisioned size", x, len(workloads.cpu)) for x in provisioned)
    unscaled = replace(types, speed=np.ones(len(types)))
    index, reason = search(workloads, unscaled, (vcpu, memory), top, None)
    return describe(workloads, types, index, reason, (workloads.cpu.percentile(95), workloads.memory.peak))
