"""CPU ready, memory under pressure, and admission."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from virtlab.engine.load.other_reclaim import dynamic_range_pressure, host_swap_pressure
from virtlab.engine.load.overcommit import (
    GuestMemory,
    MemoryRules,
    MemoryState,
    ReadyClass,
    cpu_ready_share,
    memory_pressure,
    memory_state,
    min_free_mib,
    ready_class,
    runnable_distribution,
)
from virtlab.engine.placement.admission import Resource, Room, refusals

GIB = 1024.0
shares = st.floats(0, 1)

SWAP = 64 * GIB


class TestCpuReady:
    """How long vCPU wait for a core."""

    @given(st.integers(0, 200), shares)
    def test_it_is_a_distribution_with_the_right_mean(self, vcpu: int, busy: float) -> None:
        chance = runnable_distribution(vcpu, busy)
        assert chance.sum() == pytest.approx(1)
        assert float(chance @ range(vcpu + 1)) == pytest.approx(vcpu * busy, abs=1e-9)

    def test_it_is_the_binomial_one(self) -> None:
        expected = [math.comb(5, k) * 0.3**k * 0.7 ** (5 - k) for k in range(6)]
        assert runnable_distribution(5, 0.3).tolist() == pytest.approx(expected)

    def test_it_does_not_underflow_with_thousands(self) -> None:
        assert runnable_distribution(20_000, 0.001).sum() == pytest.approx(1)
        assert cpu_ready_share(20_000, 0.5, 5_000) == pytest.approx(0.5, abs=1e-6)

    @given(st.integers(1, 64), shares, st.floats(0.5, 128))
    def test_it_waits_never_without_overcommitment(self, vcpu: int, busy: float, cores: float) -> None:
        ready = cpu_ready_share(vcpu, busy, cores)
        assert 0 <= ready <= 1
        if vcpu <= cores:
            assert ready == 0
        assert ready >= max(0.0, 1 - cores / (vcpu * busy)) - 1e-9 if vcpu * busy else ready == 0

    @given(st.integers(1, 64), shares, st.floats(0.5, 64), st.floats(0.5, 64))
    def test_it_waits_less_with_more_cores(self, vcpu: int, busy: float, one: float, other: float) -> None:
        few, many = sorted((one, other))
        assert cpu_ready_share(vcpu, busy, many) <= cpu_ready_share(vcpu, busy, few) + 1e-12

    def test_it_waits_before_the_mean_is_full(self) -> None:
        """48 vCPU at 30 % on 16 cores: 90 % loaded in the mean, and 4 % of the time is spent waiting."""
        ready = cpu_ready_share(48, 0.3, 16)
        assert ready == pytest.approx(0.0436, abs=1e-3)
        assert ready_class(ready) is ReadyClass.GOOD
        assert ready_class(cpu_ready_share(64, 0.3, 16)) is ReadyClass.BAD
        assert ready_class(0.07) is ReadyClass.WATCH

    def test_it_refuses_impossible_numbers(self) -> None:
        with pytest.raises(ValueError, match="cores"):
            cpu_ready_share(4, 0.5, 0)
        with pytest.raises(ValueError, match="not possible"):
            cpu_ready_share(4, 1.5, 4)


GUESTS = [GuestMemory(8 * GIB, 7 * GIB, 2 * GIB)] * 10


class TestMemory:
    """Ballooning, then compression, then swapping."""

    @pytest.mark.parametrize(("gib", "mib"), [(28, 899), (48, 899 + 204.8), (128, 899 + 1024)])
    def test_it_keeps_what_esxi_keeps(self, gib: float, mib: float) -> None:
        assert min_free_mib(gib * GIB) == pytest.approx(mib)

    @pytest.mark.parametrize(
        ("share", "state"),
        [
            (1.0, MemoryState.HIGH),
            (0.99, MemoryState.CLEAR),
            (0.63, MemoryState.SOFT),
            (0.31, MemoryState.HARD),
            (0.15, MemoryState.LOW),
        ],
    )
    def test_it_names_the_state(self, share: float, state: MemoryState) -> None:
        assert memory_state(share * min_free_mib(128 * GIB), 128 * GIB) is state

    def test_it_does_nothing_with_room(self) -> None:
        pressure = memory_pressure(100 * GIB, 4 * GIB, GUESTS)
        assert (pressure.state, pressure.needed_mib, pressure.stall_share) == (MemoryState.HIGH, 0, 0)
        assert pressure.slowdown == 1

    def test_it_balloons_idle_memory_without_hurting(self) -> None:
        pressure = memory_pressure(64 * GIB, 4 * GIB, GUESTS)
        assert pressure.state is MemoryState.SOFT
        assert pressure.ballooned_mib == pressure.needed_mib > 0
        assert pressure.slowdown == 1

    def test_it_compresses_then_swaps_active_memory(self) -> None:
        busy = [GuestMemory(8 * GIB, 8 * GIB, 7.5 * GIB)] * 10
        pressure = memory_pressure(72 * GIB, 4 * GIB, busy)
        assert pressure.state is MemoryState.HARD
        assert pressure.ballooned_mib > 0
        assert pressure.compressed_mib > 0
        worse = memory_pressure(50 * GIB, 4 * GIB, busy)
        assert worse.swapped_mib > 0
        assert worse.slowdown > pressure.slowdown > 1

    def test_it_swaps_idle_memory_first_where_the_host_swaps(self) -> None:
        idle = host_swap_pressure(64 * GIB, 4 * GIB, GUESTS, SWAP)
        assert (idle.state, idle.ballooned_mib, idle.compressed_mib) == (MemoryState.SOFT, 0, 0)
        assert idle.swapped_mib == idle.needed_mib > 0
        assert idle.slowdown == 1
        busy = [GuestMemory(8 * GIB, 8 * GIB, 7.5 * GIB)] * 10
        used = host_swap_pressure(78 * GIB, 4 * GIB, busy, SWAP)
        assert used.state is MemoryState.HARD
        missed = used.swapped_mib - 10 * 0.5 * GIB
        assert used.stall_share == pytest.approx(missed * 256 * 0.0002 / 60 / 10)
        assert host_swap_pressure(100 * GIB, 4 * GIB, GUESTS, SWAP).state is MemoryState.HIGH

    def test_it_is_out_of_memory_where_swap_is_full_too(self) -> None:
        busy = [GuestMemory(8 * GIB, 8 * GIB, 7.5 * GIB)] * 10
        full = host_swap_pressure(80 * GIB, 4 * GIB, busy, 4 * GIB)
        assert (full.state, full.swapped_mib) == (MemoryState.HARD, 4 * GIB)
        out = host_swap_pressure(80 * GIB - 1, 4 * GIB, busy, 4 * GIB)
        assert (out.state, out.swapped_mib) == (MemoryState.OUT, 4 * GIB)
        assert host_swap_pressure(80 * GIB, 4 * GIB, busy, 0.0).state is MemoryState.OUT

    def test_it_balloons_within_a_range_under_xen(self) -> None:
        busy = [GuestMemory(8 * GIB, 6 * GIB, 5 * GIB)] * 10
        soft = dynamic_range_pressure(64 * GIB, 4 * GIB, busy, 0.25)
        assert soft.ballooned_mib == soft.needed_mib == 20 * GIB
        assert (soft.state, soft.compressed_mib, soft.swapped_mib, soft.slowdown) == (MemoryState.SOFT, 0, 0, 1)
        hard = dynamic_range_pressure(44 * GIB, 4 * GIB, busy, 0.25)
        assert (hard.state, hard.ballooned_mib, hard.swapped_mib) == (MemoryState.HARD, 40 * GIB, 0)
        assert hard.stall_share == pytest.approx(10 * GIB * 256 * 0.0002 / 60 / 10)
        low = dynamic_range_pressure(20 * GIB, 4 * GIB, busy, 0.25)
        assert (low.state, low.ballooned_mib) == (MemoryState.LOW, 60 * GIB)
        assert dynamic_range_pressure(84 * GIB, 4 * GIB, busy, 0.25).state is MemoryState.HIGH

    def test_it_is_worse_with_a_slow_disk(self) -> None:
        busy = [GuestMemory(8 * GIB, 8 * GIB, 8 * GIB)] * 10
        ssd = memory_pressure(74 * GIB, 4 * GIB, busy)
        disk = memory_pressure(74 * GIB, 4 * GIB, busy, MemoryRules(swap_in_s=0.008))
        assert disk.stall_share > ssd.stall_share
        assert disk.slowdown == math.inf

    @given(
        st.floats(8, 512),
        st.lists(st.tuples(st.floats(0.1, 64), shares, shares), min_size=1, max_size=12),
    )
    def test_it_takes_back_what_is_needed_and_no_more(
        self, host_gib: float, guests: list[tuple[float, float, float]]
    ) -> None:
        memory = [GuestMemory(gib * GIB, gib * GIB * used, gib * GIB * used * active) for gib, used, active in guests]
        pressure = memory_pressure(host_gib * GIB, 4 * GIB, memory)
        gained = pressure.ballooned_mib + pressure.compressed_mib / 2 + pressure.swapped_mib
        used = sum(guest.used_mib for guest in memory)
        assert gained <= pressure.needed_mib + 1e-6
        assert pressure.ballooned_mib + pressure.compressed_mib + pressure.swapped_mib <= used + 1e-6
        if pressure.state is not MemoryState.LOW:
            assert gained == pytest.approx(pressure.needed_mib)
        assert 0 <= pressure.stall_share <= 1

    def test_it_has_no_guests_to_slow(self) -> None:
        assert memory_pressure(64 * GIB, 4 * GIB, []).slowdown == 1

    def test_it_refuses_more_active_than_used(self) -> None:
        with pytest.raises(ValueError, match="order"):
            GuestMemory(8, 4, 5)


class TestAdmission:
    """Allocated, used and free."""

    def test_it_shows_what_may_still_be_allocated(self) -> None:
        room = Room(capacity=64, allocated=100, used=20, ratio=4, held=16)
        assert room.allocatable == 192
        assert room.free == 92
        assert room.overcommit == pytest.approx(100 / 64)

    def test_it_refuses_in_numbers(self) -> None:
        rooms = {
            Resource.MEMORY: Room(256, 244, 100),
            Resource.CPU: Room(32, 16, 4, ratio=4),
        }
        (refusal,) = refusals({Resource.MEMORY: 64, Resource.CPU: 8}, rooms)
        assert (refusal.resource, refusal.needs, refusal.free) == (Resource.MEMORY, 64, 12)
        assert not refusal.beyond_capacity
        assert refusals({Resource.MEMORY: 12}, rooms) == ()

    def test_it_never_gives_more_than_there_is(self) -> None:
        (refusal,) = refusals({Resource.CPU: 33}, {Resource.CPU: Room(32, 0, 0, ratio=4)})
        assert refusal.beyond_capacity

    @given(st.floats(1, 1e6), st.floats(0, 1e6), st.floats(0.1, 10), st.floats(0, 1e6))
    def test_it_admits_exactly_what_is_free(self, capacity: float, allocated: float, ratio: float, held: float) -> None:
        room = Room(capacity, allocated, 0, ratio, held)
        fits = min(room.free, capacity)
        assert refusals({Resource.CPU: fits}, {Resource.CPU: room}) == ()
        assert refusals({Resource.CPU: room.free * 1.01 + 1}, {Resource.CPU: room})

    def test_it_has_nothing_to_allocate_without_capacity(self) -> None:
        assert Room(0, 0, 0).overcommit == 0
