"""What comes of a file."""

from pathlib import Path

import pytest

from hosts.inventory.reading import Reading, read_file
from hosts.inventory.refusals import UnreadableFileError


def outcome(path: Path) -> Reading | str:
    """What comes of a file: a reading, or the words of a refusal."""
    try:
        return read_file(path, "vInfo.csv")
    except UnreadableFileError as error:
        return str(error)


def refusal(path: Path, name: str = "") -> str:
    """The code with which a file is refused."""
    with pytest.raises(UnreadableFileError) as caught:
        read_file(path, name or path.name)
    assert str(caught.value)
    return caught.value.code
