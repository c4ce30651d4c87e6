"""The report of a comparison: every alternative priced, two of them side by side, what is drawn and said of them."""

from dataclasses import dataclass, replace
from functools import cached_property

from django.utils.translation import gettext as _

from instances.choices import PurchaseOption
from instances.rules.sizing_candidates import left_by_rules
from virtlab.charts.theme import CLOUD
from virtlab.compare.alternatives.shapes import ShapeBook, shape_book
from virtlab.compare.choices import KINDS, PURCHASE_NAMES
from virtlab.compare.inputs.estate import EstateArrays
from virtlab.compare.inputs.load import estate_of
from virtlab.compare.inputs.own_prices import own_prices
from virtlab.compare.inputs.place import Place, place_of
from virtlab.compare.inputs.question import Question
from virtlab.compare.readiness.assess import Assessment, assess
from virtlab.compare.readiness.words import Scope
from virtlab.compare.report import ledger
from virtlab.compare.report.assumed import Assumed
from virtlab.compare.report.cash.growth import GROWTH_KEY
from virtlab.compare.report.cash.words import growth_words
from virtlab.compare.report.common import Common, common_of
from virtlab.compare.report.evaluate import Alternative, evaluate
from virtlab.compare.report.evidence import Confidence, confidence_of
from virtlab.compare.report.runway import Runway, runway_words, runways
from virtlab.compare.report.sensitivity.band import Band
from virtlab.compare.report.sensitivity.outlook import Outlook, outlook
from virtlab.compare.report.sensitivity.pair import Pair
from virtlab.compare.report.sensitivity.swings import Turn
from virtlab.compare.report.verdict import no_verdict
from virtlab.labs.models import Lab

EVERY_PURCHASE = frozenset({"rightsized"})
"""Kinds that stand in the table once for each way of buying; others only as the reader chose to buy."""


@dataclass(frozen=True)
class Report:
    """What the comparison page, its exports and its share links show; `estate` and `book` are of all workloads, what is
    priced of those that both sides carry (`common`). `pair`: both sides as they are computed anew. `anonymous`: numbers
    stand for names, but not in the pair.
    """

    lab: Lab
    question: Question
    estate: EstateArrays
    place: Place
    book: ShapeBook
    common: Common
    alternatives: tuple[Alternative, ...]
    left: Alternative
    right: Alternative
    pair: Pair
    anonymous: bool = False

    @cached_property
    def names(self) -> dict[str, str]:
        """The alternatives' names, with the way of buying where that tells them apart."""
        return {item.key: _name(item) for item in self.alternatives}

    @cached_property
    def rows(self) -> list[ledger.Row]:
        """The ledger."""
        marks = (self.assumed.mark if self.on_present_hosts else "", self.confidence.mark)
        return ledger.rows(self.left, self.right, self.alternatives, self.question.values, marks)

    @cached_property
    def assumed(self) -> Assumed:
        """What of the present hosts and datastores is made up."""
        return Assumed.of(self.estate)

    @property
    def on_present_hosts(self) -> bool:
        """Whether the left side's cost rests on the hosts and datastores that are there."""
        return self.left.shape.key in {"as_is", "consolidated"}

    @cached_property
    def confidence(self) -> Confidence:
        """How the demand is known that the right side's instances are chosen for, and their cost rests on."""
        sized, purchase = self.right.shape.key != "same_size", self.question.purchase
        book = self.common.book
        selection = book.rightsized(purchase) if sized else book.same_size(purchase)
        return confidence_of(book.basis.estate.vms, selection, self.question.values, sized=sized)

    @cached_property
    def outlook(self) -> Outlook | None:
        """What the difference of the two sides depends on; None where no verdict is given.

        Takes seconds where it was not asked for before: a page fetches it after itself.
        """
        return outlook(self.pair)

    @cached_property
    def readiness(self) -> Assessment:
        """How ready every workload is, with the types that are chosen here; its counts are of what is compared."""
        assessment = assess(self.lab, self.book, self.question.purchase)
        machines = replace(assessment.machines, vms=self.estate.vms)
        return replace(assessment, machines=machines, scope=self.common.scope[machines.rows])

    @property
    def no_verdict(self) -> str:
        """Why none is given, where none is."""
        return no_verdict(self.left, self.right)

    @property
    def band(self) -> Band | None:
        """The range of the difference over the months ahead; None where no verdict is given."""
        return self.outlook.band if self.outlook else None

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The assumptions that alone, within their ranges, would turn the verdict."""
        return self.outlook.turns if self.outlook else ()

    @cached_property
    def runways(self) -> list[Runway]:
        """When what is there is full, from the lab's today on."""
        today = self.lab.lab_time().date()
        return runways(self.estate, self.book.shape("as_is"), self.question.values, today)

    @property
    def runway_words(self) -> list[str]:
        """What is full today, and what is the first to be full, as sentences."""
        return runway_words(self.runways, self.question.values[GROWTH_KEY])

    @cached_property
    def growth_words(self) -> list[str]:
        """What growth adds to each side over the months ahead, as sentences; none without growth."""
        return growth_words(self.left, self.right, self.names, self.question.values)

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
        counts |= {"compared": self.common.workloads, "not_carried": len(self.common.not_carried)}
        counts["off_counted"] = int((self.common.scope == Scope.OFF).sum())
        return {**counts, "hosts": len(self.estate.hosts)}

    @property
    def not_carried(self) -> tuple[str, ...]:
        """The names of the workloads, running or off, that no alternative counts: a side does not carry them."""
        return self.estate.vms.named(self.common.not_carried)

    def not_carried_by(self, item: Alternative) -> tuple[str, ...]:
        """The names of the workloads that an alternative does not carry beside those."""
        return self.estate.vms.named(item.shape.not_carried)

    @property
    def not_carried_by_side(self) -> list[tuple[str, tuple[str, ...]]]:
        """The sides that do not carry every workload of the estate, by name, with the names of those."""
        sides = zip((self.left, self.right), self.common.not_carried_by_side, strict=True)
        return [(self.names[side.key], self.estate.vms.named(rows)) for side, rows in sides if rows]

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
    return _("%(name)s, %(purchase)s") % {"name": kind, "purchase": PURCHASE_NAMES[item.purchase]}


def build(lab: Lab, question: Question) -> Report:
    """The report that answers a question; its number of queries does not depend on the estate's size."""
    estate, own = estate_of(lab), own_prices(lab, question.region)
    place = place_of(question.region, own)
    book = shape_book(estate, question.region, question.values, own)
    common = common_of(book, (question.left, question.right), question.purchase)
    alternatives = tuple(
        evaluate(common.book.shape(key, purchase), purchase, place, question.values)
        for key in KINDS
        for purchase in _purchases(key, question.purchase)
    )
    by_key = {item.key: item for item in alternatives}
    left, right = by_key[question.left], by_key[f"{question.right}-{question.purchase}"]
    return Report(
        lab=lab,
        question=question,
        estate=book.basis.estate,
        place=place,
        book=book,
        common=common,
        alternatives=alternatives,
        left=left,
        right=right,
        pair=Pair(common.book, place, left, right, question.known),
    )


def _purchases(key: str, chosen: str) -> list[str]:
    if key in EVERY_PURCHASE:
        return [option.value for option in PurchaseOption]
    return [chosen] if KINDS[key].side == CLOUD else [""]
