"""Instance types, workloads and chosen candidates as arrays: what right-sizing works on."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from virtlab.engine.arrays import F64, Ints, non_negative
from virtlab.engine.load.demand import DemandProfile


class NoType(IntEnum):
    """Why no type holds a workload: 0 where one does."""

    OK = 0
    CPU = 1
    MEMORY = 2
    BOTH_AT_ONCE = 3
    NOT_OFFERED = 4
    LIMITS = 5
    VOLUMES = 6


@dataclass(frozen=True)
class InstanceTypes:
    """N types of one region. price_usd_per_hour (N, O): by operating system, NaN where there is none.

    arch_bit (N,): one bit each, e.g. 1 for x86_64 and 2 for arm64. baseline_vcpu (N,): what a burstable type sustains
    (vCPU × baseline share), NaN for others. speed (N,): work of one vCPU beside one vCPU of the trace's host.
    limits (N, L): what else a type gives lastingly (throughput, operations …), NaN where nobody says; L may be 0.
    limit_reasons (L): what is said where no type is within that one.
    """

    vcpu: F64
    memory_gib: F64
    price_usd_per_hour: F64
    arch_bit: Ints
    baseline_vcpu: F64
    speed: F64
    limits: F64
    limit_reasons: tuple[NoType, ...] = ()

    @classmethod
    def of(
        cls,
        size: tuple[npt.ArrayLike, npt.ArrayLike],
        price_usd_per_hour: npt.ArrayLike,
        arch_bit: npt.ArrayLike = 1,
        baseline_vcpu: npt.ArrayLike | None = None,
        speed: npt.ArrayLike = 1.0,
    ) -> "InstanceTypes":
        """Types from (vCPU, memory GiB) and prices (N,) or (N, O). ValueError for bad numbers."""
        count = np.asarray(size[0]).size
        price = np.asarray(price_usd_per_hour, dtype=np.float64).reshape(count, -1)
        if bool((price < 0).any()):
            raise ValueError("A price must not be negative.")
        vcpu, memory = (non_negative(name, x, count) for name, x in zip(("vCPU", "Memory"), size, strict=True))
        baseline = np.full(count, np.nan) if baseline_vcpu is None else np.asarray(baseline_vcpu, dtype=np.float64)
        arch = np.broadcast_to(np.asarray(arch_bit, dtype=np.intp), (count,))
        work = non_negative("Speed", speed, count)
        return cls(vcpu, memory, price, arch, baseline, speed=work, limits=np.zeros((count, 0)))

    def __len__(self) -> int:
        return len(self.vcpu)

    @property
    def baselines(self) -> list[float]:
        """The baselines that occur, in vCPU: what `profile` should be made with."""
        burstable = np.isfinite(self.baseline_vcpu)
        return sorted(set((self.baseline_vcpu[burstable] * self.speed[burstable]).tolist()))


@dataclass(frozen=True)
class Workloads:
    """W workloads: profiles of CPU (vCPU) and memory (GiB), column of the price table, architectures as bits.

    demands (W, L): what each takes of the types' limits, NaN where that is not known: then the limit does not count.
    """

    cpu: DemandProfile
    memory: DemandProfile
    os_index: Ints
    arch_bits: Ints
    demands: F64

    @classmethod
    def of(
        cls, cpu: DemandProfile, memory: DemandProfile, os_index: npt.ArrayLike = 0, arch_bits: npt.ArrayLike = 1
    ) -> "Workloads":
        """Workloads with one operating system and set of architectures each, or one for all."""
        if len(cpu) != len(memory):
            raise ValueError(f"{len(cpu)} CPU profiles and {len(memory)} memory profiles were given.")
        spread = [np.broadcast_to(np.asarray(x, dtype=np.intp), (len(cpu),)) for x in (os_index, arch_bits)]
        return cls(cpu, memory, spread[0], spread[1], np.zeros((len(cpu), 0)))


@dataclass(frozen=True)
class Choice:
    """Candidates from the cheapest on: type_index (W, K), −1 where there is none, with price, projected use and risk.

    reason (W,): why a workload has no candidate. cpu_use and memory_use (W, K): need ÷ capacity, headroom not counted.
    cpu_risk, cpu_busy, memory_risk (W, K): share of samples above the CPU, above 80 % of it, above the memory.
    """

    type_index: Ints
    reason: Ints
    price_usd_per_hour: F64
    cpu_use: F64
    memory_use: F64
    cpu_risk: F64
    cpu_busy: F64
    memory_risk: F64
