"""A modification of a volume is "modifying", then "optimizing", whatever of it changes; options of purchase say what is
due at once.
"""

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
        migrations.AlterField(
            model_name="instance",
            name="purchase",
            field=models.CharField(
                choices=[
                    ("on_demand", "On-demand"),
                    ("one_year", "1-year commitment, nothing upfront"),
                    ("three_year", "3-year commitment, all upfront"),
                ],
                default="on_demand",
                max_length=10,
                verbose_name="purchase option",
            ),
        ),
    ]
