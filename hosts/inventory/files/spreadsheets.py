"""The tabs of an .xls, .xlsb or .ods, read by a process of its own that may fail without harm."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from hosts.inventory.files.tables import MAX_COLUMNS, Row, Table, Tables, checked_header, clean_header
from hosts.inventory.files.workbooks import MAX_ROWS, Progress
from hosts.inventory.refusals import UnreadableFileError

PROGRAM = Path(__file__).with_name("spreadsheet_process.py")
MEMORY_MIB = 512
CPU_S = 60
Process = subprocess.Popen[str]


def read_spreadsheet(path: Path, wanted: Callable[[str], bool], progress: Progress) -> Tables:
    """The wanted tabs, each to be read before the next is asked for; `progress` gets 0 … 1.

    Raises UnreadableFileError for what cannot be read, takes too much memory or time, or has too many rows.
    """
    with running(path) as process:
        refusal = kind_of(path)
        titles = answer(process, refusal) or []
        tabs = [(index, title) for index, title in enumerate(titles) if wanted(title)]
        send(process, [index for index, _title in tabs])
        for done, (_index, title) in enumerate(tabs, start=1):
            rows = numbered_rows(process, title, refusal)
            header = next(rows, (0, ()))[1]
            yield Table(title, checked_header(title, clean_header(header)), rows)
            for _row in rows:  # where the tab said nothing new
                pass
            progress(done / len(tabs))


@contextmanager
def running(path: Path) -> Iterator[Process]:
    """The process that reads a file; it ends with the block."""
    limits = [str(limit) for limit in (MEMORY_MIB, CPU_S, MAX_COLUMNS + 1)]
    with subprocess.Popen(
        [sys.executable, "-I", str(PROGRAM), str(path), *limits],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def send(process: Process, indexes: list[int]) -> None:
    """Tells the process which tabs to read; one that has ended meanwhile says so by its next answer."""
    assert process.stdin
    with suppress(BrokenPipeError):
        process.stdin.write(json.dumps(indexes))
        process.stdin.close()


def kind_of(path: Path) -> str:
    """The refusal that names the kind of a workbook that cannot be read."""
    if not zipfile.is_zipfile(path):
        return "bad-xls"
    with zipfile.ZipFile(path) as archive:
        return "bad-xlsb" if "xl/workbook.bin" in archive.namelist() else "bad-ods"


def answer(process: Process, refusal: str) -> list[Any] | None:
    """The next line that the process writes; UnreadableFileError with that code where it ended instead."""
    assert process.stdout
    if line := process.stdout.readline():
        content: list[Any] | None = json.loads(line)
        return content
    if process.wait() < 0:  # a signal: it met a limit
        raise UnreadableFileError("too-heavy")
    raise UnreadableFileError(refusal)


def numbered_rows(process: Process, title: str, refusal: str) -> Iterator[Row]:
    """The rows of a tab that hold anything, with their numbers; UnreadableFileError past the limit."""
    filled = 0
    while row := answer(process, refusal):
        number, cells = row
        filled += 1
        if filled > MAX_ROWS:
            raise UnreadableFileError("too-many-rows", tab=title, limit=MAX_ROWS)
        yield number, cells
