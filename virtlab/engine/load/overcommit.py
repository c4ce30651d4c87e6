"""What overcommitting a host does: how long vCPU wait for a core, and how a hypervisor takes memory back from its
guests.

CPU ready: each of n vCPU wants to run independently with probability u, so Binomial(n, u) of them want to at any
moment; where more want to than there are cores, the rest waits. Ready = E[max(0, X − cores)] ÷ E[X]: waiting begins
well before the mean load is at 100 %. Memory (VMware ESXi): with less free memory than a threshold, ballooning takes
idle memory, compression follows, and swapping is last; other hypervisors are in `other_reclaim`. Sources in
docs/model-operations.md, "Overcommitment".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from virtlab.engine.arrays import F64, Ints
from virtlab.engine.sourced import Kind, Sourced, figure

READY_BLOCK = 256
ESXI_MEMORY = "VMware, Understanding Memory Resource Management in ESX 4.1"


class ReadyClass(StrEnum):
    """How much waiting hurts: VMware's rules of thumb, 5 % and 10 % per vCPU."""

    GOOD = "good"
    WATCH = "watch"
    BAD = "bad"


def runnable_distribution(vcpu: int, busy_share: float) -> F64:
    """P(k of `vcpu` want to run), k = 0 … vcpu: the binomial distribution, by logarithms so that thousands do not
    underflow.
    """
    if vcpu < 0 or not 0 <= busy_share <= 1:
        raise ValueError(f"{vcpu} vCPU, each busy {busy_share:g} of the time, are not possible.")
    wanted = np.arange(vcpu + 1)
    if busy_share in {0.0, 1.0}:
        certain: F64 = (wanted == vcpu * busy_share).astype(np.float64)
        return certain
    ways = np.concatenate([[0.0], np.cumsum(np.log((vcpu - wanted[:-1]) / (wanted[:-1] + 1.0)))])
    logs = ways + wanted * np.log(busy_share) + (vcpu - wanted) * np.log1p(-busy_share)
    weights = np.exp(logs - logs.max())
    chance: F64 = weights / weights.sum()
    return chance


def cpu_ready_share(vcpu: int, busy_share: float, cores: float) -> float:
    """Share of the wanted time that vCPU wait for a core, 0 … 1. `cores`: what the host has for guests (SMT
    included).
    """
    if not cores > 0:
        raise ValueError(f"A host needs more than {cores} cores.")
    chance = runnable_distribution(vcpu, busy_share)
    wanted = np.arange(vcpu + 1)
    mean = vcpu * busy_share
    return float(chance @ np.maximum(wanted - cores, 0.0)) / mean if mean else 0.0


def cpu_ready_shares(vcpu: Ints, busy_share: F64, cores: F64) -> F64:
    """As `cpu_ready_share` for many hosts at once: (H,) each. ValueError as there."""
    if (cores <= 0).any() or (vcpu < 0).any() or ((busy_share < 0) | (busy_share > 1)).any():
        raise ValueError("Hosts need cores, no fewer than zero vCPU, and a busy share between 0 and 1.")
    ready = np.zeros(len(vcpu))
    open_rows = np.flatnonzero((vcpu > cores) & (busy_share > 0))  # fewer vCPU than cores never wait
    certain = open_rows[busy_share[open_rows] == 1.0]
    ready[certain] = 1.0 - cores[certain] / vcpu[certain]
    rows = open_rows[busy_share[open_rows] < 1.0]
    for start in range(0, rows.size, READY_BLOCK):
        block = rows[start : start + READY_BLOCK]
        ready[block] = _ready_of(vcpu[block], busy_share[block], cores[block])
    return ready


def _ready_of(vcpu: Ints, busy: F64, cores: F64) -> F64:
    most = int(vcpu.max())
    factorial = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, most + 1)))])
    wanted = np.arange(most + 1)
    rest = vcpu[:, None] - wanted
    ways = factorial[vcpu][:, None] - factorial[wanted] - factorial[np.maximum(rest, 0)]
    logs = ways + wanted * np.log(busy)[:, None] + rest * np.log1p(-busy)[:, None]
    logs[rest < 0] = -np.inf
    weights = np.exp(logs - logs.max(axis=1, keepdims=True))
    waiting = (weights * np.maximum(wanted - cores[:, None], 0.0)).sum(axis=1) / weights.sum(axis=1)
    shares: F64 = waiting / (vcpu * busy)
    return shares


def ready_class(ready_share: float) -> ReadyClass:
    """Below 5 % good, below 10 % to watch, else bad."""
    if ready_share < 0.05:
        return ReadyClass.GOOD
    return ReadyClass.WATCH if ready_share < 0.10 else ReadyClass.BAD


