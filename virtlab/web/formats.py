"""Numbers, money, units and dates as the reader's language writes them; a dash where there is none (None, NaN)."""

import math
import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import (
    format_compact_decimal,
    format_decimal,
    format_scientific,
    get_currency_symbol,
    get_decimal_symbol,
    get_group_symbol,
)
from django.utils import timezone
from django.utils.translation import get_language, gettext, gettext_lazy

from virtlab.web.lazy_text import LazyText

Number = float | Decimal
NONE = "–"
NBSP = "\N{NO-BREAK SPACE}"
NOT_IN_CATALOGUE = gettext_lazy("not in the catalogue")
"""What is said wherever a price would stand that no source has: never 0."""
HUGE = 1e15  # from here on digits by the dozen say nothing
BINARY_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language, sep="-")


def locale() -> Locale:
    """Babel's locale of the language in force."""
    return _locale(get_language() or "en")


def _finite(value: Number | None) -> float | None:
    return float(value) if value is not None and math.isfinite(value) else None


def fitting_digits(value: float) -> int:
    """Decimals that leave about three figures: 1,247 · 41.3 · 3.07 · 0.128."""
    size = abs(value)
    if size == int(size) or size >= 100:
        return 0
    return 1 if size >= 10 else 2 if size >= 1 else 3


def number(value: Number | None, digits: int | None = None) -> str:
    """A grouped number; `digits` decimals, or as many as fit its size."""
    if (amount := _finite(value)) is None:
        return NONE
    return _decimal(amount, fitting_digits(amount) if digits is None else digits)


def exact(value: Number | None) -> str:
    """A grouped number with every decimal that it has, six at most: for figures that are quoted, not computed."""
    if (amount := _finite(value)) is None:
        return NONE
    if abs(amount) >= HUGE:
        return _huge(amount)
    return format_decimal(round(amount, 6) + 0.0, format="#,##0.######", locale=locale())


def _huge(amount: float) -> str:
    return format_scientific(float(f"{amount:.3g}"), locale=locale())


@cache
def _marks(language: Locale) -> dict[int, str]:
    """What a language writes for the comma and the point of a plain number."""
    return str.maketrans({",": get_group_symbol(language), ".": get_decimal_symbol(language)})


def _decimal(amount: float, places: int) -> str:
    if abs(amount) >= HUGE:
        return _huge(amount)
    # Babel takes a tenth of a millisecond a number, and pages have thousands. Adding zero turns minus zero into zero.
    return f"{round(amount, places) + 0.0:,.{places}f}".translate(_marks(locale()))


def with_unit(value: Number | None, unit: str, digits: int | None = None) -> str:
    """A number and its unit, held together by a space that does not break."""
    return NONE if _finite(value) is None else f"{number(value, digits)}{NBSP}{unit}"


def measured(text: str, unit: LazyText) -> str:
    """A number that is written already with the unit of a parameter. In one that is a percentage of something it stands
    before the sign, wherever a language has that: "85 % of the price", 「価格の 85 %」.
    """
    words = str(unit)
    return words.replace("%", f"{text}{NBSP}%", 1) if "%" in words else f"{text} {words}".strip()


def percent(share: Number | None, digits: int | None = None) -> str:
    """A share (0 … 1) in per cent."""
    return NONE if (part := _finite(share)) is None else with_unit(part * 100, "%", digits)


def part(share: Number) -> str:
    """A share (0 … 1) of a whole in whole per cent; none and all only where it is so."""
    text = percent(share, 0)
    if 0 < share < 1 and text in {percent(0, 0), percent(1, 0)}:
        return f"<{NBSP}{percent(0.01, 0)}" if share < 0.5 else f">{NBSP}{percent(0.99, 0)}"
    return text


def usd(value: Number | None, digits: int | None = None) -> str:
    """US dollars: whole from 100 up, cents below, four decimals below 1 (hourly prices); or `digits` decimals."""
    if (amount := _finite(value)) is None:
        return NONE
    fitting = 0 if abs(amount) >= 100 else 2 if abs(amount) >= 1 or amount == 0 else 4
    return _money(amount, "USD", fitting if digits is None else digits)


def rounded_usd(value: float, digits: int | None = 3) -> str:
    """US dollars to three significant digits, or `digits`: more of them would say more than assumptions know. None:
    whole dollars.
    """
    return usd(value if digits is None else float(f"{value:.{digits}g}"), 0)


def price(value: Number | None, digits: int | None = None) -> str:
    """US dollars that follow from the catalogue's prices; that it has none where it has none (None, NaN)."""
    return str(NOT_IN_CATALOGUE) if _finite(value) is None else usd(value, digits)


def jpy(value: Number | None, digits: int = 0) -> str:
    """Japanese yen, whole unless `digits` are asked for."""
    return NONE if (amount := _finite(value)) is None else _money(amount, "JPY", digits)


