"""What a guest's disk can be made from anew: its backups, templates, copies."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from hosts.choices import GuestHealth
from hosts.models import Backup, VirtualMachine
from hosts.operations.guest.copy_steps import full_disk_gib
from hosts.operations.ways_out import backup_choice, sources_for
from virtlab.jobs.operations.effects import Run
from virtlab.jobs.text import Text, say
from virtlab.web.formats import duration, gib, moment

Choices = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class DiskSource:
    """One of them, with the sizes of its disk (GiB); `taken_lab_at` of a backup alone."""

    subject: Model
    name: str
    disk_gib: float
    disk_used_gib: float
    health: str
    guest_version: int
    taken_lab_at: datetime | None = None

    @property
    def params(self) -> dict[str, Any]:
        """As the parameters of a step name it."""
        return {"backup" if isinstance(self.subject, Backup) else "source": self.subject.pk}

    def lost(self, vm: VirtualMachine, lab_at: datetime) -> Text:
        """What of the guest's data is lost with its old disk."""
        if self.taken_lab_at:
            age = duration((lab_at - self.taken_lab_at).total_seconds())
            message = _("Its disk is replaced: data since the backup of %(age)s ago is lost.")
            return say(message, age=age)
        if isinstance(self.subject, VirtualMachine) and self.subject.made_from_id != vm.pk:
            message = _("Its disk is replaced by that of %(source)s, which is of another VM: all its data is lost.")
            return say(message, source=self.name)
        return say(_("Its disk is replaced: data since %(source)s was made is lost."), source=self.name)


def source_chosen(value: str, vm: VirtualMachine) -> DiskSource:
    """The one that a form's choice names: a backup of the guest, or a template or copy by its key."""
    kind, _dash, pk = str(value).rpartition("-")
    return of_backup(vm.backups.get(pk=pk)) if kind else of_vm(_with_disk(int(pk)))


def source_of(run: Run) -> DiskSource:
    """The one that a step's parameters name; StepFailed where it is gone."""
    if "backup" in run.params:
        return of_backup(run.get(Backup, run.params["backup"]))
    return of_vm(run.get(VirtualMachine, run.params["source"]))


def of_backup(backup: Backup) -> DiskSource:
    kept = backup.configuration
    sizes = {name: kept[name] for name in ("disk_gib", "disk_used_gib", "health", "guest_version")}
    return DiskSource(backup, backup.name, **sizes, taken_lab_at=backup.taken_lab_at)


def of_vm(vm: VirtualMachine) -> DiskSource:
    return DiskSource(vm, vm.name, vm.disk_gib, full_disk_gib(vm), vm.health, vm.guest_version)


def choices_for(vm: VirtualMachine) -> list[tuple[str, Choices]]:
    """By kind: backups, the newest first and broken ones last, then templates, then copies (two queries)."""
    backups = sorted(vm.backups.order_by("-taken_lab_at", "-pk"), key=_broken)
    others = list(sources_for(vm))
    groups: list[tuple[str, Choices]] = [
        (str(_("Backups")), [(backup_choice(backup), _words(backup)) for backup in backups]),
        (str(_("Templates")), [(str(other.pk), other.name) for other in others if other.is_template]),
        (str(_("Copies")), [(str(other.pk), other.name) for other in others if not other.is_template]),
    ]
    return [(title, choices) for title, choices in groups if choices]


def _broken(backup: Backup) -> bool:
    return backup.health != GuestHealth.WELL


def _words(backup: Backup) -> str:
    words = f"{moment(backup.taken_lab_at)} · {gib(backup.gib)}"
    return f"{words} · {backup.health.label}" if _broken(backup) else words


def _with_disk(pk: int) -> VirtualMachine:
    return VirtualMachine.objects.select_related("base", "base_snapshot", "datastore", "host").get(pk=pk)
