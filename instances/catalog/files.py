"""The catalog's committed tables: small CSV files of facts, read and written the same way everywhere."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

FACTS = Path(__file__).parent / "facts"
"""Tables kept by hand, each row with its source."""
DATA = Path(__file__).parent / "data"
"""Tables that `build_catalog` writes."""

Row = dict[str, str]


def read(path: Path) -> list[Row]:
    """The rows of a table."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> int:
    """Writes a table and says how many rows it has; equal rows give equal bytes."""
    count = 0
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow(cells(columns, row))
            count += 1
    return count


def cells(columns: Sequence[str], row: Mapping[str, object]) -> Row:
    """A row as its table holds it."""
    return {column: _text(row[column]) for column in columns}


def citations() -> dict[str, tuple[str, str]]:
    """Citation and date of each source by its key."""
    return {row["table"]: (row["citation"], row["date"]) for row in read(DATA / "sources.csv")}


def _text(value: object) -> str:
    """A cell: numbers in their shortest form, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, float):
        return f"{value:.10g}"
    return str(value)
