"""The rack as a page draws it: hosts as slabs, VMs as blocks as wide as what they were allocated."""

from dataclasses import dataclass, field, replace
from typing import NamedTuple

from hosts.choices import HostState
from hosts.live.rows import HostLive

OFF = (HostState.OFF.value, HostState.FAILED.value)
SMALLEST_WARNED_GIB = 0.05


class RackVm(NamedTuple):
    """A VM in its host.

    `state` is how it is drawn: running, paused, stopped, suspended, template or broken. `used` is the CPU it uses now
    as a share (0 … 1) of what it was allocated.
    """

    pk: int
    name: str
    size: str
    note: str
    span: int
    used: float
    state: str
    busy: bool


@dataclass(slots=True)
class RackHost:
    """A host with the VMs on it, as it is now."""

    host: HostLive
    blocks: list[RackVm] = field(default_factory=list)

    @property
    def off(self) -> bool:
        """Whether nothing can run on it."""
        return self.host.state in OFF

    @property
    def state(self) -> str:
        """Its state in words, empty where it is simply on."""
        return "" if self.host.state == HostState.ON else str(HostState(self.host.state).label)

    @property
    def over_memory(self) -> bool:
        """Whether more memory is allocated than installed."""
        return self.host.memory_allocated_gib > self.host.memory_gib

    @property
    def is_bad(self) -> bool:
        """Whether something is wrong with it."""
        return self.off or self.over_memory or self.host.state == HostState.MAINTENANCE

    @property
    def waits(self) -> bool:
        """Whether its guests feel that they wait for a core."""
        return not self.off and self.host.ready_class != "good"

    @property
    def taken_back_gib(self) -> float:
        """Memory that the hypervisor took back from guests; 0 where it is not worth a word."""
        taken = self.host.ballooned_gib + self.host.compressed_gib + self.host.swapped_gib
        return taken if taken >= SMALLEST_WARNED_GIB else 0.0


@dataclass(slots=True)
class Rack:
    """Hosts of one cluster in one rack; `cluster` is its key."""

    cluster: int
    name: str
    rack: str
    site: str
    hypervisor: str
    slabs: list[RackHost] = field(default_factory=list)


@dataclass(slots=True)
class RackPage:
    """The on-prem side of a lab as its page shows it; `racks` holds the hosts of this page of it. `cpu_share`: CPU in
    use now, of what the cores of all hosts can do at once.
    """

    racks: list[Rack]
    unplaced: list[RackVm]
    host_count: int
    vm_count: int
    allocated_vcpu: float
    cores: int
    allocated_gib: float
    memory_gib: float
    used_gib: float
    cpu_share: float
    power_w: float
    cost_usd_per_month: float

    @property
    def vcpu_per_core(self) -> float:
        """vCPU allocated per physical core."""
        return self.allocated_vcpu / self.cores if self.cores else 0.0

    @property
    def memory_share(self) -> float:
        """Memory allocated, as a share of what is installed."""
        return self.allocated_gib / self.memory_gib if self.memory_gib else 0.0

    def first(self, count: int) -> list[Rack]:
        """The racks with the first `count` hosts only, for pages that show a part."""
        left, shown = count, []
        for rack in self.racks:
            if left > 0:
                shown.append(replace(rack, slabs=rack.slabs[:left]))
            left -= len(rack.slabs)
        return shown
