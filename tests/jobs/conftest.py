"""An estate for every test that asks for one."""

import pytest
from django.test import Client

from tests.jobs.estate import Estate, make_estate
from tests.support.visitors import give_to


@pytest.fixture
def estate(db: None) -> Estate:
    """A lab with two hosts and four guests."""
    return make_estate()


@pytest.fixture
def mine(estate: Estate, aiko: Client) -> Estate:
    """The estate as Aiko's lab."""
    give_to(aiko, estate.lab)
    return estate
