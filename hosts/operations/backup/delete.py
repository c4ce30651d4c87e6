"""Deleting a backup."""

from collections.abc import Sequence
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from hosts.models import Backup, VirtualMachine
from virtlab.jobs.choices import Side
from virtlab.jobs.operations.effects import Run, effect
from virtlab.jobs.operations.operation import Operation
from virtlab.jobs.operations.plan import Change, Held, Plan, PlannedStep
from virtlab.jobs.text import Text, say


@effect("backup.delete")
def delete_backup(run: Run) -> None:
    run.get(Backup, run.params["backup"]).delete()


class DeleteBackup(Operation):
    """Deletes a backup; the guest stays as it is. It cannot be undone."""

    name = "backup.delete"
    title = _("Delete the backup")
    sentence = _("Delete backup %(name)s")
    side = Side.HOSTS
    subject_model = Backup
    related = ("lab", "vm")
    danger = True
    downtime_s = 0.0

    @property
    def backup(self) -> Backup:
        assert isinstance(self.subject, Backup)
        return self.subject

    @property
    def vm(self) -> VirtualMachine | None:
        """Its guest; None where that is gone."""
        return self.backup.vm

    @cached_property
    def count(self) -> int:
        """How many backups its guest has; where that is gone, how many a guest of its name that is gone."""
        return Backup.objects.filter(cluster=self.backup.cluster_id, vm=self.vm, vm_name=self.backup.vm_name).count()

    def changes(self) -> Sequence[Change]:
        return [Change(_("Backups"), self.count, self.count - 1)]

    def notes(self) -> Sequence[Text]:
        """That the last one is the last."""
        if self.count > 1:
            return []
        return [say(_("It is the only backup of %(vm)s."), vm=self.backup.vm_name)]

    def plan(self) -> Plan:
        lasts_s, params = self.timings.reconfigure_s, {"backup": self.backup.pk}
        return Plan([PlannedStep("delete", _("Delete it"), lasts_s, delete_backup, params=params)])

    def holds(self) -> Sequence[Held]:
        """The backup, and its guest, which nobody restores meanwhile."""
        return [Held(self.backup), *([Held(self.vm)] if self.vm else [])]
