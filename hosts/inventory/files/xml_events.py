"""XML from strangers, event by event: quick, in little memory, and without entities of any kind."""

import re
from collections.abc import Callable, Iterator
from typing import IO, NoReturn
from xml.parsers import expat

from hosts.inventory.refusals import UnreadableFileError

CHUNK = 256 * 1024
DEEPEST = 1_000
ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Characters = Callable[[str], None]


def refuse_doctype(*_anything: object) -> NoReturn:
    """No workbook has a document type; entities are declared in one."""
    raise UnreadableFileError("unsafe-xml")


def check_depth(depth: int) -> None:
    """Raises UnreadableFileError for elements within elements without end: each that is open takes a hundred bytes."""
    if depth > DEEPEST:
        raise UnreadableFileError("zip-bomb", reason=f"XML: {depth} > {DEEPEST}")


def local(name: str) -> str:
    """An element's or attribute's name without its prefix."""
    return name.rpartition(":")[2]


class Events:
    """A parser that calls `start`, `end` and `characters` with the document's elements, prefixes taken off.

    Prefixes are looked at once, at the root: makers use either none or one for the whole document.
    """

    def __init__(self, start: Start, end: End, characters: Characters) -> None:
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = refuse_doctype
        self.parser.EntityDeclHandler = refuse_doctype
        self.parser.ExternalEntityRefHandler = refuse_doctype
        self.parser.StartElementHandler = self._root
        self.start, self.end, self.characters = start, end, characters
        self.prefix = ""

    def _root(self, name: str, attributes: dict[str, str]) -> None:
        """Sees the first element, and from then on leaves the parser alone with the callers' functions."""
        self.prefix = name[: -len(local(name))]
        self.parser.CharacterDataHandler = self.characters
        self.parser.StartElementHandler = self._start if self.prefix else self.start
        self.parser.EndElementHandler = self._end if self.prefix else self.end
        self.start(local(name), attributes)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.start(name.removeprefix(self.prefix), attributes)

    def _end(self, name: str) -> None:
        self.end(name.removeprefix(self.prefix))

    def feed(self, file: IO[bytes]) -> Iterator[int]:
        """Parses a file piece by piece and yields how many bytes were read so far; ExpatError for what is no XML."""
        done = 0
        while chunk := file.read(CHUNK):
            self.take(chunk)
            done += len(chunk)
            yield done
        self.take(b"", last=True)

    def take(self, piece: bytes, *, last: bool = False) -> None:
        """Parses the next piece; ExpatError for what is no XML, or ends too early with the `last` one."""
        self.parser.Parse(piece, last)


def unescaped(text: str) -> str:
    """A workbook's text with the characters put back that XML cannot hold (`_x0041_`), unprintable ones as blanks."""
    return ESCAPE.sub(lambda escape: printable(chr(int(escape[1], 16))), text) if "_x" in text else text


def printable(mark: str) -> str:
    """A character, or a blank in place of one that no name has (NUL, half of a surrogate pair)."""
    return mark if mark.isprintable() else " "