@cache
def _symbol(currency: str, language: Locale) -> str:
    return str(get_currency_symbol(currency, locale=language))


def _money(amount: float, currency: str, places: int) -> str:
    digits = _decimal(amount, places)
    sign = "-" if digits.startswith("-") else ""
    return f"{sign}{_symbol(currency, locale())}{digits.removeprefix('-')}"


def short(value: Number | None) -> str:
    """A large number in few characters: 12K, 1.2M (1.2万 in Japanese)."""
    if (amount := _finite(value)) is None:
        return NONE
    if abs(amount) >= HUGE:
        return _huge(amount)
    return format_compact_decimal(amount, locale=locale(), fraction_digits=1)


def kwh(value: Number | None, digits: int | None = None) -> str:
    """Energy given in kWh."""
    return with_unit(value, "kWh", digits)


def watts(value: Number | None, digits: int | None = None) -> str:
    """Power given in W; kW from 10,000 W up."""
    if (power := _finite(value)) is not None and abs(power) >= 10_000:
        return with_unit(power / 1000, "kW", digits)
    return with_unit(value, "W", 0 if digits is None else digits)


def carbon(grams: Number | None, digits: int | None = None) -> str:
    """Emissions given in g CO2e, shown in kg (t from 10,000 kg up)."""
    if (mass := _finite(grams)) is None:
        return NONE
    if abs(mass) >= 1e7:
        return with_unit(mass / 1e6, "t CO₂e", digits)
    return with_unit(mass / 1000, "kg CO₂e", digits)


def binary_size(count: Number | None) -> str:
    """Bytes in the largest binary unit that leaves at least 1."""
    if (size := _finite(count)) is None:
        return NONE
    step = 0
    while abs(size) >= 1024 and step < len(BINARY_UNITS) - 1:
        size, step = size / 1024, step + 1
    return with_unit(size, BINARY_UNITS[step])


def mib(count: Number | None) -> str:
    """Mebibytes in a fitting unit."""
    return NONE if (size := _finite(count)) is None else binary_size(size * 2**20)


def gib(count: Number | None) -> str:
    """Gibibytes in a fitting unit."""
    return NONE if (size := _finite(count)) is None else binary_size(size * 2**30)


def duration(seconds: Number | None) -> str:
    """A length of time in its two largest units: 340 ms, 2 min 51 s, 1 h 5 min, 3 d 4 h."""
    if (length := _finite(seconds)) is None:
        return NONE
    if 0 < abs(length) < 1:
        return with_unit(length * 1000, gettext("ms"), 0)
    if abs(length) < 59.95:
        return with_unit(length, gettext("s"), 0 if length == int(length) else 1)
    return _two_units(round(length))


def _two_units(seconds: int) -> str:
    units = ((86_400, gettext("d")), (3600, gettext("h")), (60, gettext("min")), (1, gettext("s")))
    first = next(index for index, (size, _) in enumerate(units) if seconds >= size)
    head, rest = divmod(seconds, units[first][0])
    size, name = units[min(first + 1, 3)]
    parts = [with_unit(head, units[first][1], 0)] + ([with_unit(rest // size, name, 0)] if rest >= size else [])
    return " ".join(parts)


def day(value: date | datetime | str | None) -> str:
    """A date, or the text of one (2026-07-20, 2026-07, 2026), as far as it says; other text stays as it is."""
    if isinstance(value, datetime):
        return str(format_date(timezone.localtime(value) if timezone.is_aware(value) else value, locale=locale()))
    if isinstance(value, date):
        return str(format_date(value, locale=locale()))
    if not value:
        return NONE
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return str(format_date(date.fromisoformat(value), locale=locale()))
    if re.fullmatch(r"\d{4}-\d\d", value):
        return str(format_skeleton("yMMM", datetime.fromisoformat(f"{value}-01"), locale=locale()))
    return value


def moment(value: datetime | None) -> str:
    """A date and time in the server's time zone, with 24 hours as the lab's clock has them."""
    if value is None:
        return NONE
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{format_date(local, 'medium', locale=locale())} {local:%H:%M:%S}"


def skeleton(value: datetime, fields: str) -> str:
    """The parts of a date that CLDR's letters name, as the language orders them, in the server's time zone."""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return str(format_skeleton(fields, local, locale=locale()))


def month(value: date) -> str:
    """The month and its year, as the language writes them."""
    return str(format_skeleton("yMMMM", datetime.fromisoformat(value.isoformat()), locale=locale()))


def weekday(value: datetime | None) -> str:
    """Weekday, month and day: Sun, Nov 29."""
    return NONE if value is None else skeleton(value, "MMMEd")


def names(named: Sequence[str], most: int = 5) -> str:
    """The first names, and how many more there are: "db-01, db-02 + 3"."""
    shown, more = ", ".join(named[:most]), len(named) - most
    return shown if more <= 0 else gettext("%(names)s + %(count)s") % {"names": shown, "count": number(more)}
