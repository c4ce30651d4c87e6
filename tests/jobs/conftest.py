"""An estate for every test that asks for one."""

import pytest
from django.test import Client

from tests.jobs.estate import Estate, make_estate
from virtlab.labs.access import SESSION_KEY
from virtlab.labs.models import Lab


@pytest.fixture
def estate(db: None) -> Estate:
    """A lab with two hosts and four guests."""
    return make_estate()


@pytest.fixture
def mine(estate: Estate, aiko: Client) -> Estate:
    """The estate as Aiko's lab."""
    session = aiko.session
    session[SESSION_KEY] = "aiko-token"
    session.save()
    aiko.cookies["sessionid"] = session.session_key or ""
    Lab.objects.filter(pk=estate.lab.pk).update(visitor_token="aiko-token")
    return estate
