"""Template tags and filters, loaded in every template (settings.TEMPLATES builtins)."""

import secrets
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, FileInput, Select
from django.template.context import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from virtlab.web import formats, nav
from virtlab.web.hypervisors.sources import source_words

register = template.Library()

register.filter("number", formats.number)
register.filter("exact", formats.exact)
register.filter("percent", formats.percent)
register.filter("usd", formats.usd)
register.filter("price", formats.price)
register.filter("jpy", formats.jpy)
register.filter("short", formats.short)
register.filter("kwh", formats.kwh)
register.filter("watts", formats.watts)
register.filter("carbon", formats.carbon)
register.filter("bytes", formats.binary_size)
register.filter("mib", formats.mib)
register.filter("gib", formats.gib)
register.filter("duration", formats.duration)
register.filter("day", formats.day)
register.filter("moment", formats.moment)
register.filter("weekday", formats.weekday)


@register.simple_tag
def figure(value: object, unit: object = "", size: str = "") -> SafeString:
    """A formatted number, large, and its unit, small and grey; `size="big"` in ledgers and stats."""
    css = f"figure figure-{size}" if size else "figure"
    if not unit:
        return format_html('<span class="{}"><b>{}</b></span>', css, value)
    return format_html('<span class="{}"><b>{}</b> <small>{}</small></span>', css, value, unit)


@register.simple_tag
def bar(share: float | None, side: str = "", *, from_right: bool = False) -> SafeString:
    """A bar for a share (0 … 1) of its row's width in the hue of `side` (hosts, instances), from the left or the right.

    It repeats a number that stands beside it, so it is hidden from screen readers.
    """
    width = round(100 * min(max(share or 0.0, 0.0), 1.0), 2)
    return format_html(
        '<svg class="bar" data-side="{}" aria-hidden="true">'
        '<rect x="{}%" width="{}%" height="100%" rx="3"></rect></svg>',
        side,
        _plain(100 - width if from_right else 0),
        _plain(width),
    )


def _plain(value: float) -> str:
    """A number as SVG reads it, whatever the language."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


@register.simple_tag
def plain(value: float, factor: float = 1.0) -> str:
    """value × factor with a decimal point and no grouping, for attributes that machines read."""
    return _plain(value * factor)


@register.inclusion_tag("parts/kind.html")
def kind_badge(kind: str, source: str = "", source_date: str = "") -> dict[str, str]:
    """How far a figure can be trusted; a press shows its source and date."""
    explained = {
        "list": (_("List"), _("A published figure.")),
        "derived": (_("Derived"), _("Computed from published figures.")),
        "estimate": (_("Estimate"), _("An estimate: the true value may differ.")),
        "yours": (_("Yours"), _("A price of your own.")),
        "assumption": (_("Assumption"), _("An assumption: change it where you know better.")),
    }
    label, meaning = explained.get(str(kind), (str(kind), ""))
    date = formats.day(source_date) if source_date else ""
    words = source_words(str(source))
    return {"kind": kind, "label": label, "meaning": meaning, "source": words, "date": date, "id": new_id("tip")}


@register.simple_tag
def new_id(prefix: str = "id") -> str:
    """An id that no other element has, also after fragments of other pages came in."""
    return f"{prefix}-{secrets.token_hex(4)}"


@register.inclusion_tag("parts/field.html")
def field(bound: BoundField, unit: str = "") -> dict[str, Any]:
    """A form field with its label, help and errors."""
    widget = bound.field.widget
    check = isinstance(widget, CheckboxInput)
    css = "form-check-input" if check else "form-select" if isinstance(widget, Select) else "form-control"
    return {
        "bound": bound,
        "control": bound.as_widget(attrs={"class": css}),
        "check": check,
        "file": isinstance(widget, FileInput),
        "unit": unit,
    }


@register.simple_tag(takes_context=True)
def lab_links(context: Context) -> list[nav.Link]:
    """The header's entries on a page of a lab; none elsewhere."""
    lab, request = context.get("lab"), context.get("request")
    return nav.links(lab.slug, request.path) if lab is not None and request is not None else []


@register.simple_tag(takes_context=True)
def lab_side(context: Context) -> nav.Side:
    """The side of the lab that the page belongs to; the page that "side_page" names is current, else the page's own."""
    request, lab = context["request"], context["lab"]
    path = reverse(name, args=[lab.slug]) if (name := context.get("side_page")) else request.path
    return nav.side(request.resolver_match.app_name, lab.slug, path)
