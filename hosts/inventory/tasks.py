"""The import's real work: reading a file, writing a large one into its lab, and taking files away with their rows."""

from typing import Any

from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from hosts.inventory import services
from hosts.inventory.refusals import REFUSALS, UnreadableFileError
from hosts.models.inventory_import import InventoryImport
from virtlab.jobs.operations.effects import StepFailed
from virtlab.jobs.work.work import Finish, Work, work


@work(services.READ)
def read(job: Work, params: dict[str, Any]) -> Finish | None:
    """Reads an uploaded file; what was understood is kept together with the job's success."""
    pk = int(params["import"])
    try:
        reading = services.read_staged(pk, lambda share: job.report(share, _("Reading the file")))
    except UnreadableFileError as error:
        services.mark_refused(pk, error)
        raise StepFailed(REFUSALS[error.code], **error.params) from error
    if reading is None:
        raise StepFailed(REFUSALS["vanished"])
    return lambda: services.mark_ready(pk, reading)


@work(services.WRITE)
def write(job: Work, params: dict[str, Any]) -> Finish | None:
    """Writes an accepted import into its lab, all of it or nothing."""
    job.report(0.1, _("Writing clusters, hosts, VMs and traces"))
    return lambda: services.write_staged(int(params["import"]))


@receiver(post_delete, sender=InventoryImport)
def remove_files(sender: type[InventoryImport], instance: InventoryImport, **_kwargs: Any) -> None:
    """Takes the files of a deleted import off the disk, whichever way its row goes."""
    instance.remove_files()
