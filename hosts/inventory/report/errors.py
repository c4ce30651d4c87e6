"""The rows that were left out, with their own cells, to be mended and uploaded again: read once more from the files."""

from collections import defaultdict
from collections.abc import Callable, Container, Iterator, Mapping
from typing import Any

from hosts.inventory.files.tables import Table
from hosts.inventory.files.values import clean_text
from hosts.inventory.formats.matching import is_note

MOST_ROWS = 2_000
MOST_COLUMNS = 60
CELL_CHARACTERS = 300
Rows = list[dict[str, Any]]
Open = Callable[[Container[str]], Iterator[Table]]
"""Opens the tables once more; of those that take long only the ones of the names that are given."""


def rows_left_out(open_tables: Open, left_out: Mapping[tuple[str, int], str]) -> Rows:
    """For each tab with rows left out its name, header and these rows (number, code, cells); the first 2,000 rows."""
    wanted: defaultdict[str, dict[int, str]] = defaultdict(dict)
    for (tab, row), code in list(left_out.items())[:MOST_ROWS]:
        wanted[tab][row] = code
    if not wanted:
        return []
    tabs = []
    for table in open_tables(wanted):
        codes = wanted.get(table.name, {})
        if codes:
            columns = [at for at, head in enumerate(table.header[:MOST_COLUMNS]) if not is_note(head)]
            header = [table.header[at] for at in columns]
            tabs.append({"tab": table.name, "header": header, "rows": rows_of(table, codes, columns)})
    return tabs


def rows_of(table: Table, codes: Mapping[int, str], columns: list[int]) -> list[list[Any]]:
    """The wanted rows of a table: number, code, and the cells of `columns`."""
    rows = []
    for number, cells in table.rows:
        if number in codes:
            texts = [clean_text(cells[at])[:CELL_CHARACTERS] if at < len(cells) else "" for at in columns]
            rows.append([number, codes[number], texts])
            if len(rows) == len(codes):
                break
    return rows
