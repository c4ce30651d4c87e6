"""Moves that share links: fair rates, limits per host, and what a crowd does."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from virtlab.engine.arrays import F64, Ints
from virtlab.engine.migration.link_sharing import fair_rates
from virtlab.engine.migration.live import plan_precopy
from virtlab.engine.migration.moves_together import Links, Moves, MovesDone, migrate_together
from virtlab.engine.migration.precopy import Guest

GIB = 1024**3
LINK = 1.25e9


@st.composite
def networks(draw: st.DrawFn) -> tuple[Ints, F64]:
    """Up to 12 transfers over up to 6 links."""
    links = draw(st.integers(2, 6))
    capacity = draw(st.lists(st.floats(0.1, 1000), min_size=links, max_size=links))
    pairs = st.lists(st.integers(0, links - 1), min_size=2, max_size=2, unique=True)
    routes = draw(st.lists(pairs, min_size=1, max_size=12))
    return np.array(routes), np.array(capacity)


class TestFairRates:
    """Max-min fairness."""

    def test_it_shares_the_textbook_network(self) -> None:
        """Three flows over two links of 1 and 2: one crosses both, each has one more (Bertsekas & Gallager)."""
        rates = fair_rates(np.array([[0, 1], [0, -1], [1, -1]]), np.array([1.0, 2.0]))
        assert rates.tolist() == pytest.approx([0.5, 0.5, 1.5])

    @given(networks())
    def test_it_overloads_no_link(self, network: tuple[Ints, F64]) -> None:
        routes, capacity = network
        rates = fair_rates(routes, capacity)
        carried = np.zeros(capacity.size)
        for route, rate in zip(routes, rates, strict=True):
            carried[route] += rate
        assert (rates > 0).all()
        assert (carried <= capacity * (1 + 1e-9)).all()

    @given(networks())
    def test_it_gives_each_transfer_a_bottleneck(self, network: tuple[Ints, F64]) -> None:
        """Each crosses a full link on which nobody has more: that is what max-min fair means."""
        routes, capacity = network
        rates = fair_rates(routes, capacity)
        for route, rate in zip(routes, rates, strict=True):
            assert any(_is_bottleneck(link, rate, routes, rates, capacity) for link in route)


def _is_bottleneck(link: int, rate: float, routes: Ints, rates: F64, capacity: F64) -> bool:
    others = rates[(routes == link).any(axis=1)]
    return bool(others.sum() >= capacity[link] * (1 - 1e-9) and rate >= others.max() * (1 - 1e-9))


class TestTogether:
    """Many live migrations at once."""

    @settings(max_examples=30)
    @given(st.floats(1, 64), st.floats(0, 1.5))
    def test_it_moves_one_alone_as_planned(self, gib: float, share: float) -> None:
        done = migrate_together(Moves([gib * GIB], [share * LINK], [0], [1]), Links([LINK, LINK]))
        plan = plan_precopy(Guest(gib * GIB, share * LINK), LINK)
        assert done.moved[0] == plan.moved
        assert done.end_s[0] == pytest.approx(plan.total_s)
        assert done.downtime_s[0] * 1000 == pytest.approx(plan.downtime_ms)
        assert done.sent_bytes[0] == pytest.approx(plan.sent_bytes)
        assert done.rounds[0] == len(plan.rounds)

    @settings(max_examples=30)
    @given(st.floats(1, 64), st.floats(0.9, 3))
    def test_it_throttles_one_alone_as_planned(self, gib: float, share: float) -> None:
        done = migrate_together(Moves([gib * GIB], [share * LINK], [0], [1]), Links([LINK, LINK]), auto_converge=True)
        plan = plan_precopy(Guest(gib * GIB, share * LINK), LINK, auto_converge=True)
        assert done.end_s[0] == pytest.approx(plan.total_s)
        assert done.throttle[0] >= plan.throttle_peak - 1e-9

    def test_it_halves_the_rate_of_two_from_one_host(self) -> None:
        done = migrate_together(Moves([GIB, GIB], [0, 0], [0, 0], [1, 2]), Links([LINK] * 3))
        alone = migrate_together(Moves([GIB], [0], [0], [1]), Links([LINK] * 3))
        assert done.total_s == pytest.approx(2 * alone.total_s, rel=0.05)

    def test_it_does_not_slow_moves_that_share_nothing(self) -> None:
        done = migrate_together(Moves([GIB, GIB], [0, 0], [0, 1], [1, 0]), Links([LINK, LINK]))
        alone = migrate_together(Moves([GIB], [0], [0], [1]), Links([LINK, LINK]))
        assert done.end_s.tolist() == pytest.approx([alone.total_s, alone.total_s])

    def test_it_lets_the_rest_speed_up_when_one_ends(self) -> None:
        done = migrate_together(Moves([GIB, 3 * GIB], [0, 0], [0, 0], [1, 1]), Links([LINK, LINK]))
        assert done.end_s[1] == pytest.approx(4 * GIB / LINK, rel=0.05)

    def test_it_fails_in_a_crowd_and_not_in_small_groups(self) -> None:
        crowd = Moves([4 * GIB] * 8, [0.3 * LINK] * 8, [0] * 8, [1] * 8)
        assert not migrate_together(crowd, Links([LINK, LINK], per_host=8)).moved.all()
        assert migrate_together(crowd, Links([LINK, LINK], per_host=2)).moved.all()
        assert migrate_together(crowd, Links([LINK, LINK], per_host=8), auto_converge=True).moved.all()

    @settings(max_examples=25, deadline=None)
    @given(st.integers(1, 25), st.integers(2, 6), st.integers(1, 8), st.integers(0, 2**32 - 1))
    def test_it_keeps_its_limits(self, count: int, hosts: int, per_host: int, seed: int) -> None:
        rng = np.random.default_rng(seed)
        source = rng.integers(0, hosts, count)
        target = (source + rng.integers(1, hosts, count)) % hosts
        memory = rng.uniform(0.1, 32, count) * GIB
        moves = Moves(memory, rng.uniform(0, 0.8, count) * LINK, source, target)
        done = migrate_together(moves, Links(np.full(hosts, LINK), per_host), auto_converge=True)
        assert done.moved.all()
        assert (done.sent_bytes >= memory * (1 - 1e-9)).all()
        assert (done.end_s - done.start_s >= memory / LINK * (1 - 1e-9)).all()
        for host in range(hosts):
            sent = done.sent_bytes[source == host].sum()
            assert done.total_s >= sent / LINK * (1 - 1e-9)
            assert _most_at_once(done, (source == host) | (target == host)) <= per_host

    def test_it_bounds_all_by_the_backbone(self) -> None:
        moves = Moves([GIB] * 4, [0] * 4, [0, 1, 2, 3], [4, 5, 6, 7])
        done = migrate_together(moves, Links([LINK] * 8, backbone_bytes_per_s=LINK))
        assert done.total_s == pytest.approx(4 * GIB / LINK, rel=0.05)

    def test_it_has_nothing_to_do_without_moves(self) -> None:
        assert migrate_together(Moves([], [], [], []), Links([LINK])).total_s == 0

    @pytest.mark.parametrize(
        ("moves", "links", "message"),
        [
            (Moves([GIB], [0], [0], [0]), Links([LINK, LINK]), "two hosts"),
            (Moves([GIB], [0], [0], [2]), Links([LINK, LINK]), "Hosts run"),
            (Moves([GIB], [0], [0, 1], [1]), Links([LINK, LINK]), "targets"),
            (Moves([0], [0], [0], [1]), Links([LINK, LINK]), "memory in use"),
            (Moves([GIB], [-1], [0], [1]), Links([LINK, LINK]), "dirty rate"),
            (Moves([GIB], [0], [0], [1]), Links([LINK, 0]), "link"),
            (Moves([GIB], [0], [0], [1]), Links([LINK, LINK], per_host=0), "At least one"),
            (Moves([GIB], [0], [0], [1]), Links([LINK, LINK], backbone_bytes_per_s=0), "backbone"),
        ],
    )
    def test_it_refuses_what_is_not_possible(self, moves: Moves, links: Links, message: str) -> None:
        with pytest.raises(ValueError, match=message):
            migrate_together(moves, links)


def _most_at_once(done: MovesDone, rows: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> int:
    """Most moves of `rows` under way at one time; the fixed part of the downtime needs no link."""
    starts, ends = done.start_s[rows], done.end_s[rows] - 0.05 - 1e-9
    return max((int(((starts <= at) & (ends > at)).sum()) for at in starts), default=0)
