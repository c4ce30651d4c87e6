"""Backups stay when their guest is deleted: they know lab, cluster, the guest's name and all that a new one needs."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

WORKLOAD = (
    "operating_system",
    "architecture",
    "application",
    "event_driven",
    "requests_per_month",
    "request_duration_ms",
    "data_out_gib_per_month",
)


def keep_what_is_needed(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Taken from the guests, all of which are there still."""
    for backup in apps.get_model("hosts", "Backup").objects.select_related("vm__workload"):
        vm = backup.vm
        backup.lab_id, backup.cluster_id, backup.vm_name = vm.lab_id, vm.cluster_id, vm.name
        workload = {name: getattr(vm.workload, name) for name in WORKLOAD} if vm.workload else {}
        backup.configuration |= {"thin": vm.thin, "anti_affinity": vm.anti_affinity, "workload": workload}
        backup.save(update_fields=["lab_id", "cluster_id", "vm_name", "configuration"])


def key(to: str, label: str, *, filled: bool) -> models.ForeignKey:
    """As it is at the end, or before it is filled. PostgreSQL alters no table of which constraints wait to be checked,
    so that there are none until then.
    """
    return models.ForeignKey(
        to=to,
        verbose_name=label,
        null=not filled,
        db_constraint=filled,
        on_delete=django.db.models.deletion.CASCADE,
        related_name="backups",
    )


class Migration(migrations.Migration):
    dependencies = [("hosts", "0013_backups"), ("labs", "0003_trace_figures")]

    operations = [
        migrations.AddField("backup", "lab", key("labs.lab", "lab", filled=False)),
        migrations.AddField("backup", "cluster", key("hosts.cluster", "cluster", filled=False)),
        migrations.AddField(
            "backup",
            "vm_name",
            models.CharField(default="", max_length=255, verbose_name="name of the virtual machine"),
            preserve_default=False,
        ),
        migrations.RunPython(keep_what_is_needed, migrations.RunPython.noop),
        migrations.AlterField("backup", "lab", key("labs.lab", "lab", filled=True)),
        migrations.AlterField("backup", "cluster", key("hosts.cluster", "cluster", filled=True)),
        migrations.AlterField(
            "backup",
            "vm",
            models.ForeignKey(
                blank=True,
                help_text="None once it is deleted.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="backups",
                to="hosts.virtualmachine",
                verbose_name="virtual machine",
            ),
        ),
    ]
