import ipaddress
import secrets

import django.core.validators
import django.db.models.deletion
import instances.models.addresses
import instances.models.placement
from django.db import migrations, models

PUBLIC = ipaddress.ip_network('198.18.0.0/15')


def to_rows(apps, schema_editor):
    """Each instance that was flagged has its address as a row of its own; one that has none yet gets one."""
    elastic = apps.get_model('instances', 'ElasticAddress')
    for instance in apps.get_model('instances', 'Instance').objects.filter(elastic_address=True).iterator():
        if instance.public_address is None:
            instance.public_address = str(PUBLIC[secrets.randbelow(PUBLIC.num_addresses - 2) + 1])
            instance.save(update_fields=['public_address'])
        elastic.objects.create(
            lab_id=instance.lab_id,
            region_id=instance.region_id,
            address=instance.public_address,
            instance=instance,
            allocated_lab_at=instance.launched_lab_at or instance.created_at,
        )


def to_flags(apps, schema_editor):
    apps.get_model('instances', 'Instance').objects.filter(elastic__isnull=False).update(elastic_address=True)


class Migration(migrations.Migration):

    dependencies = [
        ('instances', '0011_charge'),
        ('labs', '0003_trace_figures'),
    ]

    operations = [
        migrations.AddField(
            model_name='instance',
            name='auto_recovery',
            field=models.BooleanField(default=True, verbose_name='automatic recovery'),
        ),
        migrations.AddField(
            model_name='instance',
            name='credit_mode',
            field=models.CharField(blank=True, choices=[('standard', 'Standard'), ('unlimited', 'Unlimited')], default='', help_text='Empty: as its family begins.', max_length=9, verbose_name='CPU credits'),
        ),
        migrations.AddField(
            model_name='instance',
            name='credits_kept',
            field=models.FloatField(default=0.0, verbose_name='CPU credits kept'),
        ),
        migrations.AddField(
            model_name='instance',
            name='credits_kept_lab_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='CPU credits kept since (lab time)'),
        ),
        migrations.AddField(
            model_name='instance',
            name='partition',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='partition'),
        ),
        migrations.AddField(
            model_name='instance',
            name='recovered_lab_at',
            field=models.JSONField(blank=True, default=list, verbose_name='recovered (lab time)'),
        ),
        migrations.AddField(
            model_name='instance',
            name='system_failed_lab_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='system failed (lab time)'),
        ),
        migrations.AddField(
            model_name='instance',
            name='terminated_lab_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='terminated (lab time)'),
        ),
        migrations.CreateModel(
            name='ElasticAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('allocation_id', models.CharField(default=instances.models.addresses.new_allocation_id, max_length=30, unique=True, verbose_name='allocation ID')),
                ('address', models.GenericIPAddressField(verbose_name='address')),
                ('allocated_lab_at', models.DateTimeField(verbose_name='allocated (lab time)')),
                ('instance', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='elastic', to='instances.instance', verbose_name='instance')),
                ('lab', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='elastic_addresses', to='labs.lab', verbose_name='lab')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='elastic_addresses', to='instances.region', verbose_name='region')),
            ],
            options={
                'verbose_name': 'Elastic IP',
                'verbose_name_plural': 'Elastic IPs',
                'ordering': ['address', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='PlacementGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('group_id', models.CharField(default=instances.models.placement.new_group_id, max_length=24, unique=True, verbose_name='group ID')),
                ('name', models.CharField(max_length=255, verbose_name='name')),
                ('strategy', models.CharField(choices=[('cluster', 'Cluster'), ('partition', 'Partition'), ('spread', 'Spread')], max_length=9, verbose_name='strategy')),
                ('partitions', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(7)], verbose_name='partitions')),
                ('lab', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='placement_groups', to='labs.lab', verbose_name='lab')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='placement_groups', to='instances.region', verbose_name='region')),
            ],
            options={
                'verbose_name': 'placement group',
                'verbose_name_plural': 'placement groups',
                'ordering': ['name'],
            },
        ),
        migrations.AddField(
            model_name='instance',
            name='placement_group',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='instances', to='instances.placementgroup', verbose_name='placement group'),
        ),
        migrations.AddConstraint(
            model_name='placementgroup',
            constraint=models.UniqueConstraint(fields=('lab', 'region', 'name'), name='one_placement_group_per_name_and_region'),
        ),
        migrations.RunPython(to_rows, to_flags),
        migrations.RemoveField(
            model_name='instance',
            name='elastic_address',
        ),
    ]
