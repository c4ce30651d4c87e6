"""A program that reads one .xls, .xlsb or .ods for its parent, in as much memory and time as it may have and no more.

calamine reads a tab whole, and two kilobytes of a hostile file can make it ask for gigabytes, upon which it ends its
process. Arguments: the file, MiB, seconds, columns. It writes lines of JSON: first the titles of all tabs; then, for
each tab of the list of numbers that it is sent, the rows that hold anything, [number as a spreadsheet shows it, cells],
and null. Dates are texts, empty cells too.
"""

import json
import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

LONGEST_TEXT = 32_767  # what a cell of Excel holds


def limit_itself(memory_mib: int, cpu_s: int) -> None:
    """Sets the limits; a system that cannot limit memory (macOS) does without that one."""
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (memory_mib * 1024**2,) * 2)


def answer(path: Path, columns: int) -> None:
    """Writes the titles, then the tabs that are wanted."""
    with path.open("rb") as file, CalamineWorkbook.from_filelike(file) as book:
        say(book.sheet_names)
        for index in json.load(sys.stdin):
            sys.stdout.writelines(lines(book.get_sheet_by_index(index), columns))
            say(None)


def lines(sheet: CalamineSheet, columns: int) -> Iterator[str]:
    """The rows of a tab that hold anything."""
    for number, row in enumerate(sheet.iter_rows(), start=1):
        cells = [cell[:LONGEST_TEXT] if isinstance(cell, str) else cell for cell in row[:columns]]
        if any(cell != "" for cell in cells):
            yield json.dumps([number, cells], default=str) + "\n"


def say(value: object) -> None:
    """Writes a line that arrives at once."""
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    file_path, *numbers = sys.argv[1:]
    memory_mib, cpu_s, columns = map(int, numbers)
    limit_itself(memory_mib, cpu_s)
    try:
        answer(Path(file_path), columns)
    except MemoryError:
        signal.raise_signal(signal.SIGKILL)  # the way that calamine ends, which knows no such exception
    except (CalamineError, BrokenPipeError) as error:
        sys.exit(str(error))
