"""A cloud for every test that asks for one."""

import pytest

from tests.instances.operations.cloud import Cloud, make_cloud


@pytest.fixture
def cloud(catalog: None) -> Cloud:
    """A lab with an empty cloud, and the catalog."""
    return make_cloud()
