"""Reads traces from Parquet and CSV batch by batch: one row a VM and moment, in any order, at any interval."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from hosts.inventory.files.csv_files import encoding_of, separator_of
from hosts.inventory.files.tables import Table
from hosts.inventory.problems import ProblemLog
from hosts.inventory.refusals import UnreadableFileError
from hosts.inventory.rows import ColumnMatch
from hosts.inventory.traces.columns import as_names, as_numbers, as_seconds
from hosts.inventory.traces.grid import Samples, Source, to_grid
from hosts.inventory.traces.shapes import NEEDED, TraceSet, match_columns

MAX_ROWS = 50_000_000
BATCH_ROWS = 250_000
MAX_GROUP_BYTES = 512 * 1024**2
Batches = Callable[[], Iterator[Any]]


@dataclass(frozen=True, slots=True)
class Head:
    """The header of a trace file: what it is called, its columns, those of them that are used by field."""

    tab: str
    header: list[str]
    fields: dict[str, str]
    decimal_comma: bool = False


def read_parquet_traces(path: Path, name: str, log: ProblemLog) -> TraceSet:
    """Traces from a Parquet file; UnreadableFileError where it is damaged, too large or lacks a column."""
    try:
        with pq.ParquetFile(path) as file:
            header = file.schema_arrow.names
            head = Head(name, header, needed_columns(header))
            check_size(file.metadata)
        return traces_of(partial(parquet_batches, path, list(head.fields.values())), head, log)
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        raise UnreadableFileError("bad-parquet") from error


def parquet_batches(path: Path, columns: list[str]) -> Iterator[Any]:
    """The batches of a Parquet file, from the beginning."""
    with pq.ParquetFile(path) as file:
        yield from file.iter_batches(batch_size=BATCH_ROWS, columns=columns)


def check_size(metadata: Any) -> None:
    """Raises UnreadableFileError where a Parquet file has too many rows or unpacks to more than fits into memory."""
    largest = max((metadata.row_group(number).total_byte_size for number in range(metadata.num_row_groups)), default=0)
    if metadata.num_rows > MAX_ROWS or largest > MAX_GROUP_BYTES:
        raise UnreadableFileError("zip-bomb", reason=f"{metadata.num_rows} rows, {largest // 1024**2} MiB")


def read_csv_traces(content: bytes, table: Table, log: ProblemLog) -> TraceSet:
    """Traces from a CSV file whose header has been read; UnreadableFileError where it is damaged or lacks a column."""
    head = Head(table.name, list(table.header), needed_columns(table.header), table.decimal_comma)
    encoding = encoding_of(content)
    text = content if encoding == "utf-8" else content.decode(encoding).encode()
    try:
        return traces_of(partial(csv_batches, text, head), head, log)
    except (pa.ArrowException, ValueError, KeyError) as error:
        raise UnreadableFileError("bad-csv", reason=str(error)[:200]) from error


def csv_batches(text: bytes, head: Head) -> Iterator[Any]:
    """The batches of a CSV file in UTF-8, from the beginning; rows with too few or too many cells are left out."""
    names = list(head.fields.values())
    yield from pyarrow.csv.open_csv(
        pa.BufferReader(text),
        read_options=pyarrow.csv.ReadOptions(block_size=8 * 1024**2),
        parse_options=pyarrow.csv.ParseOptions(
            delimiter=separator_of(text[:10_000].decode(errors="ignore")),
            newlines_in_values=True,
            invalid_row_handler=lambda row: "skip",
        ),
        convert_options=pyarrow.csv.ConvertOptions(
            include_columns=names, column_types=dict.fromkeys(names, pa.string())
        ),
    )


def needed_columns(header: Any) -> dict[str, str]:
    """The columns that are used, by field; UnreadableFileError where one is missing that a trace cannot do without."""
    fields = match_columns(header)
    if missing := [name for name in NEEDED if name not in fields]:
        raise UnreadableFileError("trace-columns", columns=", ".join(missing))
    return fields


def traces_of(batches: Batches, head: Head, log: ProblemLog) -> TraceSet:
    """Traces from batches that can be gone through more than once."""
    shown = {column: name for name, column in head.fields.items()}
    columns = [ColumnMatch(head.tab, column, shown.get(column, "")) for column in head.header]
    return to_grid(Source(partial(samples, batches, head), head.fields, columns, head.tab), log)


def samples(batches: Batches, head: Head) -> Iterator[Samples]:
    """The batches as arrays; VMs are numbered in the order in which they first occur."""
    numbers: dict[str, int] = {}
    for batch in batches():
        names, codes = as_names(batch.column(head.fields["vm"]))
        known = np.array([numbers.setdefault(name, len(numbers)) if name else -1 for name in names], dtype=np.int64)
        yield Samples(
            names=list(numbers),
            vm=known[codes] if len(known) else codes,
            time_s=as_seconds(batch.column(head.fields["time"])),
            numbers={
                name: as_numbers(batch.column(column), decimal_comma=head.decimal_comma)
                for name, column in head.fields.items()
                if name not in {"vm", "time"}
            },
        )
