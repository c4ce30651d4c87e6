"""Columns of a row that an effect sets, and their undoing.

    @effect("datastore.grow")
    def grow(run: Run) -> None:
        set_columns(run, run.get(Datastore), run.params)

    @effect("datastore.ungrow")
    def ungrow(run: Run) -> None:
        restore_columns(run, run.get(Datastore))

The step remembers each column under its name: a foreign key as its key, a day or a moment as text.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import models

from virtlab.jobs.operations.effects import Run


def remember_columns(run: Run, subject: models.Model, names: Iterable[str]) -> None:
    """Keeps these columns as they are, for an effect that goes on to change them itself."""
    run.remember(**{name: _as_json(getattr(subject, _column(subject, name).attname)) for name in names})


def set_columns(run: Run, subject: models.Model, values: Mapping[str, Any]) -> None:
    """Sets and saves these columns and keeps what they were."""
    remember_columns(run, subject, values)
    _save(subject, values)


def restore_columns(run: Run, subject: models.Model, *names: str) -> None:
    """Gives back the columns that the step remembered: all, or those named."""
    memory = run.memory
    _save(subject, {name: memory[name] for name in names or memory})


def _save(subject: models.Model, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        column = _column(subject, name)
        setattr(subject, column.attname, column.to_python(value))
    subject.save(update_fields=list(values))


def _column(subject: models.Model, name: str) -> "models.Field[Any, Any]":
    column = subject._meta.get_field(name)
    assert isinstance(column, models.Field)
    return column


def _as_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
