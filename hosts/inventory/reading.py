"""Any uploaded files → an inventory, traces, or the reason why not. The format is told by content, not by name."""

from collections.abc import Container, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from hosts.inventory.assembly.assemble import assemble
from hosts.inventory.files.csv_files import ANY_ROWS, MAX_ROWS, read_csv
from hosts.inventory.files.oddities import noted, told, with_header
from hosts.inventory.files.tables import Table, Tables
from hosts.inventory.formats.known import known_columns
from hosts.inventory.formats.matching import may_be_named
from hosts.inventory.gathering import Gathering, Matchings
from hosts.inventory.problems import ProblemLog
from hosts.inventory.refusals import UnreadableFileError, as_called, kind_called, of_part
from hosts.inventory.report.errors import Rows, rows_left_out
from hosts.inventory.report.tally import Tally
from hosts.inventory.rows import Inventory
from hosts.inventory.traces.members import content_of, member_of, trace_members
from hosts.inventory.traces.shapes import TraceSet, is_trace, match_columns, trace_inventory
from hosts.inventory.uploads import (
    PARQUET,
    ZIP,
    Progress,
    Upload,
    exports_in,
    head_of,
    is_plain_archive,
    nothing,
    table_members,
)

if TYPE_CHECKING:
    from hosts.inventory.traces.files import TraceFile


@dataclass(slots=True)
class Reading:
    """What files held: an inventory with its problems and its own totals, and traces where they held any."""

    inventory: Inventory
    log: ProblemLog = field(default_factory=ProblemLog)
    traces: TraceSet | None = None
    tally: Tally = field(default_factory=Tally)
    left_out: Rows = field(default_factory=list)


def read_file(path: Path, name: str, progress: Progress = nothing, matchings: Matchings | None = None) -> Reading:
    """Reads the file at `path` that a user calls `name`; `progress` gets 0 … 1. UnreadableFileError says why not."""
    return read_files([Upload(path, name)], progress, matchings)


def read_files(
    uploads: Sequence[Upload],
    progress: Progress = nothing,
    matchings: Matchings | None = None,
    without: Container[str] = frozenset(),
) -> Reading:
    """Reads files of one estate together. `matchings` are the columns that users named, by header; `without` are the
    tables that they want left out, by name.

    UnreadableFileError says why not; its `question` may be asked and the files read again.
    """
    gathering = Gathering(ProblemLog(), matchings or {}, without)
    traces: list[TraceFile] = []
    texts: list[tuple[Table, bytes]] = []
    looked = []
    for done, upload in enumerate(uploads):
        share = stretched(progress, done, len(uploads))
        with of_part(upload.name) if len(uploads) > 1 else nullcontext():
            with as_called(upload.name):
                found, told_apart = traces_in(upload, gathering)
            traces += found
            looked.append(told_apart)
            if found and not table_members(told_apart):
                continue
            exports = exports_in(told_apart, share)
            if exports is None:
                texts.append(text_in(upload, gathering))
            else:
                tabs = (named(tables, upload.name) if len(uploads) > 1 else tables for tables in exports)
                read = (told(tables, known_columns, gathering.log) for tables in tabs)
                gathering.take_exports(read, beside_traces=bool(found))
    measured, others = split_traces(texts, gathering)
    gathering.take_texts(others)
    reading = together(gathering, traces + measured)
    reading.left_out = rows_left_out(partial(every_table, looked), reading.log.left_out)
    return reading


def text_in(upload: Upload, gathering: Gathering) -> tuple[Table, bytes]:
    """The table of a file of text and all of its bytes; UnreadableFileError where it is none."""
    content = upload.path.read_bytes()
    with as_called(upload.name):
        table = text_of(content, upload.name, gathering.log)
        refuse_no_table(table, kind_called(upload.name), gathering)
    return table, content


def refuse_no_table(table: Table, kind: str, gathering: Gathering) -> None:
    """UnreadableFileError for a text that is called otherwise and of which nobody could name the columns either."""
    if kind and not may_be_named(table) and not gathering.knows(table) and not is_trace(table):
        raise UnreadableFileError("unknown")


def text_of(content: bytes, name: str, log: ProblemLog, most_rows: int = MAX_ROWS) -> Table:
    """The table of a text, with what is odd about it noted."""
    return noted(with_header(read_csv(content, PurePosixPath(name).name, most_rows), known_to_any, log), log)


