"""The spread of durations."""

from random import Random
from statistics import median, quantiles

import pytest

from virtlab.engine.durations.spread import p95_of_sum_s, quantile_s


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
