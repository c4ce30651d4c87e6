"""Brings a database table to the state of a list of rows: what both sides' catalogs are loaded with."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import models, transaction

AnyModel = TypeVar("AnyModel", bound=models.Model)
DELETE_BATCH = 500


@dataclass(frozen=True, slots=True)
class Synced:
    """What loading did to one table. `kept` rows stand as they were because somebody edited them."""

    created: int
    changed: int
    removed: int
    kept: int

    @property
    def touched(self) -> bool:
        """Whether the table is no longer as it was."""
        return bool(self.created or self.changed or self.removed)


@transaction.atomic
def sync_rows(
    model: type[AnyModel],
    rows: Sequence[AnyModel],
    key: Sequence[str],
    fields: Sequence[str],
    *,
    remove: "models.QuerySet[AnyModel] | None" = None,
) -> Synced:
    """Creates the rows that are missing by `key`, updates those whose `fields` differ, and deletes those of `remove`
    that the list lacks. Rows with an `edited_at` (where the model has one) are left as they are.
    """
    edited = ["edited_at"] if any(field.name == "edited_at" for field in model._meta.fields) else []
    known = {
        values[1 : 1 + len(key)]: values for values in model._default_manager.values_list("pk", *key, *fields, *edited)
    }
    mine = {k for k, values in known.items() if edited and values[-1] is not None}
    wanted = {_values(row, key): row for row in rows}
    new = [row for k, row in wanted.items() if k not in known]
    changed = [
        row for k, row in wanted.items() if k in known and k not in mine and _differs(row, fields, known[k], len(key))
    ]
    removable = set() if remove is None else set(remove.values_list("pk", flat=True))
    gone = [v[0] for k, v in known.items() if k not in wanted and k not in mine and v[0] in removable]
    model._default_manager.bulk_create(new)
    _update(model, changed, key, fields)
    for start in range(0, len(gone), DELETE_BATCH):
        model._default_manager.filter(pk__in=gone[start : start + DELETE_BATCH]).delete()
    return Synced(len(new), len(changed), len(gone), len(mine))


def _update(model: type[AnyModel], rows: list[AnyModel], key: Sequence[str], fields: Sequence[str]) -> None:
    """One upsert: bulk_update would write a CASE branch per row."""
    if rows:
        model._default_manager.bulk_create(
            rows, update_conflicts=True, unique_fields=list(key), update_fields=list(fields)
        )


def _differs(row: models.Model, fields: Sequence[str], known: tuple[Any, ...], keys: int) -> bool:
    return _values(row, fields) != known[1 + keys : 1 + keys + len(fields)]


def _values(row: models.Model, names: Sequence[str]) -> tuple[Any, ...]:
    """The row's values of these fields as a query gives them: a relation is its key."""
    return tuple(getattr(row, row._meta.get_field(name).attname) for name in names)  # type: ignore[union-attr]
