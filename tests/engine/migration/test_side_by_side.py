"""Jobs that share links, told in advance: against hand-made cases, and what must hold for any."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from virtlab.engine.migration.side_by_side import Leg, ends_s

RATE = np.array([100.0, 40.0])


def copy(mib: float, *route: int) -> Leg:
    return Leg(mib=mib, route=route or (0,))


def test_it_takes_all_of_a_link_alone() -> None:
    assert ends_s([[Leg(2.0), copy(500), Leg(1.0)]], RATE, 1) == [[2.0, 7.0, 8.0]]


def test_it_shares_from_when_the_other_begins_until_it_ends() -> None:
    first, second = [copy(1000)], [Leg(5.0), copy(100)]
    # 5 s at 100, then both at 50: the second has its 100 after 2 s, and the first goes on alone.
    assert ends_s([first, second], RATE, 2) == [[pytest.approx(11.0)], [5.0, pytest.approx(7.0)]]


def test_it_counts_a_link_twice_that_is_read_and_written() -> None:
    assert ends_s([[copy(100, 0, 0)]], RATE, 1) == [[pytest.approx(2.0)]]
    assert ends_s([[copy(100, 0, 0)], [copy(100, 0)]], RATE, 2) == [[pytest.approx(3.0)], [pytest.approx(3.0)]]


def test_it_is_held_back_by_the_narrowest_link() -> None:
    assert ends_s([[copy(80, 0, 1)], [copy(120, 0)]], RATE, 2) == [[pytest.approx(2.0)], [pytest.approx(2.0)]]


def test_it_never_ends_where_nothing_goes_through() -> None:
    ends = ends_s([[Leg(1.0), copy(80, 1), Leg(1.0)], [copy(100)]], np.array([100.0, 0.0]), 2)
    assert ends == [[1.0, float("inf"), float("inf")], [pytest.approx(1.0)]]


def test_it_does_not_wait_for_those_that_nobody_asks_about() -> None:
    assert ends_s([[Leg(1.0)], [Leg(1e9), copy(1e9)]], RATE, 1) == [[1.0]]


ROUTES = st.sampled_from([(0,), (1,), (0, 1), (0, 0)])
PARTS = st.one_of(
    st.floats(0, 50).map(Leg),
    st.builds(lambda mib, route: Leg(mib=mib, route=route), st.floats(0, 5000), ROUTES),
)
JOBS = st.lists(st.lists(PARTS, min_size=1, max_size=4), min_size=1, max_size=6)


@given(JOBS)
def test_it_is_never_faster_than_alone_and_links_carry_no_more_than_they_can(jobs: list[list[Leg]]) -> None:
    ends = ends_s(jobs, RATE, len(jobs))
    for job, own in zip(jobs, ends, strict=True):
        [alone] = ends_s([job], RATE, 1)
        assert all(end >= end_alone - 1e-6 for end, end_alone in zip(own, alone, strict=True))
        assert own == sorted(own)
    last_s = max(own[-1] for own in ends)
    for link, carries in enumerate(RATE):
        mib = sum(part.mib * part.route.count(link) for job in jobs for part in job)
        assert mib <= carries * last_s + 1e-6
