"""Deleting a guest or a template: its disk and snapshots are freed, its backups stay."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from hosts.choices import PowerState
from hosts.live.what_if import CostAndPower
from hosts.models import VirtualMachine
from hosts.operations.guest.base import VmOrTemplateOperation
from hosts.operations.refusals import why_needed
from hosts.operations.ways_out import stop
from hosts.services.deltas import keep_stalled
from hosts.services.guests import remove_guest
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.jobs.operations.plan import Change, Plan, PlannedStep, Refusal
from virtlab.jobs.text import Text, say
from virtlab.web.lazy_text import LazyText


def why_kept(vm: VirtualMachine) -> Text | None:
    """Why it cannot go, in words; None where it can."""
    if vm.power_state == PowerState.RUNNING and not vm.is_template:
        return say(_("%(vm)s is running: stop it first."), vm=vm.name)
    return why_needed(vm)


@effect("vm.delete", breaks=("vm.there",))
def delete_guest(run: Run) -> None:
    """Deletes; StepFailed where it runs by now or another needs it."""
    vm = run.get(VirtualMachine)
    if why := why_kept(vm):
        raise StepFailed(why)
    keep_stalled(vm.datastore, run.lab_time)
    remove_guest(vm)


class DeleteVm(VmOrTemplateOperation):
    """Deletes a guest or a template. It cannot be undone."""

    name = "vm.delete"
    title = _("Delete")
    sentence = _("Delete %(vm)s")
    danger = True
    takes_away = True
    referring = ("snapshots", "backups", "linked_clones")
    counterpart = "instance.terminate"
    watched_fields = ("power_state", "is_template")

    def check(self) -> Sequence[Refusal]:
        """It must be off, nobody's base, and no job copy it."""
        why = why_kept(self.vm)
        return [*([Refusal(why, "", stop(self.vm))] if why else []), *self.in_use(self.vm)]

    def changes(self) -> Sequence[Change]:
        return [Change(_("Disk in use"), round(self.vm.disk_used_gib, 1), 0, "GiB")]

    def figures(self) -> CostAndPower:
        return self.figures_without(self.vm.pk)

    def notes(self) -> Sequence[LazyText]:
        """How many snapshots go with it, and how many backups stay."""
        snapshots, backups = self.vm.snapshots.count(), self.vm.backups.count()
        of_snapshots = ngettext_lazy("%(count)d snapshot goes with it.", "%(count)d snapshots go with it.", snapshots)
        of_backups = ngettext_lazy(
            "Its backup stays: a new VM can be made from it, from the cluster's page.",
            "Its %(count)d backups stay: a new VM can be made from one, from the cluster's page.",
            backups,
        )
        notes = [of_snapshots % {"count": snapshots}] if snapshots else []
        return [*notes, of_backups % {"count": backups}] if backups else notes

    def plan(self) -> Plan:
        title = _("Delete its disk and its registration")
        return Plan([PlannedStep("delete", title, self.timings.reconfigure_s, delete_guest)])
