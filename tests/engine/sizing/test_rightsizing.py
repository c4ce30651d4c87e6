"""Demand profiles, CPU credits and the search for instance types."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.load.test_replay import seeds
from virtlab.engine.load.demand import MOST_SAMPLES, constant_profile, never_out_of_credits, profile
from virtlab.engine.sizing.instance_types import InstanceTypes, NoType, Workloads
from virtlab.engine.sizing.right_size import Sizing, right_size, same_size

SMALL = InstanceTypes.of(
    ([2, 2, 4, 2], [4, 8, 16, 4]),
    [[0.08, 0.17], [0.10, 0.19], [0.20, 0.38], [0.04, np.nan]],
    arch_bit=[1, 2, 1, 1],
    baseline_vcpu=[np.nan, np.nan, np.nan, 0.4],
)
EXACT = Sizing(cpu_percent=100, cpu_headroom=0, memory_headroom=0)


def random_types(seed: int) -> InstanceTypes:
    """A region's worth of types with two prices each, some burstable, some not offered."""
    rng = np.random.default_rng(seed)
    vcpu = 2.0 ** rng.integers(0, 5, 40)
    memory = vcpu * rng.choice([1, 2, 4, 8], 40)
    price = rng.uniform(0.01, 1, (40, 2))
    price[rng.random((40, 2)) < 0.2] = np.nan
    baseline = np.where(rng.random(40) < 0.3, vcpu * rng.choice([0.1, 0.2, 0.4], 40), np.nan)
    return InstanceTypes.of((vcpu, memory), price, rng.choice([1, 2], 40), baseline, rng.choice([0.8, 1.0], 40))


def random_workloads(seed: int, types: InstanceTypes) -> tuple[Workloads, np.ndarray, np.ndarray]:
    """Workloads with their traces of CPU and memory."""
    rng = np.random.default_rng(seed)
    cpu, memory = rng.random((20, 60)) * rng.uniform(0, 12, (20, 1)), rng.random((20, 60)) * rng.uniform(0, 50, (20, 1))
    profiles = profile(cpu, types.baselines), profile(memory)
    return Workloads.of(*profiles, rng.integers(0, 2, 20), rng.choice([1, 2, 3], 20)), cpu, memory


def credits_last(trace: np.ndarray, baseline: float, step_s: float) -> bool:
    """The account kept sample by sample, over the trace many times, from a full balance."""
    most = baseline * 86_400
    balance = most
    for use in np.tile(trace, 40).tolist():
        balance += (baseline - use) * step_s
        if balance < -1e-6:
            return False
        balance = min(balance, most)
    return float(trace.mean()) <= baseline


