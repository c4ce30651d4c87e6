"""How full clusters and storage are, and what grows beyond them."""

from dataclasses import dataclass, field, replace

import numpy as np

from virtlab.engine.arrays import F64


@dataclass(frozen=True, slots=True, eq=False)
class ClusterRoom:
    """What the VMs of a cluster take of it: GiB allocated, of those that its hosts may allocate; vCPU in demand
    together over time (T,), of what hosts can do, with `planned_vcpu` of VMs whose demand nobody knows. `hosts`: how
    many may be filled, the `spare` ones left out; `packed`: how many are, as they were packed (a fraction), 0 where
    they were not. `aside_gib`, `aside_vcpu` (T,): what VMs that are left out of the comparison take of the same.
    `largest`: GiB and vCPU of the host of which most would be missed, where hosts are filled as they are.
    """

    cluster: int
    hosts: float
    memory_gib: tuple[float, float] = (0.0, 0.0)
    cpu_vcpu: F64 = field(default_factory=lambda: np.zeros(0))
    planned_vcpu: float = 0.0
    capacity_vcpu: float = 0.0
    packed: float = 0.0
    aside_gib: float = 0.0
    aside_vcpu: F64 | float = 0.0
    largest: tuple[float, float] = (0.0, 0.0)
    spare: int = 0

    def keeping_failover(self, percentile: float) -> "ClusterRoom":
        """The same without its largest host, where the memory of the others holds all that runs today: what a failure
        takes is kept free, as spare hosts are; of CPU where the others have enough of it too. Else as it is.
        """
        left_gib, left_vcpu = self.memory_gib[1] - self.largest[0], self.capacity_vcpu - self.largest[1]
        if not self.largest[0] or left_gib < self.memory_gib[0] + self.aside_gib:
            return self
        demand_vcpu = float(np.percentile(self.cpu_vcpu + self.aside_vcpu, percentile)) if self.cpu_vcpu.size else 0.0
        return replace(
            self,
            hosts=self.hosts - 1,
            memory_gib=(self.memory_gib[0], left_gib),
            capacity_vcpu=left_vcpu if left_vcpu >= demand_vcpu else self.capacity_vcpu,
        )

    def demand_vcpu(self, percentile: float) -> float:
        """VCPU in demand at a percentile, without what is left out."""
        return float(np.percentile(self.cpu_vcpu, percentile)) if self.cpu_vcpu.size else 0.0

    def filled(self, percentile: float, factors: F64 | float = 1.0) -> F64:
        """Hosts that are filled (fractions) by `factors` times the VMs, by what fills most of them; what is left out
        stays as it is.
        """
        demand_vcpu = self.demand_vcpu(percentile)
        whole = self.cpu_vcpu + self.aside_vcpu
        aside_vcpu = float(np.percentile(whole, percentile)) - demand_vcpu if whole.size else 0.0
        filled = np.multiply(self.packed, factors)
        for used, aside, room in (
            (self.memory_gib[0], self.aside_gib, self.memory_gib[1]),
            (demand_vcpu, aside_vcpu, self.capacity_vcpu),
        ):
            if room:
                filled = np.maximum(filled, (np.multiply(used, factors) + aside) / room * self.hosts)
        return np.asarray(filled)

    def over_hosts(self, percentile: float, factors: F64) -> F64:
        """Hosts (M,), fractions, that `factors` times the VMs fill beyond those that may be filled."""
        return beyond(self.hosts, float(self.filled(percentile)), self.filled(percentile, factors))


@dataclass(frozen=True, slots=True)
class StorageRoom:
    """TB that disks hold of what storage has room for, its data reduction counted; of the VMs that are left out of the
    comparison, `aside_tb`.
    """

    held_tb: float = 0.0
    room_tb: float = 0.0
    aside_tb: float = 0.0

    def over_tb(self, factors: F64) -> F64:
        """TB (M,) that `factors` times the disks hold beyond the room."""
        return beyond(self.room_tb, self.held_tb + self.aside_tb, self.held_tb * factors + self.aside_tb)


def beyond(room: float, today: float, later: F64) -> F64:
    """What is filled later (M,) beyond the room there is. What is over full today stays so: only growth is bought."""
    return np.maximum(later - max(room, today), 0.0)
