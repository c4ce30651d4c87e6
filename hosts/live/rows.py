"""What is live of each thing on the on-prem side: allocated, used and free, load, CPU ready, watts, money."""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from hosts.choices import HostState
from hosts.live.disks import Fullness
from hosts.models.catalog import model_text


class HostLive(NamedTuple):
    """A host at a moment. Allocatable vCPU follow from its threads and its cluster's overcommitment, allocatable memory
    from what the hypervisor leaves. `cpu_share`: CPU in use, the hypervisor's own with it, of what the cores can do at
    once (cores × the gain of two threads per core), as in the comparison. Memory used is what pages call consumed, with
    what is active.
    """

    pk: int
    name: str
    cluster_id: int
    state: str
    rack: str
    model: str
    model_matched: bool
    reported_model: str
    guests: int
    running: int
    cores: int
    threads: int
    vcpu_allocatable: float
    vcpu_allocated: float
    vcpu_free: float
    guest_cores: float
    cpu_demand_vcpu: float
    cpu_used_vcpu: float
    cpu_share: float
    ready_share: float
    ready_class: str
    memory_gib: float
    memory_overhead_gib: float
    memory_allocatable_gib: float
    memory_allocated_gib: float
    memory_free_gib: float
    memory_used_gib: float
    memory_active_gib: float
    memory_state: str
    ballooned_gib: float
    compressed_gib: float
    swapped_gib: float
    stall_share: float
    memory_slowdown: float
    power_w: float
    power_unallocated_w: float
    cost_usd_per_month: Decimal
    cost_unallocated_usd_per_month: Decimal

    @property
    def model_text(self) -> str:
        """What it is, by the inventory where only another model's power curve is known."""
        return model_text(self.model, self.reported_model, is_own=self.model_matched)

    @property
    def vcpu_per_core(self) -> float:
        """vCPU allocated per physical core."""
        return self.vcpu_allocated / self.cores

    @property
    def allocatable_per_core(self) -> float:
        """vCPU that may be allocated per physical core."""
        return self.vcpu_allocatable / self.cores

    @property
    def is_on(self) -> bool:
        """Whether it takes guests."""
        return self.state == HostState.ON


class GuestLive(NamedTuple):
    """A guest or template at a moment. `power_w` and the cost sum to its host's, with what that leaves unallocated.

    `paused`: it runs, but stands still just now; `cpu_share`: used of its own vCPU; `memory_state`: its host's;
    `memory_slowdown`: how many times as long work takes because of memory that was taken back; `read_factor`: how many
    times as long a read takes because of its delta disks.
    """

    pk: int
    name: str
    cluster_id: int
    host_id: int | None
    datastore_id: int | None
    power_state: str
    is_template: bool
    health: str
    paused: bool
    operating_system: str
    vcpu: int
    memory_gib: float
    cpu_demand_vcpu: float
    cpu_used_vcpu: float
    cpu_share: float
    ready_share: float
    ready_class: str
    memory_used_gib: float
    memory_active_gib: float
    memory_state: str
    ballooned_gib: float
    compressed_gib: float
    swapped_gib: float
    memory_slowdown: float
    disk_gib: float
    disk_used_gib: float
    disk_taken_gib: float
    memory_file_gib: float
    delta_gib: float
    snapshots: int
    read_factor: float
    power_w: float
    cost_usd_per_month: Decimal


class ClusterLive(NamedTuple):
    """A cluster at a moment: the sum of its hosts, with the watts of its datastores. Its cost is that of its hosts, of
    its guests that are on none, and of its datastores' unused space. `cores_on`: of the hosts that take guests.
    """

    pk: int
    name: str
    site: str
    hypervisor: str
    hosts: int
    hosts_on: int
    guests: int
    running: int
    cores: int
    cores_on: int
    vcpu_allocatable: float
    vcpu_allocated: float
    vcpu_free: float
    guest_cores: float
    cpu_used_vcpu: float
    memory_gib: float
    memory_allocatable_gib: float
    memory_allocated_gib: float
    memory_free_gib: float
    memory_used_gib: float
    memory_active_gib: float
    power_w: float
    cost_usd_per_month: Decimal
    cost_of_placed_usd_per_month: Decimal
    cost_of_unplaced_usd_per_month: Decimal
    power_of_hosts_w: float
    power_of_storage_w: float
    unused_space_usd_per_month: Decimal

    @property
    def vcpu_per_core(self) -> float:
        """vCPU allocated per physical core."""
        return self.vcpu_allocated / self.cores if self.cores else 0.0

    @property
    def allocatable_per_core(self) -> float | None:
        """vCPU that may be allocated per physical core of the hosts that take guests; None where none does."""
        return self.vcpu_allocatable / self.cores_on if self.cores_on else None


class DatastoreLive(NamedTuple):
    """A datastore at a moment: allocated to disks, taken, of that by the files that stand for the memory of running
    guests, free; what it draws and costs as a whole, and what of its cost is for space that nothing takes.
    Taken and free are GiB of the array: guests hold `reduction` times as much.
    `full_since`: since when growing deltas have filled it, None where they do not just now.
    """

    pk: int
    name: str
    cluster_id: int
    capacity_gib: float
    reduction: float
    allocated_gib: float
    taken_gib: float
    memory_files_gib: float
    free_gib: float
    full_since: datetime | None
    mib_per_s: float
    guests: int
    power_w: float
    cost_usd_per_month: Decimal
    unused_usd_per_month: Decimal

    @property
    def fullness(self) -> Fullness:
        """What is left of it for guests, and since when it is full."""
        return Fullness(self.free_gib * self.reduction, self.full_since)

    @property
    def held_gib(self) -> float:
        """GiB that guests hold on it."""
        return self.taken_gib * self.reduction

    @property
    def overcommitted(self) -> bool:
        """Whether its thin disks do not all fit it once they are filled."""
        return self.allocated_gib > self.capacity_gib * self.reduction

    @property
    def is_full(self) -> bool:
        """Whether nothing more can be written to it."""
        return self.fullness.is_full()
