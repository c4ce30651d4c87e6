"""Where the objects that jobs touch have their pages: `page_of(VirtualMachine, "hosts:vm")` in AppConfig.ready."""

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.urls import NoReverseMatch, reverse

PAGES: dict[str, str] = {}


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
