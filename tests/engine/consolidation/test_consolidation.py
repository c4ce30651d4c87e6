"""Moves: in an order that never oversubscribes a host, few, and each with its reason."""

import numpy as np
import pytest
from hypothesis import given, settings

from tests.engine.load.test_replay import seeds
from virtlab.engine.arrays import F64, Ints
from virtlab.engine.consolidation.consolidate import consolidate, repack
from virtlab.engine.consolidation.moves import MovePlan, Stuck, Why, plan_moves
from virtlab.engine.placement.equal_hosts import Options
from virtlab.engine.placement.existing_hosts import spare_hosts
from virtlab.engine.placement.shapes import Rules


def estate(seed: int) -> tuple[F64, F64, Ints, Rules]:
    """VMs spread over hosts at random, each where it fits, with a rule of each kind."""
    rng = np.random.default_rng(seed)
    demand = rng.choice([1.0, 2, 3, 5], (int(rng.integers(2, 25)), 2))
    capacity = np.full((5, 2), 14.0)
    apart = sorted(rng.choice(len(demand), 2, replace=False).tolist())
    now, free = np.full(len(demand), -1), capacity.copy()
    for vm in rng.permutation(len(demand)).tolist():
        for host in rng.permutation(5).tolist():
            near = vm in apart and any(now[other] == host for other in apart)
            if now[vm] < 0 and not near and (demand[vm] <= free[host]).all():
                now[vm] = host
                free[host] -= demand[vm]
    placed = np.flatnonzero(now >= 0)
    pin = int(rng.choice(placed))
    return demand, capacity, now, Rules([apart], {pin: int(now[pin])}, spare_hosts=1)


def walk(demand: F64, capacity: F64, start: Ints, plan: MovePlan, rules: Rules) -> Ints:
    """Make the moves, holding every rule at every step, and return where all ends."""
    here, load = start.copy(), np.zeros_like(capacity)
    np.add.at(load, here[here >= 0], demand[here >= 0])
    spare = spare_hosts(capacity, rules)
    for move in plan.moves:
        assert here[move.vm] == move.source
        load[move.target] += demand[move.vm]
        assert (load[move.target] <= capacity[move.target] + 1e-6).all()
        load[move.source] -= demand[move.vm]
        here[move.vm] = move.target
        assert move.target not in spare
        assert move.vm not in rules.pinned or rules.pinned[move.vm] == move.target
        for members in rules.anti_affinity:
            if move.vm in members:
                assert [here[vm] for vm in members].count(move.target) == 1
    return here


