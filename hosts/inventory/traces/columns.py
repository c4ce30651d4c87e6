"""Columns of a trace file as they come → names, numbers and moments."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hosts.inventory.files.values import NAME_LENGTH, clean_text
from hosts.inventory.traces.moments import NONE, DayOrder, parse_moments
from virtlab.engine.arrays import F64, I64, Bools

NUMERIC = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
THOUSANDS = r",(\d{3})"
FIRST_SECOND = 3e7  # of 1970: smaller numbers are no moments
FRACTIONS = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3))  # larger numbers are so many parts of a second
LAST_NANOSECOND = 9e18  # of the year 2255: larger numbers are none either


def is_text(column: Any) -> bool:
    """Whether a column holds texts."""
    return bool(pa.types.is_string(column.type) or pa.types.is_large_string(column.type))


def as_names(column: Any) -> tuple[list[str], I64]:
    """The different names of a column, "" for an empty cell, and which of them each row has."""
    coded = column.dictionary_encode() if not pa.types.is_dictionary(column.type) else column
    names = [clean_text(name)[:NAME_LENGTH] for name in coded.dictionary.to_pylist()]
    codes: I64 = pc.fill_null(coded.indices.cast(pa.int64()), len(names)).to_numpy(zero_copy_only=False)
    return [*names, ""], codes


def as_numbers(column: Any, *, decimal_comma: bool) -> F64:
    """A column as float64, NaN where a cell is no number."""
    if is_text(column):
        text = pc.utf8_trim_whitespace(pc.utf8_rtrim(pc.utf8_trim_whitespace(column), "%"))
        if decimal_comma:
            text = pc.replace_substring(pc.replace_substring(text, ".", ""), ",", ".")
        else:
            text = pc.replace_substring_regex(text, THOUSANDS, r"\1")
        column = pc.if_else(pc.match_substring_regex(text, NUMERIC), text, None)
    numbers: F64 = column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    return numbers


def as_seconds(column: Any, order: DayOrder = DayOrder.DAY_FIRST) -> tuple[I64, Bools]:
    """A column of moments as seconds since 1970, NONE where a cell is none, and which of them are of a known zone.

    Numbers are seconds, milli-, micro- or nanoseconds by their size, whatever the header says; texts are dates.
    """
    if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
        seconds = filled(column.cast(pa.timestamp("s"), safe=False).cast(pa.int64()))
        return seconds, np.full(len(seconds), getattr(column.type, "tz", None) is not None)
    numbers = as_numbers(column, decimal_comma=False)
    seconds, zoned = epoch_seconds(numbers), np.ones(len(numbers), dtype=np.bool_)
    words = ~np.isfinite(numbers)
    if is_text(column) and words.any():  # a row may be written otherwise than the others
        seconds[words], zoned[words] = parse_moments(column.filter(pa.array(words)), order)
    return seconds, zoned


def filled(column: Any) -> I64:
    """Integers with NONE for nulls."""
    seconds: I64 = pc.fill_null(column, NONE).to_numpy(zero_copy_only=False).astype(np.int64)
    return seconds


def epoch_seconds(numbers: F64) -> I64:
    """Moments since 1970 in whatever fraction of a second → whole seconds, NONE for none, before 1971, after 2255.

    Each by its own size: seconds reach 1e11 in the year 5138, and milli-, micro- and nanoseconds passed theirs in 1973.
    """
    usable = np.where((numbers > FIRST_SECOND) & (numbers < LAST_NANOSECOND), numbers, np.nan)
    divisor = np.select(
        [usable > limit for limit, _divisor in FRACTIONS], [divisor for _limit, divisor in FRACTIONS], 1.0
    )
    seconds: I64 = np.nan_to_num(usable / divisor, nan=NONE).astype(np.int64)
    return seconds
