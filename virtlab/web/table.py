"""Tables declared once: from its columns come a list's head, its cells, its order and its file."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet

from virtlab.web.formats import NONE
from virtlab.web.lazy_text import LazyText

Row = TypeVar("Row")


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column. It is called `key` in ?sort=, in {% cell %} and in style sheets (data-column); without a `label` it
    is in the file only.

    `sort` is the field of a query set, or the attribute of a row, that it sorts by; `csv` the same for the file, or a
    function of a shown row. `num` says that it holds numbers, and may say how they are written. `value` is what the
    table writes: an attribute of a shown row (`sort` where none is named) or a function of it; the page's template may
    write it instead, in a {% cell %}. `csv_label` is the head in the file, where that says a unit.
    """

    key: str
    label: LazyText = ""
    sort: str = ""
    csv: str | Callable[[Row], object] = ""
    num: Callable[[Any], str] | bool = False
    value: str | Callable[[Row], object] = ""
    csv_label: LazyText = ""
    label_hidden: bool = False

    @property
    def text(self) -> Callable[[Row], Any]:
        """Writes a shown row's value: text or markup, a dash where there is none."""
        source = self.value or self.sort
        read = attrgetter(source) if isinstance(source, str) else source
        if callable(write := self.num):
            return lambda row: write(read(row))
        return lambda row: read(row) or NONE


def key_and_name(row: Any) -> tuple[int, str]:
    """What a row's check box sends and says, where its table does not say otherwise."""
    return row.pk, row.name


@dataclass(frozen=True)
class Table(Generic[Row]):
    """A list's title, its columns, the order in which it comes (`default`), and what is particular about its rows.

    `row_header` is the column that names a row; `subject` what its check box sends and says; `attributes` what its
    <tr> has.
    """

    title: LazyText
    columns: Sequence[Column[Row]]
    default: str
    row_header: str = "name"
    subject: Callable[[Row], tuple[int, str]] = key_and_name
    attributes: Callable[[Row], Mapping[str, object]] | None = None

    @property
    def shown(self) -> list[Column[Row]]:
        """The columns that the table has; the others are in its file, or sorted by, only."""
        return [column for column in self.columns if column.label]

    def sort_of(self, sort: str) -> str:
        """The order asked for where there is such a column: its key, with a minus where the order is descending."""
        return sort if sort.removeprefix("-") in self._sorts() else self.default

    def in_order(self, rows: QuerySet[Any] | Sequence[Any], sort: str) -> QuerySet[Any] | Sequence[Any]:
        """The rows, sorted as `sort_of` says."""
        down, field = sort.startswith("-"), self._sorts()[sort.removeprefix("-")]
        if isinstance(rows, QuerySet):
            return rows.order_by(f"-{field}" if down else field, "pk")
        return sorted(rows, key=attrgetter(field), reverse=down)

    def _sorts(self) -> dict[str, str]:
        return {column.key: column.sort for column in self.columns if column.sort}

    @property
    def csv_head(self) -> list[str]:
        """The first row of the file."""
        return [str(column.csv_label or column.label) for column in self._in_file()]

    @property
    def csv_fields(self) -> list[str]:
        """The fields that the file consists of; empty where some column of it needs a row as it is shown."""
        sources = [column.csv for column in self._in_file()]
        fields = [source for source in sources if isinstance(source, str)]
        return fields if len(fields) == len(sources) else []

    def csv_rows(self, rows: Iterable[Row]) -> Iterator[list[object]]:
        """The file's other rows, of rows as they are shown."""
        sources = [column.csv for column in self._in_file()]
        readers = [attrgetter(source) if isinstance(source, str) else source for source in sources]
        return ([reader(row) for reader in readers] for row in rows)

    def _in_file(self) -> list[Column[Row]]:
        return [column for column in self.columns if column.csv]
