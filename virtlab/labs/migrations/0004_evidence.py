"""How a workload's demand is known, what its inventory states of it, and its system as its source names it."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def zero_was_unknown(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Until now zero stood for "nobody said", and counted as such."""
    apps.get_model("labs", "Workload").objects.filter(data_out_gib_per_month=0).update(data_out_gib_per_month=None)


class Migration(migrations.Migration):

    dependencies = [
        ('labs', '0003_trace_figures'),
    ]

    operations = [
        migrations.AddField(
            model_name='trace',
            name='memory_seen_by',
            field=models.CharField(blank=True, choices=[('guest', 'inside the guest'), ('hypervisor', 'by the hypervisor (active memory)'), ('', 'not measured')], default='', max_length=10, verbose_name='memory seen'),
        ),
        migrations.AddField(
            model_name='workload',
            name='cpu_peak_share',
            field=models.FloatField(blank=True, default=None, null=True, verbose_name='stated peak of CPU'),
        ),
        migrations.AddField(
            model_name='workload',
            name='memory_peak_share',
            field=models.FloatField(blank=True, default=None, null=True, verbose_name='stated peak of memory'),
        ),
        migrations.AddField(
            model_name='workload',
            name='system_name',
            field=models.CharField(blank=True, default='', max_length=200, verbose_name='name of the operating system'),
        ),
        migrations.AlterField(
            model_name='workload',
            name='data_out_gib_per_month',
            field=models.FloatField(blank=True, default=None, null=True, verbose_name='data out (GiB per month)'),
        ),
        migrations.RunPython(zero_was_unknown, migrations.RunPython.noop),
    ]
