"""What was uploaded: files on the disk, and the exports that each of them holds."""

import hashlib
import io
import re
import tempfile
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from hosts.inventory.files.archives import open_archive
from hosts.inventory.files.csv_files import read_csv
from hosts.inventory.files.spreadsheets import read_spreadsheet
from hosts.inventory.files.tables import Table, Tables, normal
from hosts.inventory.files.workbooks import read_workbook
from hosts.inventory.formats import rvtools
from hosts.inventory.refusals import UnreadableFileError, as_called, of_part
from hosts.inventory.traces.members import read_member

Progress = Callable[[float], None]
OTHER_WORKBOOKS = {"xl/workbook.bin", "META-INF/manifest.xml"}  # of .xlsb and .ods
CONTENT_TYPES = "[Content_Types].xml"  # of .xlsx
WORKBOOK, SHEET = "xl/workbook.xml", re.compile(rb'<(?:\w+:)?sheet [^>]*?name="([^"]*)"')
TABLES = (".csv", ".txt", ".xlsx")
PARQUET, ZIP, OLE = b"PAR1", b"PK", b"\xd0\xcf\x11\xe0"
MOST_BYTES = 1_048_576  # of the list of a workbook's tabs
VINFO = "vInfo"


@dataclass(slots=True, frozen=True)
class Upload:
    """A file on the disk, what its user calls it, and the members of an archive that are traces."""

    path: Path
    name: str
    traces: frozenset[str] = frozenset()


def digest_of(uploads: "Sequence[UploadedFile[Any]]") -> str:
    """The SHA-256 of a file; of several that of their digests, whatever their order."""
    digests = []
    for upload in uploads:
        digest = hashlib.sha256()
        for chunk in upload.chunks():
            digest.update(chunk)
        digests.append(digest.hexdigest())
    return digests[0] if len(digests) == 1 else hashlib.sha256("".join(sorted(digests)).encode()).hexdigest()


def clean_name(name: str) -> str:
    """A file's name without folders and unprintable characters."""
    name = " ".join(name.split())  # also of spaces that do not break
    printable = "".join(mark for mark in name.replace("\\", "/").rsplit("/", 1)[-1] if mark.isprintable())
    return printable[-255:] or "?"


def nothing(_share: float) -> None:
    """Progress that nobody looks at."""


def head_of(upload: Upload) -> bytes:
    """The first bytes of a file, by which its kind is told."""
    with upload.path.open("rb") as file:
        return file.read(8)


def is_plain_archive(path: Path) -> bool:
    """Whether an archive is none of those that are workbooks."""
    with open_archive(path) as archive:
        return OTHER_WORKBOOKS.isdisjoint(archive.namelist()) and CONTENT_TYPES not in archive.namelist()


def exports_in(upload: Upload, progress: Progress) -> Iterator[Tables] | None:
    """The tabs of a workbook, or of each of the exports in an archive of workbooks and CSV files; None for a text.

    Each is to be read before the next is asked for. Traces are not among them.
    """
    head = head_of(upload)
    if head.startswith(OLE):
        refuse_password(upload.path)
        return iter([read_spreadsheet(upload.path, rvtools.wanted, progress)])
    if not head.startswith(ZIP):
        return None
    with open_archive(upload.path) as archive:
        names = archive.namelist()
    if not OTHER_WORKBOOKS.isdisjoint(names):
        return iter([read_spreadsheet(upload.path, rvtools.wanted, progress)])
    if CONTENT_TYPES in names:
        return iter([read_workbook(upload.path, rvtools.wanted, progress)])
    members = table_members(upload)
    if not members and not upload.traces:
        raise UnreadableFileError("zip-without-csv")
    titles = titles_of(members)
    return (read_members(upload.path, group, titles, progress) for group in exports_among(upload.path, members))


def refuse_password(path: Path) -> None:
    """UnreadableFileError for a workbook that is locked up in an OLE container (MS-OFFCRYPTO, 2.3)."""
    if "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
        raise UnreadableFileError("password")


def table_members(upload: Upload) -> list[str]:
    """The members of an archive that may be tables of an inventory; none of another file."""
    if not head_of(upload).startswith(ZIP):
        return []
    with open_archive(upload.path) as archive:
        names = [name for name in archive.namelist() if name.lower().endswith(TABLES) and "__MACOSX" not in name]
    return [name for name in names if name not in upload.traces]


def titles_of(members: Sequence[str]) -> dict[str, str]:
    """What each member is called: without its folders where no other is called so."""
    names = [PurePosixPath(member).name for member in members]
    return {member: member if names.count(name) > 1 else name for member, name in zip(members, names, strict=True)}


def exports_among(path: Path, members: Sequence[str]) -> list[list[str]]:
    """The members of an archive by the export that they are of. Each workbook with a vInfo is one; so are CSV files
    whose paths begin alike before the tab's name, where there are several vInfo.

    Tabs of RVTools without a vInfo of their own belong to the first export. What names no tab of RVTools stands for
    itself, lists in CSV together.
    """
    tabs = {member: tabs_named(path, member) for member in members}
    several = sum(VINFO in tabs[member] for member in members if not is_workbook(member)) > 1
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for member in members:
        if tabs[member]:
            groups[member if is_workbook(member) else beginning(member) if several else ""].append(member)
    exports = [group for group in groups.values() if any(VINFO in tabs[member] for member in group)]
    others = [member for member in members if not any(member in group for group in exports)]
    rest = [member for member in others if tabs[member]]
    books = [[member] for member in others if is_workbook(member) and not tabs[member]]
    lists = [member for member in others if not is_workbook(member) and not tabs[member]]
    if exports:
        exports[0] += rest
        return [*exports, *([lists] if lists else []), *books]
    together = [member for member in others if member in rest or member in lists]  # one may be a vInfo by its columns
    return [*([together] if together else []), *books]


def is_workbook(member: str) -> bool:
    """Whether a member is a workbook by its name."""
    return member.lower().endswith(".xlsx")


def beginning(member: str) -> str:
    """A member's path before the name of its tab."""
    folders, _slash, name = member.rpartition("/")
    return f"{folders}/{normal(name.removesuffix('.csv')).removesuffix(rvtools.tab_of(name).casefold())}"


def tabs_named(path: Path, member: str) -> set[str]:
    """The tabs of RVTools that a member names: a CSV file by its own name, a workbook by those of its tabs."""
    titles = [PurePosixPath(member).name]
    if is_workbook(member):
        with open_archive(path) as archive:
            titles = sheets_of(read_member(archive, member))
    return {rvtools.tab_of(title) for title in titles} - {""}


def sheets_of(content: bytes) -> list[str]:
    """The titles of a workbook's tabs; none where it cannot be read, which is said once it is."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book, book.open(WORKBOOK) as file:
            return [title.decode(errors="ignore") for title in SHEET.findall(file.read(MOST_BYTES))]
    except (zipfile.BadZipFile, KeyError, OSError, NotImplementedError, EOFError, zlib.error):
        return []


def read_members(path: Path, members: Sequence[str], titles: dict[str, str], progress: Progress) -> Tables:
    """The wanted CSV files and tabs of workbooks of an export, each to be read before the next is asked for."""
    order = list(titles)
    with open_archive(path) as archive:
        for member in members:
            title = titles[member]
            with of_part(member), as_called(title):
                if is_workbook(member):
                    yield from read_inner_workbook(read_member(archive, member), title)
                elif rvtools.wanted(title):
                    yield member_table(read_member(archive, member), title)
            progress((order.index(member) + 1) / len(order))


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
