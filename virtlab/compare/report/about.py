"""What a report is of: its date, its catalogue, what it counts, and which assumptions are not the defaults."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from instances.catalog.cache import catalog_changed, catalog_version
from virtlab.compare.bills.items import Cited, Usd
from virtlab.compare.choices import PURCHASE_NAMES
from virtlab.compare.inputs.question import assumption_keys
from virtlab.compare.report.answer import sure_answer
from virtlab.compare.report.left_out import left_out_words
from virtlab.compare.report.report import Report
from virtlab.labs.parameters import SPECS, ParameterSpec
from virtlab.web import formats


@dataclass(frozen=True, slots=True)
class Changed:
    """An assumption whose value in force is not its default."""

    spec: ParameterSpec
    value: float

    @property
    def text(self) -> str:
        """The value in force, as the reader's language writes it."""
        return value_text(self.spec, self.value)

    @property
    def default(self) -> str:
        """The default likewise."""
        return value_text(self.spec, self.spec.default)


def value_text(spec: ParameterSpec, value: float) -> str:
    """A value of a parameter, by its name where it is one of a choice."""
    names = {option: str(name) for option, name in spec.options}
    return names.get(value, formats.exact(value))


def specs() -> list[ParameterSpec]:
    """The assumptions that a comparison may be asked with, in the order of the form."""
    return [SPECS[key] for key in assumption_keys()]


def changed_assumptions(report: Report) -> list[Changed]:
    """The assumptions whose value in force is not their default, whoever changed them."""
    values = report.question.values
    return [Changed(spec, values[spec.key]) for spec in specs() if values[spec.key] != spec.default]


Fact = tuple[str, str | int]
"""A label with a text or a number."""


def about(report: Report) -> list[Fact]:
    """What the report says and is of."""
    said = sure_answer(report)
    lines: list[Fact] = [
        (_("Answer"), said.sentence),
        (_("Why"), said.why),
        (_("Range"), said.range),
        (_("Evidence"), said.evidence),
        (_("Workloads left out"), left_out_words(report)),
        (_("What would turn it"), " ".join(said.turns)),
        (_("Growth"), " ".join(report.growth_words)),
        *origin(report),
        (_("Left: on-prem"), report.names[report.left.key]),
        (_("Right: cloud"), report.names[report.right.key]),
        *counts(report),
        (_("Assumptions changed from their default"), len(changed_assumptions(report))),
    ]
    return [(label, value) for label, value in lines if value != ""]


def origin(report: Report) -> list[tuple[str, str]]:
    """Where and when it was made, and of which prices."""
    return [
        (_("Lab"), report.lab.name),
        (_("Date of the report"), formats.day(timezone.localdate())),
        (_("Catalogue version"), catalogue(report)),
        (_("Region"), f"{report.place.name} ({report.place.code})"),
        (_("How hours are bought"), str(PURCHASE_NAMES[report.question.purchase])),
    ]


def prices_words(report: Report) -> str:
    """The region, catalogue and dates of the prices that the answer is of."""
    words = {"region": report.place.name, "catalogue": catalogue(report)}
    return _("%(region)s; catalogue %(catalogue)s.") % words


def catalogue(report: Report) -> str:
    """The catalogue's version, when it was last changed here, and the dates of all prices that the report is of."""
    dates = price_dates(report)
    words = {
        "version": catalog_version()[:8],
        "changed": formats.day(catalog_changed()),
        "first": formats.day(dates[0]) if dates else formats.NONE,
        "last": formats.day(dates[-1]) if dates else formats.NONE,
    }
    return _("%(version)s of %(changed)s; its prices are of %(first)s to %(last)s") % words


def price_dates(report: Report) -> list[str]:
    """The days, months or years of the prices of the region's types and of those that lines cite, first to last."""
    lines = (line for item in report.alternatives for line in (*item.cost, *item.once))
    cited = (each for line in lines for each in line.rests_on if isinstance(each, Cited))
    of_lines = {each.source_date for each in cited if isinstance(each.value, Usd)}
    return sorted(day for day in {*report.book.table.source_dates, *of_lines} if day)


def counts(report: Report) -> list[tuple[str, int]]:
    """How the VMs of the lab divide, as the answer says, and how many of them each side does not carry."""
    found = report.counts
    rows = [
        (_("VMs in the lab"), found["machines"]),
        (_("· compared: both sides carry them"), found["compared"]),
        (_("· left out of both totals, running or off"), found["not_carried"]),
        (_("· off"), found["off_counted"]),
        (_("· set apart, templates too"), found["machines"] - found["installed"]),
        (_("Hosts"), found["hosts"]),
    ]
    sides = [
        (_("Workloads that “%(name)s” does not carry") % {"name": report.names[item.key]}, len(rows))
        for item, rows in zip((report.left, report.right), report.common.not_carried_by_side, strict=True)
    ]
    return [*rows, *sides]
