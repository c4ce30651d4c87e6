"""Cells as they come (numbers, texts, numbers written as text in several countries' ways) → clean values."""

import math
import re
import unicodedata

from hosts.inventory.files.words import FALSE, TRUE

SPACES = re.compile(r"[\s\u00a0\u202f']+")
THOUSANDS_COMMA = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+")
THOUSANDS_DOT = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+")
UNIT = re.compile(r"(?P<number>.*?)(?P<unit>%|[kmgt]i?[bo])$", re.IGNORECASE)
MIB_PER_UNIT = {"k": 1 / 1024, "m": 1.0, "g": 1024.0, "t": 1024.0**2}
NAME_LENGTH = 255
FORMULA_MARK = re.compile("'[=+@-]")
"""What exports put before a text that a spreadsheet would take for a formula (`virtlab.web.cells`)."""


class NoResult(str):
    """A cell that holds a formula whose result its writer did not store: empty, and said to be that."""

    __slots__ = ()


def clean_text(cell: object) -> str:
    """A cell as text without control characters, surrogates, runs of blanks, and the mark that it is no formula."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = str(cell)
    if not text.isprintable():
        text = "".join(" " if unicodedata.category(mark) in {"Cc", "Cs", "Zl", "Zp"} else mark for mark in text)
    text = " ".join(text.split())
    return text[1:] if text.startswith("'") and FORMULA_MARK.match(text) else text


def parse_number(cell: object, *, decimal_comma: bool = False, whole: bool = False) -> float | None:
    """A cell as a number, None where it is empty; ValueError where it is none (text, NaN, infinity, a truth value).

    Full-width digits, spaces, apostrophes and either country's separators are understood. A single separator before
    exactly three digits groups thousands where the number is to be `whole`; else a comma does unless the file uses the
    decimal comma, and a dot only if it does.
    """
    if cell is None or isinstance(cell, bool):
        if cell is None:
            return None
        raise ValueError("a truth value")
    number = float(cell) if isinstance(cell, int | float) else _of_text(str(cell), comma=decimal_comma, whole=whole)
    if number is not None and not math.isfinite(number):
        raise ValueError("not finite")
    return number


def _of_text(cell: str, *, comma: bool, whole: bool) -> float | None:
    text = SPACES.sub("", unicodedata.normalize("NFKC", cell))
    if not text:
        return None
    if "," in text and "." in text:
        decimal = "," if text.rfind(",") > text.rfind(".") else "."
        text = text.replace("." if decimal == "," else ",", "")
    elif THOUSANDS_COMMA.fullmatch(text) and (whole or not comma or text.count(",") > 1):
        text = text.replace(",", "")
    elif THOUSANDS_DOT.fullmatch(text) and (whole or comma or text.count(".") > 1):
        text = text.replace(".", "")
    if "_" in text:
        raise ValueError("not a number")
    return float(text.replace(",", "."))


def parse_quantity(cell: object, scale: float, *, decimal_comma: bool = False, whole: bool = False) -> float | None:
    """A size: the number times `scale`; a unit written in the cell itself (“4 GB”) counts in MiB instead.

    Returns None where the cell is empty; ValueError where it is no number.
    """
    if isinstance(cell, str) and (quantity := UNIT.match(cell.strip())) and quantity["unit"] != "%":
        number = parse_number(quantity["number"], decimal_comma=decimal_comma)
        return None if number is None else number * MIB_PER_UNIT[quantity["unit"][0].lower()]
    number = parse_number(cell, decimal_comma=decimal_comma, whole=whole)
    return None if number is None else number * scale


def parse_share(cell: object, *, decimal_comma: bool = False) -> float | None:
    """A percentage as a share (35 → 0.35), with or without its sign; None where empty, ValueError where no number."""
    if isinstance(cell, str):
        cell = unicodedata.normalize("NFKC", cell).strip().removesuffix("%")
    number = parse_number(cell, decimal_comma=decimal_comma)
    return None if number is None else number / 100


def parse_flag(cell: object) -> bool | None:
    """A truth value in several languages; None where it is neither."""
    text = clean_text(cell).casefold()
    return True if text in TRUE else False if text in FALSE else None
