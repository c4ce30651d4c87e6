"""Any uploaded files → an inventory, traces, or the reason why not. The format is told by content, not by name."""

import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath

from hosts.inventory.assembly.assemble import assemble
from hosts.inventory.files.archives import open_archive
from hosts.inventory.files.csv_files import read_csv
from hosts.inventory.files.oddities import noted, told, with_header
from hosts.inventory.files.spreadsheets import read_spreadsheet
from hosts.inventory.files.tables import Table, Tables
from hosts.inventory.files.workbooks import read_workbook
from hosts.inventory.formats import rvtools
from hosts.inventory.formats.known import known_columns
from hosts.inventory.gathering import Gathering, Matchings
from hosts.inventory.problems import ProblemLog
from hosts.inventory.refusals import UnreadableFileError
from hosts.inventory.report.errors import Rows, rows_left_out
from hosts.inventory.report.tally import Tally
from hosts.inventory.rows import Inventory
from hosts.inventory.traces.shapes import TraceSet, is_trace, trace_inventory

Progress = Callable[[float], None]
OTHER_WORKBOOKS = {"xl/workbook.bin", "META-INF/manifest.xml"}  # of .xlsb and .ods
PARQUET = b"PAR1"
CSV_MEMBER_BYTES = 128 * 1024 * 1024
MAX_CSV_MEMBERS = 100


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
    """A file on the disk, and what its user calls it."""

    path: Path
    name: str


def nothing(_share: float) -> None:
    """Progress that nobody looks at."""


def read_file(path: Path, name: str, progress: Progress = nothing, matchings: Matchings | None = None) -> Reading:
    """Reads the file at `path` that a user calls `name`; `progress` gets 0 … 1. UnreadableFileError says why not."""
    return read_files([Upload(path, name)], progress, matchings)


def read_files(uploads: Sequence[Upload], progress: Progress = nothing, matchings: Matchings | None = None) -> Reading:
    """Reads files of one estate together. `matchings` are the columns that users named, by header.

    UnreadableFileError says why not; its `question` may be asked and the files read again.
    """
    gathering, traces = Gathering(ProblemLog(), matchings or {}), []
    texts: list[tuple[Table, bytes]] = []
    for done, upload in enumerate(uploads):
        share = stretched(progress, done, len(uploads))
        if parquet := parquet_traces(upload, gathering.log):
            traces.append(parquet)
        elif tables := tables_of(upload, share):
            tabs = named(tables, upload.name) if len(uploads) > 1 else tables
            gathering.take_tables(told(tabs, known_columns, gathering.log))
        else:
            content = upload.path.read_bytes()
            texts.append((text_of(content, upload.name, gathering.log), content))
    measured, others = split_traces(texts, gathering)
    traces += measured
    gathering.take_texts(others)
    reading = together(gathering, traces)
    reading.left_out = rows_left_out(partial(every_table, uploads), reading.log.left_out)
    return reading


def text_of(content: bytes, name: str, log: ProblemLog) -> Table:
    """The table of a text, with what is odd about it noted."""
    return noted(with_header(read_csv(content, PurePosixPath(name).name), known_columns, log), log)


def every_table(uploads: Sequence[Upload]) -> Iterator[Table]:
    """All tables of all files once more, under the names that they were read by."""
    told_already = ProblemLog()
    for upload in uploads:
        tables = tables_of(upload, nothing)
        if tables:
            yield from told(named(tables, upload.name) if len(uploads) > 1 else tables, known_columns, told_already)
        elif not head_of(upload).startswith(PARQUET):
            yield text_of(upload.path.read_bytes(), upload.name, told_already)


def stretched(progress: Progress, done: int, of: int) -> Progress:
    """The progress of one of several files as a share of all."""
    return lambda share: progress((done + share) / of)


def named(tables: Tables, name: str) -> Tables:
    """Tabs under the name of their file, so that those of several files are told apart."""
    for table in tables:
        yield replace(table, name=f"{name} · {table.name}")


def together(gathering: Gathering, traces: list[TraceSet]) -> Reading:
    """One reading of all that was found."""
    if len(traces) > 1:
        raise UnreadableFileError("several-traces")
    if not traces:
        return Reading(assemble(gathering.together(), gathering.log), gathering.log, None, gathering.tally)
    if gathering.inventories or gathering.companions or gathering.refusals:
        inventory = assemble(gathering.together(), gathering.log)
        return Reading(inventory, gathering.log, traces[0], gathering.tally)
    return traces_only(traces[0], gathering.log)


