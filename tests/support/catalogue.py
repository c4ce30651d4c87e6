"""The catalogue of both sides in the test database: loaded once per session, when a test first asks for it.

It stays for the tests that follow, so a test that makes a region of its own names one that does not exist.
"""

import pytest
from pytest_django import DjangoDbBlocker

from hosts.catalog.load import load_server_models
from instances.catalog.cache import catalogue_version
from instances.catalog.load import load_catalogue


@pytest.fixture(scope="session")
def catalogue_loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The committed tables, outside any test's transaction."""
    with django_db_blocker.unblock():
        load_catalogue()
        load_server_models()


@pytest.fixture
def catalogue(catalogue_loaded: None, db: None) -> None:
    """Regions, instance types, prices and server models; loaded again where a test has emptied the database."""
    if not catalogue_version():
        load_catalogue()
        load_server_models()
