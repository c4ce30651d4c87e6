"""The traces in an archive of .csv files, often one file a VM: found by their columns before anything is read."""

import zipfile
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from hosts.inventory.files.archives import open_archive
from hosts.inventory.files.csv_files import read_csv
from hosts.inventory.files.tables import Table
from hosts.inventory.refusals import UnreadableFileError

MEMBER_BYTES = 128 * 1024 * 1024
HEAD_BYTES = 65_536
TEXTS = (".csv", ".txt")
Tells = Callable[[Table], bool]


def trace_members(path: Path, tells: Tells) -> list[tuple[str, Table]]:
    """The names of members that are traces (as `tells` says of a table), each with its first rows as a table."""
    members = []
    with open_archive(path) as archive:
        for name in archive.namelist():
            if name.lower().endswith(TEXTS) and "__MACOSX" not in name:
                with suppress(UnreadableFileError):  # a cell that the end of what is looked at cuts in two
                    table = head_of_member(archive, name)
                    if table and tells(table):
                        members.append((name, table))
    return members


def head_of_member(archive: zipfile.ZipFile, name: str) -> Table | None:
    """The beginning of a member, to the end of a line, as a table; None where it is no text."""
    try:
        with archive.open(name) as file:
            head = file.read(HEAD_BYTES)
        whole = head if len(head) < HEAD_BYTES else head[: head.rfind(b"\n") + 1]
        return read_csv(whole, name)
    except (UnreadableFileError, zipfile.BadZipFile, OSError, NotImplementedError, EOFError):
        return None


def content_of(path: Path, name: str) -> Callable[[], bytes]:
    """What reads a member whole, each time anew."""
    return partial(member_of, path, name)


def member_of(path: Path, name: str) -> bytes:
    """The bytes of a member of an archive."""
    with open_archive(path) as archive:
        return read_member(archive, name)


def read_member(archive: zipfile.ZipFile, name: str) -> bytes:
    """The bytes of one member; UnreadableFileError where it is too large or damaged."""
    if archive.getinfo(name).file_size > MEMBER_BYTES:
        raise UnreadableFileError("zip-bomb", reason=f"{name[:60]}: > {MEMBER_BYTES // 1024**2} MiB")
    try:
        return archive.read(name)
    except Exception as error:  # zlib, struct, EOF, CRC, unknown compression: all mean a damaged archive
        raise UnreadableFileError("bad-zip") from error
