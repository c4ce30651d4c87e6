"""Which assumptions move a part of the workbook only: what the report counts beyond the formulas that name them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from virtlab.compare.alternatives.shapes import DEPENDS
from virtlab.compare.bills.items import Item, to_cents, to_wh
from virtlab.compare.exports.arithmetic import Arithmetic
from virtlab.compare.inputs.watched import Watched
from virtlab.compare.report.evaluate import Alternative, evaluate
from virtlab.compare.report.report import Report
from virtlab.labs.parameters import SPECS, ParameterSpec

ROUNDED = {2: to_cents, 3: to_wh}
"""How amounts of so many decimals are rounded, as a workbook does it too."""
ROUNDING = 0.011
"""What two amounts of cents may differ by."""


@dataclass(frozen=True, slots=True)
class LiveLine:
    """A line as the workbook computes it: the item of an alternative's balance, its arithmetic, and the assumptions by
    the name of the number that is one. `of_others`: it is a share of other lines, which it follows.
    """

    alternative: Alternative
    anchor: str
    item: Item
    digits: int
    arithmetic: Arithmetic
    keys: Mapping[str, str]
    of_others: bool

    def amount(self, key: str, value: float) -> float:
        """What it gives where an assumption has another value."""
        numbers = {name: number.value for name, number in self.item.numbers.items()}
        moved = {name: value for name, its in self.keys.items() if its == key}
        return float(ROUNDED[self.digits](self.arithmetic.value(numbers | moved)))


def not_followed(report: Report, lines: list[LiveLine], named: frozenset[str]) -> dict[str, list[str]]:
    """Of the assumptions `named` in formulas those that the report counts elsewhere too, with what stays as it is in
    the workbook: it is computed anew with each moved a little, and compared with what the formulas then give.
    """
    values = report.question.values
    left: dict[str, list[str]] = {}
    for alternative in report.alternatives:
        its = [line for line in lines if line.alternative is alternative and not line.of_others]
        read = Watched(values)
        evaluate(alternative.shape, alternative.purchase, report.place, read)
        for key in sorted(named & SPECS.keys() & read.read.keys()):
            stays = _staying(report, alternative, its, (key, nearby(SPECS[key], values[key])))
            sizes = [_("what is sized, packed or drawn")] if key in DEPENDS[alternative.shape.key] else []
            left.setdefault(key, []).extend([*sizes, *stays])
    return {key: list(dict.fromkeys(stays)) for key, stays in left.items() if stays}


def nearby(spec: ParameterSpec, value: float) -> float:
    """Another value that a parameter may have: a step away, or the next of its options."""
    if spec.options:
        return next(other for other, _name in spec.options if other != value)
    step = spec.multiple_of or spec.step
    return value + step if value + step <= spec.maximum else value - step


def _staying(
    report: Report, alternative: Alternative, lines: list[LiveLine], moved: tuple[str, float]
) -> Iterator[str]:
    """The names of the lines that the formulas do not move as the report does."""
    key, value = moved
    values = {**report.question.values, key: value}
    anew = dict(_amounts(evaluate(alternative.shape, alternative.purchase, report.place, values)))
    for line in lines:
        if abs(line.amount(key, value) - anew.get((line.anchor, line.item.key), 0.0)) > ROUNDING:
            yield _("book values") if line.anchor == "book" else str(line.item.name)


def _amounts(alternative: Alternative) -> Iterator[tuple[tuple[str, str], float]]:
    for anchor in ("cost", "once", "book", "energy", "carbon", "embodied"):
        for item in getattr(alternative, anchor):
            yield (anchor, item.key), float(item.amount)
