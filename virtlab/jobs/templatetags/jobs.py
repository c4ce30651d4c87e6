"""What any page of a lab may show of jobs: `{% load jobs %}`."""

from datetime import datetime
from typing import Any

from django import template
from django.db import models
from django.http import HttpRequest
from django.template.context import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from virtlab.jobs.choices import Side
from virtlab.jobs.operations.menu import menu_of
from virtlab.jobs.operations.operation import PROVIDER, Operation
from virtlab.jobs.operations.real_world import real_world_of
from virtlab.jobs.operations.registry import operation_named, operations_for
from virtlab.jobs.pages.clock import clock_context
from virtlab.jobs.pages.panel import panel, stream_start
from virtlab.jobs.pages.rows import job_rows
from virtlab.jobs.pages.ticks import is_dated, lab_moment
from virtlab.jobs.selectors import jobs_of
from virtlab.labs.access import may
from virtlab.labs.choices import Role
from virtlab.labs.models import Lab
from virtlab.web.requests import is_phone

register = template.Library()
HISTORY = 10
HOURS_AS_DAYS = 48


@register.inclusion_tag("jobs/panel/task_panel.html", takes_context=True)
def task_panel(context: Context) -> dict[str, Any]:
    """The task strip of the page's lab; nothing on pages without one."""
    lab, request = context.get("lab"), context.get("request")
    if not isinstance(lab, Lab) or not isinstance(request, HttpRequest) or lab.pk is None:
        return {"lab": None}
    tasks, chosen = panel(lab), request.COOKIES.get("tasks", "")
    # Folded while nothing goes on, unless the reader has it open: what is done may not cover the page.
    is_open = chosen == "open" or (chosen != "closed" and bool(tasks.running + tasks.queued))
    return {"lab": lab, "panel": tasks, **stream_start(), "open": is_open}


@register.inclusion_tag("jobs/panel/clock.html", takes_context=True)
def lab_clock(context: Context) -> dict[str, Any]:
    """The clock of the page's lab, with its speeds for those who may change them."""
    lab, request = context.get("lab"), context.get("request")
    if not isinstance(lab, Lab) or not isinstance(request, HttpRequest) or lab.pk is None:
        return {"lab": None}
    return clock_context(request, lab)


@register.inclusion_tag("jobs/parts.html#history", takes_context=True)
def object_history(context: Context, thing: models.Model) -> dict[str, Any]:
    """The last jobs that touched an object."""
    lab: Lab = context["lab"]
    return {"lab": lab, "rows": job_rows(lab, jobs_of(thing)[:HISTORY]), "thing": thing}


@register.inclusion_tag("jobs/operation_menu.html", takes_context=True)
def operation_menu(context: Context, thing: models.Model) -> dict[str, Any]:
    """What the reader may start on an object: the operations that matter most as buttons, the others under "More"."""
    lab, request = context["lab"], context["request"]
    allowed = {role: may(request, lab, role) for role in Role}
    offered: list[type[Operation]] = [op for op in operations_for(thing) if allowed[op.role]]
    query = urlencode({"subject": thing.pk, "next": request.get_full_path()})
    opens = f"actions-{thing._meta.model_name}-{thing.pk}"
    return {"lab": lab, "thing": thing, "menu": menu_of(offered), "query": query, "id": opens}


@register.simple_tag(takes_context=True)
def start_button(context: Context, name: str, label: str, css: str = "", of: str = "", **params: Any) -> str:
    """A link to an operation's page and back, for readers who may start it.

    `of` tells a screen reader what it is about, where a page has several; `params` go into the address.
    """
    lab, request, operation = context["lab"], context["request"], operation_named(name)
    if not may(request, lab, operation.role):
        return ""
    page = reverse("jobs:operate", args=[lab.slug, name])
    address = f"{page}?{urlencode({**params, 'next': request.get_full_path()})}"
    named = format_html(' aria-label="{}: {}"', label, of) if of else ""
    return format_html('<a class="btn {}" href="{}"{}>{}</a>', css, address, named, label)


@register.inclusion_tag("jobs/operate/real_world.html", takes_context=True)
def real_world(context: Context, operation: type[Operation]) -> dict[str, Any]:
    """What an operation is called outside: a row for each product, and remarks that are about none of them."""
    ways, request = real_world_of(operation.name), context.get("request")
    return {
        "pair": pair_of(operation),
        "ways": [way for way in ways if way.product],
        "remarks": [way for way in ways if not way.product],
        "phone": isinstance(request, HttpRequest) and is_phone(request),
    }


def pair_of(operation: type[Operation]) -> tuple[str, str] | None:
    """The other side's name and what the same is there; None where there is no pair."""
    if not operation.counterpart:
        return None
    side = Side.INSTANCES if operation.side == Side.HOSTS else Side.HOSTS
    if operation.counterpart == PROVIDER:
        return str(side.label), _("Nobody: it is the provider's.")
    return str(side.label), str(operation_named(operation.counterpart).title)


@register.filter
def time_of(at: datetime | None, lab: Lab) -> str:
    """A moment of a lab's time, with its date where that is not the lab's today."""
    return lab_moment(at, dated=at is not None and is_dated(at, lab.lab_time()))


@register.filter
def time_dated(at: datetime | None, dated: bool) -> str:
    """A moment of lab time, with its date or without."""
    return lab_moment(at, dated=dated)


@register.filter
def span(seconds: float | None) -> str:
    """Seconds as a clock shows them: 0:12, 2:38, 1:02:03; what lasts longer than two days in days."""
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours >= HOURS_AS_DAYS:
        return _("%(days)s days") % {"days": round(hours / 24)}
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
