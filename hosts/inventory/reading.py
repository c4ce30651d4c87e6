"""Any uploaded files → an inventory, traces, or the reason why not. The format is told by content, not by name."""

import tempfile
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from hosts.inventory.assembly.assemble import assemble
from hosts.inventory.files.archives import open_archive
from hosts.inventory.files.csv_files import ANY_ROWS, MAX_ROWS, read_csv
from hosts.inventory.files.oddities import noted, told, with_header
from hosts.inventory.files.spreadsheets import read_spreadsheet
from hosts.inventory.files.tables import Table, Tables
from hosts.inventory.files.workbooks import read_workbook
from hosts.inventory.formats import rvtools
from hosts.inventory.formats.known import known_columns
from hosts.inventory.formats.matching import may_be_named
from hosts.inventory.gathering import Gathering, Matchings
from hosts.inventory.problems import ProblemLog
from hosts.inventory.refusals import UnreadableFileError, as_called, kind_called, of_part
from hosts.inventory.report.errors import Rows, rows_left_out
from hosts.inventory.report.tally import Tally
from hosts.inventory.rows import Inventory
from hosts.inventory.traces.members import content_of, member_of, read_member, trace_members
from hosts.inventory.traces.shapes import TraceSet, is_trace, match_columns, trace_inventory

if TYPE_CHECKING:
    from hosts.inventory.traces.files import TraceFile

Progress = Callable[[float], None]
OTHER_WORKBOOKS = {"xl/workbook.bin", "META-INF/manifest.xml"}  # of .xlsb and .ods
CONTENT_TYPES = "[Content_Types].xml"  # of .xlsx
TABLES = (".csv", ".txt", ".xlsx")
PARQUET, ZIP = b"PAR1", b"PK"


@dataclass(slots=True)
class Reading:
    """What files held: an inventory with its problems and its own totals, and traces where they held any."""

    inventory: Inventory
    log: ProblemLog = field(default_factory=ProblemLog)
    traces: TraceSet | None = None
    tally: Tally = field(default_factory=Tally)
    left_out: Rows = field(default_factory=list)


@dataclass(slots=True, frozen=True)
class Upload:
    """A file on the disk, what its user calls it, and the members of an archive that are traces."""

    path: Path
    name: str
    traces: frozenset[str] = frozenset()


def nothing(_share: float) -> None:
    """Progress that nobody looks at."""


def read_file(path: Path, name: str, progress: Progress = nothing, matchings: Matchings | None = None) -> Reading:
    """Reads the file at `path` that a user calls `name`; `progress` gets 0 … 1. UnreadableFileError says why not."""
    return read_files([Upload(path, name)], progress, matchings)


def read_files(uploads: Sequence[Upload], progress: Progress = nothing, matchings: Matchings | None = None) -> Reading:
    """Reads files of one estate together. `matchings` are the columns that users named, by header.

    UnreadableFileError says why not; its `question` may be asked and the files read again.
    """
    gathering = Gathering(ProblemLog(), matchings or {})
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
            if tables := tables_of(told_apart, share):
                tabs = named(tables, upload.name) if len(uploads) > 1 else tables
                gathering.take_tables(told(tabs, known_columns, gathering.log), beside_traces=bool(found))
            elif tables is None:
                texts.append(text_in(upload, gathering))
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
        tables = tables_of(upload, nothing)
        if tables:
            yield from told(named(tables, upload.name) if len(uploads) > 1 else tables, known_columns, told_already)
        for member in sorted(upload.traces):
            if member in wanted:
                yield read_csv(member_of(upload.path, member), member, ANY_ROWS)
        if head_of(upload).startswith(PARQUET):
            name = PurePosixPath(upload.name).name
            if name in wanted:
                from hosts.inventory.traces.files import parquet_table  # noqa: PLC0415 (Arrow: see traces_in)

                yield parquet_table(upload.path, name)
        elif tables is None:
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
    if not files:
        return Reading(assemble(gathering.together(), gathering.log), gathering.log, None, gathering.tally)
    from hosts.inventory.traces.files import read_traces  # noqa: PLC0415 (Arrow: see traces_in)

    if gathering.inventories or gathering.companions or gathering.refusals:
        inventory = assemble(gathering.together(), gathering.log)
        traces = read_traces(files, gathering.log, gathering.matchings)
        return Reading(inventory, gathering.log, traces, gathering.tally)
    return traces_only(read_traces(files, gathering.log, gathering.matchings), gathering.log)


def head_of(upload: Upload) -> bytes:
    """The first bytes of a file, by which its kind is told."""
    with upload.path.open("rb") as file:
        return file.read(8)


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


def is_plain_archive(path: Path) -> bool:
    """Whether an archive is none of those that are workbooks."""
    with open_archive(path) as archive:
        return OTHER_WORKBOOKS.isdisjoint(archive.namelist()) and CONTENT_TYPES not in archive.namelist()


def tables_of(upload: Upload, progress: Progress) -> Tables | None:
    """The tabs of a workbook or of an archive of CSV files, None for a text."""
    head = head_of(upload)
    if head.startswith(ZIP):
        return tables_of_zip(upload, progress)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        refuse_password(upload.path)
        return read_spreadsheet(upload.path, rvtools.wanted, progress)
    return None


def refuse_password(path: Path) -> None:
    """UnreadableFileError for a workbook that is locked up in an OLE container (MS-OFFCRYPTO, 2.3)."""
    if "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
        raise UnreadableFileError("password")


def tables_of_zip(upload: Upload, progress: Progress) -> Tables:
    """The tabs of a workbook or of an archive of CSV files (all are zip archives); traces are not among them."""
    with open_archive(upload.path) as archive:
        names = archive.namelist()
    if not OTHER_WORKBOOKS.isdisjoint(names):
        return read_spreadsheet(upload.path, rvtools.wanted, progress)
    if CONTENT_TYPES in names:
        return read_workbook(upload.path, rvtools.wanted, progress)
    members = table_members(upload)
    if not members and not upload.traces:
        raise UnreadableFileError("zip-without-csv")
    return read_members(upload.path, members, progress)


def table_members(upload: Upload) -> list[str]:
    """The members of an archive that may be tables of an inventory; none of another file."""
    if not head_of(upload).startswith(ZIP):
        return []
    with open_archive(upload.path) as archive:
        names = [name for name in archive.namelist() if name.lower().endswith(TABLES) and "__MACOSX" not in name]
    return [name for name in names if name not in upload.traces]


def read_members(path: Path, names: list[str], progress: Progress) -> Tables:
    """The wanted CSV files and tabs of workbooks in an archive, each to be read before the next is asked for."""
    with open_archive(path) as archive:
        for done, name in enumerate(names, start=1):
            title = PurePosixPath(name).name
            with of_part(name), as_called(title):
                if name.lower().endswith(".xlsx"):
                    yield from read_inner_workbook(read_member(archive, name), title)
                elif rvtools.wanted(title):
                    yield member_table(read_member(archive, name), title)
            progress(done / len(names))


def member_table(content: bytes, title: str) -> Table:
    """The table of a member of an archive, without columns for one that is empty: it keeps no other from being read."""
    return read_csv(content, title) if content.strip() else Table(title, (), iter(()))


def read_inner_workbook(content: bytes, title: str) -> Tables:
    """The wanted tabs of a workbook that lies in an archive, under names that say of which."""
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        file.write(content)
        file.flush()
        for table in read_workbook(Path(file.name), rvtools.wanted, nothing):
            yield replace(table, name=f"{title}: {table.name}", file=title)


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
