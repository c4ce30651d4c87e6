"""Reads traces from Parquet and CSV: one row a machine and moment, in any order, at any interval."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from hosts.inventory.csv_files import encoding_of, separator_of
from hosts.inventory.problems import ProblemLog
from hosts.inventory.refusals import RefusedError
from hosts.inventory.rows import ColumnMatch
from hosts.inventory.tables import Table
from hosts.inventory.trace_grid import Samples, to_grid
from hosts.inventory.trace_shapes import F64, I64, NEEDED, TraceSet, match_columns

MAX_ROWS = 20_000_000
MAX_BYTES = 1024**3
NUMERIC = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"


@dataclass(frozen=True, slots=True)
class Head:
    """The header of a trace file: what it is called, its columns, those of them that are used by field."""

    tab: str
    header: list[str]
    fields: dict[str, str]
    decimal_comma: bool = False


def read_parquet_traces(path: Path, name: str, log: ProblemLog) -> TraceSet:
    """Traces from a Parquet file; RefusedError where it is damaged, too large or lacks a column."""
    try:
        with pq.ParquetFile(path) as file:
            fields = needed_columns(file.schema_arrow.names)
            check_size(file.metadata)
            table = file.read(columns=list(fields.values()))
            header = file.schema_arrow.names
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        raise RefusedError("bad-parquet") from error
    return traces_of(table, Head(name, header, fields), log)


def read_csv_traces(content: bytes, head: Table, log: ProblemLog) -> TraceSet:
    """Traces from a CSV file whose header has been read; RefusedError where it cannot be parsed or lacks a column."""
    fields = needed_columns(head.header)
    encoding = encoding_of(content)
    text = content if encoding == "utf-8" else content.decode(encoding).encode()
    separator = separator_of(text[:10_000].decode(errors="ignore"))
    options = pyarrow.csv.ConvertOptions(
        include_columns=list(fields.values()), column_types=dict.fromkeys(fields.values(), pa.string())
    )
    parse = pyarrow.csv.ParseOptions(
        delimiter=separator, newlines_in_values=True, invalid_row_handler=lambda row: "skip"
    )
    try:
        table = pyarrow.csv.read_csv(pa.BufferReader(text), parse_options=parse, convert_options=options)
    except (pa.ArrowException, ValueError, KeyError) as error:
        raise RefusedError("bad-csv", reason=str(error)[:200]) from error
    return traces_of(table, Head(head.name, list(head.header), fields, head.decimal_comma), log)


def needed_columns(header: Any) -> dict[str, str]:
    """The columns that are used, by field; RefusedError where one is missing that a trace cannot do without."""
    fields = match_columns(header)
    if missing := [name for name in NEEDED if name not in fields]:
        raise RefusedError("trace-columns", columns=", ".join(missing))
    return fields


def check_size(metadata: Any) -> None:
    """Raises RefusedError where a Parquet file unpacks to more than fits into memory."""
    size = sum(metadata.row_group(number).total_byte_size for number in range(metadata.num_row_groups))
    if metadata.num_rows > MAX_ROWS or size > MAX_BYTES:
        raise RefusedError("zip-bomb", reason=f"{metadata.num_rows} rows, {size // 1024**2} MiB")


def traces_of(table: pa.Table, head: Head, log: ProblemLog) -> TraceSet:
    """Traces from the columns of a table; rows without name, time or CPU are left out and counted."""
    if table.num_rows == 0:
        raise RefusedError("trace-no-rows")
    names = table.column(head.fields["vm"]).cast(pa.string()).combine_chunks()
    coded = pc.utf8_trim_whitespace(pc.fill_null(names, "")).dictionary_encode()
    samples = Samples(
        names=coded.dictionary.to_pylist(),
        machine=coded.indices.to_numpy(zero_copy_only=False).astype(np.int64),
        time_s=as_seconds(table.column(head.fields["time"])),
        numbers={
            name: as_numbers(table.column(column), decimal_comma=head.decimal_comma)
            for name, column in head.fields.items()
            if name not in {"vm", "time"}
        },
        fields=head.fields,
    )
    shown = {column: name for name, column in head.fields.items()}
    columns = [ColumnMatch(head.tab, column, shown.get(column, "")) for column in head.header]
    return to_grid(samples, columns, head.tab, log)


def as_numbers(column: Any, *, decimal_comma: bool) -> F64:
    """A column as float64, NaN where a cell is no number."""
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        text = pc.utf8_trim_whitespace(pc.utf8_rtrim(column, "%"))
        text = pc.replace_substring(pc.replace_substring(text, ".", ""), ",", ".") if decimal_comma else text
        column = pc.if_else(pc.match_substring_regex(text, NUMERIC), text, None)
    numbers: F64 = column.cast(pa.float64(), safe=False).to_numpy()
    return numbers


def as_seconds(column: Any) -> I64:
    """A column of moments as seconds since 1970, −1 where a cell is none.

    Numbers are seconds, milli-, micro- or nanoseconds by their size; texts are ISO 8601 (UTC where no zone is said).
    """
    if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
        return filled(column.cast(pa.timestamp("s"), safe=False).cast(pa.int64()))
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        numbers = as_numbers(column, decimal_comma=False)
        if np.isfinite(numbers).any():
            return epoch_seconds(numbers)
        return filled(parse_moments(column))
    return epoch_seconds(as_numbers(column, decimal_comma=False))


def parse_moments(column: Any) -> Any:
    """ISO 8601 texts (also with slashes) as seconds; null where a text is none."""
    text = pc.replace_substring(pc.utf8_trim_whitespace(column), "/", "-")
    text = pc.replace_substring_regex(text, r"(\.\d+)?(Z|[+]00:?00)?$", "")
    iso = pc.match_substring_regex(text, r"^\d{4}-[01]\d-[0-3]\d([ T][0-2]\d:[0-5]\d(:[0-5]\d)?)?$")
    text = pc.if_else(iso, text, None)
    text = pc.if_else(pc.equal(pc.utf8_length(text), 16), pc.binary_join_element_wise(text, ":00", ""), text)
    return text.cast(pa.timestamp("s")).cast(pa.int64())


def filled(column: Any) -> I64:
    """Integers with −1 for nulls."""
    seconds: I64 = pc.fill_null(column, -1).to_numpy().astype(np.int64)
    return seconds


def epoch_seconds(numbers: F64) -> I64:
    """Moments since 1970 in whatever fraction of a second → whole seconds, −1 where not finite or before 1971."""
    usable = np.where(np.isfinite(numbers) & (numbers > 3e7), numbers, -1.0)
    largest = float(usable.max(initial=0.0))
    divisor = next((d for limit, d in ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3)) if largest > limit), 1.0)
    seconds: I64 = np.where(usable < 0, -1.0, np.clip(usable / divisor, -1, 1e11)).astype(np.int64)
    return seconds
