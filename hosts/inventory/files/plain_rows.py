"""The rows of a worksheet as nearly all programs write them, cut out of its XML without an event for each element.

Most cells of an export are of columns that nobody needs. A row of plain cells alone (a value or an inline text, no
formula, no markup but the five named characters) is checked as a whole by one expression, and its needed cells are
picked out by another. What is no such row is left to the parser of events, and so is all of a sheet whose markup or
encoding could mean something else by the same bytes.
"""

import re
from collections.abc import Collection

from hosts.inventory.files.xml_events import CHUNK

END = b"</row>"
LONGEST = 4 * CHUNK
"""Bytes without the end of a row from which on a sheet is none of this kind."""
TEXT = rb"(?:[^<&\x00-\x08\x0b\x0c\x0e-\x1f]++|&(?:amp|lt|gt|quot|apos);)*+"
CELL = (
    rb'<c r="[A-Z]{1,3}\d{1,7}"(?: [a-z]++="[^<&"\x00-\x1f]*+")*+'
    rb"(?:/>|>(?:<v>" + TEXT + rb'</v>|<is><t(?: xml:space="preserve")?+>' + TEXT + rb"</t></is>)?+</c>)"
)
ROW = re.compile(rb'\s*+<row r="(\d{1,7})"[^<>&\x00-\x1f]*+>(?:' + CELL + rb")*+</row>")
ODD = re.compile(rb"<!|<\?(?!xml )")
ENCODING = re.compile(rb"""<\?xml [^>]*?encoding=["']([^"']*)""")
ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')
MARKS = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))


def may_be_plain(piece: bytes) -> bool:
    """Whether rows after a piece of a sheet's XML are what they look like: not so in comments, in sections of
    characters, behind instructions, and in other encodings than UTF-8.
    """
    encoding = ENCODING.search(piece)
    return not ODD.search(piece) and (encoding is None or encoding[1].lower() == b"utf-8")


def cells_of(columns: Collection[str]) -> re.Pattern[str]:
    """Finds the cells of a plain row that hold something: column, attributes, text. `columns` are the letters of those
    that are needed, none for all.
    """
    letters = "|".join(columns) or "[A-Z]{1,3}"
    return re.compile(rf'<c r="({letters})\d++"([^>]*+)>(?:<v>|<is><t[^>]*+>)([^<]++)')


def unmarked(text: str) -> str:
    """A text with the five named characters put back."""
    for name, mark in MARKS:
        text = text.replace(name, mark)
    return text
