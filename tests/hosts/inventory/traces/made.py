"""Traces made on the spot."""

from pathlib import Path

from hosts.inventory.formats.matching import Matching, header_key
from hosts.inventory.reading import Reading, read_file, read_files
from hosts.inventory.refusals import UnreadableFileError
from hosts.inventory.traces.shapes import TraceSet
from hosts.inventory.uploads import Upload

CASES = Path(__file__).parents[3] / "data" / "inventories"
START = 1_782_864_000  # 2026-07-01 00:00 UTC


def csv(path: Path, *lines: str) -> Path:
    """A file of these lines."""
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def reading_of(path: Path, header: str = "", **answers: str) -> Reading:
    """What comes of a file, where questions on that header were answered so before."""
    return read_file(path, path.name, matchings={header_key(header.split(",")): Matching({}, answers)})


def traces_of(reading: Reading) -> TraceSet:
    """The traces of a reading that has any."""
    assert reading.traces is not None
    return reading.traces


def traces(path: Path, header: str = "", **answers: str) -> TraceSet:
    """The traces of a file."""
    return traces_of(reading_of(path, header, **answers))


def together(*paths: Path) -> Reading:
    """What comes of several files read as one."""
    return read_files([Upload(path, path.name) for path in paths])


def asked(path: Path) -> dict[str, str]:
    """What a file leaves open, and of which columns."""
    try:
        reading_of(path)
    except UnreadableFileError as error:
        return error.question.asks if error.question else {"refused": error.code}
    return {}
