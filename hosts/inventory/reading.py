"""Any uploaded file → an inventory, traces, or the reason why not. The format is told by content, not by name."""

import itertools
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path, PurePosixPath

from hosts.inventory.assembly.assemble import assemble
from hosts.inventory.files.archives import open_archive
from hosts.inventory.files.csv_files import read_csv
from hosts.inventory.files.oddities import noted, told, with_header
from hosts.inventory.files.spreadsheets import read_spreadsheet
from hosts.inventory.files.tables import Tables, head_word, without_unit
from hosts.inventory.files.workbooks import read_workbook
from hosts.inventory.formats import flat, rvtools
from hosts.inventory.formats.flat_fields import FLAT_FORMATS
from hosts.inventory.formats.rvtools_fields import FIELDS
from hosts.inventory.problems import ProblemLog
from hosts.inventory.refusals import UnreadableFileError
from hosts.inventory.rows import Inventory
from hosts.inventory.traces.shapes import TraceSet, is_trace, trace_inventory

Progress = Callable[[float], None]
OTHER_WORKBOOKS = {"xl/workbook.bin", "META-INF/manifest.xml"}  # of .xlsb and .ods
CSV_MEMBER_BYTES = 128 * 1024 * 1024
MAX_CSV_MEMBERS = 100


@dataclass(slots=True)
class Reading:
    """What a file held: an inventory with its problems, and traces where it held any."""

    inventory: Inventory
    log: ProblemLog = field(default_factory=ProblemLog)
    traces: TraceSet | None = None


def read_file(path: Path, name: str, progress: Progress = lambda share: None) -> Reading:
    """Reads the file at `path` that a user calls `name`; `progress` gets 0 … 1. UnreadableFileError says why not."""
    if not path.exists():
        raise UnreadableFileError("vanished")
    with path.open("rb") as file:
        head = file.read(8)
    log = ProblemLog()
    if not head:
        raise UnreadableFileError("empty")
    if head.startswith(b"PAR1"):
        # Arrow takes 35 MiB: only a process that reads traces loads it.
        from hosts.inventory.traces.files import read_parquet_traces  # noqa: PLC0415 (see above)

        return traces_only(read_parquet_traces(path, PurePosixPath(name).name, log), log)
    if head.startswith(b"PK"):
        return Reading(assemble(read_zip(path, log, progress), log), log)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        refuse_password(path)
        return Reading(assemble(rvtools_or_flat(read_spreadsheet(path, rvtools.wanted, progress), log), log), log)
    return read_text(path.read_bytes(), name, log)


def read_zip(path: Path, log: ProblemLog, progress: Progress) -> Inventory:
    """An inventory from a workbook or from an archive of CSV files (all are zip archives)."""
    with open_archive(path) as archive:
        names = archive.namelist()
    if not OTHER_WORKBOOKS.isdisjoint(names):
        return rvtools_or_flat(read_spreadsheet(path, rvtools.wanted, progress), log)
    if "[Content_Types].xml" in names:
        return rvtools_or_flat(read_workbook(path, rvtools.wanted, progress), log)
    members = [name for name in names if name.lower().endswith((".csv", ".txt", ".xlsx")) and "__MACOSX" not in name]
    if not members:
        raise UnreadableFileError("zip-without-csv")
    return rvtools_or_flat(read_members(path, members[:MAX_CSV_MEMBERS], progress), log)


def refuse_password(path: Path) -> None:
    """UnreadableFileError for a workbook that is locked up in an OLE container (MS-OFFCRYPTO, 2.3)."""
    if "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
        raise UnreadableFileError("password")


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
        for table in read_workbook(Path(file.name), rvtools.wanted, lambda share: None):
            yield replace(table, name=f"{title}: {table.name}")


def read_member(archive: zipfile.ZipFile, name: str) -> bytes:
    """The bytes of one member; UnreadableFileError where it is too large or damaged."""
    if archive.getinfo(name).file_size > CSV_MEMBER_BYTES:
        raise UnreadableFileError("zip-bomb", reason=f"{name[:60]}: > {CSV_MEMBER_BYTES // 1024**2} MiB")
    try:
        return archive.read(name)
    except Exception as error:  # zlib, struct, EOF, CRC, unknown compression: all mean a damaged archive
        raise UnreadableFileError("bad-zip") from error


def rvtools_or_flat(tables: Tables, log: ProblemLog) -> Inventory:
    """An inventory from tabs: a first tab that is a flat format is taken as such, else all are read as RVTools'.

    The file is closed at the end, also where it is refused.
    """
    with closing(told(tables, known_columns, log)) as tabs:
        first = next(tabs, None)
        if first is None:
            raise UnreadableFileError("no-vinfo", tabs="–")
        shape = None if rvtools.tab_by_columns(first.header) else flat.flat_format(first)
        if shape:
            return flat.read(first, shape, log)
        return rvtools.read(itertools.chain([first], tabs), log)


def known_columns(header: tuple[str, ...]) -> int:
    """How many columns of a header a format has a field for."""
    words = {head_word(head) for head in header} - {""}
    return len({without_unit(word)[0] for word in words} & vocabulary())


@cache
def vocabulary() -> frozenset[str]:
    """How columns are spelt that a format has a field for."""
    fields = [*FIELDS.values(), *(shape.fields for shape in FLAT_FORMATS)]
    spellings = (spelling for each in fields for several in each.values() for spelling in several)
    return frozenset(without_unit(spelling)[0] for spelling in spellings)


def read_text(content: bytes, name: str, log: ProblemLog) -> Reading:
    """Traces, a flat inventory or one tab of RVTools from a CSV file."""
    table = noted(with_header(read_csv(content, PurePosixPath(name).name), known_columns, log), log)
    if rvtools.tab_by_columns(table.header):
        return Reading(assemble(rvtools.read([table], log), log), log)
    if shape := flat.flat_format(table):
        return Reading(assemble(flat.read(table, shape, log), log), log)
    if is_trace(table.header):
        from hosts.inventory.traces.files import read_csv_traces  # noqa: PLC0415 (as above)

        return traces_only(read_csv_traces(content, table, log), log)
    if rvtools.tab_of(table.name):
        raise UnreadableFileError("no-vinfo", tabs=table.name)
    raise UnreadableFileError("unknown-columns", columns=", ".join(table.header)[:300] or "–")


def traces_only(traces: TraceSet, log: ProblemLog) -> Reading:
    """Traces with the inventory that their columns of cores and memory make, which may be empty."""
    inventory = trace_inventory(traces)
    if unsized := len(traces.names) - len(inventory.vms):
        log.add("trace-no-size", tab=traces.columns[0].tab, value=unsized)
    return Reading(assemble(inventory, log) if inventory.vms else inventory, log, traces)
