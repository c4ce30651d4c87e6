from django.db import migrations, models

# Jobs of before name their operation and effects in the old words; running ones must still find them.
OPERATIONS = {
    'scene.zone_outage': 'fault.zone_outage',
    'scene.region_outage': 'fault.region_outage',
    'scene.no_capacity': 'fault.no_capacity',
    'scene.end': 'fault.end',
}
EFFECTS = {'scene.begin': 'fault.begin', 'scene.end': 'fault.end'}


def rename(apps, operations, effects):
    for old, new in operations.items():
        apps.get_model('jobs', 'Job').objects.filter(operation=old).update(operation=new)
    for old, new in effects.items():
        apps.get_model('jobs', 'Step').objects.filter(effect=old).update(effect=new)


def to_faults(apps, schema_editor):
    rename(apps, OPERATIONS, EFFECTS)


def to_scenes(apps, schema_editor):
    rename(apps, {new: old for old, new in OPERATIONS.items()}, {new: old for old, new in EFFECTS.items()})


class Migration(migrations.Migration):

    dependencies = [
        ('instances', '0008_words'),
        ('jobs', '0002_job_batch'),
        ('labs', '0003_trace_figures'),
    ]

    operations = [
        migrations.RenameModel('CatalogueVersion', 'CatalogVersion'),
        migrations.RemoveConstraint('scene', 'one_scene_of_a_kind_and_place'),
        migrations.RenameModel('Scene', 'Fault'),
        migrations.AlterField(
            model_name='fault',
            name='lab',
            field=models.ForeignKey(on_delete=models.deletion.CASCADE, related_name='faults', to='labs.lab', verbose_name='lab'),
        ),
        migrations.AddConstraint(
            model_name='fault',
            constraint=models.UniqueConstraint(fields=('lab', 'kind', 'region', 'zone', 'type_name'), name='one_fault_of_a_kind_and_place'),
        ),
        migrations.RunPython(to_faults, to_scenes),
    ]