class TestProfile:
    """Traces summarised once."""

    @given(seeds, st.floats(0, 100))
    def test_it_knows_every_percentile(self, seed: int, percent: float) -> None:
        traces = np.random.default_rng(seed).random((4, 33)).astype(np.float32)
        np.testing.assert_allclose(
            profile(traces).percentile(percent), np.percentile(traces.astype(float), percent, axis=1), atol=1e-6
        )

    @given(seeds)
    def test_it_counts_the_samples_above_a_limit(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        traces = rng.integers(0, 5, (6, 41)).astype(np.float32)
        limits = rng.integers(-1, 6, (6, 3)).astype(float)
        wanted = (traces[:, None, :] > limits[:, :, None]).mean(axis=2)
        np.testing.assert_allclose(profile(traces).share_above(limits), wanted)

    def test_it_keeps_long_traces_short(self) -> None:
        traces = np.random.default_rng(1).random((3, 9_000))
        short = profile(traces)
        assert short.ordered.shape == (3, MOST_SAMPLES)
        np.testing.assert_allclose(short.percentile(95), np.percentile(traces, 95, axis=1), atol=1e-3)
        np.testing.assert_allclose(short.peak, traces.max(axis=1))

    @pytest.mark.parametrize("wrong", [-1.0, np.nan, np.inf])
    def test_it_names_the_rows_with_a_wrong_number(self, wrong: float) -> None:
        with pytest.raises(ValueError, match=r"see rows 1\."):
            profile([[1.0], [wrong]])

    def test_it_refuses_empty_traces_and_percentiles_that_cannot_be(self) -> None:
        with pytest.raises(ValueError, match="sample"):
            profile(np.empty((2, 0)))
        with pytest.raises(ValueError, match="percentile"):
            profile([[1.0]]).percentile(101)


class TestCredits:
    """Burstable types."""

    @settings(max_examples=60)
    @given(seeds)
    def test_it_agrees_with_an_account_kept_sample_by_sample(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        traces = rng.random((6, 24)) * rng.choice([0, 0.3, 1, 2], (6, 24))
        levels = [0.1, 0.4, 0.8]
        step_s = float(rng.choice([300, 3600, 14400]))
        measured = profile(traces, levels, step_s)
        for level in levels:
            wanted = [credits_last(trace, level, step_s) for trace in traces]
            assert never_out_of_credits(measured, level).tolist() == wanted

    def test_it_allows_a_burst_that_24_hours_can_pay(self) -> None:
        burst = np.zeros((2, 288))
        burst[0, :40], burst[1, :80] = 2.0, 2.0
        measured = profile(burst, [0.4])
        assert never_out_of_credits(measured, 0.4).tolist() == [True, False]


class TestRightSize:
    """The cheapest types that hold a workload."""

    @given(seeds)
    def test_it_finds_what_a_search_by_hand_finds(self, seed: int) -> None:
        types = random_types(seed)
        work, cpu, memory = random_workloads(seed, types)
        rule = Sizing(cpu_percent=90, memory_percent=100, cpu_headroom=0.2, memory_headroom=0.1, top=3)
        choice = right_size(work, types, rule)
        for w in range(20):
            need = np.percentile(cpu[w].astype(np.float32), 90) * 1.2, memory[w].max() * 1.1
            holds = []
            for n in range(len(types)):
                price = types.price_usd_per_hour[n, work.os_index[w]]
                fits = types.vcpu[n] * types.speed[n] >= need[0] - 1e-6 and types.memory_gib[n] >= need[1] - 1e-6
                level = types.baseline_vcpu[n] * types.speed[n]
                steady = np.isnan(level) or credits_last(cpu[w], level, 300)
                if np.isfinite(price) and types.arch_bit[n] & work.arch_bits[w] and fits and steady:
                    holds.append((price, n))
            wanted = [n for _, n in sorted(holds)[:3]]
            assert choice.type_index[w].tolist() == [*wanted, *[-1] * (3 - len(wanted))]
            assert (choice.reason[w] == NoType.OK) == bool(wanted)

    @given(seeds)
    def test_it_ranks_by_price_and_tells_the_risk(self, seed: int) -> None:
        types = random_types(seed)
        work, cpu, _ = random_workloads(seed, types)
        choice = right_size(work, types)
        chosen = choice.type_index >= 0
        price = np.where(chosen, choice.price_usd_per_hour, 1e9)
        assert (np.diff(price, axis=1) >= 0).all()
        for w, k in np.argwhere(chosen).tolist():
            n = choice.type_index[w, k]
            capacity = np.float32(types.vcpu[n] * types.speed[n])
            assert choice.cpu_risk[w, k] == pytest.approx((cpu[w].astype(np.float32) > capacity).mean())
            assert choice.cpu_busy[w, k] >= choice.cpu_risk[w, k]
            assert choice.memory_risk[w, k] == 0
            assert 0 <= choice.cpu_use[w, k] <= 1
        assert np.isnan(choice.price_usd_per_hour[~chosen]).all()

    @given(seeds)
    def test_it_is_never_dearer_than_the_same_size(self, seed: int) -> None:
        types = random_types(seed)
        work, cpu, memory = random_workloads(seed, types)
        today = same_size(work, types, (cpu.max(axis=1) / 0.8, memory.max(axis=1)))
        fitted = right_size(work, types, EXACT)
        both = (today.type_index[:, 0] >= 0) & (fitted.type_index[:, 0] >= 0)
        assert ((today.type_index[:, 0] < 0) | (fitted.type_index[:, 0] >= 0)).all()
        assert (fitted.price_usd_per_hour[both, 0] <= today.price_usd_per_hour[both, 0] + 1e-12).all()

    def test_it_takes_a_burstable_type_only_where_credits_last(self) -> None:
        cpu = profile([[0.3] * 50, [1.5] * 50], SMALL.baselines)
        choice = right_size(Workloads.of(cpu, constant_profile([2, 2])), SMALL, EXACT)
        assert choice.type_index[:, 0].tolist() == [3, 0]

    def test_it_respects_architecture_and_system(self) -> None:
        flat = constant_profile([1.0] * 3, SMALL.baselines)
        work = Workloads.of(flat, constant_profile([6.0] * 3), [0, 0, 1], [1, 3, 1])
        assert right_size(work, SMALL, EXACT).type_index[:, 0].tolist() == [2, 1, 2]

    def test_it_says_why_nothing_fits(self) -> None:
        types = InstanceTypes.of(([8, 2], [8, 64]), [1.0, 1.0])
        work = Workloads.of(constant_profile([9, 1, 4, 1]), constant_profile([1, 99, 32, 1]), 0, [1, 1, 1, 2])
        choice = right_size(work, types, EXACT)
        assert choice.type_index[:, 0].tolist() == [-1] * 4
        assert choice.reason.tolist() == [NoType.CPU, NoType.MEMORY, NoType.BOTH_AT_ONCE, NoType.NOT_OFFERED]

    def test_it_matches_the_size_of_today(self) -> None:
        flat = constant_profile([0.1, 0.1], SMALL.baselines)
        choice = same_size(Workloads.of(flat, flat), SMALL, ([2, 3], [4, 4]))
        assert choice.type_index[:, 0].tolist() == [0, 2]

    @pytest.mark.parametrize("bad", [{"cpu_percent": 120.0}, {"cpu_headroom": -2.0}, {"top": 0}])
    def test_it_refuses_rules_that_cannot_be(self, bad: dict[str, float]) -> None:
        flat = constant_profile([1.0], SMALL.baselines)
        with pytest.raises(ValueError, match=r"percentile|headroom|candidate"):
            right_size(Workloads.of(flat, flat), SMALL, Sizing(**bad))  # type: ignore[arg-type]  # one field at a time

    def test_it_refuses_negative_prices_and_unequal_profiles(self) -> None:
        with pytest.raises(ValueError, match="price"):
            InstanceTypes.of(([1], [1]), [-0.1])
        with pytest.raises(ValueError, match="1 CPU profiles and 2"):
            Workloads.of(constant_profile([1.0]), constant_profile([1.0, 2.0]))
