"""The catalogue's version, and the results that are kept in each process as long as it stands."""

import secrets
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from instances.models import CatalogueVersion
from virtlab.web.cache import cached_by_version

P = ParamSpec("P")
R = TypeVar("R")
MOST_RESULTS = 200
"""Of one function; made-up region codes must not fill the memory."""


def catalogue_version() -> str:
    """A token that differs after every change of the catalogue; empty before the first load (one query)."""
    return CatalogueVersion.objects.values_list("token", flat=True).filter(pk=1).first() or ""


def renew_catalogue_version() -> None:
    """Says that the catalogue changed. Random rather than counted: a rolled-back change must not lend its number."""
    CatalogueVersion.objects.update_or_create(pk=1, defaults={"token": secrets.token_hex(8)})


def cached_by_catalogue(function: Callable[P, R]) -> Callable[P, R]:
    """Keeps the function's results by its arguments until the catalogue changes (one query each time)."""
    return cached_by_version(catalogue_version, MOST_RESULTS)(function)
