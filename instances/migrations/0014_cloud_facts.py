from django.db import migrations, models

OLD, NEW = 'throughput_mbps', 'throughput_mib_per_s'
OF_JOBS = 'volume.modify'
EFFECTS = ('volume.set', 'volume.completed')
PARAMETER = {'gp3_included_mbps': 'gp3_included_mib_per_s'}
XVDA = ('al20', 'amzn', 'debian-')


def renamed(values, old, new):
    return {new if name == old else name: value for name, value in values.items()}


def rename_in_jobs(apps, old, new):
    """What jobs were asked for and what their steps set, under the name of the column."""
    jobs = apps.get_model('jobs', 'Job').objects.filter(operation=OF_JOBS)
    for row in [*jobs, *apps.get_model('jobs', 'Step').objects.filter(effect__in=EFFECTS)]:
        row.params = renamed(row.params, old, new)
        row.save(update_fields=['params'])


def rename_parameter(apps, names):
    for old, new in names.items():
        apps.get_model('labs', 'Assumption').objects.filter(key=old).update(key=new)


def to_mib(apps, schema_editor):
    rename_in_jobs(apps, OLD, NEW)
    rename_parameter(apps, PARAMETER)


def to_mb(apps, schema_editor):
    rename_in_jobs(apps, NEW, OLD)
    rename_parameter(apps, {new: old for old, new in PARAMETER.items()})


def name_roots(apps, schema_editor):
    """Every volume of an instance so far was made with it, as its root; the catalog's next loading names all images'."""
    Image, Volume = apps.get_model('instances', 'Image'), apps.get_model('instances', 'Volume')
    amazon = models.Q()
    for start in XVDA:
        amazon |= models.Q(name__startswith=start)
    Image.objects.exclude(amazon, virtualization='hvm').update(root_device='/dev/sda1')
    Volume.objects.filter(instance__isnull=False).update(root=True)
    others = Image.objects.filter(root_device='/dev/sda1')
    Volume.objects.filter(root=True, instance__image__in=others).update(device='/dev/sda1')


class Migration(migrations.Migration):

    dependencies = [
        ('instances', '0013_volume_target'),
        ('jobs', '0004_waits'),
        ('labs', '0003_trace_figures'),
    ]

    operations = [
        migrations.AddField(
            model_name='instance',
            name='boots_since_lab_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='boots after an outage since (lab time)'),
        ),
        migrations.AlterField(
            model_name='instance',
            name='failed_s',
            field=models.FloatField(default=0.0, verbose_name='charged though out of reach before (s)'),
        ),
        migrations.RenameField('volume', 'throughput_mbps', 'throughput_mib_per_s'),
        migrations.AlterField(
            model_name='volume',
            name='throughput_mib_per_s',
            field=models.PositiveIntegerField(default=125, verbose_name='throughput (MiB/s)'),
        ),
        migrations.RenameField('volumemodification', 'from_throughput_mbps', 'from_throughput_mib_per_s'),
        migrations.AlterField(
            model_name='volumemodification',
            name='from_throughput_mib_per_s',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='throughput before (MiB/s)'),
        ),
        migrations.AddField(
            model_name='volumemodification',
            name='moves_data',
            field=models.BooleanField(default=True, verbose_name='data move to another performance'),
        ),
        migrations.AddField(
            model_name='image',
            name='root_device',
            field=models.CharField(default='/dev/xvda', max_length=20, verbose_name='root device'),
        ),
        migrations.AlterField(
            model_name='volume',
            name='device',
            field=models.CharField(blank=True, default='', max_length=20, verbose_name='device'),
        ),
        migrations.AddField(
            model_name='volume',
            name='root',
            field=models.BooleanField(default=False, help_text='Its instance boots from it.', verbose_name='root volume'),
        ),
        migrations.RunPython(to_mib, to_mb),
        migrations.RunPython(name_roots, migrations.RunPython.noop),
    ]
