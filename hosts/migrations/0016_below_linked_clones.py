"""What is below linked clones' own files is kept with them, frozen as it was when they were made."""

from django.db import migrations, models


def keep_what_is_below(apps, schema_editor):
    """Of clones that are there: the first bases come first."""
    guests, snapshots = apps.get_model("hosts", "VirtualMachine"), apps.get_model("hosts", "Snapshot")
    for pk in list(guests.objects.filter(base__isnull=False).order_by("pk").values_list("pk", flat=True)):
        clone = guests.objects.select_related("base__cluster").get(pk=pk)
        of_base = {each.pk: each for each in snapshots.objects.filter(vm=clone.base)}
        clone.below_gib, clone.below_deltas_gib = _below(clone, of_base)
        clone.save(update_fields=["below_gib", "below_deltas_gib"])


def _below(clone, snapshots):
    base, at = clone.base, snapshots.get(clone.base_snapshot_id)
    kept = at.configuration if at else {}
    size, used = kept.get("disk_gib", base.disk_gib), kept.get("disk_used_gib", base.disk_used_gib)
    written, below = (at.delta_gib, at.parent_id) if at else (base.delta_gib, base.snapshot_id)
    deltas, frozen = [], [written]
    while below in snapshots:
        snapshot = snapshots[below]
        if not (snapshot.with_memory and base.cluster.hypervisor == "kvm"):
            deltas.insert(0, written)
            written = 0.0
        written += snapshot.delta_gib
        frozen.append(snapshot.delta_gib)
        below = snapshot.parent_id
    own = [*base.below_deltas_gib, used + written] if base.base_id else []
    return max(min(used + base.below_gib, max(size, used)), *frozen), [*own, *deltas]


class Migration(migrations.Migration):
    dependencies = [("hosts", "0015_powered_on")]

    operations = [
        migrations.AddField(
            model_name="virtualmachine",
            name="below_gib",
            field=models.FloatField(default=0.0, verbose_name="in use below it, where it is a linked clone (GiB)"),
        ),
        migrations.AddField(
            model_name="virtualmachine",
            name="below_deltas_gib",
            field=models.JSONField(
                blank=True, default=list, verbose_name="delta disks below it, oldest first (GiB)"
            ),
        ),
        migrations.RunPython(keep_what_is_below, migrations.RunPython.noop),
    ]
