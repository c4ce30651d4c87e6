"""Texts of moments in the ways of several countries → seconds since 1970.

Year first (ISO 8601, also 2026/3/2 and 2026年3月2日), day first (02.03.2026, 02/03/2026), month first
(3/2/2026 12:00 AM) or with the month's name (Mar 2, 2026; 2-Mar-2026; 2. März 2026).
A text with an offset is that moment; one without is taken as UTC.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hosts.inventory.files.words import month_of
from virtlab.engine.arrays import I64, Bools
from virtlab.engine.units import SECONDS_PER_DAY, SECONDS_PER_HOUR, SECONDS_PER_MINUTE

NONE = -1  # seconds of a text that is no moment
TIME = (
    r"(?:[ T日,]*(?P<half>[AaPp]\.?[Mm]\.?|午前|午後)?\s*"
    r"(?P<hour>\d{1,2})[:時](?P<minute>\d{2})(?:[:分](?P<second>\d{2}))?"
    r"(?:[.,]\d+)?[秒分]?\s*(?P<after>[AaPp]\.?[Mm]\.?)?)?"
)
ZONE = r"日?\s*(?P<zone>Z|UTC|GMT|JST|[+-]\d{2}(?::?\d{2})?)?"
YEAR_FIRST = rf"^(?P<a>\d{{4}})[-/.年](?P<b>\d{{1,2}})[-/.月](?P<c>\d{{1,2}}){TIME}{ZONE}$"
YEAR_LAST = rf"^(?P<a>\d{{1,2}})(?P<mark>[-/.])(?P<b>\d{{1,2}})[-/.](?P<c>\d{{4}}|\d{{2}}){TIME}{ZONE}$"
NAMED_MONTH = re.compile(
    r"^(?:[^\W\d]+,? +)?"  # the day of the week
    r"(?:(?P<a>\d{1,2})[-. /]+(?:de )?(?P<after>[^\W\d]{3,})|(?P<before>[^\W\d]{3,})\.? (?P<b>\d{1,2}))"
    r"[-., /]+(?:de )?(?P<year>\d{4})"
)
GROUPS = ("a", "b", "c", "hour", "minute", "second")
MONTHS = 12
TELLING = 0.01  # of the dates; a file of the first twelve days of a month and one more has far more


class DayOrder(StrEnum):
    """Which of the two numbers before the year is the day."""

    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"


@dataclass(slots=True)
class DatesSeen:
    """How many different dates have their year last, how many of these are written with dots, as day-first countries
    do, and of how many the first, or the second, number is more than a month's; `differing` is the first date that
    either order makes another one.
    """

    dates: int = 0
    dotted: int = 0
    day_first: int = 0
    month_first: int = 0
    differing: str = ""

    def look(self, column: Any) -> None:
        """Takes a column of texts into account."""
        texts = cleaned(pc.unique(column))
        parts = pc.extract_regex(texts, YEAR_LAST).drop_null()
        if len(parts):
            first, second = (whole(parts.field(name)).to_numpy(zero_copy_only=False) for name in ("a", "b"))
            self.dates += len(parts)
            self.dotted += pc.sum(pc.equal(parts.field("mark"), ".")).as_py()
            self.day_first += int((first > MONTHS).sum())
            self.month_first += int((second > MONTHS).sum())
            other = np.flatnonzero((first != second) & (first <= MONTHS) & (second <= MONTHS))
            if other.size and not self.differing:
                parts = pc.extract_regex(texts, YEAR_LAST)
                self.differing = texts.filter(parts.is_valid())[int(other[0])].as_py()

    @property
    def order(self) -> DayOrder | None:
        """What most dates say of their order; None where that must be asked for: both would do, or so few dates tell
        that they may be mistakes.
        """
        if 2 * self.dotted >= self.dates:
            return DayOrder.DAY_FIRST
        if abs(self.day_first - self.month_first) < TELLING * self.dates or self.day_first == self.month_first:
            return None
        return DayOrder.DAY_FIRST if self.day_first > self.month_first else DayOrder.MONTH_FIRST


def cleaned(column: Any) -> Any:
    """Texts without blanks around them and with plain blanks in them (US programs put a narrow one before AM), months
    as numbers.
    """
    texts = pc.utf8_trim_whitespace(pc.replace_substring_regex(column, "[\u00a0\u202f\u3000]", " "))
    if not pc.any(pc.match_substring_regex(texts, r"^[^0-9]*[0-9]{0,2}[-. /]*\p{L}{2}")).as_py():
        return texts
    return pa.array([None if text is None else month_in_numbers(text) for text in texts.to_pylist()], pa.string())


def month_in_numbers(text: str) -> str:
    """A date whose month is a word, as 2026-3-2 and the rest; another text as it is."""
    date = NAMED_MONTH.match(text)
    month = month_of(date["after"] or date["before"]) if date else 0
    if date is None or not month:
        return text
    return f"{date['year']}-{month}-{date['a'] or date['b']}{text[date.end() :]}"


def parse_moments(column: Any, order: DayOrder = DayOrder.DAY_FIRST) -> tuple[I64, Bools]:
    """Seconds since 1970 of a column of texts (N,), NONE where a text is no moment, and which texts name a zone."""
    coded = column.dictionary_encode() if not pa.types.is_dictionary(column.type) else column
    texts = cleaned(coded.dictionary)
    seconds, zoned = parse_distinct(texts, order)
    codes = pc.fill_null(coded.indices.cast(pa.int64()), len(texts)).to_numpy(zero_copy_only=False)
    return np.append(seconds, NONE)[codes], np.append(zoned, True)[codes]


def parse_distinct(texts: Any, order: DayOrder) -> tuple[I64, Bools]:
    """The same of texts that are cleaned."""
    seconds, zoned = np.full(len(texts), NONE, dtype=np.int64), np.zeros(len(texts), dtype=np.bool_)
    for pattern in (YEAR_FIRST, YEAR_LAST):
        parts = pc.extract_regex(texts, pattern)
        rows = np.flatnonzero(parts.is_valid().to_numpy(zero_copy_only=False))
        if rows.size:
            there = parts.take(pa.array(rows))
            numbers = {name: whole(there.field(name)).to_numpy(zero_copy_only=False) for name in GROUPS}
            year, month, day = date_of(numbers, order, last=pattern is YEAR_LAST)
            offset, zoned[rows] = offset_s(there.field("zone"))
            clock = clock_s(numbers, half_of(there))
            seconds[rows] = moments_of(year, month, day, clock, offset)
    return seconds, zoned


def whole(column: Any) -> Any:
    """Texts of digits as integers, 0 for none."""
    return pc.if_else(pc.equal(column, ""), "0", column).cast(pa.int64())


def date_of(numbers: dict[str, I64], order: DayOrder, *, last: bool) -> tuple[I64, I64, I64]:
    """Year, month and day of dates whose year stands first, or last (of two digits: of this century)."""
    a, b, c = numbers["a"], numbers["b"], numbers["c"]
    if not last:
        return a, b, c
    year = np.where(c < 100, c + 2_000, c)
    return (year, b, a) if order == DayOrder.DAY_FIRST else (year, a, b)


def half_of(parts: Any) -> npt.NDArray[np.str_]:
    """Of each text "a" before noon, "p" after noon, "" where it uses 24 hours."""
    said = pc.utf8_lower(pc.binary_join_element_wise(parts.field("half"), parts.field("after"), ""))
    words = {"午前": "a", "午後": "p"}
    return np.array([words.get(text, text[:1]) for text in said.to_pylist()], dtype=np.str_)


def clock_s(numbers: dict[str, I64], half: npt.NDArray[np.str_]) -> I64:
    """Seconds since midnight, NONE where the clock shows no such time."""
    hour, minute, second = numbers["hour"], numbers["minute"], numbers["second"]
    twelve = np.where(half == "p", hour % 12 + 12, hour % 12)
    hours = np.where(half == "", hour, twelve)
    fits = (hours <= 24) & (minute < 60) & (second <= 60) & ((half == "") | (hour <= 12))
    return np.where(fits, hours * SECONDS_PER_HOUR + minute * SECONDS_PER_MINUTE + second, NONE)


def offset_s(zones: Any) -> tuple[I64, Bools]:
    """Seconds east of Greenwich of each zone (0 where none is named), and whether one is named."""
    known = {"": 0, "Z": 0, "UTC": 0, "GMT": 0, "JST": 9 * SECONDS_PER_HOUR}
    texts = zones.to_pylist()
    seconds = [known[text] if text in known else numeric_offset_s(text) for text in texts]
    return np.array(seconds, dtype=np.int64), np.array([bool(text) for text in texts], dtype=np.bool_)


def numeric_offset_s(text: str) -> int:
    """Seconds of +09:00, +0900 or +09."""
    digits = text[1:].replace(":", "").ljust(4, "0")
    seconds = int(digits[:2]) * SECONDS_PER_HOUR + int(digits[2:]) * SECONDS_PER_MINUTE
    return -seconds if text[0] == "-" else seconds


def moments_of(year: I64, month: I64, day: I64, clock: I64, offset: I64) -> I64:
    """Seconds since 1970, NONE for days that no calendar has and for years before 1971."""
    months = (year - 1970) * 12 + month - 1
    start = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    length = (months + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) - start
    fits = (year > 1970) & (month >= 1) & (month <= MONTHS) & (day >= 1) & (day <= length) & (clock >= 0)
    return np.where(fits, (start + day - 1) * SECONDS_PER_DAY + clock - offset, NONE)
