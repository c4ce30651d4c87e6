from django.db import migrations


def rename(apps, old, new):
    jobs = apps.get_model('jobs', 'Job')
    for job in jobs.objects.filter(operation='vm.create', params__has_key=old).iterator():
        job.params[new] = job.params.pop(old)
        job.save(update_fields=['params'])


# The parameter of a new VM is called as it is in its placement rules; jobs of before can be run again.
class Migration(migrations.Migration):

    dependencies = [
        ('hosts', '0008_words'),
        ('jobs', '0002_job_batch'),
    ]

    operations = [
        migrations.RunPython(
            lambda apps, editor: rename(apps, 'apart', 'anti_affinity'),
            lambda apps, editor: rename(apps, 'anti_affinity', 'apart'),
        ),
    ]
