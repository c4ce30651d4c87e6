"""A visitor's own cloud."""

import pytest
from django.test import Client

from tests.instances.operations.cloud import Cloud

TOKEN = "a" * 43


@pytest.fixture
def own(cloud: Cloud, aiko: Client) -> Cloud:
    """Aiko's cloud."""
    session = aiko.session
    session["visitor"] = TOKEN
    session.save()
    cloud.lab.visitor_token = TOKEN
    cloud.lab.save()
    return cloud
