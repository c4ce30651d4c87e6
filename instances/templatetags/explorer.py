"""The explorer's rows as HTML: a page has fifty of a dozen cells, and a template takes five times as long."""

from collections.abc import Iterator
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from instances.choices import Hypervisor, PriceRule
from instances.pages.types.explorer import Explored, toggled
from instances.pages.types.words import said, watts_text
from virtlab.labs.choices import FigureKind
from virtlab.web import formats

register = template.Library()

ROW = (
    '<tr{picked}><td><a class="tick" id="pick-{row}" href="{toggle}" hx-get="{toggle}"{current}>'
    '<span class="visually-hidden">{tick}</span></a></td>'
    '<th scope="row"><a href="{address}">{name}</a> <button class="why" type="button" popovertarget="why-{row}" '
    'aria-label="{why}">?</button><span class="tip" id="why-{row}" popover role="note">{said}</span></th>'
    '<td class="num">{vcpu}</td><td class="num">{memory}</td><td>{cpu}</td><td>{hypervisor}</td><td>{network}</td>'
    '<td class="num">{ebs}</td><td class="num">{watts}</td><td class="num">{hour}</td>'
    '<td class="num">{month}<small class="under">{yen}</small></td><td>{kind}</td></tr>'
)
KIND = (
    '<button class="badge kind kind-{kind}" type="button" popovertarget="kind-{row}">{label}</button>'
    '<span class="tip" id="kind-{row}" popover role="note">{rule}<br>{source}<br>{date}</span>'
)


@register.simple_tag
def type_rows(found: Explored, slug: str) -> SafeString:
    """A table row for each type of the page."""
    return format_html_join("", "{}", ((cells,) for cells in _rows(found, slug)))


def _rows(found: Explored, slug: str) -> Iterator[SafeString]:
    base = reverse("instances:type", args=[slug, "TYPE"])
    hypervisors = {value: str(label) for value, label in Hypervisor.choices}
    for row in found.listing.page.object_list:
        name = found.table.names[row]
        yield format_html(
            ROW,
            **_pick(found, name),
            row=row,
            address=base.replace("TYPE", name),
            name=name,
            why=_("What %(name)s means") % {"name": name},
            said=said(name),
            hypervisor=hypervisors[found.table.hypervisors[row]],
            **_figures(found, row),
        )


def _pick(found: Explored, name: str) -> dict[str, Any]:
    picked = name in found.compared
    words = _("Take %(name)s out of the comparison") if picked else _("Compare %(name)s")
    return {
        "picked": SafeString(' class="is-picked"') if picked else "",
        "current": SafeString(' data-picked="true"') if picked else "",
        "toggle": toggled(found.listing.query, found.compared, name),
        "tick": words % {"name": name},
    }


def _figures(found: Explored, row: int) -> dict[str, Any]:
    table, month = found.table, found.month_usd(row)
    return {
        "vcpu": formats.number(table.vcpu[row]),
        "memory": formats.gib(table.memory_gib[row]),
        "cpu": found.facts.cpu[row] or "–",
        "network": found.facts.network[row] or "–",
        "ebs": formats.number(table.ebs_baseline_mbps[row]),
        "watts": watts_text(found, row),
        "hour": formats.exact(found.usd[row]),
        "month": formats.usd(month, 2),
        "yen": formats.jpy(month * found.usd_jpy),
        "kind": kind(found, row),
    }


def kind(found: Explored, row: int) -> SafeString | str:
    """How far the price can be trusted, with how it was found, its source and date a press away."""
    value = found.table.kinds[row]
    if not value:
        return "–"
    source, date = found.facts.source[row]
    return format_html(
        KIND,
        kind=value,
        row=row,
        label=FigureKind(value).label,
        rule=PriceRule(found.facts.rule[row]).label,
        source=source,
        date=formats.day(date),
    )
