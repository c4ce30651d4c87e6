"""An estate for every test that asks for one."""

import pytest

from tests.jobs.estate import Estate, make_estate


@pytest.fixture
def estate(db: None) -> Estate:
    """A lab with two hosts and four guests."""
    return make_estate()