class TestOrder:
    """From one map to another."""

    def test_it_breaks_a_circle_by_parking(self) -> None:
        plan = plan_moves([[4, 4], [4, 4]], [[4, 4]] * 3, ([0, 1], [1, 0]))
        assert [move.why for move in plan.moves] == [Why.PARKS, Why.MAKES_ROOM, Why.MAKES_ROOM]
        assert plan.host_of_vm.tolist() == [1, 0]

    def test_it_says_so_where_there_is_nowhere_to_park(self) -> None:
        plan = plan_moves([[4, 4], [4, 4]], [[4, 4]] * 2, ([0, 1], [1, 0]))
        assert plan.moves == ()
        assert plan.unreachable == ((0, Stuck.NO_PARKING), (1, Stuck.NO_PARKING))

    @pytest.mark.parametrize(
        ("rules", "stuck"),
        [
            (Rules(pinned={0: 0}), Stuck.PINNED),
            (Rules([[0, 1]]), Stuck.ANTI_AFFINITY),
            (Rules(spare_hosts=1), Stuck.RESERVED),
        ],
    )
    def test_it_says_which_rule_forbids_a_move(self, rules: Rules, stuck: Stuck) -> None:
        plan = plan_moves([[1, 1], [1, 1]], [[4, 4], [9, 9]], ([0, 1], [1, 1]), rules)
        assert plan.unreachable == ((0, stuck),)

    def test_it_waits_until_room_is_made(self) -> None:
        plan = plan_moves([[4, 4], [3, 3]], [[4, 4], [4, 4], [4, 4]], ([0, 1], [1, 2]))
        assert [move.vm for move in plan.moves] == [1, 0]

    def test_it_shares_the_saved_watts_among_the_moves_that_empty_a_host(self) -> None:
        plan = plan_moves([[1, 4], [1, 2]], [[4, 8], [4, 8]], ([0, 0], [1, 1]), idle_w=[120, 100])
        assert [(move.why, move.memory_gib, move.gain_w) for move in plan.moves] == [
            (Why.FREES_HOST, 4.0, 60.0),
            (Why.FREES_HOST, 2.0, 60.0),
        ]
        assert plan.freed.tolist() == [0]

    @settings(max_examples=60)
    @given(seeds)
    def test_it_never_oversubscribes_on_the_way_to_any_map(self, seed: int) -> None:
        demand, capacity, now, rules = estate(seed)
        target = np.random.default_rng(seed).permutation(now)
        plan = plan_moves(demand, capacity, (now, target), rules)
        assert (walk(demand, capacity, now, plan, rules) == plan.host_of_vm).all()
        lost = {vm for vm, _ in plan.unreachable}
        wanted = np.where((now < 0) | (target < 0), now, target)
        assert {int(vm) for vm in np.flatnonzero(plan.host_of_vm != wanted)} <= lost


class TestConsolidate:
    """Fewer hosts with few moves."""

    @settings(max_examples=60)
    @given(seeds)
    def test_it_keeps_every_rule_and_never_uses_more_hosts(self, seed: int) -> None:
        demand, capacity, now, rules = estate(seed)
        for plan in (
            consolidate(demand, capacity, now, Options(rules=rules)),
            repack(demand, capacity, now, Options(rules=rules)),
        ):
            if plan is not None:
                assert (walk(demand, capacity, now, plan, rules) == plan.host_of_vm).all()
                assert ((plan.host_of_vm < 0) == (now < 0)).all()
        spare = spare_hosts(capacity, rules)
        light = consolidate(demand, capacity, now, Options(rules=rules)).host_of_vm
        extra = len(set(now.tolist()) & set(spare.tolist()))
        assert len(set(light.tolist())) <= len(set(now.tolist())) + extra

    def test_it_moves_as_little_as_it_can(self) -> None:
        plan = consolidate([[2, 2]] * 5, [[8, 8]] * 2, [0, 0, 0, 1, 0], idle_w=[50, 70])
        assert [(move.vm, move.target) for move in plan.moves] == []
        plan = consolidate([[2, 2]] * 4, [[8, 8]] * 2, [0, 0, 0, 1], idle_w=[50, 70])
        assert [(move.vm, move.target, move.gain_w) for move in plan.moves] == [(3, 0, 70.0)]

    def test_it_places_anew_with_the_names_that_most_vms_have(self) -> None:
        plan = repack([[4, 4], [4, 4], [2, 2]], [[8, 8]] * 3, [2, 2, 1])
        assert plan is not None
        assert plan.moves == ()

    def test_it_relieves_parts_and_returns(self) -> None:
        rules = Rules([[0, 1]], {2: 2})
        now = [0, 0, 1, 1, 1]
        plan = consolidate([[1, 1], [1, 1], [1, 1], [6, 6], [6, 6]], [[8, 8]] * 3, now, Options(rules=rules))
        whys = {move.vm: move.why for move in plan.moves}
        assert whys[2] is Why.RETURNS_TO_PIN
        assert plan.host_of_vm[0] != plan.host_of_vm[1]
        assert Why.RELIEVES in whys.values() or plan.host_of_vm[3] != plan.host_of_vm[4]
        load = np.zeros(3)
        np.add.at(load, plan.host_of_vm, [1, 1, 1, 6, 6])
        assert (load <= 8).all()
