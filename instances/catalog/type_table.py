"""All instance types that a region offers, as arrays of equal length: what right-sizing ranks over."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from instances.choices import Hypervisor
from virtlab.engine.arrays import F64, Bools


@dataclass(frozen=True, eq=False)
class TypeTable:
    """The n types offered in a region, by name. Arrays are read-only; a figure that is not known is NaN.

    `usd_per_hour` is Linux on demand; `kinds`, `sources` and `source_dates` say how far that price can be trusted.
    `paid_usd_per_hour` and `listed_usd_per_hour` (NaN: not listed) are Linux as somebody buys it, and committed at the
    list's rate, where a comparison says how it is bought; `paid_alone_usd_per_hour` the first on hardware that nobody
    else uses, which Spot does not have. `baseline_share` is the lasting share of each vCPU (1 unless
    burstable or flex). `gpu`: whole GPUs, as NVIDIA and AMD make them. `volumes`: that are attached
    beside the first of its network `interfaces`; where that limit is shared, each further interface takes the place of
    one (Amazon EC2 User Guide, "Amazon EBS volume limits for Amazon EC2 instances"). What an instance store takes of
    it is not in the number any more.
    """

    region: str
    names: tuple[str, ...]
    families: tuple[str, ...]
    hypervisors: tuple[str, ...]
    kinds: tuple[str, ...]
    sources: tuple[str, ...]
    source_dates: tuple[str, ...]
    vcpu: F64
    memory_gib: F64
    x86: Bools
    x86_32: Bools
    arm: Bools
    usd_per_hour: F64
    baseline_share: F64
    burstable: Bools
    flex: Bools
    metal: Bools
    accelerated: Bools
    gpu: Bools
    current_generation: Bools
    idle_w_per_vcpu: F64
    full_w_per_vcpu: F64
    network_gbps: F64
    network_peak_gbps: F64
    ebs_baseline_mbps: F64
    ebs_baseline_iops: F64
    instance_store_gb: F64
    interfaces: F64
    volumes: F64
    shared_volumes: Bools
    zones: F64
    cpus: tuple[str, ...]
    threads_per_core: F64
    paid_usd_per_hour: F64 | None = None
    paid_alone_usd_per_hour: F64 | None = None
    listed_usd_per_hour: F64 | None = None
    listed_source: tuple[str, str] = ("", "")

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def row_of(self) -> dict[str, int]:
        """Row by type name."""
        return {name: row for row, name in enumerate(self.names)}

    @cached_property
    def family(self) -> npt.NDArray[np.str_]:
        """The families, as an array to compare all of at once (n,)."""
        return frozen(np.array(self.families))

    @cached_property
    def on_xen(self) -> Bools:
        """Types of the Xen generation."""
        return frozen(np.array(self.hypervisors) == Hypervisor.XEN.value)

    @cached_property
    def lasting_vcpu(self) -> F64:
        """The vCPU that Windows Server is charged for: those of the baseline where a type is burstable, else all."""
        share: F64 = np.where(self.burstable, self.baseline_share, 1.0)
        return frozen(self.vcpu * share)

    @cached_property
    def choosable(self) -> Bools:
        """Types to recommend from: priced, without accelerators, not bare metal, for Linux or Windows programs."""
        return frozen(self._virtual & ~self.accelerated)

    @cached_property
    def with_gpu(self) -> Bools:
        """Types to recommend to what needs a GPU: the same of those that have a whole one."""
        return frozen(self._virtual & self.gpu)

    @property
    def _virtual(self) -> Bools:
        return np.asarray(np.isfinite(self.usd_per_hour) & ~self.metal & (self.x86 | self.arm))


def frozen(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The same array, no longer writable: tables are shared between requests."""
    array.setflags(write=False)
    return array


def numbers(values: Sequence[Any]) -> F64:
    """Values as float64, NaN for None."""
    return frozen(np.array([np.nan if value is None else value for value in values], dtype=np.float64))


def flags(values: Sequence[bool]) -> Bools:
    """Values as booleans."""
    return frozen(np.array(values, dtype=np.bool_))