class MemoryState(StrEnum):
    """ESXi's memory states, and what is done in each: nothing, sharing pages, ballooning, compressing and swapping,
    blocking too. Out: under Linux swap is full as well, and the kernel ends a guest.
    """

    HIGH = "high"
    CLEAR = "clear"
    SOFT = "soft"
    HARD = "hard"
    LOW = "low"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class MemoryRules:
    """How memory is taken back, and what it costs the guest to miss it."""

    balloon_share: float = figure(
        Sourced(0.65, "of a guest's memory", f"{ESXI_MEMORY}: sched.mem.maxmemctl", "2010-07", Kind.LIST, low=0, high=1)
    )
    compressed_share: float = figure(
        Sourced(0.1, "of a guest's memory", f"{ESXI_MEMORY}: compression cache", "2010-07", Kind.LIST, low=0, high=1)
    )
    compressed_size: float = figure(
        Sourced(0.5, "of a page", f"{ESXI_MEMORY}: pages that shrink to 2 KiB", "2010-07", Kind.LIST, low=0.1, high=1)
    )
    decompress_s: float = figure(
        Sourced(20e-6, "s for a page", f"{ESXI_MEMORY}: about 20 µs", "2010-07", Kind.LIST, low=1e-6, high=1e-3)
    )
    swap_in_s: float = figure(
        Sourced(
            0.0002,
            "s for a page",
            "A read from an SSD; 5 to 10 ms from a disk",
            "2026-11",
            Kind.ASSUMPTION,
            low=1e-5,
            high=0.1,
        )
    )
    touch_s: float = figure(
        Sourced(
            60,
            "s",
            "Active memory is what was touched in the last minute",
            "2010-07",
            Kind.ASSUMPTION,
            low=1,
            high=3600,
        )
    )


@dataclass(frozen=True, slots=True)
class GuestMemory:
    """A guest's memory in MiB: configured, in use (consumed), and active (touched in the last minute)."""

    configured_mib: float
    used_mib: float
    active_mib: float

    def __post_init__(self) -> None:
        if not 0 <= self.active_mib <= self.used_mib <= self.configured_mib < float("inf"):
            raise ValueError("A guest's active, used and configured memory must not fall in this order.")


@dataclass(frozen=True, slots=True)
class MemoryPressure:
    """What was taken back, MiB in all, and what the guests feel: the share of time spent waiting for memory, 0 … 1."""

    state: MemoryState
    needed_mib: float
    ballooned_mib: float
    compressed_mib: float
    swapped_mib: float
    stall_share: float

    @property
    def slowdown(self) -> float:
        return slowdown(self.stall_share)


def slowdown(stall_share: float) -> float:
    """How many times as long work takes: 1 ÷ (1 − stalled share)."""
    return 1.0 / (1.0 - stall_share) if stall_share < 1 else float("inf")


def min_free_mib(memory_mib: float) -> float:
    """ESXi's Mem.MinFree: 899 MiB for the first 28 GiB and 1 % of the rest (less on a smaller host, in proportion)."""
    first = 28 * 1024.0
    return 899.0 * min(memory_mib / first, 1.0) + 0.01 * max(memory_mib - first, 0.0)


def memory_state(free_mib: float, memory_mib: float) -> MemoryState:
    """The state at `free_mib` of `memory_mib`: above 100, 64, 32 and 16 % of Mem.MinFree high, clear, soft and hard,
    else low.
    """
    share = free_mib / min_free_mib(memory_mib)
    steps = ((1.0, MemoryState.HIGH), (0.64, MemoryState.CLEAR), (0.32, MemoryState.SOFT), (0.16, MemoryState.HARD))
    return next((state for least, state in steps if share >= least), MemoryState.LOW)


def memory_pressure(
    memory_mib: float, reserve_mib: float, guests: Sequence[GuestMemory], rules: MemoryRules = MemoryRules()
) -> MemoryPressure:
    """What a host of `memory_mib`, of which the hypervisor keeps `reserve_mib`, does about guests that use more than
    it has.

    Needed: use + Mem.MinFree − what there is. Idle memory is ballooned first (at most `balloon_share` of a guest);
    what is still needed is compressed, then swapped, without regard to whether it is active. The state is the one it
    settles in.
    """
    used = sum(guest.used_mib for guest in guests)
    room = memory_mib - reserve_mib
    needed = max(used + min_free_mib(memory_mib) - room, 0.0)
    idle = sum(min(guest.used_mib - guest.active_mib, rules.balloon_share * guest.configured_mib) for guest in guests)
    ballooned = min(needed, idle)
    cache = rules.compressed_share * sum(guest.configured_mib for guest in guests)
    most = min(cache / rules.compressed_size, used - ballooned) * (1.0 - rules.compressed_size)
    gained = min(needed - ballooned, most)
    compressed = gained / (1.0 - rules.compressed_size) if rules.compressed_size < 1 else 0.0
    swapped = min(max(needed - ballooned - gained, 0.0), max(used - ballooned - compressed, 0.0))
    short = needed - ballooned - gained - swapped
    state = settled(max(room - used, 0.0), memory_mib, ballooned, compressed + swapped, short)
    active = sum(guest.active_mib for guest in guests) / (used - ballooned) if used > ballooned else 0.0
    stall = stall_of(compressed, swapped, active, len(guests), rules)
    return MemoryPressure(state, needed, ballooned, compressed, swapped, stall)


def settled(free_mib: float, memory_mib: float, from_idle: float, worse: float, short: float) -> MemoryState:
    """The state while the measures last: soft while idle memory does, hard while what is used has to be taken, low
    beyond.
    """
    if short > 1e-9 * memory_mib:
        return MemoryState.LOW
    if worse:
        return MemoryState.HARD
    return MemoryState.SOFT if from_idle else memory_state(free_mib, memory_mib)


def stall_of(compressed: float, swapped: float, active_share: float, guests: int, rules: MemoryRules) -> float:
    """Share of time that a guest waits: its active pages missed per second × what each miss costs, at most 1.

    Each active page is touched once in `touch_s`; a guest's misses follow one another, those of two guests do not.
    """
    pages_per_mib = 256.0
    cost_s = (compressed * rules.decompress_s + swapped * rules.swap_in_s) * pages_per_mib
    return min(cost_s / rules.touch_s * min(active_share, 1.0) / max(guests, 1), 1.0)
