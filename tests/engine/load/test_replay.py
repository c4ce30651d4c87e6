"""Replay: loads, contention, shares, maps that change, and real traces."""

import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from virtlab.engine.arrays import F64, Floats, Ints
from virtlab.engine.load import gather
from virtlab.engine.load.replay import Replay, Segment, replay, replay_segments
from virtlab.engine.power.watts import HostPower, PowerCurve

seeds = st.integers(0, 2**32 - 1)


def estate(seed: int) -> tuple[F64, Ints, F64]:
    """Random demand (V, T), map and capacity; some VMs have no host, some hosts no VM."""
    rng = np.random.default_rng(seed)
    vms, samples, hosts = rng.integers(1, 40), rng.integers(1, 30), rng.integers(1, 8)
    demand = rng.random((vms, samples)) * rng.choice([0, 1, 4], size=(vms, 1))
    return demand, rng.integers(-1, hosts, vms), rng.uniform(0.5, 12, hosts)


def slow_load(demand: F64, host_of_vm: Ints, hosts: int) -> F64:
    """The definition, one VM after the other."""
    load = np.zeros((hosts, demand.shape[1]))
    for vm, host in enumerate(host_of_vm):
        if host >= 0:
            load[host] += demand[vm]
    return load


def delivered(result: Replay) -> F64:
    """What every VM was given (V, T)."""
    given_vcpu = np.zeros(result.demand_vcpu.shape)
    for span in result.spans:
        for host in range(len(result.capacity_vcpu)):
            vms, part = result.vm_delivered(span, host)
            given_vcpu[vms, span.start : span.stop] = part
    return given_vcpu


