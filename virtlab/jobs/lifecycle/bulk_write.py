"""Writing many changed rows at once."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection, models


def write_rows(model: type[models.Model], rows: Collection[models.Model], names: Sequence[str]) -> None:
    """Updates these columns of these rows: one prepared statement, sent for all of them together.

    bulk_update would write one statement with a CASE branch for each row and column, which takes longer to build than
    the effects take to happen.
    """
    if not rows:
        return
    quote = connection.ops.quote_name
    columns = [model._meta.get_field(name) for name in names]
    key = model._meta.pk
    assert key is not None
    sets = ", ".join(f"{quote(str(column.column))} = %s" for column in columns if isinstance(column, models.Field))
    sql = f"UPDATE {quote(model._meta.db_table)} SET {sets} WHERE {quote(str(key.column))} = %s"  # noqa: S608 (our own names)
    with connection.cursor() as cursor:
        cursor.executemany(sql, [[*_values(row, columns), row.pk] for row in rows])


def _values(row: models.Model, columns: Sequence[object]) -> list[Any]:
    fields = (column for column in columns if isinstance(column, models.Field))
    return [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
