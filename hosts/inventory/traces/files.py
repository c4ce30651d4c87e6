"""Reads traces from Parquet and CSV batch by batch: one row a VM and moment, in any order, at any interval."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from hosts.inventory.files.tables import Table
from hosts.inventory.formats.matching import Matching, header_key
from hosts.inventory.problems import ProblemLog
from hosts.inventory.refusals import UnreadableFileError
from hosts.inventory.rows import ColumnMatch
from hosts.inventory.traces.columns import as_names, as_numbers, as_seconds, is_text
from hosts.inventory.traces.csv_rows import Numbers, csv_batches, has_decimal_comma, no_numbers, width_of, without_empty
from hosts.inventory.traces.grid import to_grid
from hosts.inventory.traces.moments import DatesSeen, DayOrder
from hosts.inventory.traces.shapes import NEEDED, TraceSet, first_rows, header_lines, match_columns
from hosts.inventory.traces.survey import Samples, Source
from virtlab.engine.arrays import I64

MAX_ROWS = 50_000_000
BATCH_ROWS = 250_000
MAX_GROUP_BYTES = 512 * 1024**2
SHOWN_ROWS = 5


@dataclass(frozen=True, slots=True)
class TraceFile:
    """A trace file: its columns, those of them that are used by field, and under which key a batch has them.

    `batches` goes through it from the beginning. `vm` is the VM of a file without a column for it. `above` are the
    lines above its first row of values. `ragged` are the numbers of the rows that the last way through left out,
    because they have more or fewer cells than the others.
    """

    name: str
    header: list[str]
    fields: dict[str, str]
    keys: dict[str, str]
    batches: Callable[[], Iterator[Any]]
    rows: list[list[str]]
    vm: str = ""
    decimal_comma: bool = False
    above: int = 0
    ragged: Numbers = field(default_factory=no_numbers)

    def samples(self, order: DayOrder, numbers: dict[str, int]) -> Iterator[Samples]:
        """The batches as arrays. `numbers` are those of the VMs that were met before; new ones are numbered on."""
        read = 0
        for whole in self.batches():
            row = self._rows(read, whole.num_rows)
            read += whole.num_rows
            batch, row = without_empty(whole, row)
            time_s, zoned = as_seconds(batch.column(self.keys["time"]), order)
            vm = self._vms(batch, numbers)
            cells = {name: key for name, key in self.keys.items() if name not in {"vm", "time"}}
            values = {
                name: as_numbers(batch.column(key), decimal_comma=self.decimal_comma) for name, key in cells.items()
            }
            yield Samples(
                tab=self.name, row=row, names=list(numbers), vm=vm, time_s=time_s, zoned=zoned, numbers=values
            )

    def _rows(self, read: int, count: int) -> I64:
        """The numbers in the file of the next rows, of which so many were read before: ragged ones stand between."""
        index = np.arange(read, read + count, dtype=np.int64)
        ragged = np.array(self.ragged, dtype=np.int64) - self.above - 1
        before = np.searchsorted(ragged - np.arange(ragged.size), index, side="right")
        rows: I64 = index + before + self.above + 1
        return rows

    def _vms(self, batch: Any, numbers: dict[str, int]) -> Any:
        if self.vm:
            return np.full(batch.num_rows, numbers.setdefault(self.vm, len(numbers)), dtype=np.int64)
        names, codes = as_names(batch.column(self.keys["vm"]))
        known = [numbers.setdefault(name, len(numbers)) if name else -1 for name in names]
        return np.array(known, dtype=np.int64)[codes]


def read_traces(files: Sequence[TraceFile], log: ProblemLog, matchings: Mapping[str, Matching]) -> TraceSet:
    """The traces of files with the same columns, read as one; UnreadableFileError where one is damaged, or where
    something must be asked that `matchings` (by header) do not answer.
    """
    head = files[0]
    refuse_differing(files)
    files = named_apart(files)
    if files[0].vm and len(files) == 1:
        log.add("trace-one-vm", tab=head.name, value=files[0].vm)
    used = {column: name for name, column in head.fields.items()}
    columns = [ColumnMatch(head.name, column, used.get(column, "")) for column in head.header]
    answers = matchings[header_key(head.header)].units if header_key(head.header) in matchings else {}
    source = Source(
        samples=partial(samples_of, files),
        dates=partial(dates_of, files),
        ragged=partial(ragged_rows, files),
        fields=head.fields,
        columns=columns,
        tab=head.name,
        rows=head.rows[:SHOWN_ROWS],
    )
    try:
        return to_grid(source, log, answers)
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        raise UnreadableFileError("bad-csv", reason=str(error)[:200]) from error


def refuse_differing(files: Sequence[TraceFile]) -> None:
    """UnreadableFileError for the first file that uses other columns than the first, with these."""
    head = files[0]
    other = next((file for file in files if file.fields != head.fields), None)
    if other:
        both = set(other.fields.values()) & set(head.fields.values())
        names = [name for name in (*other.fields.values(), *head.fields.values()) if name not in both]
        raise UnreadableFileError("several-traces", tab=other.name, other=head.name, columns=", ".join(names))


def named_apart(files: Sequence[TraceFile]) -> list[TraceFile]:
    """The files, the VM of each called as the file is, with its folders where two files of one name are in several."""
    stems = [PurePosixPath(file.vm).stem for file in files]
    taken = len(set(stems)) < len(stems)
    paths = [str(PurePosixPath(file.vm).with_suffix("")) if file.vm else "" for file in files]
    return [replace(file, vm=name) for file, name in zip(files, paths if taken else stems, strict=True)]


def samples_of(files: Sequence[TraceFile], order: DayOrder) -> Iterator[Samples]:
    """The samples of all files; VMs are numbered in the order in which they first occur."""
    numbers: dict[str, int] = {}
    for file in files:
        yield from file.samples(order, numbers)


def ragged_rows(files: Sequence[TraceFile]) -> Iterator[tuple[str, I64]]:
    """The rows of each file that the last way through left out for having too many or too few cells."""
    for file in files:
        if file.ragged:
            yield file.name, np.array(file.ragged, dtype=np.int64)


def dates_of(files: Sequence[TraceFile]) -> DatesSeen:
    """What the dates say of the order of day and month; of files that write the year first no more than the beginning
    is looked at.
    """
    seen = DatesSeen()
    for file in files:
        for batch in file.batches():
            column = batch.column(file.keys["time"])
            if is_text(column):
                seen.look(column)
            if not seen.dates or seen.order:
                return seen
    return seen


def parquet_file(path: Path, name: str) -> TraceFile:
    """A Parquet file; UnreadableFileError where it is damaged, too large or lacks a column."""
    try:
        with pq.ParquetFile(path) as file:
            header = list(file.schema_arrow.names)
            fields = needed_columns(header, NEEDED)
            check_size(file.metadata)
        batches = partial(parquet_batches, path, list(fields.values()))
        first = next(parquet_batches(path, header), None)
        shown = [] if first is None else first.slice(0, SHOWN_ROWS).to_pylist()
        rows = [[str(row[head]) for head in header] for row in shown]
        return TraceFile(name, header, fields, keys=fields, batches=batches, rows=rows)
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        raise UnreadableFileError("bad-parquet") from error


def parquet_batches(path: Path, columns: list[str]) -> Iterator[Any]:
    """The batches of a Parquet file, from the beginning."""
    with pq.ParquetFile(path) as file:
        yield from file.iter_batches(batch_size=BATCH_ROWS, columns=columns)


def parquet_table(path: Path, name: str) -> Table:
    """A Parquet file as a table of texts, its rows numbered from 1."""
    with pq.ParquetFile(path) as file:
        header = list(file.schema_arrow.names)
    rows = (tuple(row.values()) for batch in parquet_batches(path, header) for row in batch.to_pylist())
    return Table(name, tuple(header), enumerate(rows, start=1))


def check_size(metadata: Any) -> None:
    """Raises UnreadableFileError where a Parquet file has too many rows or unpacks to more than fits into memory."""
    largest = max((metadata.row_group(number).total_byte_size for number in range(metadata.num_row_groups)), default=0)
    if metadata.num_rows > MAX_ROWS or largest > MAX_GROUP_BYTES:
        raise UnreadableFileError("zip-bomb", reason=f"{metadata.num_rows} rows, {largest // 1024**2} MiB")


def csv_file(table: Table, content: Callable[[], bytes], path: str) -> TraceFile:
    """A CSV file whose header has been read; `content` gives all of its bytes, `path` is what its VM may be called by.

    Columns are told by their place: names may come twice, and be written with blanks around them.
    """
    header = list(table.header)
    fields = needed_columns(header, ("time", "cpu"))
    keys = {name: str(header.index(column)) for name, column in fields.items()}
    rows = first_rows(table)
    places = sorted(int(key) for name, key in keys.items() if name not in {"vm", "time"})
    comma = has_decimal_comma([row[place] for row in rows for place in places if place < len(row)], table)
    ragged = no_numbers()
    shape = header_lines(table), width_of(rows, len(header))
    batches = partial(csv_batches, content, shape, list(keys.values()), ragged)
    vm = "" if "vm" in fields else path
    return TraceFile(
        table.name,
        header,
        fields,
        keys,
        batches,
        rows=rows[:SHOWN_ROWS],
        vm=vm,
        decimal_comma=comma,
        above=shape[0],
        ragged=ragged,
    )


def needed_columns(header: Sequence[str], needed: Sequence[str]) -> dict[str, str]:
    """The columns that are used, by field; UnreadableFileError where one of those `needed` is missing."""
    fields = match_columns(header)
    if missing := [name for name in needed if name not in fields]:
        raise UnreadableFileError("trace-columns", columns=", ".join(missing))
    return fields
