"""What the tests of the on-prem side share."""

from collections.abc import Iterator

import pytest

from hosts.selectors.demand import BOOKS
from hosts.selectors.live import LIVES


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    """Labs of two tests have the same key, and what is kept goes by it."""
    LIVES.clear()
    BOOKS.clear()
    yield
    LIVES.clear()
    BOOKS.clear()
