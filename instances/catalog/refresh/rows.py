"""The rows of a price list in CSV: five lines about the file, a line of column names, then a price a line.

As AWS documents it ("Reading the service price list file", "... for a Savings Plan", AWS Billing User Guide, 2026).
Names are compared without capitals and spaces: files write "usageType" as well as "Usage Type".
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter

from instances.catalog.refresh.source import BadPriceFile

LINES_OF_HEAD = 5
DAY = re.compile(r"20\d\d-[01]\d-[0-3]\d")


@dataclass(frozen=True, slots=True)
class Head:
    """What the file says of itself: its service ("AmazonEC2"), its version, the day it was published."""

    place: str
    offer: str
    version: str
    published: str

    @property
    def citation(self) -> str:
        """The source of a price of this file."""
        return f"AWS price list, {self.offer} offer file, version {self.version}"


def read_head(place: str, lines: Iterator[list[str]]) -> Head:
    """Takes the first five lines; raises BadPriceFile for anything that is no price list."""
    said = {line[0]: line[1] for line in islice(lines, LINES_OF_HEAD) if len(line) == 2}
    if "FormatVersion" not in said:
        raise BadPriceFile(
            f"{place}: this is no price list in CSV. Its first line says FormatVersion, the fourth Version; "
            "the JSON form is not read: take index.csv."
        )
    missing = {"Publication Date", "Version", "OfferCode"} - set(said)
    if missing:
        raise BadPriceFile(f"{place}: the first five lines lack {', '.join(sorted(missing))}.")
    if not DAY.match(said["Publication Date"]):
        raise BadPriceFile(f"{place}: the Publication Date {said['Publication Date']!r} is no date.")
    return Head(place, said["OfferCode"], said["Version"], said["Publication Date"][:10])


def read_rows(head: Head, lines: Iterator[list[str]], columns: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Each row's values of `columns`, in that order; raises BadPriceFile for a missing column or a row cut off."""
    names = [_plain(name) for name in next(lines, [])]
    missing = [column for column in columns if _plain(column) not in names]
    if missing:
        raise BadPriceFile(f"{head.place}: line 6 lacks the columns {', '.join(missing)}.")
    wanted = itemgetter(*(names.index(_plain(column)) for column in columns))
    for number, line in enumerate(lines, start=LINES_OF_HEAD + 2):
        if len(line) != len(names):
            raise BadPriceFile(
                f"{head.place}: line {number} has {len(line)} columns of {len(names)}. The file is cut off or damaged."
            )
        yield wanted(line)


def read_lines(place: str, text: Iterable[str]) -> Iterator[list[str]]:
    """Lines as lists of cells; raises BadPriceFile where one is no CSV."""
    try:
        yield from csv.reader(text, strict=True)
    except csv.Error as problem:
        raise BadPriceFile(f"{place}: a line is no CSV: {problem}") from problem


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()
