"""Placement on new and on given hosts, its rules and its proven bound."""

import json
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.load.test_replay import seeds
from virtlab.engine.arrays import F64
from virtlab.engine.placement.bound import Grid, lp_bound, volume_bound
from virtlab.engine.placement.equal_hosts import Options, Placement, overcommitted, pack
from virtlab.engine.placement.existing_hosts import place_on
from virtlab.engine.placement.policies import Policy
from virtlab.engine.placement.shapes import Reason, Rules, group

CASES = json.loads((Path(__file__).parents[1] / "data" / "packing_cases.json").read_text())
NEW_HOSTS = [policy for policy in Policy if policy is not Policy.SPREAD]


def vms_of(case: str) -> F64:
    """vCPU and GiB of each VM of a known case (V, 2)."""
    return np.array([[vm["vcpu"], vm["memory_gib"]] for vm in CASES[case]["vms"] for _ in range(vm["count"])])


def random_vms(seed: int, most: int = 30) -> F64:
    """VMs of awkward sizes (V, 2)."""
    rng = np.random.default_rng(seed)
    return np.asarray(rng.integers(1, 12, (int(rng.integers(1, most)), 2)) * rng.choice([0.5, 1.0, 1.7]))


def loads(demand: F64, placement: Placement, hosts: int) -> F64:
    """What each host holds (H, R)."""
    load = np.zeros((hosts, demand.shape[1]))
    placed = placement.host_of_vm >= 0
    np.add.at(load, placement.host_of_vm[placed], demand[placed])
    return load


def fewest_hosts(sizes: list[tuple[float, ...]], hosts: list[list[float]] | None = None) -> int:
    """The true optimum for a handful of VMs on hosts of size 1, by trying all."""
    hosts = hosts or []
    if not sizes:
        return len(hosts)
    first, rest = sizes[0], sizes[1:]
    best = fewest_hosts(rest, [*hosts, list(first)]) if len(hosts) < 6 else 99
    for number, load in enumerate(hosts):
        grown = [a + b for a, b in zip(load, first, strict=True)]
        if max(grown) <= 1 + 1e-9:
            best = min(best, fewest_hosts(rest, [*hosts[:number], grown, *hosts[number + 1 :]]))
    return best


class TestKnownCases:
    """The instances with known LP bounds."""

    @pytest.mark.parametrize("case", CASES)
    def test_it_reaches_the_bound(self, case: str) -> None:
        demand = vms_of(case)
        host = CASES[case]["host"]
        packed = pack(demand, [host["vcpu"], host["memory_gib"]])
        assert packed.bound == CASES[case]["lp_lower_bound_hosts"]
        assert packed.hosts_used <= packed.bound + 1
        assert packed.proven_optimal == (packed.hosts_used == packed.bound)
        assert (loads(demand, packed, packed.hosts_used) <= [host["vcpu"], host["memory_gib"]]).all()
        assert packed.unplaced == ()

    def test_it_is_at_the_bound_for_most(self) -> None:
        reached = [pack(vms_of(case), [64, 512]).proven_optimal for case in CASES]
        assert sum(reached) > len(reached) / 2

    @pytest.mark.parametrize("policy", NEW_HOSTS[1:])
    def test_it_follows_simple_policies_without_beating_the_bound(self, policy: Policy) -> None:
        packed = pack(vms_of("seed7_n1000"), [64, 512], Options(policy))
        assert 109 <= packed.hosts_used <= 125
        assert packed.bound == 109

    def test_it_places_the_first_fit_the_literature_knows(self) -> None:
        demand = np.random.default_rng(0).permutation(vms_of("seed7_n1000"))
        assert pack(demand, [64, 512], Options(Policy.FIRST_FIT)).hosts_used == pytest.approx(110, abs=3)


