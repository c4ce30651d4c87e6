"""What a step settles is said by the step; an effect did it before, in jobs that are in progress too."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

FORMER_EFFECT, STUNNED = "vm.temporary_snapshot_gone", "stun"


def to_settles(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("jobs", "Step").objects.filter(effect=FORMER_EFFECT).update(effect="", settles=STUNNED)


class Migration(migrations.Migration):
    dependencies = [("jobs", "0008_columns_of_ways_back")]
    operations = [
        migrations.AddField(
            model_name="step",
            name="settles",
            field=models.CharField(blank=True, default="", max_length=40, verbose_name="settles"),
        ),
        migrations.RunPython(to_settles, migrations.RunPython.noop),
    ]
