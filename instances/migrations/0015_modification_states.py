"""A modification of a volume is "modifying", then "optimizing", whatever of it changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("instances", "0014_cloud_facts")]

    operations = [
        migrations.RemoveField(model_name="volumemodification", name="moves_data"),
        migrations.AddField(
            model_name="volumemodification",
            name="optimizing_lab_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="optimizing since (lab time)"),
        ),
    ]
