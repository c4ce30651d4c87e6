"""What the tests of the on-prem side share."""

from collections.abc import Iterator

import pytest

from hosts.live.live import LIVES
from hosts.live.totals import WHOLES
from hosts.live.traces import BOOKS

KEPT = (LIVES, BOOKS, WHOLES)


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    """Labs of two tests have the same key, and what is kept goes by it."""
    for kept in KEPT:
        kept.clear()
    yield
    for kept in KEPT:
        kept.clear()
