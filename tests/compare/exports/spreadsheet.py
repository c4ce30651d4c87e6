"""A small spreadsheet: computes a workbook's formulas from its cells, knowing only what the exports use."""

import io
import re
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import reduce
from operator import mul
from typing import Any

import numpy as np
import openpyxl
from openpyxl.utils import get_column_letter, range_boundaries

REFERENCE = re.compile(
    r"(?P<text>\"(?:[^\"]|\"\")*\")|(?:(?P<tab>'(?:[^']|'')+')!)?(?P<cells>\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)(?![\w(])"
    r"|(?P<word>[A-Za-z_][\w.]*)"
)
Place = tuple[str, str]


def rounded(value: float, digits: int) -> float:
    """Half away from zero, of the fifteen digits that spreadsheets count with."""
    return float(Decimal(f"{value:.15g}").quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "SUM": lambda *parts: sum(float(np.sum(part)) for part in parts),
    "SUMPRODUCT": lambda *parts: float(np.sum(reduce(mul, parts))),
    "ABS": abs,
    "IF": lambda holds, so, otherwise: so if holds else otherwise,
    "MAX": lambda *parts: max(np.max(part) for part in parts),
    "MIN": min,
    "MOD": np.mod,
    "INT": np.floor,
    "ROUND": lambda value, digits: rounded(float(value), digits),
}


class Spreadsheet:
    """A workbook with some of its assumptions changed."""

    def __init__(self, content: bytes, assumptions: Mapping[str, float] | None = None) -> None:
        book = openpyxl.load_workbook(io.BytesIO(content))
        found = {(sheet.title, cell.coordinate): cell for sheet in book for row in sheet.iter_rows() for cell in row}
        self.cells = {place: cell.value for place, cell in found.items()}
        self.live = frozenset(place for place, cell in found.items() if cell.data_type == "f")
        self.names: dict[str, Place] = {}
        for name, defined in book.defined_names.items():
            self.names[name] = next((tab, cell.replace("$", "")) for tab, cell in defined.destinations)
        for name, value in (assumptions or {}).items():
            self.cells[self.names[name]] = value

    def value(self, place: Place) -> Any:
        """What a cell holds or comes to."""
        held = self.cells[place]
        if place in self.live and isinstance(held, str):
            self.cells[place] = held = self.computed(held[1:], place[0])
        return held

    def computed(self, formula: str, tab: str) -> Any:
        """What a formula gives."""
        names: dict[str, Any] = dict(FUNCTIONS)

        def put(match: re.Match[str]) -> str:
            word = match["word"]
            if word and word in FUNCTIONS:
                return word
            name = f"v{len(names)}"
            if match["text"]:
                names[name] = match["text"][1:-1].replace('""', '"')
                return name
            names[name] = self.value(self.names[word]) if word else self.read(match["tab"] or tab, match["cells"])
            return name

        text = REFERENCE.sub(put, formula)
        text = re.sub(r"(\w+)%", r"(\1/100)", text).replace("^", "**")
        text = re.sub(r"(?<![<>=])=(?!=)", "==", text)
        return eval(text, {"__builtins__": {}}, names)

    def read(self, tab: str, cells: str) -> Any:
        """One cell's value, or those of a column as an array."""
        tab = tab[1:-1].replace("''", "'") if tab.startswith("'") else tab
        cells = cells.replace("$", "")
        if ":" not in cells:
            return self.value((tab, cells))
        left, top, right, bottom = (int(edge) for edge in range_boundaries(cells) if edge is not None)
        assert left == right
        column = get_column_letter(left)
        return np.array([float(self.value((tab, f"{column}{row}"))) for row in range(top, bottom + 1)])
