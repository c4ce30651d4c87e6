"""What the tests of the on-prem side share."""

from collections.abc import Iterator

import pytest

from hosts.selectors.demand import BOOKS
from hosts.selectors.live import LIVES
from hosts.selectors.totals import WHOLES

KEPT = (LIVES, BOOKS, WHOLES)


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    """Labs of two tests have the same key, and what is kept goes by it."""
    for kept in KEPT:
        kept.clear()
    yield
    for kept in KEPT:
        kept.clear()