class TestPack:
    """New hosts, all alike."""

    @given(seeds, st.sampled_from(NEW_HOSTS))
    def test_it_never_gives_out_more_than_a_host_has(self, seed: int, policy: Policy) -> None:
        demand = random_vms(seed)
        packed = pack(demand, [16, 20], Options(policy))
        assert (loads(demand, packed, max(1, len(demand))) <= np.array([16, 20]) + 1e-6).all()
        assert packed.hosts_used >= packed.bound
        placed = packed.host_of_vm >= 0
        assert sorted(item.vm for item in packed.unplaced) == np.flatnonzero(~placed).tolist()
        assert set(packed.host_of_vm[placed]) == set(range(packed.hosts_used))

    @settings(max_examples=60)
    @given(seeds)
    def test_it_has_a_bound_that_no_placement_beats(self, seed: int) -> None:
        sizes = np.random.default_rng(seed).integers(1, 9, (6, 2)) / 8
        packed = pack(sizes, [1, 1])
        best = fewest_hosts([tuple(size) for size in sizes.tolist()])
        assert packed.bound <= best <= packed.hosts_used
        assert pack(sizes, [1, 1], Options(bound_steps=0)).bound <= best

    @given(seeds)
    def test_it_needs_no_more_hosts_with_more_overcommit(self, seed: int) -> None:
        demand = random_vms(seed)
        bounds = [pack(demand, overcommitted([16, 20], vcpu, vcpu)).bound for vcpu in (1.0, 1.5, 2.0, 4.0)]
        assert bounds == sorted(bounds, reverse=True) or pack(demand, [16, 20]).unplaced

    @given(seeds)
    def test_it_does_not_matter_in_which_order_vms_stand(self, seed: int) -> None:
        demand = random_vms(seed)
        mixed = np.random.default_rng(seed).permutation(demand)
        one, other = pack(demand, [16, 20]), pack(mixed, [16, 20])
        assert (one.hosts_used, one.bound) == (other.hosts_used, other.bound)

    def test_it_reports_what_no_host_holds(self) -> None:
        packed = pack([[4, 4], [99, 4], [4, 99]], [8, 8])
        assert [(item.vm, item.reason, item.resource) for item in packed.unplaced] == [
            (1, Reason.TOO_BIG, 0),
            (2, Reason.TOO_BIG, 1),
        ]
        assert packed.host_of_vm.tolist() == [0, -1, -1]

    def test_it_counts_storage_where_it_is_given(self) -> None:
        assert pack([[1, 1, 60]] * 3, [8, 8, 100]).hosts_used == 3
        assert pack([[1, 1, 60]] * 3, [8, 8, 100]).proven_optimal

    def test_it_keeps_vms_apart(self) -> None:
        packed = pack([[1, 1]] * 6, [8, 8], Options(rules=Rules(anti_affinity=[[0, 1, 2], [2, 3]])))
        host = packed.host_of_vm
        assert len({*host[:3].tolist()}) == 3
        assert host[2] != host[3]
        assert (packed.hosts_used, packed.bound, packed.bound_kind) == (3, 3, "anti_affinity")

    def test_it_adds_spare_hosts(self) -> None:
        packed = pack([[8, 8]] * 3, [8, 8], Options(rules=Rules(spare_hosts=2)))
        assert (packed.hosts_used, packed.hosts_needed) == (3, 5)

    def test_it_knows_an_estate_without_vms(self) -> None:
        packed = pack(np.empty((0, 2)), [8, 8])
        assert (packed.hosts_used, packed.bound, packed.proven_optimal) == (0, 0, True)

    def test_it_counts_vms_that_ask_for_nothing_as_placed(self) -> None:
        assert pack([[0, 0], [0, 0]], [8, 8]).hosts_used == 1

    @pytest.mark.parametrize("demand", [[[-1, 2]], [[np.nan, 2]], [[np.inf, 2]], [1, 2], [[1, 2, 3]]])
    def test_it_refuses_what_is_no_demand(self, demand: object) -> None:
        with pytest.raises(ValueError, match=r"Demand|resources"):
            pack(demand, [8, 8])  # type: ignore[arg-type]  # wrong on purpose

    def test_it_refuses_to_spread_over_new_hosts(self) -> None:
        with pytest.raises(ValueError, match="given hosts"):
            pack([[1, 1]], [8, 8], Options(Policy.SPREAD))

    @pytest.mark.parametrize("ratio", [0.0, -1.0, float("nan"), float("inf")])
    def test_it_refuses_overcommit_that_cannot_be(self, ratio: float) -> None:
        with pytest.raises(ValueError, match="Overcommit"):
            overcommitted([8, 8], vcpu=ratio)

    def test_it_refuses_apartness_of_vms_that_do_not_exist(self) -> None:
        with pytest.raises(ValueError, match="VM 7"):
            pack([[1, 1]], [8, 8], Options(rules=Rules(anti_affinity=[[0, 7]])))