def known_to_any(header: tuple[str, ...]) -> int:
    """How many columns of a header an inventory or a trace has a field for."""
    return max(known_columns(header), len(match_columns(header)))


def every_table(uploads: Sequence[Upload], wanted: Container[str]) -> Iterator[Table]:
    """All tables of all files once more, under the names that they were read by; of traces only those `wanted`."""
    told_already = ProblemLog()
    for upload in uploads:
        exports = exports_in(upload, nothing)
        for tables in exports or ():
            yield from told(named(tables, upload.name) if len(uploads) > 1 else tables, known_columns, told_already)
        for member in sorted(upload.traces):
            if member in wanted:
                yield read_csv(member_of(upload.path, member), member, ANY_ROWS)
        if head_of(upload).startswith(PARQUET):
            name = PurePosixPath(upload.name).name
            if name in wanted:
                from hosts.inventory.traces.files import parquet_table  # noqa: PLC0415 (Arrow: see traces_in)

                yield parquet_table(upload.path, name)
        elif exports is None:
            yield text_of(upload.path.read_bytes(), upload.name, told_already, ANY_ROWS)


def stretched(progress: Progress, done: int, of: int) -> Progress:
    """The progress of one of several files as a share of all."""
    return lambda share: progress((done + share) / of)


def named(tables: Tables, name: str) -> Tables:
    """Tabs under the name of their file, so that those of several files are told apart."""
    for table in tables:
        yield replace(table, name=f"{name} · {table.name}", file=f"{name} · {table.file}" if table.file else name)


def together(gathering: Gathering, files: "list[TraceFile]") -> Reading:
    """One reading of all that was found."""
    gathering.let_be_left_out(beside_traces=bool(files))
    if not files:
        return Reading(assemble(gathering.together(), gathering.log), gathering.log, None, gathering.tally)
    from hosts.inventory.traces.files import read_traces  # noqa: PLC0415 (Arrow: see traces_in)

    if gathering.inventories or gathering.companions or gathering.refusals:
        inventory = assemble(gathering.together(), gathering.log)
        traces = read_traces(files, gathering.log, gathering.matchings)
        return Reading(inventory, gathering.log, traces, gathering.tally)
    return traces_only(read_traces(files, gathering.log, gathering.matchings), gathering.log)


def traces_in(upload: Upload, gathering: Gathering) -> "tuple[list[TraceFile], Upload]":
    """The traces of a Parquet file or of an archive, and the upload with the members that are traces named.

    UnreadableFileError where there is no file or no content.
    """
    if not upload.path.exists():
        raise UnreadableFileError("vanished")
    head = head_of(upload)
    if not head:
        raise UnreadableFileError("empty")
    if not head.startswith((PARQUET, ZIP)):
        return [], upload
    # Arrow takes 35 MiB: only a process that reads traces loads it.
    if head.startswith(PARQUET):
        from hosts.inventory.traces.files import parquet_file  # noqa: PLC0415 (see above)

        return [parquet_file(upload.path, PurePosixPath(upload.name).name)], upload
    found = trace_members(upload.path, partial(is_plain_trace, gathering)) if is_plain_archive(upload.path) else []
    if not found:
        return [], upload
    from hosts.inventory.traces.files import csv_file  # noqa: PLC0415 (see above)

    files = [csv_file(table, content_of(upload.path, name), name) for name, table in found]
    return files, replace(upload, traces=frozenset(name for name, _table in found))


def is_plain_trace(gathering: Gathering, table: Table) -> bool:
    """Whether a table is a trace, and no inventory."""
    return not gathering.knows(table) and is_trace(table)


def split_traces(texts: list[tuple[Table, bytes]], gathering: Gathering) -> "tuple[list[TraceFile], list[Table]]":
    """Texts that are traces, and the others."""
    traces, others = [], []
    for table, content in texts:
        if not is_plain_trace(gathering, table):
            others.append(table)
        else:
            from hosts.inventory.traces.files import csv_file  # noqa: PLC0415 (Arrow: see traces_in)

            traces.append(csv_file(table, partial(bytes, content), table.name))
    return traces, others


def traces_only(traces: TraceSet, log: ProblemLog) -> Reading:
    """Traces with the inventory that their columns of cores and memory make, which may be empty."""
    inventory = trace_inventory(traces, log)
    if unsized := len(traces.names) - len(inventory.vms):
        log.add("trace-no-size", tab=traces.columns[0].tab, value=unsized)
    return Reading(assemble(inventory, log) if inventory.vms else inventory, log, traces)
