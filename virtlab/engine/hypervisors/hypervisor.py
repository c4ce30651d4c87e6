"""Hypervisors: what each takes of its host, what it can change on a running guest, what it lacks, and its layers for
drawing.

The figures are in table.py and common.py, each with its source; here is what they mean and the look-up.
"""

from dataclasses import dataclass
from enum import StrEnum

from virtlab.engine.hypervisors import guest_rules
from virtlab.engine.hypervisors.guest_rules import GuestRules
from virtlab.engine.sourced import Sourced


class HypervisorClass(StrEnum):
    """What stands between the hardware and a workload."""

    TYPE_1 = "type_1"
    TYPE_1_ROOT_PARTITION = "type_1_root_partition"
    TYPE_1_PARAVIRTUAL = "type_1_paravirtual"
    TYPE_1_OFFLOAD = "type_1_offload"
    TYPE_2 = "type_2"
    NONE = "none"
    CONTAINER = "container"


class LatencyClass(StrEnum):
    """How far a guest's accesses are from the hardware, nearest first."""

    DIRECT = "direct"
    NEAR_DIRECT = "near_direct"
    THROUGH_HOST = "through_host"
    THROUGH_HOST_OS = "through_host_os"


class LayerKind(StrEnum):
    """A layer of the drawing, from the bottom up."""

    HARDWARE = "hardware"
    OFFLOAD_CARDS = "offload_cards"
    HOST_OS = "host_os"
    HYPERVISOR = "hypervisor"
    CONTROL_DOMAIN = "control_domain"
    ROOT_PARTITION = "root_partition"
    CONTAINER_RUNTIME = "container_runtime"
    GUEST_OS = "guest_os"
    WORKLOAD = "workload"


class Duty(StrEnum):
    """What somebody must do for every guest."""

    CPU = "cpu"
    MEMORY = "memory"
    NETWORK = "network"
    STORAGE = "storage"
    SECURITY = "security"
    MANAGEMENT = "management"


class Change(StrEnum):
    """What a hypervisor may or may not be able to do with a running guest."""

    ADD_CPU = "add_cpu"
    REMOVE_CPU = "remove_cpu"
    ADD_MEMORY = "add_memory"
    REMOVE_MEMORY = "remove_memory"
    ADD_DISK = "add_disk"
    GROW_DISK = "grow_disk"


class Feature(StrEnum):
    """What a hypervisor has or lacks."""

    LIVE_MIGRATION = "live_migration"
    SNAPSHOT = "snapshot"
    MEMORY_SNAPSHOT = "memory_snapshot"
    LINKED_CLONE = "linked_clone"
    SUSPEND = "suspend"
    HIGH_AVAILABILITY = "high_availability"
    OVERCOMMIT_MEMORY = "overcommit_memory"


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer and what it looks after; `per_guest`: drawn once for each guest, beside the others."""

    kind: LayerKind
    duties: tuple[Duty, ...] = ()
    per_guest: bool = False


@dataclass(frozen=True, slots=True)
class Hypervisor:
    """One hypervisor. Shares lie between 0 and 1.

    cpu_overhead: extra CPU time for the same work (its range is low … high); io_share: accesses per second that a
    guest gets of the bare hardware's; host_cpu_share: what the host's own system or the control domain takes of the
    cores; memory reserved by the host: host_memory_gib + host_memory_share × its memory (at most host_memory_most_gib),
    and guest_memory_share of each guest's. `limits_of` is the release that most_vcpu and most_memory_gib hold for.
    """

    key: str
    name: str
    kind: HypervisorClass
    latency: LatencyClass
    cpu_overhead: Sourced
    io_share: Sourced
    host_cpu_share: Sourced
    host_memory_gib: Sourced
    host_memory_share: Sourced
    guest_memory_share: Sourced
    layers: tuple[Layer, ...]
    live_changes: frozenset[Change]
    features: frozenset[Feature]
    live_source: Sourced | None = None
    host_memory_most_gib: float = float("inf")
    most_vcpu: Sourced | None = None
    most_memory_gib: Sourced | None = None
    limits_of: str = ""
    rules: GuestRules = guest_rules.NONE

    def can(self, feature: Feature) -> bool:
        """Whether it has the feature."""
        return feature in self.features

    def changes_live(self, change: Change) -> bool:
        """Whether it makes the change on a running guest; else the guest needs to be stopped."""
        return change in self.live_changes

    def host_memory_reserved_gib(self, memory_gib: float) -> float:
        """GiB that the host or its control domain keeps of `memory_gib`."""
        reserved = self.host_memory_gib.value + self.host_memory_share.value * memory_gib
        return min(reserved, self.host_memory_most_gib, memory_gib)

    def guest_memory_gib(self, memory_gib: float, guests_gib: float = 0.0) -> float:
        """GiB left for guests on a host of `memory_gib`, after what guests of `guests_gib` in all cost beside their
        own memory.
        """
        left = memory_gib - self.host_memory_reserved_gib(memory_gib) - self.guest_memory_share.value * guests_gib
        return max(left, 0.0)

    def guest_cores(self, cores: float) -> float:
        """Cores left for guests."""
        return cores * (1.0 - self.host_cpu_share.value)

    def too_large(self, vcpu: float, memory_gib: float, disk_gib: float = 0.0) -> tuple[Change, ...]:
        """Which of a guest's sizes are beyond what the vendor supports for one guest."""
        limits = (
            (vcpu, self.most_vcpu, Change.ADD_CPU),
            (memory_gib, self.most_memory_gib, Change.ADD_MEMORY),
            (disk_gib, self.rules.most_disk_gib, Change.GROW_DISK),
        )
        return tuple(change for size, limit, change in limits if limit is not None and size > limit.value)
