"""Why a running guest has to be stopped for other amounts of vCPU, memory and disk."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from virtlab.engine.hypervisors.hypervisor import Change, Hypervisor


class Obstacle(StrEnum):
    """What stands in the way of a live change."""

    UNABLE = "unable"
    NOT_ENABLED = "not_enabled"
    GUEST_OS = "guest_os"
    MEMORY_TIMES = "memory_times"
    LINUX_MEMORY = "linux_memory"
    VCPU_WALL = "vcpu_wall"
    CEILING = "ceiling"
    IN_USE = "in_use"


@dataclass(frozen=True, slots=True)
class StopReason:
    """A change that needs a stop, why, and the limit (vCPU, or GiB of memory) up or down to which it would be live."""

    change: Change
    obstacle: Obstacle
    limit: float = 0.0


@dataclass(frozen=True, slots=True)
class Sizes:
    """vCPU, memory and disk."""

    vcpu: float
    memory_gib: float
    disk_gib: float = 0.0


@dataclass(frozen=True, slots=True)
class RunningGuest:
    """A guest as it runs: its sizes now and at power-on, whether live changes were enabled, the memory that it uses.

    ceiling_times: the maximum that it was defined with, as a multiple of its sizes at power-on.
    """

    now: Sizes
    at_start: Sizes
    windows: bool
    hot_add_cpu: bool
    hot_add_memory: bool
    used_gib: float
    ceiling_times: float


def stop_reasons(kind: Hypervisor, guest: RunningGuest, wanted: Sizes) -> tuple[StopReason, ...]:
    """One for each change that is not possible live; empty where the guest goes on running."""
    changes = (
        (wanted.vcpu - guest.now.vcpu, Change.ADD_CPU, Change.REMOVE_CPU),
        (wanted.memory_gib - guest.now.memory_gib, Change.ADD_MEMORY, Change.REMOVE_MEMORY),
        (max(wanted.disk_gib - guest.now.disk_gib, 0.0), Change.GROW_DISK, Change.GROW_DISK),
    )
    asked = (more if difference > 0 else less for difference, more, less in changes if difference)
    found = (_first(kind, guest, wanted, change) for change in asked)
    return tuple(reason for reason in found if reason)


def _first(kind: Hypervisor, guest: RunningGuest, wanted: Sizes, change: Change) -> StopReason | None:
    if not kind.changes_live(change):
        return StopReason(change, Obstacle.UNABLE)
    obstacles = {
        Change.ADD_CPU: _more_cpu,
        Change.REMOVE_CPU: _less_cpu,
        Change.ADD_MEMORY: _more_memory,
        Change.REMOVE_MEMORY: _less_memory,
    }
    if change not in obstacles:
        return None
    first = next(obstacles[change](kind, guest, wanted), None)
    return StopReason(change, *first) if first else None


Found = Iterator[tuple[Obstacle, float]]


def _more_cpu(kind: Hypervisor, guest: RunningGuest, wanted: Sizes) -> Found:
    rules, most = kind.rules, guest.ceiling_times * guest.at_start.vcpu
    if rules.cpu_to_linux and guest.windows:
        yield Obstacle.GUEST_OS, 0.0
    if rules.cpu_flag and not guest.hot_add_cpu:
        yield Obstacle.NOT_ENABLED, 0.0
    if rules.vcpu_wall and guest.now.vcpu <= rules.vcpu_wall.value < wanted.vcpu:
        yield Obstacle.VCPU_WALL, rules.vcpu_wall.value
    if rules.ceiling and wanted.vcpu > most:
        yield Obstacle.CEILING, most


def _less_cpu(kind: Hypervisor, guest: RunningGuest, _wanted: Sizes) -> Found:
    if kind.rules.cpu_flag and not guest.hot_add_cpu:
        yield Obstacle.NOT_ENABLED, 0.0
    if kind.rules.cpu_from_linux and guest.windows:
        yield Obstacle.GUEST_OS, 0.0


def _more_memory(kind: Hypervisor, guest: RunningGuest, wanted: Sizes) -> Found:
    rules, started_gib = kind.rules, guest.at_start.memory_gib
    if rules.memory_flag and not guest.hot_add_memory:
        yield Obstacle.NOT_ENABLED, 0.0
    small = rules.linux_memory_gib.value if rules.linux_memory_gib else 0.0
    if not guest.windows and started_gib < small < wanted.memory_gib:
        yield Obstacle.LINUX_MEMORY, small
    if rules.memory_times and wanted.memory_gib > rules.memory_times.value * started_gib:
        yield Obstacle.MEMORY_TIMES, rules.memory_times.value * started_gib
    if rules.ceiling and wanted.memory_gib > guest.ceiling_times * started_gib:
        yield Obstacle.CEILING, guest.ceiling_times * started_gib


def _less_memory(kind: Hypervisor, guest: RunningGuest, wanted: Sizes) -> Found:
    if kind.rules.memory_from_windows and not guest.windows:
        yield Obstacle.GUEST_OS, 0.0
    if wanted.memory_gib < guest.used_gib:
        yield Obstacle.IN_USE, guest.used_gib
