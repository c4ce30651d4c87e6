"""The explorer's columns. Its cells are written here, markup too: a page has fifty rows of a dozen of them."""

from collections.abc import Callable
from math import isfinite
from operator import attrgetter
from typing import Any, NamedTuple

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from instances.catalog.network_words import network_text
from instances.choices import Hypervisor, PriceRule
from instances.pages.types.explorer import Explored, toggled
from instances.pages.types.words import arch_text, said, watts_text
from virtlab.labs.choices import FigureKind
from virtlab.web.formats import NONE, NOT_IN_CATALOGUE, day, exact, gib, jpy, number, usd
from virtlab.web.table import Column, Table

PICK = (
    '<a class="tick" id="pick-{row}" href="{toggle}" hx-get="{toggle}"{picked}>'
    '<span class="visually-hidden">{words}</span></a>'
)
NAME = (
    '<a href="{address}">{name}</a> <button class="why" type="button" popovertarget="why-{row}" aria-label="{why}">?'
    '</button><span class="tip" id="why-{row}" popover role="note">{said}</span>'
)
MONTH = '{}<small class="under">{}</small>'
KIND = (
    '<button class="badge kind kind-{kind}" type="button" popovertarget="kind-{row}">{label}</button>'
    '<span class="tip" id="kind-{row}" popover role="note">{rule}<br>{source}<br>{date}</span>'
)
UNPRICED = '<span class="mute">{}</span>'
PICKED = SafeString(' data-picked="true"')
HYPERVISORS = dict(Hypervisor.choices)


class ListedType(NamedTuple):
    """A row of the explorer: the place of a type in the arrays of its answer."""

    explored: Explored
    row: int

    @property
    def name(self) -> str:
        return self.explored.table.names[self.row]

    @property
    def picked(self) -> bool:
        """Whether it is compared."""
        return self.name in self.explored.compared

    @property
    def usd(self) -> float:
        """USD per hour as it is bought."""
        return float(self.explored.usd[self.row])

    @property
    def month_usd(self) -> float:
        """USD per month of 730 hours."""
        return self.explored.month_usd(self.row)

    @property
    def month_jpy(self) -> float:
        """The same in yen."""
        return self.month_usd * self.explored.usd_jpy


def figure(name: str) -> Callable[[ListedType], Any]:
    """Reads a column of the type table."""
    return lambda line: getattr(line.explored.table, name)[line.row]


def fact(name: str) -> Callable[[ListedType], Any]:
    """Reads a column of what is said of types."""
    return lambda line: getattr(line.explored.facts, name)[line.row]


def network(line: ListedType) -> str:
    """How fast its network is, in the reader's language."""
    return network_text(fact("network")(line))


def known(read: Callable[[ListedType], float]) -> Callable[[ListedType], float | str]:
    """A figure for the file, to a thousandth of a cent; empty where it is not known."""
    return lambda line: round(float(value), 6) if isfinite(value := read(line)) else ""


GIB, EBS_MBPS = figure("memory_gib"), figure("ebs_baseline_mbps")


def pick(line: ListedType) -> SafeString:
    """The tick that takes a type into the comparison, or out of it."""
    words = gettext("Take %(name)s out of the comparison") if line.picked else gettext("Compare %(name)s")
    return format_html(
        PICK,
        row=line.row,
        toggle=toggled(line.explored.query, line.explored.compared, line.name),
        picked=PICKED if line.picked else "",
        words=words % {"name": line.name},
    )


def name(line: ListedType) -> SafeString:
    """The name with its page's address, and what it means behind a question mark."""
    return format_html(
        NAME,
        address=line.explored.address_of(line.name),
        name=line.name,
        row=line.row,
        why=gettext("What %(name)s means") % {"name": line.name},
        said=said(line.name),
    )


def month(line: ListedType) -> SafeString | str:
    """Its price a month in dollars, and in yen below."""
    if not isfinite(line.usd):
        return NONE
    return format_html(MONTH, usd(line.month_usd, 2), jpy(line.month_jpy))


def kind(line: ListedType) -> SafeString | str:
    """How far the price can be trusted, with how it was found, its source and date a press away."""
    value = figure("kinds")(line)
    if not value:
        return format_html(UNPRICED, NOT_IN_CATALOGUE)
    source, date = fact("source")(line)
    return format_html(
        KIND,
        kind=value,
        row=line.row,
        label=FigureKind(value).label,
        rule=PriceRule(fact("rule")(line)).label,
        source=source,
        date=day(date),
    )


def kind_in_file(line: ListedType) -> str:
    """The same for the file, whose price is empty where there is none."""
    return figure("kinds")(line) or str(NOT_IN_CATALOGUE)


def hypervisor(line: ListedType) -> str:
    """Its hypervisor in words."""
    return str(HYPERVISORS[figure("hypervisors")(line)])


TYPES = Table[ListedType](
    _("Instance types"),
    [
        Column("compare", _("Compare"), value=pick),
        Column("name", _("Type"), "name", "name", value=name),
        Column("region", csv=lambda line: line.explored.table.region, csv_label=_("Region")),
        Column("vcpu", _("vCPU"), "vcpu", figure("vcpu"), number, figure("vcpu")),
        Column("memory", _("Memory"), "memory", GIB, gib, GIB, csv_label=_("Memory (GiB)")),
        Column("cpu", _("Processor"), "", fact("cpu"), value=fact("cpu")),
        Column("arch", csv=lambda line: arch_text(line.explored, line.row), csv_label=_("Architecture")),
        Column("hypervisor", _("Hypervisor"), "", hypervisor, value=hypervisor),
        Column("generation", csv=lambda line: int(fact("generation")(line)), csv_label=_("Generation")),
        Column("network", _("Network"), "network", fact("network"), value=network),
        Column("ebs", _("EBS Mb/s"), "ebs", known(EBS_MBPS), number, EBS_MBPS, csv_label=_("EBS bandwidth (Mb/s)")),
        Column("iops", csv=known(figure("ebs_baseline_iops")), csv_label=_("EBS IOPS")),
        Column("store", csv=figure("instance_store_gb"), csv_label=_("Instance store (GB)")),
        Column("watts", _("CPU watts"), "watts", num=True, value=lambda line: watts_text(line.explored, line.row)),
        Column("purchase", csv=lambda line: line.explored.purchase, csv_label=_("Bought as")),
        Column("price", _("USD per hour"), "price", known(attrgetter("usd")), exact, "usd"),
        Column("month", _("Per month"), "", known(attrgetter("month_usd")), True, month, csv_label=_("USD per month")),
        Column("yen", csv=known(attrgetter("month_jpy")), csv_label=_("JPY per month")),
        Column("kind", _("Kind"), "", kind_in_file, value=kind),
        Column("source", csv=lambda line: fact("source")(line)[0], csv_label=_("Source")),
        Column("date", csv=lambda line: fact("source")(line)[1], csv_label=_("Date")),
        Column("per_vcpu", sort="per_vcpu"),
        Column("per_gib", sort="per_gib"),
    ],
    default="price",
    attributes=lambda line: {"class": "is-picked" if line.picked else ""},
)
