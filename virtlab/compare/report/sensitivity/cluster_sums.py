"""What the VMs of each cluster need together, at every percentile and headroom, and how many hosts that fills."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from virtlab.compare.alternatives.basis import Basis, Values
from virtlab.compare.alternatives.on_hosts.capacity import GRAIN, host_capacity, running_in, work_of_core
from virtlab.compare.alternatives.on_hosts.offered import Build
from virtlab.compare.alternatives.on_hosts.pack import in_grains
from virtlab.compare.alternatives.sizing.demand import keeps_size, used_vcpu
from virtlab.compare.report.sensitivity.levers import Lever
from virtlab.compare.report.sensitivity.pair import Pair
from virtlab.engine.arrays import F64, Ints

STEPS = 9
Draws = Mapping[str, F64]
"""Values (D,) by the keys of assumptions."""


@dataclass(frozen=True, slots=True)
class SizingGrid:
    """Percentiles (P,) and headrooms (H,) at which sums are known; straight between them."""

    percentile: F64
    headroom_pct: F64

    def at(self, sums: F64, values: Draws) -> F64:
        """The sum at drawn values (D,)."""
        hats = [np.interp(values["percentile"], self.percentile, hat) for hat in np.eye(len(self.percentile))]
        rows = [np.interp(values["headroom_pct"], self.headroom_pct, row) for row in sums]
        total: F64 = np.sum([hat * row for hat, row in zip(hats, rows, strict=True)], axis=0)
        return total


def sizing_grid(levers: Mapping[str, Lever], values: Values) -> SizingGrid:
    """Evenly over the ranges of both; one that is not moved has its value alone."""
    percentile, headroom_pct = (
        np.linspace(levers[key].low, levers[key].high, STEPS) if key in levers else np.array([values[key]])
        for key in ("percentile", "headroom_pct")
    )
    return SizingGrid(percentile, headroom_pct)


@dataclass(frozen=True, slots=True)
class ClusterSums:
    """What the VMs of a cluster need together, as they are packed: vCPU, GiB, vCPU in use by percentile and headroom
    (P, H), and the vCPU of those whose demand nobody knows; `build`: of its hosts.
    """

    build: Build
    vcpu: float
    memory_gib: float
    used_vcpu: F64
    unknown_vcpu: float

    def filled(self, values: Draws, place: SizingGrid, basis: Basis) -> F64:
        """How many hosts each resource alone would fill (D, 3), fractions."""
        # What a host has room for is arithmetic, of arrays as of numbers.
        drawn = replace(basis, values=cast("Values", values))
        rooms, core_vcpu = host_capacity(drawn, self.build), work_of_core(drawn, self.build)
        planned_vcpu = self.build.cores * values["unmeasured_vcpu_per_core"]
        if self.unknown_vcpu == self.vcpu:
            # Each VM takes whole vCPU of it, so that a part of one is never used.
            planned_vcpu = np.maximum(np.floor(planned_vcpu + 1e-9), 1.0)
        used = place.at(self.used_vcpu, values) / (self.build.cores * core_vcpu) + self.unknown_vcpu / planned_vcpu
        return np.stack([self.vcpu / rooms[0], self.memory_gib / rooms[1], used], axis=-1)


def filled(clusters: Sequence[ClusterSums], drawn: Draws, place: SizingGrid, basis: Basis) -> F64:
    """How many hosts each resource would fill (D, C, 3), fractions."""
    size = len(next(iter(drawn.values())))
    values = {key: np.full(size, value) for key, value in basis.values.items()} | dict(drawn)
    return np.stack([sums.filled(values, place, basis) for sums in clusters], axis=1)


def builds_of(pair: Pair) -> Sequence[Build | None]:
    """The build of each cluster's hosts on the left side: of those of today the mean of those that carry VMs."""
    if pair.left.shape.key == "refresh":
        return pair.book.builds
    return [plan.mean if plan else None for plan in pair.book.staying]


def sums_of(basis: Basis, cluster: int, build: Build, grid: SizingGrid) -> ClusterSums:
    """What the VMs of a cluster need."""
    rows, vms = running_in(basis, cluster), basis.estate.vms
    unknown = keeps_size(basis)[rows]
    known = rows[~unknown]
    used = [
        [float(in_grains(used_at(basis, known, p, h), GRAIN[2]).sum()) for h in grid.headroom_pct.tolist()]
        for p in grid.percentile.tolist()
    ]
    return ClusterSums(
        build=build,
        vcpu=float(in_grains(vms.vcpu[rows], GRAIN[0]).sum()),
        memory_gib=float(in_grains(vms.memory_gib[rows], GRAIN[1]).sum()),
        used_vcpu=np.array(used),
        unknown_vcpu=float(vms.vcpu[rows][unknown].sum()),
    )


def used_at(basis: Basis, rows: Ints, percentile: float, headroom_pct: float) -> F64:
    """VCPU that VMs take of a host at a percentile and headroom (n,)."""
    values = {**basis.values, "percentile": percentile, "headroom_pct": headroom_pct}
    return used_vcpu(replace(basis, values=values), rows)