def head_of(upload: Upload) -> bytes:
    """The first bytes of a file, by which its kind is told."""
    with upload.path.open("rb") as file:
        return file.read(8)


def parquet_traces(upload: Upload, log: ProblemLog) -> TraceSet | None:
    """The traces of a Parquet file, None where it is none; UnreadableFileError where there is no file or no content."""
    if not upload.path.exists():
        raise UnreadableFileError("vanished")
    if not head_of(upload):
        raise UnreadableFileError("empty")
    if not head_of(upload).startswith(PARQUET):
        return None
    # Arrow takes 35 MiB: only a process that reads traces loads it.
    from hosts.inventory.traces.files import read_parquet_traces  # noqa: PLC0415 (see above)

    return read_parquet_traces(upload.path, PurePosixPath(upload.name).name, log)


def tables_of(upload: Upload, progress: Progress) -> Tables | None:
    """The tabs of a workbook or of an archive of CSV files, None for a text."""
    head = head_of(upload)
    if head.startswith(b"PK"):
        return tables_of_zip(upload.path, progress)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        refuse_password(upload.path)
        return read_spreadsheet(upload.path, rvtools.wanted, progress)
    return None


def refuse_password(path: Path) -> None:
    """UnreadableFileError for a workbook that is locked up in an OLE container (MS-OFFCRYPTO, 2.3)."""
    if "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
        raise UnreadableFileError("password")


def tables_of_zip(path: Path, progress: Progress) -> Tables:
    """The tabs of a workbook or of an archive of CSV files (all are zip archives)."""
    with open_archive(path) as archive:
        names = archive.namelist()
    if not OTHER_WORKBOOKS.isdisjoint(names):
        return read_spreadsheet(path, rvtools.wanted, progress)
    if "[Content_Types].xml" in names:
        return read_workbook(path, rvtools.wanted, progress)
    members = [name for name in names if name.lower().endswith((".csv", ".txt", ".xlsx")) and "__MACOSX" not in name]
    if not members:
        raise UnreadableFileError("zip-without-csv")
    return read_members(path, members[:MAX_CSV_MEMBERS], progress)


def read_members(path: Path, names: list[str], progress: Progress) -> Tables:
    """The wanted CSV files and tabs of workbooks in an archive, each to be read before the next is asked for."""
    with open_archive(path) as archive:
        for done, name in enumerate(names, start=1):
            title = PurePosixPath(name).name
            if name.lower().endswith(".xlsx"):
                yield from read_inner_workbook(read_member(archive, name), title)
            elif rvtools.wanted(title):
                yield read_csv(read_member(archive, name), title)
            progress(done / len(names))


def read_inner_workbook(content: bytes, title: str) -> Tables:
    """The wanted tabs of a workbook that lies in an archive, under names that say of which."""
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        file.write(content)
        file.flush()
        for table in read_workbook(Path(file.name), rvtools.wanted, nothing):
            yield replace(table, name=f"{title}: {table.name}")


def read_member(archive: zipfile.ZipFile, name: str) -> bytes:
    """The bytes of one member; UnreadableFileError where it is too large or damaged."""
    if archive.getinfo(name).file_size > CSV_MEMBER_BYTES:
        raise UnreadableFileError("zip-bomb", reason=f"{name[:60]}: > {CSV_MEMBER_BYTES // 1024**2} MiB")
    try:
        return archive.read(name)
    except Exception as error:  # zlib, struct, EOF, CRC, unknown compression: all mean a damaged archive
        raise UnreadableFileError("bad-zip") from error


def split_traces(texts: list[tuple[Table, bytes]], gathering: Gathering) -> tuple[list[TraceSet], list[Table]]:
    """Texts that are traces, read, and the others."""
    traces, others = [], []
    for table, content in texts:
        if gathering.knows(table) or not is_trace(table.header):
            others.append(table)
        else:
            from hosts.inventory.traces.files import read_csv_traces  # noqa: PLC0415 (as above)

            traces.append(read_csv_traces(content, table, gathering.log))
    return traces, others


def traces_only(traces: TraceSet, log: ProblemLog) -> Reading:
    """Traces with the inventory that their columns of cores and memory make, which may be empty."""
    inventory = trace_inventory(traces)
    if unsized := len(traces.names) - len(inventory.vms):
        log.add("trace-no-size", tab=traces.columns[0].tab, value=unsized)
    return Reading(assemble(inventory, log) if inventory.vms else inventory, log, traces)
