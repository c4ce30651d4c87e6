"""Backups as pages list them, each with what the reader may do with it."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from hosts.models import Backup
from hosts.operations.ways_out import backup_choice
from hosts.pages.common import offered
from virtlab.labs.models import Lab

ACTIONS = ("vm.restore", "backup.restore", "backup.delete")
Listed = list[tuple[Backup, list[tuple[str, str]]]]


def listed_backups(request: HttpRequest, lab: Lab, backups: Iterable[Backup]) -> Listed:
    """Each with (words, address) of restoring its guest from it, a new one from it, and of deleting it."""
    words = {"vm.restore": _("Restore"), "backup.restore": _("As a new VM"), "backup.delete": _("Delete")}
    names = [operation.name for operation in offered(request, lab, ACTIONS)]

    def actions(backup: Backup) -> list[tuple[str, str]]:
        given: dict[str, dict[str, Any]] = {name: {"subject": backup.pk} for name in ACTIONS}
        given["vm.restore"] = {"subject": backup.vm_id, "source": backup_choice(backup)}
        return [
            (
                words[name],
                f"{reverse('jobs:operate', args=[lab.slug, name])}?{urlencode({**given[name], 'next': request.path})}",
            )
            for name in names
            if given[name]["subject"]
        ]

    return [(backup, actions(backup)) for backup in backups]
