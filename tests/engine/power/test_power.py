"""Power curves, energy, and the split of hosts to VMs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.load.test_replay import estate, seeds
from virtlab.engine.load.replay import Segment, replay, replay_segments
from virtlab.engine.power.split import split_energy_kwh
from virtlab.engine.power.watts import HostPower, PowerCurve

X3550 = PowerCurve((58.4, 98, 109, 118, 128, 140, 153, 170, 189, 205, 222), 16)
LINEAR = PowerCurve((100.0, 250.0))


class TestCurve:
    """Watts by utilisation."""

    @pytest.mark.parametrize(("share", "watts"), [(0.0, 58.4), (0.1, 98), (0.55, 146.5), (1.0, 222), (1.5, 222)])
    def test_it_runs_through_the_published_points(self, share: float, watts: float) -> None:
        assert HostPower.of([X3550]).power_w(np.array([[share]]))[0, 0] == pytest.approx(watts)

    @given(st.floats(0, 1))
    def test_it_needs_only_two_points(self, share: float) -> None:
        both = HostPower.of([LINEAR, PowerCurve(tuple(100 + 15.0 * k for k in range(11)))])
        np.testing.assert_allclose(both.power_w(np.full((2, 1), share))[:, 0], 100 + 150 * share)

    @given(seeds)
    def test_it_agrees_with_plain_interpolation(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        curves = [PowerCurve(tuple(np.sort(rng.uniform(50, 500, rng.choice([2, 11]))))) for _ in range(70)]
        use = rng.random((70, 9))
        watts = HostPower.of(curves).power_w(use)
        wanted = [np.interp(u, np.linspace(0, 1, len(c.watts)), c.watts) for u, c in zip(use, curves, strict=True)]
        np.testing.assert_allclose(watts, wanted)
        np.testing.assert_allclose(HostPower.of(curves).mean_power_w(use), watts.mean(axis=1))

    def test_it_adds_memory_beyond_the_benchmark(self) -> None:
        power = HostPower.of([X3550, X3550], memory_gib=[16, 116], extra_memory_w_per_gib=0.37)
        np.testing.assert_allclose(power.idle_w, [58.4, 58.4 + 37])
        np.testing.assert_allclose(power.full_w, [222, 222 + 37])

    @pytest.mark.parametrize("watts", [(1.0,), (1.0, 2.0, 3.0), (-1.0, 5.0), (float("nan"), 5.0)])
    def test_it_refuses_what_is_no_curve(self, watts: tuple[float, ...]) -> None:
        with pytest.raises(ValueError, match=r"curve"):
            PowerCurve(watts)


class TestEnergy:
    """kWh of hosts."""

    def test_it_sums_watts_over_time_with_the_building(self) -> None:
        energy = HostPower.of([LINEAR]).energy_kwh(np.full((1, 12), 0.5), 300, pue=1.5)
        assert energy[0] == pytest.approx(0.175 * 1.5)

    def test_it_gives_nothing_to_a_host_that_is_off(self) -> None:
        energy = HostPower.of([LINEAR, X3550]).energy_kwh(np.zeros((2, 12)), 300, on=np.array([False, True]))
        assert energy.tolist() == [0.0, pytest.approx(0.0584)]

    @pytest.mark.parametrize(
        ("step_s", "pue"), [(0, 1.2), (-5, 1.2), (float("nan"), 1.2), (300, 0.9), (300, float("inf"))]
    )
    def test_it_refuses_times_and_pues_that_cannot_be(self, step_s: float, pue: float) -> None:
        with pytest.raises(ValueError, match=r"sample|PUE"):
            HostPower.of([LINEAR]).energy_kwh(np.zeros((1, 1)), step_s, pue)

    def test_it_refuses_a_curve_too_few(self) -> None:
        with pytest.raises(ValueError, match="given for 2"):
            HostPower.of([LINEAR]).power_w(np.zeros((2, 1)))


class TestSplit:
    """Energy by VM."""

    @given(seeds, st.booleans())
    def test_it_sums_to_the_hosts(self, seed: int, weighted: bool) -> None:
        demand, host, capacity = estate(seed)
        rng = np.random.default_rng(seed)
        shares = rng.uniform(0.1, 9, len(demand)) if weighted else None
        later = Segment(demand.shape[1] // 2, rng.permutation(host))
        segments = [Segment(0, host), *([later] if later.start else [])]
        result = replay_segments(demand, segments, capacity, overhead_vcpu=0.1, shares=shares)
        power = HostPower.of([X3550] * len(capacity))
        allocated = (rng.choice([0, 2, 4], len(demand)), rng.choice([0, 8], len(demand)))
        split = split_energy_kwh(result, power, allocated, 300, 1.58)
        np.testing.assert_allclose(split.host_kwh, power.energy_kwh(result.host_utilisation, 300, 1.58))
        total = split.vm_kwh.sum() + split.unallocated_kwh.sum()
        assert total == pytest.approx(split.host_kwh.sum(), rel=1e-12)
        assert (split.vm_kwh >= 0).all()
        assert not split.vm_kwh[(host < 0) & (rng.permutation(host) < -1)].any()

    def test_it_charges_idle_by_allocation_and_the_rest_by_use(self) -> None:
        result = replay([[1.0], [3.0]], [0, 0], [8.0])
        split = split_energy_kwh(result, HostPower.of([LINEAR]), ([2, 2], [8, 24]), 3600)
        dynamic = 0.150 * 0.5
        np.testing.assert_allclose(split.vm_kwh, [0.1 * 0.375 + dynamic / 4, 0.1 * 0.625 + dynamic * 3 / 4])

    def test_it_leaves_an_empty_host_its_own_energy(self) -> None:
        result = replay([[1.0]], [0], [8.0, 8.0])
        split = split_energy_kwh(result, HostPower.of([LINEAR, LINEAR]), ([1], [1]), 3600)
        np.testing.assert_allclose(split.unallocated_kwh, [0.0, 0.1])
