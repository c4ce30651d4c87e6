"""The way of a guest, and of an estate, to the cloud."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from virtlab.engine.durations.durations import downtime_s, total_s
from virtlab.engine.durations.timings import Timings
from virtlab.engine.migration.to_cloud import (
    CloudRates,
    estate_upload_s,
    import_steps,
    replicate_steps,
    upload_ends_s,
    upload_s,
)

DAY = 86_400.0


def test_it_needs_weeks_for_a_large_estate() -> None:
    """234.5 TB over 1 Gb/s: 21.7 days with the whole line, 27.1 with four fifths of it."""
    gib = 234.5e12 / 1024**3
    assert estate_upload_s([gib], CloudRates(wan_share=1.0)) / DAY == pytest.approx(21.7, abs=0.05)
    assert estate_upload_s([gib / 2, gib / 2]) / DAY == pytest.approx(27.1, abs=0.05)


def test_it_imports_with_the_guest_off_throughout() -> None:
    steps = import_steps([40.0, 60.0])
    codes = " ".join(step.code for step in steps)
    assert codes == "shutdown export upload import image api pending first_boot cutover"
    assert downtime_s(steps) == total_s(steps)
    assert steps[2].duration_s == pytest.approx(100 * 1024**3 * 8 / 0.8e9)


def test_it_replicates_with_little_downtime() -> None:
    steps = replicate_steps([100.0], change_gib_per_day=10)
    assert downtime_s(steps) < downtime_s(import_steps([100.0]))
    assert steps[0].duration_s > upload_s(100)


def test_it_refuses_a_guest_that_changes_faster_than_the_line() -> None:
    with pytest.raises(ValueError, match="never catches up"):
        replicate_steps([100.0], change_gib_per_day=10_000, timings=Timings(wan_mbps=100))


def test_it_refuses_a_dead_line() -> None:
    with pytest.raises(ValueError, match="carries nothing"):
        upload_s(1, timings=Timings(wan_mbps=0))


@given(st.lists(st.floats(0, 1e5), min_size=1, max_size=20))
def test_it_shares_the_line_and_uses_all_of_it(sizes: list[float]) -> None:
    ends = upload_ends_s(sizes)
    assert max(ends) == pytest.approx(estate_upload_s(sizes))
    assert all(end >= upload_s(size) * (1 - 1e-9) for end, size in zip(ends, sizes, strict=True))
