"""The same load on the same host under different hypervisors: what the guests get, CPU ready, latency class, watts.

Guest work d costs d × (1 + overhead) on the cores left for guests; where that exceeds them, all guests get the same
part of what they want and the rest is CPU ready. The host's own share is busy in proportion to the guests. Watts
follow from the utilisation (power.py). The overhead is a range, so the results are: at the low end, the figure
itself, and the high end of what sources say.
"""

from dataclasses import dataclass

import numpy as np

from virtlab.engine.hypervisors.hypervisor import Hypervisor, LatencyClass
from virtlab.engine.load.overcommit import cpu_ready_share
from virtlab.engine.power.watts import HostPower, PowerCurve


@dataclass(frozen=True, slots=True)
class HostCapacity:
    """A host: cores (SMT gain included), memory, what its disks can do, its power curve."""

    cores: float
    memory_gib: float
    power: PowerCurve
    disk_iops: float = 0.0


@dataclass(frozen=True, slots=True)
class HostLoad:
    """What all guests want together: CPU in cores of work, memory, accesses to disks per second; and on how many
    vCPU.

    With `vcpu` the waiting is that of so many vCPU, each busy its part of the time (overcommit.py); with 0 it is the
    mean's alone.
    """

    cpu_cores: float
    memory_gib: float
    iops: float = 0.0
    vcpu: int = 0

    def __post_init__(self) -> None:
        if self.vcpu and self.cpu_cores > self.vcpu:
            raise ValueError(f"{self.vcpu} vCPU cannot do the work of {self.cpu_cores:g} cores.")
        if not all(0 <= part < float("inf") for part in (self.cpu_cores, self.memory_gib, self.iops)):
            raise ValueError("A load must be finite and not negative.")


@dataclass(frozen=True, slots=True)
class Part:
    """What the guests get at one end of the overhead's range. Shares 0 … 1."""

    cpu_cores: float
    ready_share: float
    utilisation: float
    power_w: float


@dataclass(frozen=True, slots=True)
class SameLoad:
    """One hypervisor under the load: `best`, `usual` and `worst` by the range of its overhead; memory and accesses
    the guests get.
    """

    key: str
    latency: LatencyClass
    best: Part
    usual: Part
    worst: Part
    guest_memory_gib: float
    memory_fits: bool
    iops: float
    iops_range: tuple[float, float]


def same_load(load: HostLoad, host: HostCapacity, hypervisor: Hypervisor) -> SameLoad:
    """The load on the host under one hypervisor."""
    low, high = hypervisor.cpu_overhead.range
    left_gib = hypervisor.guest_memory_gib(host.memory_gib, load.memory_gib)
    worst_io, best_io = hypervisor.io_share.range
    return SameLoad(
        key=hypervisor.key,
        latency=hypervisor.latency,
        best=_part(load, host, hypervisor, low),
        usual=_part(load, host, hypervisor, hypervisor.cpu_overhead.value),
        worst=_part(load, host, hypervisor, high),
        guest_memory_gib=left_gib,
        memory_fits=load.memory_gib <= left_gib,
        iops=min(load.iops, host.disk_iops * hypervisor.io_share.value),
        iops_range=(min(load.iops, host.disk_iops * worst_io), min(load.iops, host.disk_iops * best_io)),
    )


def compare(load: HostLoad, host: HostCapacity, hypervisors: tuple[Hypervisor, ...]) -> tuple[SameLoad, ...]:
    """The same load under each of them."""
    return tuple(same_load(load, host, hypervisor) for hypervisor in hypervisors)


def _part(load: HostLoad, host: HostCapacity, hypervisor: Hypervisor, overhead: float) -> Part:
    for_guests = hypervisor.guest_cores(host.cores)
    wanted = load.cpu_cores * (1.0 + overhead)
    got = _got(wanted, for_guests, load.vcpu)
    busy_share = got / for_guests if for_guests else 0.0
    utilisation = (got + (host.cores - for_guests) * busy_share) / host.cores
    watts = HostPower.of([host.power], host.memory_gib).power_w(np.array([[utilisation]]))
    return Part(
        cpu_cores=got / (1.0 + overhead),
        ready_share=1.0 - got / wanted if wanted else 0.0,
        utilisation=utilisation,
        power_w=float(watts[0, 0]),
    )


def _got(wanted: float, for_guests: float, vcpu: int) -> float:
    """Cores that run, of those wanted."""
    if not vcpu:
        return min(wanted, for_guests)
    ready = cpu_ready_share(vcpu, min(wanted / vcpu, 1.0), for_guests)
    return min(wanted * (1.0 - ready), for_guests)
