"""The report of a comparison: every alternative priced, two of them side by side, what is drawn and said of them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from instances.choices import PurchaseOption
from virtlab.charts.base import Chart
from virtlab.charts.html import rendered
from virtlab.compare.alternatives.shapes import ShapeBook, shape_book
from virtlab.compare.choices import KINDS
from virtlab.compare.inputs.estate import Estate, estate_of
from virtlab.compare.inputs.place import place_of
from virtlab.compare.inputs.question import Question
from virtlab.compare.report import figures, ledger
from virtlab.compare.report.evaluate import Alternative, Place, evaluate
from virtlab.compare.report.sensitivity import swings
from virtlab.labs.models import Lab
from virtlab.web.kept import Kept

EVERY_PURCHASE = frozenset({"rightsized"})
"""Kinds that stand in the table once for each way of buying; others only as the reader chose to buy."""
CHARTS: Kept[tuple[object, ...], SafeString] = Kept(64 * 1024 * 1024, len)


@dataclass(frozen=True)
class Report:
    """What the comparison page, its exports and its share links show."""

    lab: Lab
    question: Question
    estate: Estate
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
        return ledger.rows(self.left, self.right, self.alternatives, self.question.values)

    @property
    def counts(self) -> dict[str, int]:
        """How much there is to compare."""
        machines = self.estate.machines
        return {"machines": len(machines), "running": int(machines.running.sum()), "hosts": len(self.estate.hosts)}

    @cached_property
    def by_key(self) -> dict[str, Alternative]:
        """The alternatives by key."""
        return {item.key: item for item in self.alternatives}

    @cached_property
    def times(self) -> list[str]:
        """The moments of the traces' samples."""
        return self.estate.traces.times()

    def charts(self) -> list[tuple[str, SafeString]]:
        """Every chart as HTML with its key; those that no price changes are kept."""
        return [*self._physical_charts(), *self._priced_charts()]

    def _physical_charts(self) -> list[tuple[str, SafeString]]:
        left, right, names = self.left, self.right, self.names
        sides = (self.book.key(left.shape.key), self.book.key(right.shape.key), right.purchase, get_language())

        def kept(key: str, make: Callable[[], Chart | None]) -> tuple[str, SafeString]:
            return key, CHARTS.get((key, *sides), lambda: _html(make()))

        found = [
            kept("heatmap", lambda: figures.heatmap(left, self.times)),
            kept("distribution", lambda: figures.spread(self.estate, right, names)),
            kept("reserved", lambda: figures.holdings(left, right, names)),
        ]
        return [(key, html) for key, html in found if html]

    def _priced_charts(self) -> list[tuple[str, SafeString]]:
        left, right, names, values = self.left, self.right, self.names, self.question.values
        charts = [
            figures.costs(self.alternatives, names),
            figures.months(left, right, names, values),
            figures.depends(swings(left, right, self.place, values)),
            figures.watts(left, right, self.times, names),
            figures.energy(self.alternatives, names),
            figures.carbon(self.alternatives, names),
            figures.by_host(left),
        ]
        return [(chart.key, _html(chart)) for chart in charts if chart]


def _html(chart: Chart | None) -> SafeString:
    return rendered(chart, wide=chart.key in {"heatmap", "hosts", "cost", "watts"}) if chart else SafeString("")


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
    found = tuple(
        evaluate(book.shape(key), purchase, place, question.values)
        for key in KINDS
        for purchase in _purchases(key, question.purchase)
    )
    by_key = {item.key: item for item in found}
    return Report(
        lab=lab,
        question=question,
        estate=estate,
        place=place,
        book=book,
        alternatives=found,
        left=by_key[question.left],
        right=by_key[f"{question.right}-{question.purchase}"],
    )


def _purchases(key: str, chosen: str) -> list[str]:
    if key in EVERY_PURCHASE:
        return [option.value for option in PurchaseOption]
    return [chosen] if KINDS[key].side == "cloud" else [""]
