"""Deleting a guest or a template: its disk and snapshots are freed."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from hosts.choices import PowerState
from hosts.models import VirtualMachine
from hosts.operations.guest.base import GuestOperation
from hosts.operations.ways_out import way
from hosts.services.guests import remove_guest
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.jobs.operations.plan import Change, Plan, PlannedStep, Preview, Refusal
from virtlab.jobs.text import Text, say

NAMED = 5


def why_kept(vm: VirtualMachine) -> Text | None:
    """Why it cannot go, in words; None where it can."""
    if vm.power_state == PowerState.RUNNING and not vm.is_template:
        return say(_("%(vm)s is running: stop it first."), vm=vm.name)
    clones = list(vm.linked_clones.order_by("name").values_list("name", flat=True))
    if not clones:
        return None
    return say(_("%(vm)s is in use: its linked clones need it: %(names)s."), vm=vm.name, names=some_of(clones))


def some_of(names: Sequence[str]) -> str:
    """The first names, and how many more."""
    shown = ", ".join(names[:NAMED])
    rest = len(names) - NAMED
    return shown if rest <= 0 else f"{shown} + {rest}"


@effect("vm.delete")
def delete_guest(run: Run) -> None:
    """Deletes; StepFailed where it runs by now or another needs it."""
    vm = run.get(VirtualMachine)
    if why := why_kept(vm):
        raise StepFailed(why)
    remove_guest(vm)


class DeleteVm(GuestOperation):
    """Deletes a guest or a template. It cannot be undone."""

    name = "vm.delete"
    title = _("Delete")
    danger = True
    counterpart = "instance.terminate"
    watched_fields = ("power_state", "is_template")

    def describe(self) -> Text:
        """The job's title."""
        return say(_("Delete %(vm)s"), vm=self.vm.name)

    def check(self) -> Sequence[Refusal]:
        """It must be off, and nobody's base."""
        why = why_kept(self.vm)
        running = self.vm.power_state == PowerState.RUNNING
        return [Refusal(why, "", way("vm.stop", self.vm, _("Stop it")) if running else [])] if why else []

    def preview(self) -> Preview:
        """What is freed; money and watts of the cluster."""
        pk = self.vm.pk
        figures = self.figures_without(pk)
        gone = self.vm.snapshots.count()
        words = ngettext_lazy("%(count)d snapshot goes with it.", "%(count)d snapshots go with it.", gone)
        changes = [Change(_("Disk in use"), round(self.vm.disk_used_gib, 1), 0, "GiB")]
        return Preview(changes, *figures, None, [words % {"count": gone}] if gone else [])

    def plan(self) -> Plan:
        """One step."""
        return Plan([PlannedStep("delete", _("Delete its disk and its registration"), self.timings.reconfigure_s,
                                 delete_guest)])  # fmt: skip
