"""Where the objects that jobs touch have their pages: `page_of(VirtualMachine, "hosts:vm")` in AppConfig.ready."""

from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Value
from django.urls import NoReverseMatch, reverse

PAGES: dict[str, str] = {}


LONGEST_NAME = 255


def kept_name(thing: models.Model) -> str:
    """What jobs keep of an object's name, which outlives it: the same words for readers of any language. Models whose
    name is translated have one without words (`kept_name`).
    """
    return str(getattr(thing, "kept_name", thing))[:LONGEST_NAME]


def page_of(model: type[models.Model], url_name: str) -> None:
    """Names the page of a model's objects; its address takes the lab's slug and the object's key."""
    PAGES[model._meta.label_lower] = url_name


def address_of(content_type_id: int, pk: int, slug: str) -> str:
    """The address of an object's page, empty where it has none."""
    kind = ContentType.objects.get_for_id(content_type_id)
    url_name = PAGES.get(f"{kind.app_label}.{kind.model}")
    try:
        return reverse(url_name, args=[slug, pk]) if url_name else ""
    except NoReverseMatch:
        return ""


def still_there(things: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those (content type, key) that have a page and are in the database still (one query at most)."""
    keys: dict[int, set[int]] = {}
    for kind, pk in things:
        keys.setdefault(kind, set()).add(pk)
    found = [_found(kind, pks) for kind, pks in keys.items() if _has_page(kind)]
    return set(found[0].union(*found[1:], all=True)) if found else set()


def _found(content_type_id: int, pks: set[int]) -> models.QuerySet[models.Model, tuple[int, int]]:
    model = ContentType.objects.get_for_id(content_type_id).model_class()
    assert model is not None
    rows = model._default_manager.filter(pk__in=pks).order_by().annotate(kind=Value(content_type_id))
    found: models.QuerySet[models.Model, tuple[int, int]] = rows.values_list("kind", "pk")
    return found


def _has_page(content_type_id: int) -> bool:
    kind = ContentType.objects.get_for_id(content_type_id)
    return f"{kind.app_label}.{kind.model}" in PAGES
