"""Records read from the database: NamedTuples whose fields name the columns that they are read from."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar, get_type_hints

from django.db.models import QuerySet

R = TypeVar("R", bound=NamedTuple)


@dataclass(frozen=True, slots=True)
class Source:
    """The column of a field that is not called as the field: `model: Annotated[str, Source("model__name")]`."""

    column: str


@cache
def columns(record: type[NamedTuple]) -> tuple[str, ...]:
    """The columns of a record's fields, in their order."""
    hints = get_type_hints(record, include_extras=True)
    return tuple(_column(name, hints[name]) for name in record._fields)


def _column(name: str, hint: Any) -> str:
    sources = [item for item in getattr(hint, "__metadata__", ()) if isinstance(item, Source)]
    return sources[0].column if sources else name


def read_records(record: type[R], rows: "QuerySet[Any]") -> list[R]:
    """The rows of a query as records (one query)."""
    return list(map(record._make, rows.values_list(*columns(record))))


def shared_columns(record: type[NamedTuple], other: type[R], rows: Sequence[R]) -> dict[str, Sequence[Any]]:
    """The columns of `rows`, which are of the type `other`, for the fields that a record has too."""
    shared = [name for name in record._fields if name in other._fields]
    return {name: list(map(attrgetter(name), rows)) for name in shared}


def from_columns(record: type[R], **values: Sequence[Any]) -> list[R]:
    """Records from a sequence for each field: for thousands of rows, where a call by keyword for each costs too much.

    TypeError where a field is missing or unknown, ValueError where the sequences differ in length.
    """
    if values.keys() != set(record._fields):
        raise TypeError(f"{record.__name__}: {sorted(values.keys() ^ set(record._fields))} missing or unknown.")
    return list(map(record._make, zip(*(values[name] for name in record._fields), strict=True)))
