"""Columns of a trace file as they come → names, numbers and moments."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hosts.inventory.files.values import NAME_LENGTH, clean_text
from virtlab.engine.arrays import F64, I64

NUMERIC = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
ISO = r"^\d{4}-[01]\d-[0-3]\d([ T][0-2]\d:[0-5]\d(:[0-5]\d)?)?$"
FIRST_SECOND = 3e7  # of 1970: smaller numbers are no moments


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
        text = pc.utf8_trim_whitespace(pc.utf8_rtrim(column, "%"))
        text = pc.replace_substring(pc.replace_substring(text, ".", ""), ",", ".") if decimal_comma else text
        column = pc.if_else(pc.match_substring_regex(text, NUMERIC), text, None)
    numbers: F64 = column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    return numbers


def as_seconds(column: Any) -> I64:
    """A column of moments as seconds since 1970, −1 where a cell is none.

    Numbers are seconds, milli-, micro- or nanoseconds by their size; texts are ISO 8601 (UTC where no zone is said).
    """
    if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
        return filled(column.cast(pa.timestamp("s"), safe=False).cast(pa.int64()))
    if not is_text(column):
        return epoch_seconds(as_numbers(column, decimal_comma=False))
    numbers = as_numbers(column, decimal_comma=False)
    return epoch_seconds(numbers) if np.isfinite(numbers).any() else filled(parse_moments(column))


def parse_moments(column: Any) -> Any:
    """ISO 8601 texts (also with slashes) as seconds; null where a text is none."""
    text = pc.replace_substring(pc.utf8_trim_whitespace(column), "/", "-")
    text = pc.replace_substring_regex(text, r"(\.\d+)?(Z|[+]00:?00)?$", "")
    text = pc.if_else(pc.match_substring_regex(text, ISO), text, None)
    text = pc.replace_substring(text, " ", "T")
    for length, rest in ((10, "T00:00:00"), (16, ":00")):
        text = pc.if_else(pc.equal(pc.utf8_length(text), length), pc.binary_join_element_wise(text, rest, ""), text)
    return pc.strptime(text, "%Y-%m-%dT%H:%M:%S", "s", error_is_null=True).cast(pa.int64())


def filled(column: Any) -> I64:
    """Integers with −1 for nulls."""
    seconds: I64 = pc.fill_null(column, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    return seconds


def epoch_seconds(numbers: F64) -> I64:
    """Moments since 1970 in whatever fraction of a second → whole seconds, −1 where not finite or before 1971."""
    usable = np.where(np.isfinite(numbers) & (numbers > FIRST_SECOND), numbers, -1.0)
    largest = float(usable.max(initial=0.0))
    divisor = next((d for limit, d in ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3)) if largest > limit), 1.0)
    seconds: I64 = np.where(usable < 0, -1.0, np.clip(usable / divisor, -1, 1e11)).astype(np.int64)
    return seconds
