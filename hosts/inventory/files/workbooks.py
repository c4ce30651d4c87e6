"""The tabs of an .xlsx workbook, read row by row."""

import posixpath
import re
import zipfile
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from hosts.inventory.files.archives import open_archive
from hosts.inventory.files.sheets import SheetParser
from hosts.inventory.files.tables import MAX_COLUMNS, Row, Table, Tables, checked_header, clean_header
from hosts.inventory.files.xml_events import Events, check_depth, local, unescaped
from hosts.inventory.refusals import UnreadableFileError

MAX_ROWS = 300_000
SHARED_CHARACTERS = 64 * 1024 * 1024
WORKBOOK = "xl/workbook.xml"
SHARED = "xl/sharedStrings.xml"
STYLES = "xl/styles.xml"
BUILT_IN_DATES = frozenset(map(str, [*range(14, 23), *range(45, 48)]))
QUOTED = re.compile(r'\[[^\]]*\]|"[^"]*"|\\.')
DAY_OR_YEAR = re.compile(r"[dy]", re.IGNORECASE)
Progress = Callable[[float], None]


@contextmanager
def readable() -> Iterator[None]:
    """Turns whatever a hostile or damaged workbook makes the readers raise into UnreadableFileError."""
    try:
        yield
    except UnreadableFileError:
        raise
    except Exception as error:  # ExpatError, zlib's, KeyError of a missing part, ValueError of a strange number …
        raise UnreadableFileError("not-xlsx") from error


def read_workbook(path: Path, wanted: Callable[[str], bool], progress: Progress) -> Tables:
    """The wanted tabs of a workbook, each to be read before the next is asked for; `progress` gets 0 … 1.

    Raises UnreadableFileError for what is no workbook, is unsafe, or has too many rows.
    """
    with open_archive(path) as archive:
        with readable():
            tabs = [(title, part) for title, part in tab_parts(archive) if wanted(title)]
            sizes = [archive.getinfo(part).file_size for _, part in tabs]
            shared, dates = shared_strings(archive), date_styles(archive)
        for position, (title, part) in enumerate(tabs):
            share = Share(progress, sum(sizes[:position]), sum(sizes) or 1)
            parser = SheetParser(shared, range(MAX_COLUMNS + 1), dates)
            with closing(numbered_rows(archive, title, part, parser, share)) as rows:
                header = checked_header(title, clean_header(next(rows, (0, ()))[1]))
                yield Table(title, header, rows, need=parser.need, oddities=parser.oddities)


class Share:
    """Tells how much of all tabs is read, in bytes."""

    def __init__(self, progress: Progress, before: int, in_all: int) -> None:
        self.progress, self.before, self.in_all = progress, before, in_all

    def __call__(self, done: int) -> None:
        self.progress(min(1.0, (self.before + done) / self.in_all))


def tab_parts(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """The tabs in their order: title, and the part of the archive that holds the rows."""
    folder, name = posixpath.split(WORKBOOK)
    relations = elements(archive, f"{folder}/_rels/{name}.rels", "Relationship")
    targets = {row["Id"]: posixpath.normpath(posixpath.join(f"/{folder}", row["Target"])) for row in relations}
    sheets = elements(archive, WORKBOOK, "sheet")
    parts = [(unescaped(row["name"]), targets.get(row["id"], "").lstrip("/")) for row in sheets]
    return [(title, part) for title, part in parts if "worksheets/" in part]


def elements(archive: zipfile.ZipFile, part: str, name: str) -> list[dict[str, str]]:
    """The attributes of every element called `name`, prefixes taken off."""
    matching: list[dict[str, str]] = []
    parents: list[str] = []

    def start(element: str, attributes: dict[str, str]) -> None:
        parents.append(element)
        if element == name:
            matching.append({local(key): value for key, value in attributes.items()})

    def end(_element: str) -> None:
        parents.pop()

    with archive.open(part) as file:
        for _done in Events(start, end, lambda _data: None).feed(file):
            check_depth(len(parents))
    return matching


def shared_strings(archive: zipfile.ZipFile) -> list[str]:
    """The texts that cells refer to by number; UnreadableFileError where they are more than fits into memory."""
    if SHARED not in archive.namelist():
        return []
    strings = SharedStrings()
    with archive.open(SHARED) as file:
        for _done in strings.events.feed(file):
            check_depth(strings.depth)
            if strings.characters_read > SHARED_CHARACTERS:
                raise UnreadableFileError("zip-bomb", reason=f"> {SHARED_CHARACTERS // 1024**2} MiB of text")
    return strings.found


def date_styles(archive: zipfile.ZipFile) -> frozenset[str]:
    """The styles of cells, by their numbers, that show a number as a date (ECMA-376, 18.8.30: numFmtId 14 to 22 and 45
    to 47, and formats of one's own with days or years in them).
    """
    if STYLES not in archive.namelist():
        return frozenset()
    own = {row["numFmtId"]: shows_date(row.get("formatCode", "")) for row in elements(archive, STYLES, "numFmt")}
    inside = [row for row in elements(archive, STYLES, "xf") if "xfId" in row]  # cellXfs; cellStyleXfs have none
    ids = (row.get("numFmtId", "0") for row in inside)
    return frozenset(str(number) for number, key in enumerate(ids) if own.get(key) or key in BUILT_IN_DATES)


def shows_date(code: str) -> bool:
    """Whether a format shows days or years, colours, conditions and quoted words aside."""
    return bool(DAY_OR_YEAR.search(QUOTED.sub("", code)))


class SharedStrings:
    """Collects the shared strings: each `si` is one, made of its `t` but for those that say how kanji are read."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.parts: list[str] = []
        self.inside = self.spoken = False
        self.characters_read = self.depth = 0
        self.events = Events(self.start, self.end, self.characters)

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        """The start of an element."""
        self.depth += 1
        if name == "si":
            self.parts = []
        elif name == "t":
            self.inside = not self.spoken
        elif name == "rPh":
            self.spoken = True

    def end(self, name: str) -> None:
        """The end of an element."""
        self.depth -= 1
        if name == "si":
            self.found.append(unescaped("".join(self.parts)))
        elif name == "t":
            self.inside = False
        elif name == "rPh":
            self.spoken = False

    def characters(self, data: str) -> None:
        """Text."""
        if self.inside:
            self.parts.append(data)
            self.characters_read += len(data)


def numbered_rows(
    archive: zipfile.ZipFile, title: str, part: str, parser: SheetParser, share: Callable[[int], None]
) -> Generator[Row, None, None]:
    """The rows of a sheet that hold anything, with their numbers; others are counted. UnreadableFileError past the
    limit or at damage.
    """
    filled = 0
    with readable(), archive.open(part) as file:
        for done, rows in parser.read(file):
            share(done)
            for number, cells in rows:
                if not any(cell is not None and cell != "" for cell in cells):
                    parser.oddities.empty_rows += 1
                    continue
                filled += 1
                if filled > MAX_ROWS:
                    raise UnreadableFileError("too-many-rows", tab=title, limit=MAX_ROWS)
                yield number, cells
