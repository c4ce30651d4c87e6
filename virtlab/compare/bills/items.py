"""Line items: what a total is made of. Each carries its formula with the numbers put in, and what they rest on."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from virtlab.labs.choices import FigureKind
from virtlab.web import formats
from virtlab.web.lazy_text import LazyText

CENT = Decimal("0.01")
MANY = re.compile(r"(?<![\w.,])(1 (?:licensed |more |rack )?[A-Za-z]+?)(?:(?<=ch)es|s)\b")

# What money is spent on, in the order of every table and chart.
CATEGORIES: dict[str, LazyText] = {
    "compute": _("Compute"),
    "storage": _("Storage and backups"),
    "licences": _("Licences"),
    "facility": _("Power and space"),
    "network": _("Network"),
    "people": _("People"),
    "tax": _("Tax"),
}


@dataclass(frozen=True, slots=True)
class Num:
    """A number of a formula; `digits` decimals, or every one that it has, so that a reader gets the same amount."""

    value: float
    digits: int | None = None

    def text(self) -> str:
        """As the reader's language writes it."""
        return formats.exact(self.value) if self.digits is None else formats.number(self.value, self.digits)


def exact(value: float) -> Num:
    """A number with every decimal that it has, four at most, so that a formula gives its amount."""
    text = f"{value:.4f}".rstrip("0")
    return Num(round(value, 4), len(text.partition(".")[2]))


@dataclass(frozen=True, slots=True)
class Usd:
    """An amount of a formula in USD."""

    value: float
    digits: int | None = None

    def text(self) -> str:
        """As the reader's language writes it."""
        return formats.usd(self.value, self.digits)


@dataclass(frozen=True, slots=True)
class Cited:
    """A figure that no parameter holds (a catalog's price) with what makes it believable; `items`: the types or items
    of the catalogue that a lab's own price stands for.
    """

    label: LazyText
    value: Num | Usd | LazyText
    source: LazyText
    source_date: str
    kind: str
    items: tuple[str, ...] = ()

    def text(self) -> str:
        """The value as the reader's language writes it."""
        return self.value.text() if isinstance(self.value, Num | Usd) else str(self.value)


def in_use(size: float, unit: str) -> Cited:
    """Disk in use, of which backups and snapshots are a share; `unit`: GiB or TB."""
    value = format_lazy("{} {}", formats.number(size, 3), unit)
    return Cited(_("Disk in use"), value, _("The sum of all workloads that have one"), "2026", FigureKind.DERIVED.value)


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a bill, an energy or a carbon balance. `amount` is rounded once: cents, Wh or g; totals sum it.

    `unpriced`: what it is for has no price in the catalogue, so that its amount is not known, and no total has it.
    """

    key: str
    category: str
    name: LazyText
    amount: Decimal
    formula: LazyText
    numbers: Mapping[str, Num | Usd]
    rests_on: tuple[str | Cited, ...] = ()
    unpriced: bool = False

    @property
    def stands(self) -> bool:
        """Whether it is a line at all: lines of nothing are left out."""
        return self.unpriced or bool(self.amount)

    @property
    def text(self) -> str:
        """The formula with its numbers put in."""
        return one_of(str(self.formula) % {name: number.text() for name, number in self.numbers.items()})


def own_items(lines: Iterable[Item]) -> set[str]:
    """The types and items of the catalogue for which lines that stand have a price of the lab's own."""
    cited = (one for line in lines if line.stands for one in line.rests_on if isinstance(one, Cited))
    return {item for one in cited for item in one.items}


def one_of(text: str) -> str:
    """Words of a formula, which are written for many, with those after a lone 1 for one: "1 switches × 2 ports" is
    "1 switch × 2 ports". Only English has such words; in another language nothing is found.
    """
    return MANY.sub(r"\1", text)


def to_cents(usd: float) -> Decimal:
    """USD rounded to the cent; the only place where money is rounded."""
    return _decimal(usd).quantize(CENT, ROUND_HALF_UP)


def to_wh(kwh: float) -> Decimal:
    """kWh rounded to the Wh, still in kWh."""
    return _decimal(kwh).quantize(Decimal("0.001"), ROUND_HALF_UP)


def _decimal(value: float) -> Decimal:
    """Its 15 significant digits, as spreadsheets take them: 5.1995 × 730 is 3795.635 then, not a little less."""
    return Decimal(f"{value:.15g}")


def total(items: Iterable[Item]) -> Decimal:
    """The sum of the items as they are shown."""
    return sum((item.amount for item in items), Decimal(0))


def by_category(items: Iterable[Item]) -> dict[str, float]:
    """Sums by category, in the order of CATEGORIES; zeros are left out."""
    sums = dict.fromkeys(CATEGORIES, Decimal(0))
    for item in items:
        sums[item.category] += item.amount
    return {key: float(value) for key, value in sums.items() if value}
