"""All on-demand prices of one region: which rule gives each type its price, and how far that can be trusted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from instances.catalog.build.repair import KINSHIP, TOLERANCE, Line, agrees, family_line, is_dedicated, rounded
from instances.catalog.build.siblings import is_close, nearest_sibling
from instances.choices import PriceRule

HOME = "us-east-1"
"""The region of the fact table."""

Lines = Mapping[str, Line]


@dataclass(frozen=True, slots=True)
class PricedType:
    """One price: USD per hour, the rule that gave it, and the family whose ratio was used where it was a sibling's."""

    name: str
    usd_per_hour: Decimal
    rule: PriceRule
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Machines:
    """What pricing needs of the types: units of size by type on a line, families, types outside any line, and the
    families with accelerators, whose unit is a dollar of the home price.
    """

    units: Mapping[str, Fraction]
    families: Mapping[str, list[str]]
    uneven: frozenset[str]
    accelerated: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Book:
    """Prices known at home: `facts` are USD per hour per unit from the fact table, `lines` the list's own, `types` USD
    per hour of the types that are listed each for itself.
    """

    facts: Mapping[str, Fraction]
    lines: Lines
    types: Mapping[str, Decimal] = field(default_factory=dict)

    def now(self, family: str) -> Fraction | None:
        """The home price per unit today; None where it is unknown."""
        return self.facts.get(family)

    def then(self, family: str) -> Fraction | None:
        """The home price per unit when the list was made."""
        line = self.lines.get(family)
        return line.usd_per_unit if line else self.facts.get(family)

    def change(self, family: str) -> Fraction:
        """What the home price has been multiplied by since the list was made; 1 where it held or is unknown."""
        now, then = self.now(family), self.then(family)
        return now / then if now and then and abs(then / now - 1) > TOLERANCE else Fraction(1)


def region_lines(listed: Mapping[str, Decimal], machines: Machines) -> dict[str, Line]:
    """Every family's line in one region from its listed prices."""
    lines = {}
    for family, names in machines.families.items():
        rows = {name: listed[name] for name in names if name in listed and name in machines.units}
        line = family_line(rows, machines.units)
        if line:
            lines[family] = line
    return lines


def home_prices(listed: Mapping[str, Decimal], offered: list[str], machines: Machines, book: Book) -> list[PricedType]:
    """Prices of the fact tables' region: theirs exactly, listed rows on the lines, the rest along them."""
    return list(_home(listed, offered, machines, book))


def _home(listed: Mapping[str, Decimal], offered: list[str], machines: Machines, book: Book) -> Iterator[PricedType]:
    for name in offered:
        family, size = name.split(".")
        fact = book.now(family)
        if name in book.types:
            yield PricedType(name, book.types[name], PriceRule.TYPE)
        elif name in machines.uneven and name in listed:
            yield PricedType(name, listed[name], PriceRule.LONE)
        elif fact is not None and name in machines.units:
            usd = fact * machines.units[name]
            if size == "xlarge":
                yield PricedType(name, rounded(usd), PriceRule.FACT)
            elif name in listed and agrees(listed[name], fact, machines.units[name]):
                yield PricedType(name, listed[name], PriceRule.LISTED)
            else:
                yield PricedType(name, rounded(usd), PriceRule.FACT_LINE)


def prices(listed: Mapping[str, Decimal], offered: list[str], machines: Machines, book: Book) -> list[PricedType]:
    """Prices of any other region."""
    lines = region_lines(listed, machines)
    ratios = _ratios(lines, book)
    priced = []
    for name in offered:
        family = name.split(".")[0]
        if name in machines.uneven and name in listed:
            priced.append(PricedType(name, listed[name], PriceRule.LONE))
        elif name in machines.units:
            verdict = _verdict(family, lines, ratios, book)
            if family in machines.accelerated:
                verdict = _defensible(family, verdict, lines, ratios)
            price = _price(name, listed, machines.units[name], verdict)
            priced += [price] if price else []
    return priced


def _ratios(lines: Lines, book: Book) -> dict[str, Fraction]:
    """The region's price against home by family, from confirmed lines alone."""
    home = {family: book.then(family) for family in lines}
    return {f: line.usd_per_unit / usd for f, line in lines.items() if line.confirmed and (usd := home[f])}


Verdict = tuple[Fraction, PriceRule, str]
"""USD per hour per unit, the rule for sizes that are not listed on the line, and the sibling."""


def _verdict(family: str, lines: Lines, ratios: Mapping[str, Fraction], book: Book) -> Verdict | None:
    """What a family costs per unit in the region, and by which rule; None without a source."""
    line, sibling, now = lines.get(family), nearest_sibling(family, ratios), book.now(family)
    change = book.change(family)
    if line and _trusted(family, line, sibling, ratios, book):
        return line.usd_per_unit * change, PriceRule.LINE if change == 1 else PriceRule.REPRICED, ""
    if now is not None and sibling and not (line and not _dedicated(family, line, sibling, ratios, book)):
        rule = PriceRule.SIBLING if is_close(family, sibling) else PriceRule.DISTANT
        return now * ratios[sibling], rule, sibling
    return (line.usd_per_unit * change, PriceRule.LONE, "") if line else None


def _defensible(family: str, verdict: Verdict | None, lines: Lines, ratios: Mapping[str, Fraction]) -> Verdict | None:
    """What may be said of a family with accelerators: only its own confirmed ratio, or as an estimate that of a family
    of its own series and maker. Elsewhere the region's prices of GPUs are not those of its processors (Tokyo: 1.35 to
    1.50 times home, where processors are at 1.26), and a lone row may be one of dedicated tenancy.
    """
    sibling = nearest_sibling(family, ratios)
    close = sibling is not None and is_close(family, sibling)
    if verdict is None or verdict[1] == PriceRule.LONE:
        return None
    if verdict[1] in (PriceRule.LINE, PriceRule.REPRICED):
        return verdict if close or lines[family].confirmed else None
    return (verdict[0], PriceRule.DISTANT, verdict[2]) if close else None


def _price(name: str, listed: Mapping[str, Decimal], units: Fraction, verdict: Verdict | None) -> PricedType | None:
    if verdict is None:
        return None
    usd_per_unit, rule, basis = verdict
    if rule in (PriceRule.LINE, PriceRule.LONE) and name in listed and agrees(listed[name], usd_per_unit, units):
        return PricedType(name, listed[name], PriceRule.LISTED if rule == PriceRule.LINE else rule)
    return PricedType(name, rounded(usd_per_unit * units), rule, basis)


def _trusted(family: str, line: Line, sibling: str | None, ratios: Mapping[str, Fraction], book: Book) -> bool:
    """Whether a line is confirmed by its own rows or by its nearest sibling's ratio."""
    off = _against(family, line, sibling, ratios, book)
    return line.confirmed or (off is not None and abs(off - 1) <= KINSHIP)


def _dedicated(family: str, line: Line, sibling: str, ratios: Mapping[str, Fraction], book: Book) -> bool:
    """Whether a lone row stands above what its sibling tells by just the surcharge of dedicated tenancy."""
    off = _against(family, line, sibling, ratios, book) if is_close(family, sibling) else None
    return off is not None and is_dedicated(off)


def _against(
    family: str, line: Line, sibling: str | None, ratios: Mapping[str, Fraction], book: Book
) -> Fraction | None:
    """A line's ratio to home divided by its sibling's; None where either is unknown."""
    then = book.then(family)
    if then is None or sibling is None:
        return None
    return line.usd_per_unit / then / ratios[sibling]
