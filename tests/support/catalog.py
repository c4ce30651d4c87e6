"""The catalog of both sides in the test database: loaded once per session, when a test first asks for it.

It stays for the tests that follow, so a test that makes a region of its own names one that does not exist.
"""

import pytest
from pytest_django import DjangoDbBlocker

from hosts.catalog.load import load_server_models
from instances.catalog.cache import catalog_version
from instances.catalog.load import load_catalog


@pytest.fixture(scope="session")
def catalog_loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The committed tables, outside any test's transaction."""
    with django_db_blocker.unblock():
        load_catalog()
        load_server_models()


@pytest.fixture
def catalog(catalog_loaded: None, db: None) -> None:
    """Regions, instance types, prices and server models; loaded again where a test has emptied the database."""
    if not catalog_version():
        load_catalog()
        load_server_models()
