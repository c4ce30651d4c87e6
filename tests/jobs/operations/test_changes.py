"""Before and after in words: numbers of one row are written alike."""

import pytest

from virtlab.jobs.operations.plan import Change


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        (8192, 16384, ("8,192", "16,384")),
        (0, 0.0, ("0", "0")),
        (0, 5.3, ("0.0", "5.3")),
        (1234.5, 1240.0, ("1,234.5", "1,240.0")),
        ("–", "kvm-02", ("–", "kvm-02")),
        ("–", 1000, ("–", "1,000")),
    ],
)
def test_it_groups_thousands_and_has_the_same_decimals_on_both_sides(
    before: object, after: object, shown: tuple[str, str]
) -> None:
    change = Change("Memory written", before, after, "GiB")
    assert change.shown == shown
    assert change.differs == (shown[0] != shown[1])
