"""What of today's hosts and storage is assumed, since the inventory does not describe it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hosts.pricing.unit_prices import Values
from virtlab.compare.bills.due import first_month
from virtlab.compare.bills.onprem.quantities import Bought
from virtlab.compare.inputs.estate import EstateArrays
from virtlab.engine.units import MONTHS_PER_YEAR
from virtlab.web import formats


@dataclass(frozen=True, slots=True)
class Assumed:
    """Hosts and storage of the on-prem side that the inventory does not describe, hosts whose power is that of a
    stand-in, and all of them.
    """

    hosts: int
    stand_ins: int
    all_hosts: int
    storage_gib: float
    all_storage_gib: float

    @classmethod
    def of(cls, estate: EstateArrays) -> "Assumed":
        """An estate's."""
        hosts = estate.hosts
        counts = (int(hosts.assumed.sum()), int(hosts.stand_in.sum()), len(hosts))
        return cls(*counts, estate.assumed_storage_gib, estate.bought_storage_gib)

    @property
    def mark(self) -> str:
        """The shares that are assumed."""
        parts = (
            (_("hosts assumed %(share)s"), self.hosts, self.all_hosts),
            (_("storage assumed %(share)s"), self.storage_gib, self.all_storage_gib),
        )
        return " · ".join(text % {"share": formats.part(part / whole)} for text, part, whole in parts if part and whole)

    @property
    def sentences(self) -> list[str]:
        """What is assumed of how much; nothing where all is described."""
        said = []
        if self.hosts:
            text = ngettext(
                "The inventory does not describe %(count)s of %(total)s host: its size and cost are assumed.",
                "The inventory does not describe %(count)s of %(total)s hosts: their size and cost are assumed.",
                self.all_hosts,
            )
            said.append(text % {"count": formats.number(self.hosts), "total": formats.number(self.all_hosts)})
        if self.stand_ins:
            text = ngettext(
                "The power of %(count)s of %(total)s host is that of the nearest server with a published measurement.",
                "The power of %(count)s of %(total)s hosts is that of the nearest server with a published measurement.",
                self.all_hosts,
            )
            said.append(text % {"count": formats.number(self.stand_ins), "total": formats.number(self.all_hosts)})
        if self.storage_gib:
            shown = {"part": formats.gib(self.storage_gib), "total": formats.gib(self.all_storage_gib)}
            if shown["part"] == shown["total"]:
                text = _(
                    "The inventory does not say how large the datastores are: %(total)s are assumed, with room to grow."
                )
            else:
                text = _(
                    "The inventory does not say how large some datastores are: %(part)s of %(total)s are assumed, "
                    "with room to grow."
                )
            said.append(text % shown)
        return said


def ages_words(bought: Sequence[Bought], v: Values) -> str:
    """How old today's hosts count whose date of purchase nobody stated, and how many of all are due now; empty where
    all are known and none is due.
    """
    there = [group for group in bought if not group.new and group.count]
    unsaid = [group for group in there if group.age_months is None]
    by_processor = {group: age for group in unsaid if (age := group.age_at(v)) is not None}
    due = sum(group.count for group in there if first_month(v, existing=True, age_months=group.age_at(v)) == 0)
    facts = {
        "count": formats.number(sum(group.count for group in unsaid)),
        "total": formats.number(sum(group.count for group in there)),
        "older": formats.number(sum(group.count for group in by_processor)),
        "least": formats.number(min(by_processor.values(), default=0) / MONTHS_PER_YEAR, 1),
        "years": formats.number(v["existing_age_years"], 1),
        "due": formats.number(due),
    }
    said = [_ages_text(unsaid, by_processor) if unsaid else "", _due_text() if due else ""]
    return " ".join(text % facts for text in said if text)


def _ages_text(unsaid: Sequence[Bought], by_processor: Mapping[Bought, int]) -> str:
    if not by_processor:
        return _("Nobody stated when %(count)s of %(total)s hosts were bought. Age assumed: %(years)s years.")
    if len(by_processor) == len(unsaid):
        return _(
            "Nobody stated when %(count)s of %(total)s hosts were bought. Age by processor: %(least)s years or more."
        )
    return _(
        "Nobody stated when %(count)s of %(total)s hosts were bought. Age by processor: %(least)s years or more for "
        "%(older)s of them; the others as assumed, %(years)s years."
    )


def _due_text() -> str:
    return _("Hosts due for replacement now: %(due)s of %(total)s.")
