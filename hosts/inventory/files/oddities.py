"""What is odd about a tab and does not keep it from being read: title rows, empty rows, merged cells."""

import itertools
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

from hosts.inventory.files.tables import Row, Table, Tables, clean_header
from hosts.inventory.problems import ProblemLog

HEADER_WITHIN = 10
LEAST_KNOWN = 3
Score = Callable[[tuple[str, ...]], int]


def told(tables: Tables, score: Score, log: ProblemLog) -> Tables:
    """The same tabs, each with its header found and what is odd about it noted; `score` says how many columns of a
    header are known. The file is closed at the end.
    """
    with closing(tables):
        for table in tables:
            with open_rows(table.rows):
                yield noted(with_header(table, score, log), log)


@contextmanager
def open_rows(rows: Iterator[Row]) -> Iterator[None]:
    """Closes the rows' file at the end, also where not all were read."""
    try:
        yield
    finally:
        if isinstance(rows, Generator):
            rows.close()


def with_header(table: Table, score: Score, log: ProblemLog) -> Table:
    """The tab with the row as its header of which most columns are known, among its first ten; a note where that is
    another than the first. The first where none has three that are.
    """
    if score(table.header) >= LEAST_KNOWN:
        return table
    first = list(itertools.islice(table.rows, HEADER_WITHIN - 1))
    scores = [score(clean_header(cells)) for _number, cells in first]
    best = max(scores, default=0)
    if best < LEAST_KNOWN:
        return replace(table, rows=itertools.chain(first, table.rows))
    at = scores.index(best)
    log.add("header-below", tab=table.name, row=first[at][0], value=" ".join(table.header).strip())
    return replace(table, header=clean_header(first[at][1]), rows=itertools.chain(first[at + 1 :], table.rows))


def noted(table: Table, log: ProblemLog) -> Table:
    """The tab; once its rows are read, what is odd about them is in the log."""
    return replace(table, rows=noting(table, log))


def noting(table: Table, log: ProblemLog) -> Generator[Row, None, None]:
    """The rows, then the notes."""
    rows: Iterator[Row] = table.rows
    yield from rows
    if table.oddities.empty_rows:
        log.add("empty-rows", tab=table.name, value=table.oddities.empty_rows)
    if table.oddities.merged:
        log.add("merged-cells", tab=table.name, value=", ".join(table.oddities.merged[:5]))
