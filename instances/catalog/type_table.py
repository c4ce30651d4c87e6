"""All instance types that a region offers, as arrays of equal length: what right-sizing ranks over."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from instances.catalog.naming import BadName, parse_family
from virtlab.engine.arrays import F64, Bools, Ints


@dataclass(frozen=True, eq=False)
class TypeTable:
    """The n types offered in a region, by name. Arrays are read-only; a figure that is not known is NaN.

    `usd_per_hour` is Linux on demand; `kinds`, `sources` and `source_dates` say how far that price can be trusted.
    `baseline_share` is the lasting share of each vCPU (1 unless burstable or flex).
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
    arm: Bools
    usd_per_hour: F64
    baseline_share: F64
    burstable: Bools
    flex: Bools
    metal: Bools
    accelerated: Bools
    current_generation: Bools
    idle_w_per_vcpu: F64
    full_w_per_vcpu: F64
    network_gbps: F64
    network_peak_gbps: F64
    ebs_baseline_mbps: F64
    ebs_baseline_iops: F64
    instance_store_gb: F64
    zones: F64
    cpus: tuple[str, ...]
    threads_per_core: F64

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def row_of(self) -> dict[str, int]:
        """Row by type name."""
        return {name: row for row, name in enumerate(self.names)}

    @cached_property
    def lasting_vcpu(self) -> F64:
        """The vCPU that Windows Server is charged for: those of the baseline where a type is burstable, else all."""
        share: F64 = np.where(self.burstable, self.baseline_share, 1.0)
        return frozen(self.vcpu * share)

    @cached_property
    def choosable(self) -> Bools:
        """Types to recommend from: priced, without accelerators, not bare metal, for Linux or Windows programs."""
        priced = np.isfinite(self.usd_per_hour)
        return frozen(priced & ~self.accelerated & ~self.metal & (self.x86 | self.arm))

    @cached_property
    def age(self) -> Ints:
        """How many generations of its series that can be chosen here are newer than each type (n,), 0 for the newest.

        A series is the letters before the number, whatever the processor: m8g, m8i and m8a are of one generation.
        """
        series = [_series(family) for family in self.families]
        present: dict[str, set[int]] = {}
        for (letters, generation), offered in zip(series, self.choosable & self.current_generation, strict=True):
            if offered:
                present.setdefault(letters, set()).add(generation)
        newer = [sum(other > number for other in present.get(letters, ())) for letters, number in series]
        return frozen(np.array(newer, dtype=np.intp))


def _series(family: str) -> tuple[str, int]:
    """The letters and the generation of a family; a name that follows no rule is a series of its own."""
    try:
        name = parse_family(family)
    except BadName:
        return family, 0
    return name.series, name.generation or 0


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
