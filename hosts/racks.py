"""The rack as a page draws it: hosts as slabs, machines as blocks as wide as what they were promised."""

from dataclasses import dataclass, field
from typing import NamedTuple

from hosts.choices import HostState
from hosts.models import Host

MIB_PER_GIB = 1024


class Block(NamedTuple):
    """A machine in its slab. `used` is its mean CPU as a share (0 … 1) of what it was promised."""

    name: str
    size: str
    note: str
    span: int
    used: float
    off: bool


@dataclass(slots=True)
class Slab:
    """A host with the machines on it; what runs counts, what is stopped only shows."""

    host: Host
    blocks: list[Block] = field(default_factory=list)
    promised_vcpu: int = 0
    promised_gib: float = 0.0
    used_vcpu: float = 0.0
    capacity_vcpu: float = 0.0
    power_w: float | None = None

    @property
    def cpu_share(self) -> float:
        """Mean CPU in use, as a share of the host's capacity."""
        return min(1.0, self.used_vcpu / self.capacity_vcpu) if self.capacity_vcpu else 0.0

    @property
    def memory_gib(self) -> float:
        """Installed memory."""
        return self.host.memory_mib / MIB_PER_GIB

    @property
    def free_gib(self) -> float:
        """Memory promised to nobody."""
        return max(0.0, self.memory_gib - self.promised_gib)

    @property
    def over_memory(self) -> bool:
        """Whether more memory is promised than installed."""
        return self.promised_gib > self.memory_gib

    @property
    def free_vcpu(self) -> int:
        """vCPU that could be promised with one per thread."""
        return max(0, self.host.cores * self.host.threads_per_core - self.promised_vcpu)

    @property
    def off(self) -> bool:
        """Whether nothing can run on it."""
        return self.host.state in {HostState.OFF, HostState.FAILED}


@dataclass(slots=True)
class Rack:
    """Hosts under one hypervisor."""

    name: str
    site: str
    hypervisor: str
    slabs: list[Slab] = field(default_factory=list)

    @property
    def vm_count(self) -> int:
        """Machines in it."""
        return sum(len(slab.blocks) for slab in self.slabs)


@dataclass(slots=True)
class Estate:
    """The on-prem side of a lab as its page shows it."""

    racks: list[Rack]
    homeless: list[Block]
    host_count: int
    vm_count: int
    promised_vcpu: int
    threads: int
    promised_gib: float
    memory_gib: float
    used_vcpu: float
    capacity_vcpu: float
    power_w: float

    @property
    def cpu_share(self) -> float:
        """Mean CPU in use, as a share of all hosts' capacity."""
        return min(1.0, self.used_vcpu / self.capacity_vcpu) if self.capacity_vcpu else 0.0

    @property
    def memory_share(self) -> float:
        """Memory promised, as a share of what is installed."""
        return self.promised_gib / self.memory_gib if self.memory_gib else 0.0

    def first(self, count: int) -> list[Rack]:
        """The racks with the first `count` hosts only, for pages that show a part."""
        left, shown = count, []
        for rack in self.racks:
            if left > 0:
                shown.append(Rack(rack.name, rack.site, rack.hypervisor, rack.slabs[:left]))
            left -= len(rack.slabs)
        return shown
