"""Who imports over REST, and into which lab."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from virtlab.labs.models import Lab


@pytest.fixture
def daras(dara: User, client_of: Callable[[User], Client], catalog: None) -> Client:
    """Dara's browser session."""
    return client_of(dara)


@pytest.fixture
def lab(dara: User) -> Lab:
    """Dara's empty lab."""
    return Lab.objects.create(name="Empty", owner=dara)
