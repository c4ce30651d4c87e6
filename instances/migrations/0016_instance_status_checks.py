from django.db import migrations, models


def fail_known(apps, schema_editor):
    """What the cloud has found on broken hardware; what boots now is taken to be up."""
    broken = apps.get_model('instances', 'Instance').objects.filter(system_failed_lab_at__isnull=False)
    broken.filter(state='running').update(status_checks='failed')


class Migration(migrations.Migration):

    dependencies = [
        ('instances', '0015_modification_states'),
    ]

    operations = [
        migrations.AddField(
            model_name='instance',
            name='status_checks',
            field=models.CharField(choices=[('passed', 'Passed'), ('initializing', 'Initializing'), ('failed', 'Failed')], default='passed', max_length=12, verbose_name='status checks'),
        ),
        migrations.RunPython(fail_known, migrations.RunPython.noop),
    ]