class TestBound:
    """The lower bounds themselves."""

    @given(seeds)
    def test_it_prices_the_best_pattern(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        groups = group(rng.integers(1, 9, (5, 2)) / 8, np.arange(5))
        prices = rng.random(len(groups.counts))
        pattern, worth = Grid.of(groups).best_pattern(prices)
        assert (pattern @ groups.sizes <= 1 + 1e-9).all()
        assert (pattern <= groups.counts).all()
        assert worth == pytest.approx(float(pattern @ prices))
        items = np.repeat(np.arange(len(groups.counts)), groups.counts)
        chosen = [list(c) for n in range(items.size + 1) for c in combinations(items.tolist(), n)]
        fitting = [c for c in chosen if (groups.sizes[c].sum(axis=0) <= 1 + 1e-9).all()]
        assert worth == pytest.approx(max(float(prices[c].sum()) for c in fitting))

    @settings(max_examples=30)
    @given(seeds, st.integers(1, 10))
    def test_it_is_a_bound_however_early_it_stops(self, seed: int, steps: int) -> None:
        sizes = np.random.default_rng(seed).integers(1, 9, (6, 2)) / 8
        groups = group(sizes, np.arange(6))
        assert volume_bound(groups).hosts <= fewest_hosts([tuple(s) for s in sizes.tolist()])
        assert lp_bound(groups, [], 99, steps).hosts <= fewest_hosts([tuple(s) for s in sizes.tolist()])

    def test_it_stays_a_bound_on_a_coarse_grid(self) -> None:
        rng = np.random.default_rng(5)
        sizes = rng.uniform(0.05, 0.7, (300, 2))
        packed = pack(sizes, [1, 1])
        assert volume_bound(group(sizes, np.arange(300))).hosts <= packed.bound <= packed.hosts_used


class TestGivenHosts:
    """Hosts there are, of any size."""

    @given(seeds, st.sampled_from(list(Policy)))
    def test_it_keeps_every_rule(self, seed: int, policy: Policy) -> None:
        rng = np.random.default_rng(seed)
        demand = random_vms(seed, 25)
        capacity = rng.choice([8.0, 16.0, 30.0], (6, 1)) * [1.0, 1.25]
        apart = [rng.choice(len(demand), min(3, len(demand)), replace=False).tolist()]
        rules = Rules(apart, {int(rng.integers(len(demand))): int(rng.integers(6))}, spare_hosts=1)
        placed = place_on(demand, capacity, Options(policy, rules))
        load = loads(demand, placed, 6)
        assert (load <= capacity + 1e-6).all()
        assert placed.hosts_used >= placed.bound
        assert (load.sum(axis=1) == 0).sum() >= 1
        for vm, host in rules.pinned.items():
            assert placed.host_of_vm[vm] in {host, -1}
        together = placed.host_of_vm[apart[0]]
        assert len(set(together[together >= 0])) == (together >= 0).sum()
        assert {item.vm for item in placed.unplaced} == set(np.flatnonzero(placed.host_of_vm < 0))

    def test_it_uses_the_fewest_hosts(self) -> None:
        placed = place_on([[4, 4]] * 4, [[4, 4], [16, 16], [4, 4], [8, 8]])
        assert (placed.hosts_used, placed.bound, placed.host_of_vm.tolist()) == (1, 1, [1, 1, 1, 1])

    def test_it_packs_equal_hosts_as_well_as_new_ones(self) -> None:
        placed = place_on(vms_of("seed3_n1000"), [[64, 512]] * 150)
        assert placed.hosts_used == pack(vms_of("seed3_n1000"), [64, 512]).hosts_used

    def test_it_says_why_a_vm_has_no_place(self) -> None:
        rules = Rules([[0, 1, 2]], {3: 1}, spare_hosts=1)
        placed = place_on(
            [[1, 1], [1, 1], [1, 1], [9, 1], [12, 1], [99, 1], [5, 5]], [[4, 4], [4, 4], [16, 16]], Options(rules=rules)
        )
        reasons = {item.vm: item.reason for item in placed.unplaced}
        assert reasons == {
            2: Reason.ANTI_AFFINITY,
            3: Reason.PINNED,
            4: Reason.RESERVED,
            5: Reason.TOO_BIG,
            6: Reason.RESERVED,
        }

    def test_it_says_which_resource_ran_out(self) -> None:
        placed = place_on([[1, 8], [1, 8]], [[8, 8]])
        assert [(item.vm, item.reason, item.resource) for item in placed.unplaced] == [(1, Reason.NO_ROOM, 1)]

    def test_it_spreads(self) -> None:
        placed = place_on([[1, 1]] * 4, [[8, 8]] * 4, Options(Policy.SPREAD))
        assert sorted(placed.host_of_vm.tolist()) == [0, 1, 2, 3]

    def test_it_refuses_pins_to_nowhere(self) -> None:
        with pytest.raises(ValueError, match="pinned"):
            place_on([[1, 1]], [[8, 8]], Options(rules=Rules(pinned={0: 4})))

    def test_it_knows_an_estate_without_hosts(self) -> None:
        placed = place_on([[1, 1]], np.empty((0, 2)))
        assert placed.hosts_used == 0
        assert len(placed.unplaced) == 1
