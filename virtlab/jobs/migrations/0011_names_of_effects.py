"""Steps of before name the effects on a guest that their job made as they are called today."""

from typing import Any

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models.functions import Cast

NAMES = {f"vm.{verb}_newborn": f"vm.{verb}_made" for verb in ("install", "start", "stop")}
COLUMNS = ("effect", "undo", "abort")


def rename(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    steps = apps.get_model("jobs", "Step").objects
    for column in COLUMNS:
        for before, after in NAMES.items():
            steps.filter(**{column: before}).update(**{column: after})
    # SQLite knows no lists in JSON: it is text.
    kept = steps.annotate(text=Cast("way_back", models.TextField())).filter(text__contains="_newborn")
    for step in kept.only("way_back").iterator():
        step.way_back = [_renamed(columns) for columns in step.way_back]
        step.save(update_fields=["way_back"])


def _renamed(columns: dict[str, Any]) -> dict[str, Any]:
    names = {column: NAMES.get(columns[column], columns[column]) for column in COLUMNS if column in columns}
    return {**columns, **names, "way_back": [_renamed(inner) for inner in columns.get("way_back", [])]}


class Migration(migrations.Migration):
    dependencies = [("jobs", "0010_planned_s")]
    operations = [migrations.RunPython(rename, migrations.RunPython.noop)]
