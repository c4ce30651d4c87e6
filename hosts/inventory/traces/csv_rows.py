"""The rows of a CSV file of traces, batch by batch, with the numbers of those that cannot be read."""

from array import array
from collections import Counter
from collections.abc import Callable, Iterator, MutableSequence, Sequence
from functools import partial, reduce
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from hosts.inventory.files.csv_files import encoding_of, separator_of
from hosts.inventory.files.tables import Table
from hosts.inventory.files.values import THOUSANDS_COMMA
from hosts.inventory.traces.columns import is_text
from virtlab.engine.arrays import I64

Numbers = MutableSequence[int]


def no_numbers() -> Numbers:
    """No numbers of rows yet."""
    return array("q")


def width_of(rows: Sequence[Sequence[str]], columns: int) -> int:
    """How many cells a row has: as many as most of the first ones, where these are more than the header's columns (a
    separator behind the last cell makes one more).
    """
    return max(columns, Counter(map(len, rows)).most_common(1)[0][0] if rows else 0)


def has_decimal_comma(cells: Sequence[str], table: Table) -> bool:
    """Whether a comma stands before decimals: where the last mark of a number is one, or the file is such and no dot is
    seen.
    """
    commas = [cell for cell in cells if "," in cell and (table.decimal_comma or not THOUSANDS_COMMA.fullmatch(cell))]
    dots = any("." in cell for cell in cells)
    if dots:
        return any("." in cell and cell.rfind(",") > cell.rfind(".") for cell in commas)
    return bool(commas) or table.decimal_comma


def csv_batches(
    content: Callable[[], bytes], shape: tuple[int, int], keys: list[str], ragged: Numbers
) -> Iterator[Any]:
    """The batches of a CSV file of so many lines above its values and so many columns, from the beginning; the numbers
    of rows with too few or too many cells, which are left out, are put into `ragged`.

    Arrow knows the numbers of rows where it reads with one thread and counts empty ones.
    """
    del ragged[:]
    raw = content()
    encoding = encoding_of(raw)
    text = raw if encoding == "utf-8" else raw.decode(encoding).encode()
    names = [str(place) for place in range(shape[1])]
    yield from pyarrow.csv.open_csv(
        pa.BufferReader(text),
        read_options=pyarrow.csv.ReadOptions(
            block_size=8 * 1024**2, column_names=names, skip_rows=shape[0], use_threads=False
        ),
        parse_options=pyarrow.csv.ParseOptions(
            delimiter=separator_of(text[:10_000].decode(errors="ignore")),
            newlines_in_values=True,
            ignore_empty_lines=False,
            invalid_row_handler=partial(skip_row, ragged),
        ),
        convert_options=pyarrow.csv.ConvertOptions(include_columns=keys, column_types=dict.fromkeys(keys, pa.string())),
    )


def skip_row(ragged: Numbers, row: Any) -> str:
    """Keeps the number of a row that has another number of cells than the others, and has it left out."""
    ragged.append(row.number)
    return "skip"


def without_empty(batch: Any, rows: I64) -> tuple[Any, I64]:
    """A batch of texts with the numbers of its rows, without those that hold nothing."""
    if not all(is_text(column) for column in batch.columns):
        return batch, rows
    filled = [pc.greater(pc.fill_null(pc.binary_length(column), 0), 0) for column in batch.columns]
    some = reduce(pc.or_, filled)
    if pc.all(some).as_py():
        return batch, rows
    return batch.filter(some), rows[some.to_numpy(zero_copy_only=False)]
