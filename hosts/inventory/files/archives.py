"""Zip archives from strangers: looked at before anything is unpacked."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hosts.inventory.refusals import UnreadableFileError

MEMBERS = 2_000
MEMBER_MIB = 512
TOTAL_MIB = 768
RATIO = 200
RATIO_COUNTS_FROM_MIB = 8
MIB = 1024 * 1024


@contextmanager
def open_archive(path: Path) -> Iterator[zipfile.ZipFile]:
    """A zip archive whose members are few and small enough; UnreadableFileError otherwise.

    The sizes checked are the declared ones: Python's reader never hands out more than a member declares.
    """
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UnreadableFileError("bad-zip") from error
    with archive:
        check_members(archive.infolist())
        yield archive


def check_members(members: list[zipfile.ZipInfo]) -> None:
    """Raises UnreadableFileError for too many members, too large ones, too high a ratio, and passwords."""
    if len(members) > MEMBERS:
        raise UnreadableFileError("zip-bomb", reason=f"{len(members)} > {MEMBERS}")
    total_mib = sum(member.file_size for member in members) / MIB
    if total_mib > TOTAL_MIB:
        raise UnreadableFileError("zip-bomb", reason=f"{total_mib:.0f} MiB > {TOTAL_MIB} MiB")
    for member in members:
        check_member(member)


def check_member(member: zipfile.ZipInfo) -> None:
    """Raises UnreadableFileError for one member that is too large, compressed beyond belief or encrypted."""
    size_mib = member.file_size / MIB
    if size_mib > MEMBER_MIB:
        raise UnreadableFileError("zip-bomb", reason=f"{size_mib:.0f} MiB > {MEMBER_MIB} MiB")
    ratio = member.file_size / max(1, member.compress_size)
    if size_mib > RATIO_COUNTS_FROM_MIB and ratio > RATIO:
        raise UnreadableFileError("zip-bomb", reason=f"{ratio:.0f} : 1 > {RATIO} : 1")
    if member.flag_bits & 1:
        raise UnreadableFileError("bad-zip")
