"""The report of a comparison: every alternative priced, two of them side by side, what is drawn and said of them."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from instances.choices import PurchaseOption
from instances.rules.sizing_candidates import left_by_rules
from virtlab.charts.theme import CLOUD
from virtlab.compare.alternatives.shapes import ShapeBook, shape_book
from virtlab.compare.choices import KINDS
from virtlab.compare.inputs.estate import EstateArrays, estate_of
from virtlab.compare.inputs.place import Place, place_of
from virtlab.compare.inputs.question import Question
from virtlab.compare.report import ledger
from virtlab.compare.report.evaluate import Alternative, evaluate
from virtlab.compare.report.evidence import Confidence, confidence_of
from virtlab.labs.models import Lab

EVERY_PURCHASE = frozenset({"rightsized"})
"""Kinds that stand in the table once for each way of buying; others only as the reader chose to buy."""


@dataclass(frozen=True)
class Report:
    """What the comparison page, its exports and its share links show."""

    lab: Lab
    question: Question
    estate: EstateArrays
    place: Place
    book: ShapeBook
    alternatives: tuple[Alternative, ...]
    left: Alternative
    right: Alternative

    @cached_property
    def names(self) -> dict[str, str]:
        """The alternatives' names, with the way of buying where that tells them apart."""
        return {item.key: _name(item) for item in self.alternatives}

    @cached_property
    def rows(self) -> list[ledger.Row]:
        """The ledger."""
        mark = self.confidence.mark
        return ledger.rows(self.left, self.right, self.alternatives, self.question.values, mark)

    @cached_property
    def confidence(self) -> Confidence:
        """How the demand is known that the right side's instances are chosen for, and their cost rests on."""
        sized, purchase = self.right.shape.key != "same_size", self.question.purchase
        selection = self.book.rightsized(purchase) if sized else self.book.same_size(purchase)
        kept = not self.question.values["unmeasured_demand"]
        return confidence_of(self.estate.vms, selection, kept=kept)

    @property
    def types_left(self) -> tuple[int, int]:
        """How many types the rules leave, and of how many that the region sells."""
        table = self.book.table
        return int(left_by_rules(table, self.question.values).sum()), int(table.choosable.sum())

    @property
    def counts(self) -> dict[str, int]:
        """How much there is to compare."""
        vms = self.estate.vms
        running, installed = int(vms.running.sum()), int(vms.installed.sum())
        counts = {"machines": len(vms), "running": running, "installed": installed, "off": installed - running}
        return {**counts, "hosts": len(self.estate.hosts)}

    @cached_property
    def by_key(self) -> dict[str, Alternative]:
        """The alternatives by key."""
        return {item.key: item for item in self.alternatives}

    @cached_property
    def times(self) -> list[str]:
        """The moments of the traces' samples."""
        return self.estate.traces.times()


def _name(item: Alternative) -> str:
    kind = str(item.kind.name)
    if not item.purchase:
        return kind
    return _("%(name)s, %(purchase)s") % {"name": kind, "purchase": PURCHASE_NAMES[item.purchase]()}


PURCHASE_NAMES = {
    PurchaseOption.ON_DEMAND.value: lambda: _("on demand"),
    PurchaseOption.ONE_YEAR.value: lambda: _("1 year"),
    PurchaseOption.THREE_YEAR.value: lambda: _("3 years"),
}


def build(lab: Lab, question: Question) -> Report:
    """The report that answers a question; its number of queries does not depend on the estate's size."""
    estate, place = estate_of(lab), place_of(question.region)
    book = shape_book(estate, question.region, question.values)
    alternatives = tuple(
        evaluate(book.shape(key, purchase), purchase, place, question.values)
        for key in KINDS
        for purchase in _purchases(key, question.purchase)
    )
    by_key = {item.key: item for item in alternatives}
    return Report(
        lab=lab,
        question=question,
        estate=estate,
        place=place,
        book=book,
        alternatives=alternatives,
        left=by_key[question.left],
        right=by_key[f"{question.right}-{question.purchase}"],
    )


def _purchases(key: str, chosen: str) -> list[str]:
    if key in EVERY_PURCHASE:
        return [option.value for option in PurchaseOption]
    return [chosen] if KINDS[key].side == CLOUD else [""]
