"""The spread of durations."""

from random import Random
from statistics import median, quantiles

import numpy as np
import pytest

from virtlab.engine.arrays import F64
from virtlab.engine.durations.spread import (
    LEAST,
    MOST,
    NORMAL,
    Ending,
    median_rank,
    p95_of_sum_s,
    quantile_of_last_s,
    quantile_of_sum_s,
    quantile_s,
)


class TestQuantile:
    def test_it_has_the_median_and_the_95th_percentile_that_it_is_given(self) -> None:
        assert quantile_s(20, 1.3, 0.5) == pytest.approx(20)
        assert quantile_s(20, 1.3, 0.95) == pytest.approx(26)

    def test_it_does_not_spread_at_a_ratio_of_one(self) -> None:
        assert quantile_s(20, 1.0, 0.99) == 20

    def test_it_bounds_what_is_drawn(self) -> None:
        assert 0 < quantile_s(20, 3.0, 0.0) < quantile_s(20, 3.0, 1.0) < 20 * 6

    def test_it_refuses_a_95th_percentile_below_the_median(self) -> None:
        with pytest.raises(ValueError, match="too low"):
            quantile_s(20, 0.9, 0.5)


class TestSum:
    def test_it_agrees_with_many_draws(self) -> None:
        dice, steps = Random(1), [10.0, 30.0, 16.5, 20.0]
        sums = [5 + sum(quantile_s(m, 1.4, dice.random()) for m in steps) for _draw in range(20_000)]
        assert p95_of_sum_s(steps, 5, 1.4) == pytest.approx(quantiles(sums, n=20)[-1], rel=0.01)
        assert median(sums) < p95_of_sum_s(steps, 5, 1.4)

    def test_it_is_the_fixed_part_where_nothing_varies(self) -> None:
        assert p95_of_sum_s([], 12, 1.3) == 12


def draws(ending: Ending, ratio: float, shape: tuple[int, int]) -> F64:
    """Cases of what ends so, as jobs draw them."""
    dice = np.random.default_rng(7)
    sigma, bounds = np.log(ratio) / NORMAL.inv_cdf(0.95), (NORMAL.inv_cdf(LEAST), NORMAL.inv_cdf(MOST))
    total: F64 = np.full(shape, float(ending.fixed_s))
    for median_s in ending.varying_s:
        total += median_s * np.exp(sigma * np.clip(dice.standard_normal(shape), *bounds))
    return total


BOOT = Ending(1.5, (16.5, 90.0))


class TestLast:
    @pytest.mark.parametrize("ratio", [1.1, 1.3, 1.5, 2.0])
    @pytest.mark.parametrize("count", [1, 2, 4, 20, 50])
    def test_it_agrees_with_many_draws(self, count: int, ratio: float) -> None:
        ends = draws(BOOT, ratio, (20_000, count)).max(axis=1)
        for share in (0.5, 0.95):
            expected = np.quantile(ends, share)
            assert quantile_of_last_s([BOOT] * count, ratio, share) == pytest.approx(expected, rel=0.02)

    @pytest.mark.parametrize("ratio", [1.1, 1.3, 1.5])
    def test_it_agrees_where_some_begin_later(self, ratio: float) -> None:
        first, then = Ending(120, (100.0, 60.0)), Ending(150, (100.0, 60.0))
        sides = [draws(first, ratio, (20_000, 8)), draws(then, ratio, (20_000, 2))]
        ends = np.concatenate(sides, axis=1).max(axis=1)
        for share in (0.5, 0.95):
            found = quantile_of_last_s([first] * 8 + [then] * 2, ratio, share)
            assert found == pytest.approx(np.quantile(ends, share), rel=0.02)

    def test_it_is_that_of_one_where_there_is_only_one(self) -> None:
        assert quantile_of_last_s([BOOT], 1.3, 0.95) == pytest.approx(quantile_of_sum_s(BOOT, 1.3, 0.95), abs=0.01)

    def test_it_is_the_latest_where_nothing_varies(self) -> None:
        assert quantile_of_last_s([Ending(3), Ending(7), Ending(2)], 1.3, 0.5) == pytest.approx(7)
        assert quantile_of_last_s([BOOT, Ending(200)], 1.0, 0.95) == pytest.approx(200)

    def test_it_grows_with_how_many_there_are(self) -> None:
        ends = [quantile_of_last_s([BOOT] * count, 1.3, 0.5) for count in (1, 2, 10, 50)]
        assert ends == sorted(set(ends))

    @pytest.mark.parametrize("count", [1, 2, 5, 20])
    def test_it_ranks_as_many_draws_do(self, count: int) -> None:
        ordered = np.sort(np.random.default_rng(3).random((20_000, count)), axis=1)
        for rank in range(1, count + 1):
            assert median_rank(rank, count) == pytest.approx(np.median(ordered[:, rank - 1]), abs=0.01)
