"""What a job was to take, beside what its way takes that it is on."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def to_planned(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("jobs", "Job").objects.update(planned_s=models.F("duration_s"))


class Migration(migrations.Migration):
    dependencies = [("jobs", "0009_settles")]
    operations = [
        migrations.AddField(
            model_name="job",
            name="planned_s",
            field=models.FloatField(default=0.0, verbose_name="planned duration (s)"),
        ),
        migrations.AlterField(
            model_name="job",
            name="duration_s",
            field=models.FloatField(default=0.0, verbose_name="duration of its way (s)"),
        ),
        migrations.RunPython(to_planned, migrations.RunPython.noop),
    ]