class TestLoad:
    """Sums by host."""

    @given(seeds)
    def test_it_sums_what_is_on_each_host(self, seed: int) -> None:
        demand, host, capacity = estate(seed)
        result = replay(demand, host, capacity, overhead_vcpu=0.25)
        np.testing.assert_allclose(result.host_load_vcpu, slow_load(demand, host, len(capacity)) + 0.25, atol=1e-12)
        np.testing.assert_allclose(result.unplaced_load_vcpu, demand[host < 0].sum(axis=0), atol=1e-12)
        assert result.unplaced.tolist() == np.flatnonzero(host < 0).tolist()

    @given(seeds)
    def test_it_does_not_matter_in_which_order_vms_stand(self, seed: int) -> None:
        demand, host, capacity = estate(seed)
        mixed = np.random.default_rng(seed).permutation(len(demand))
        one, other = replay(demand, host, capacity), replay(demand[mixed], host[mixed], capacity)
        np.testing.assert_allclose(one.host_load_vcpu, other.host_load_vcpu, atol=1e-12)
        np.testing.assert_allclose(one.vm_ready_fraction()[mixed], other.vm_ready_fraction(), atol=1e-9)

    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    @pytest.mark.parametrize("vms_per_host", [1, 3, 16, 500])
    def test_it_sums_hosts_of_any_size_in_any_order(self, dtype: type[np.floating[Any]], vms_per_host: int) -> None:
        rng = np.random.default_rng(1)
        demand: Floats = rng.random((1_000, 40)).astype(dtype)
        host = rng.permutation(np.arange(1_000) // vms_per_host)
        hosts = int(host.max()) + 1
        result = replay(demand, host, np.full(hosts, 16.0))
        np.testing.assert_allclose(result.host_load_vcpu, slow_load(demand.astype(float), host, hosts), rtol=1e-5)

    def test_it_takes_columns_of_a_larger_array(self) -> None:
        demand = np.random.default_rng(2).random((64, 50))
        host = np.random.default_rng(3).integers(0, 4, 64)
        part = replay(demand[:, 10:20], host, np.full(4, 8.0))
        np.testing.assert_allclose(part.host_load_vcpu, slow_load(demand, host, 4)[:, 10:20], atol=1e-12)

    def test_it_knows_estates_without_vms_or_without_samples(self) -> None:
        none = replay(np.empty((0, 5)), np.empty(0, dtype=int), [4.0, 4.0])
        assert none.host_utilisation.shape == (2, 5)
        assert not none.host_utilisation.any()
        assert replay(np.empty((3, 0)), [0, 1, -1], [4.0, 4.0]).vm_ready_fraction().tolist() == [0, 0, 0]


class TestContention:
    """What a host that is asked for too much gives."""

    def test_it_cuts_each_vm_by_the_same_factor(self) -> None:
        result = replay([[6.0], [2.0]], [0, 0], [4.0])
        assert result.host_delivered_fraction.tolist() == [[0.5]]
        assert result.vm_ready_fraction().tolist() == [0.5, 0.5]
        assert result.host_ready_vcpu.tolist() == [[4.0]]
        assert result.host_ready_fraction.tolist() == [0.5]
        assert result.host_utilisation.tolist() == [[1.0]]

    def test_it_gives_all_of_it_where_there_is_room(self) -> None:
        result = replay([[1.0, 5.0]], [0], [4.0])
        assert result.host_delivered_fraction.tolist() == [[1.0, 0.8]]
        assert result.vm_ready_fraction()[0] == pytest.approx(1 / 6)

    @given(seeds, st.booleans())
    def test_it_gives_out_what_there_is_and_no_more(self, seed: int, weighted: bool) -> None:
        demand, host, capacity = estate(seed)
        shares = np.random.default_rng(seed).uniform(0.1, 9, len(demand)) if weighted else None
        result = replay(demand, host, capacity, shares=shares)
        given_vcpu = delivered(result)
        placed = host >= 0
        assert (given_vcpu <= demand + 1e-9).all()
        np.testing.assert_allclose(
            slow_load(given_vcpu, host, len(capacity)), result.host_used_vcpu, rtol=1e-9, atol=1e-9
        )
        missing = (demand - given_vcpu)[placed].mean(axis=1)
        np.testing.assert_allclose(result.vm_ready_vcpu()[placed], missing, atol=1e-9)

    @given(seeds)
    def test_it_shares_by_weight_without_taking_from_the_modest(self, seed: int) -> None:
        demand, host, capacity = estate(seed)
        shares = np.random.default_rng(seed).uniform(0.1, 9, len(demand))
        given_vcpu = delivered(replay(demand, host, capacity, shares=shares))
        level = given_vcpu / shares[:, None]
        for number in range(len(capacity)):
            rows = np.flatnonzero(host == number)
            cut = given_vcpu[rows] < demand[rows] - 1e-9
            highest = np.where(cut.any(axis=0), level[rows].max(axis=0, initial=0), 0)
            lowest_cut = np.where(cut, level[rows], np.inf).min(axis=0, initial=np.inf)
            assert (highest <= lowest_cut + 1e-9).all()

    def test_it_shares_by_weight(self) -> None:
        result = replay([[4.0], [4.0], [0.5]], [0, 0, 0], [4.0], shares=[1, 3, 1])
        np.testing.assert_allclose(delivered(result)[:, 0], [0.875, 2.625, 0.5])

    @given(seeds)
    def test_it_never_gets_worse_with_more_capacity(self, seed: int) -> None:
        demand, host, capacity = estate(seed)
        less, more = replay(demand, host, capacity), replay(demand, host, capacity * 1.5)
        assert (more.vm_ready_fraction() <= less.vm_ready_fraction() + 1e-9).all()


class TestSegments:
    """Maps that change while time passes."""

    @settings(max_examples=60)
    @given(seeds)
    def test_it_equals_a_replay_of_each_stretch(self, seed: int) -> None:
        demand, host, capacity = estate(seed)
        rng = np.random.default_rng(seed)
        starts = sorted({0, *rng.integers(0, demand.shape[1], 3).tolist()})
        maps = [np.where(rng.random(len(host)) < 0.3, rng.integers(-1, len(capacity), len(host)), host) for _ in starts]
        whole = replay_segments(demand, [Segment(*pair) for pair in zip(starts, maps, strict=True)], capacity)
        for start, stop, there in zip(starts, [*starts[1:], demand.shape[1]], maps, strict=True):
            part = replay(demand[:, start:stop], there, capacity)
            np.testing.assert_allclose(whole.host_load_vcpu[:, start:stop], part.host_load_vcpu, atol=1e-12)
            np.testing.assert_allclose(whole.unplaced_load_vcpu[start:stop], part.unplaced_load_vcpu, atol=1e-12)
        assert (whole.vm_ready_fraction() <= 1 + 1e-9).all()

    @pytest.mark.parametrize("starts", [[], [1], [0, 0], [0, 2, 1], [0, 9]])
    def test_it_refuses_starts_that_do_not_rise_from_zero(self, starts: list[int]) -> None:
        with pytest.raises(ValueError, match=r"segment|Segments"):
            replay_segments([[1.0, 2.0, 3.0]], [Segment(start, [0]) for start in starts], [4.0])


class TestBadInput:
    """Numbers that are none, hosts that do not exist."""

    @pytest.mark.parametrize("wrong", [-1.0, np.nan, np.inf, -np.inf, -1e-9])
    @pytest.mark.parametrize("host", [0, -1])
    def test_it_names_the_vms_with_a_wrong_number(self, wrong: float, host: int) -> None:
        demand = np.ones((300, 20))
        demand[7, 3] = demand[222, 19] = wrong
        with pytest.raises(ValueError, match=r"see VMs 7, 222\.$"):
            replay(demand, np.where(np.arange(300) == 7, host, np.arange(300) // 20), np.full(15, 8.0))

    @pytest.mark.parametrize("hosts", [[5], [-2], [0.5], [0, 1]])
    def test_it_refuses_a_map_to_hosts_that_do_not_exist(self, hosts: list[float]) -> None:
        with pytest.raises(ValueError, match=r"host|Hosts"):
            replay([[1.0]], hosts, [4.0, 4.0])

    @pytest.mark.parametrize("capacity", [0.0, -1.0, np.nan, np.inf])
    def test_it_refuses_a_capacity_of_nothing(self, capacity: float) -> None:
        with pytest.raises(ValueError, match=r"Capacity .*see rows 1\."):
            replay([[1.0]], [0], [4.0, capacity])

    def test_it_refuses_demand_that_is_no_table(self) -> None:
        with pytest.raises(ValueError, match="VMs × samples"):
            replay([1.0, 2.0], [0, 0], [4.0])

    def test_it_refuses_demand_that_no_number_can_sum(self) -> None:
        with pytest.raises(ValueError, match="see VMs 0, 1"):
            replay([[1.7e308], [1.7e308]], [0, 0], [4.0])


class TestLarge:
    """Demand that is summed on several threads, in little memory."""

    def test_it_gives_the_same_on_several_threads(self, monkeypatch: pytest.MonkeyPatch) -> None:
        rng = np.random.default_rng(4)
        demand, host = rng.random((900, 30)), rng.integers(-1, 50, 900)
        one = replay(demand, host, np.full(50, 8.0))
        monkeypatch.setattr(gather, "LARGE_BYTES", 0)
        monkeypatch.setattr("os.cpu_count", lambda: 3)
        # Other blocks are summed in another order on some processors: equal but for the last bits of a float64.
        many = replay(demand, host, np.full(50, 8.0)).host_load_vcpu
        np.testing.assert_allclose(many, one.host_load_vcpu, rtol=1e-13)
        demand[5, 5] = np.inf
        with pytest.raises(ValueError, match=r"see VMs 5\.$"):
            replay(demand, host, np.full(50, 8.0))

    def test_it_takes_less_memory_than_the_demand_itself(self) -> None:
        demand = np.random.default_rng(4).random((2_000, 288))
        tracemalloc.start()
        result = replay(demand, np.random.default_rng(5).integers(0, 125, 2_000), np.full(125, 8.0))
        assert result.host_utilisation.size == result.host_delivered_fraction.size
        peak_bytes = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak_bytes <= demand.nbytes


class TestReal:
    """PlanetLab and Bitbrains."""

    @pytest.mark.parametrize(("vms", "hosts", "kwh"), [(100, 7, 19.497), (1_000, 63, 178.344), (10_000, 625, 1776.543)])
    def test_it_agrees_with_five_simulators(self, shared_data: Path, vms: int, hosts: int, kwh: float) -> None:
        base = np.load(shared_data / "planetlab_20110303.npz")["cpu_percent"]
        demand = np.stack([np.roll(base[k % 1052], (k // 1052) * 17) for k in range(vms)]) / 100
        result = replay(demand, np.arange(vms) // 16, np.full(hosts, 16.0))
        power = HostPower.of([PowerCurve((100.0, 250.0))] * hosts)
        assert power.energy_kwh(result.host_utilisation, 300).sum() == pytest.approx(kwh, abs=0.001)

    def test_it_replays_the_real_bitbrains_week(self, shared_data: Path) -> None:
        table = pytest.importorskip("pyarrow.parquet").read_table(
            shared_data / "bitbrains_rnd_week_5min.parquet", columns=["vm", "t", "cores", "cap_mhz", "cpu_mhz"]
        )
        columns = {name: table[name].to_numpy() for name in table.column_names}
        vms, row = np.unique(columns["vm"], return_inverse=True)
        sample = (columns["t"] - columns["t"].min()) // 300
        per_core = columns["cap_mhz"] / np.maximum(columns["cores"], 1)
        demand = np.zeros((vms.size, int(sample.max()) + 1))
        demand[row, sample] = np.divide(columns["cpu_mhz"], per_core, out=np.zeros(row.size), where=per_core > 0)
        hosts = -(-vms.size // 50)
        result = replay(demand, np.arange(vms.size) % hosts, np.full(hosts, 64.0))
        np.testing.assert_allclose(result.host_load_vcpu.sum(), demand.sum(), rtol=1e-9)
        provisioned = columns["cap_mhz"].astype(float)
        assert columns["cpu_mhz"].sum() / provisioned.sum() == pytest.approx(0.128, abs=0.05)
        assert 0.0 < result.host_utilisation.mean() < 0.5
