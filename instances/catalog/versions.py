"""The catalogue's version: tables made from it are kept in memory as long as it stands."""

import secrets

from instances.models import CatalogueVersion


def catalogue_version() -> str:
    """A token that differs after every change of the catalogue; empty before the first load (one query)."""
    return CatalogueVersion.objects.values_list("token", flat=True).filter(pk=1).first() or ""


def renew_catalogue_version() -> None:
    """Says that the catalogue changed. Random rather than counted: a rolled-back change must not lend its number."""
    CatalogueVersion.objects.update_or_create(pk=1, defaults={"token": secrets.token_hex(8)})
