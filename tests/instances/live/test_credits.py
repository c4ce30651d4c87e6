"""The hourly demand that CPU credits are computed from, whatever the step of the trace is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from instances.live.credits import hourly_means


@pytest.mark.parametrize(
    ("samples", "step_s", "begins_s", "means"),
    [
        ([1, 3, 5, 7], 1800, 0, [2, 6, 2]),
        ([1, 3], 3600, 0, [1, 3, 1]),
        ([1, 3], 7200, 0, [1, 1, 3, 3, 1]),
        ([2, 8], 86_400, 86_400 - 3600, [2, 8]),
        ([1, 3], 3600, 1800, [2, 2]),
        ([1, 3], 3600, -3600, [3, 1]),
        ([0, 6], 2700, 0, [1.5, 3]),
    ],
)
def test_it_weights_samples_by_their_time(
    samples: list[float], step_s: float, begins_s: float, means: list[float]
) -> None:
    found = hourly_means(np.array(samples, dtype=np.float32), step_s, begins_s, len(means))
    assert found.tolist() == pytest.approx(means)


@given(
    samples=st.lists(st.floats(0, 64, width=32), min_size=1, max_size=40),
    step_s=st.sampled_from([60, 300, 900, 2700, 3600, 5400, 7200, 86_400]),
    begins_s=st.integers(-200_000, 200_000),
    hours=st.integers(1, 30),
)
def test_it_is_the_mean_of_all_seconds(samples: list[float], step_s: int, begins_s: int, hours: int) -> None:
    trace = np.array(samples, dtype=np.float32)
    seconds = begins_s + np.arange(hours * 3600)
    plain = trace[(seconds // step_s) % trace.size].astype(np.float64).reshape(hours, 3600).mean(axis=1)
    assert hourly_means(trace, step_s, begins_s, hours) == pytest.approx(plain, abs=1e-6)
