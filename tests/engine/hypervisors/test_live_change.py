"""Which live changes need a stop, hypervisor by hypervisor."""

from dataclasses import replace

import pytest

from virtlab.engine.hypervisors.hypervisor import Change
from virtlab.engine.hypervisors.live_change import Obstacle, RunningGuest, Sizes, stop_reasons
from virtlab.engine.hypervisors.table import hypervisor

LINUX = RunningGuest(
    now=Sizes(4, 8, 40),
    at_start=Sizes(4, 8, 40),
    windows=False,
    hot_add_cpu=True,
    hot_add_memory=True,
    used_gib=3.0,
    ceiling_times=4.0,
)
WINDOWS = replace(LINUX, windows=True)
SMALL = replace(LINUX, now=Sizes(1, 2, 40), at_start=Sizes(1, 2, 40))


def obstacles(key: str, guest: RunningGuest, wanted: Sizes) -> list[tuple[Change, Obstacle, float]]:
    """What stands in the way, with its limit."""
    reasons = stop_reasons(hypervisor(key), guest, wanted)
    return [(reason.change, reason.obstacle, reason.limit) for reason in reasons]


@pytest.mark.parametrize(
    ("key", "guest", "wanted"),
    [
        ("esxi", LINUX, Sizes(128, 128, 80)),
        ("hyperv", WINDOWS, Sizes(4, 3, 80)),
        ("hyperv", LINUX, Sizes(4, 1000, 80)),
        ("kvm", LINUX, Sizes(16, 32, 80)),
        ("kvm", LINUX, Sizes(1, 3, 40)),
        ("xen", LINUX, Sizes(1, 3, 40)),
        ("xen", LINUX, Sizes(16, 32, 40)),
        ("xen", WINDOWS, Sizes(4, 32, 40)),
        ("virtualbox", LINUX, Sizes(2, 8, 40)),
        ("none", LINUX, Sizes(4, 8, 30)),
    ],
)
def test_it_changes_live_within_the_rules(key: str, guest: RunningGuest, wanted: Sizes) -> None:
    assert obstacles(key, guest, wanted) == []


@pytest.mark.parametrize(
    ("key", "guest", "wanted", "expected"),
    [
        ("esxi", replace(LINUX, hot_add_cpu=False), Sizes(8, 8), (Change.ADD_CPU, Obstacle.NOT_ENABLED, 0)),
        ("esxi", replace(LINUX, hot_add_memory=False), Sizes(4, 9), (Change.ADD_MEMORY, Obstacle.NOT_ENABLED, 0)),
        ("esxi", LINUX, Sizes(4, 129), (Change.ADD_MEMORY, Obstacle.MEMORY_TIMES, 128)),
        ("esxi", LINUX, Sizes(129, 8), (Change.ADD_CPU, Obstacle.VCPU_WALL, 128)),
        ("esxi", SMALL, Sizes(1, 4), (Change.ADD_MEMORY, Obstacle.LINUX_MEMORY, 3)),
        ("esxi", LINUX, Sizes(2, 8), (Change.REMOVE_CPU, Obstacle.UNABLE, 0)),
        ("esxi", LINUX, Sizes(4, 4), (Change.REMOVE_MEMORY, Obstacle.UNABLE, 0)),
        ("hyperv", LINUX, Sizes(4, 4), (Change.REMOVE_MEMORY, Obstacle.GUEST_OS, 0)),
        ("hyperv", WINDOWS, Sizes(4, 2), (Change.REMOVE_MEMORY, Obstacle.IN_USE, 3)),
        ("hyperv", WINDOWS, Sizes(8, 8), (Change.ADD_CPU, Obstacle.UNABLE, 0)),
        ("kvm", LINUX, Sizes(17, 8), (Change.ADD_CPU, Obstacle.CEILING, 16)),
        ("kvm", LINUX, Sizes(4, 33), (Change.ADD_MEMORY, Obstacle.CEILING, 32)),
        ("kvm", LINUX, Sizes(4, 2), (Change.REMOVE_MEMORY, Obstacle.IN_USE, 3)),
        ("virtualbox", replace(LINUX, hot_add_cpu=False), Sizes(2, 8), (Change.REMOVE_CPU, Obstacle.NOT_ENABLED, 0)),
        ("virtualbox", WINDOWS, Sizes(2, 8), (Change.REMOVE_CPU, Obstacle.GUEST_OS, 0)),
        ("virtualbox", LINUX, Sizes(4, 8, 80), (Change.GROW_DISK, Obstacle.UNABLE, 0)),
        ("workstation", LINUX, Sizes(4, 8, 80), (Change.GROW_DISK, Obstacle.UNABLE, 0)),
        ("xen", LINUX, Sizes(4, 8, 80), (Change.GROW_DISK, Obstacle.UNABLE, 0)),
        ("xen", WINDOWS, Sizes(8, 8), (Change.ADD_CPU, Obstacle.GUEST_OS, 0)),
    ],
)
def test_it_needs_a_stop_beyond_them(
    key: str, guest: RunningGuest, wanted: Sizes, expected: tuple[Change, Obstacle, float]
) -> None:
    wanted = replace(wanted, disk_gib=wanted.disk_gib or guest.now.disk_gib)
    assert obstacles(key, guest, wanted) == [expected]


def test_it_lets_windows_pass_where_only_a_small_linux_stops() -> None:
    assert obstacles("esxi", replace(SMALL, windows=True), Sizes(1, 4, 40)) == []
    assert obstacles("esxi", SMALL, Sizes(1, 3, 40)) == []


def test_it_lets_a_large_guest_grow_beyond_128_vcpu() -> None:
    large = replace(LINUX, now=Sizes(129, 8, 40), at_start=Sizes(129, 8, 40))
    assert obstacles("esxi", large, Sizes(200, 8, 40)) == []


def test_it_measures_from_power_on_not_from_the_last_change() -> None:
    grown = replace(LINUX, now=Sizes(16, 32, 40))
    assert obstacles("kvm", grown, Sizes(17, 33, 40)) == [
        (Change.ADD_CPU, Obstacle.CEILING, 16),
        (Change.ADD_MEMORY, Obstacle.CEILING, 32),
    ]
