"""Ways back are kept as the columns of their steps, in labs that were made before too."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

RENAMED = {"title": "title_kept", "duration_s": "planned_s", "lasts_s": "duration_s"}


def to_columns(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    steps = apps.get_model("jobs", "Step").objects.exclude(way_back=[])
    for step in steps.only("way_back").iterator():
        step.way_back = [_columns(kept) for kept in step.way_back]
        step.save(update_fields=["way_back"])


def _columns(kept: dict[str, object]) -> dict[str, object]:
    if "title_kept" in kept:
        return kept
    columns = {RENAMED.get(name, name): value for name, value in kept.items()}
    columns.setdefault("duration_s", columns.get("planned_s", 0.0))
    return columns


class Migration(migrations.Migration):
    dependencies = [("jobs", "0007_pauses")]
    operations = [migrations.RunPython(to_columns, migrations.RunPython.noop)]
