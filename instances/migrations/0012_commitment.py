import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F

DISCOUNTS = {'one_year': 0.37, 'three_year': 0.62}
"""What the parameters start from."""


def commit(apps, schema_editor):
    """What is committed was bought for the present type, and all that it ran is in the term. A commitment's money is
    not kept any more with what earlier types cost: it follows from the term alone.
    """
    Instance, Price = (apps.get_model('instances', name) for name in ('Instance', 'Price'))
    committed = Instance.objects.exclude(purchase='on_demand')
    committed.update(committed_type=F('instance_type'), covered_s=F('ran_s'))
    for instance in committed.exclude(type_since_lab_at=None).exclude(launched_lab_at=None):
        price = Price.objects.filter(region=instance.region_id, instance_type=instance.instance_type_id).first()
        hours = (instance.type_since_lab_at - instance.launched_lab_at).total_seconds() / 3600
        owed_usd = hours * float(price.usd_per_hour) * (1 - DISCOUNTS[instance.purchase]) if price else 0.0
        instance.accrued_usd = max(instance.accrued_usd - owed_usd, 0.0)
        instance.save(update_fields=['accrued_usd'])
    if schema_editor.connection.vendor == 'postgresql':
        # It checks the keys now: it alters no table while checks of it are still to come.
        schema_editor.execute('SET CONSTRAINTS ALL IMMEDIATE')


class Migration(migrations.Migration):

    dependencies = [
        ('instances', '0010_addresses'),
    ]

    operations = [
        migrations.AddField(
            model_name='instance',
            name='committed_type',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='instances.instancetype', verbose_name='committed to'),
        ),
        migrations.AddField(
            model_name='instance',
            name='covered_s',
            field=models.FloatField(default=0.0, verbose_name="of it in a commitment's term (s)"),
        ),
        migrations.AddField(
            model_name='instance',
            name='ran_earlier_s',
            field=models.FloatField(default=0.0, verbose_name='ran on earlier types (s)'),
        ),
        migrations.AddField(
            model_name='instance',
            name='failed_s',
            field=models.FloatField(default=0.0, verbose_name='on failed hardware before (s)'),
        ),
        migrations.AlterField(
            model_name='instance',
            name='accrued_usd',
            field=models.FloatField(default=0.0, verbose_name='charged for earlier types (USD)'),
        ),
        migrations.RunPython(commit, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name='instance',
            name='type_since_lab_at',
        ),
        migrations.AddConstraint(
            model_name='instance',
            constraint=models.CheckConstraint(
                condition=models.Q(('committed_type', None), ('purchase', 'on_demand'))
                | (~models.Q(('purchase', 'on_demand')) & models.Q(('committed_type__isnull', False))),
                name='committed_to_a_type',
            ),
        ),
    ]
