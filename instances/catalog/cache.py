"""The catalog's version, and the results that are kept in each process as long as it stands."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import ParamSpec, TypeVar

from instances.models import CatalogVersion
from virtlab.web.cache import cached_by_version

P = ParamSpec("P")
R = TypeVar("R")
HELD: ContextVar[str] = ContextVar("held_catalog", default="")
MOST_RESULTS = 200
"""Of one function; made-up region codes must not fill the memory."""


def catalog_version() -> str:
    """A token that differs after every change of the catalog; empty before the first load (one query, none where it is
    held).
    """
    if held := HELD.get():
        return held
    return CatalogVersion.objects.values_list("token", flat=True).filter(pk=1).first() or ""


@contextmanager
def held_catalog() -> Iterator[None]:
    """Looks at the version once for all that is computed within: it is of one catalog, and asks no more."""
    token = HELD.set(catalog_version())
    try:
        yield
    finally:
        HELD.reset(token)


def catalog_changed() -> datetime | None:
    """When the catalog last changed; None before the first load (one query)."""
    return CatalogVersion.objects.values_list("changed_at", flat=True).filter(pk=1).first()


def renew_catalog_version() -> None:
    """Says that the catalog changed. Random rather than counted: a rolled-back change must not lend its number."""
    CatalogVersion.objects.update_or_create(pk=1, defaults={"token": secrets.token_hex(8)})


def cached_by_catalog(function: Callable[P, R]) -> Callable[P, R]:
    """Keeps the function's results by its arguments until the catalog changes (one query each time)."""
    return cached_by_version(catalog_version, MOST_RESULTS)(function)
