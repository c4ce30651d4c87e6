"""The import's real work: reading a file, writing a large one into its lab, and taking files away with their rows."""

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from hosts.inventory import services
from hosts.inventory.refusals import PART, REFUSALS, UnreadableFileError
from hosts.models.inventory_import import ImportFile, InventoryImport
from virtlab.jobs.operations.effects import StepFailed
from virtlab.jobs.text import Text, say
from virtlab.jobs.work.work import Finish, Work, work


@work(services.READ)
def read(job: Work, params: dict[str, Any]) -> Finish | None:
    """Reads the uploaded files; what was understood, or what is to be asked, is kept with the job's success."""
    pk = int(params["import"])
    try:
        reading = services.read_staged(pk, lambda share: job.report(share, _("Reading the file")))
    except UnreadableFileError as error:
        if error.question:
            return partial(services.mark_asked, pk, error.question)
        name = at_fault(pk, error)
        services.mark_refused(pk, error)
        raise StepFailed(_("%(file)s: %(reason)s"), file=name, reason=reason_of(error)) from error
    if reading is None:
        raise StepFailed(REFUSALS["vanished"])
    return lambda: services.mark_ready(pk, reading)


def at_fault(pk: int, error: UnreadableFileError) -> str:
    """The file of an import that is refused: the one of several, and the member of an archive."""
    several = ImportFile.objects.filter(staged=pk).exists()
    name = "" if several else InventoryImport.objects.values_list("file_name", flat=True).get(pk=pk)
    return " · ".join(filter(None, (name, str(error.params.get(PART, "")))))


def reason_of(error: UnreadableFileError) -> Text:
    """Why it was, in whatever language the job is read."""
    return say(REFUSALS[error.code], **error.params)


@work(services.WRITE)
def write(job: Work, params: dict[str, Any]) -> Finish | None:
    """Writes an accepted import into its lab, all of it or nothing."""
    job.report(0.1, _("Writing clusters, hosts, VMs and traces"))
    return lambda: services.write_staged(int(params["import"]))


@receiver(post_delete, sender=InventoryImport)
def remove_files(sender: type[InventoryImport], instance: InventoryImport, **_kwargs: Any) -> None:
    """Takes the files of a deleted import off the disk, whichever way its row goes."""
    instance.remove_files()


@receiver(post_delete, sender=ImportFile)
def remove_file(sender: type[ImportFile], instance: ImportFile, **_kwargs: Any) -> None:
    """Takes a further file off the disk once its row is gone."""
    transaction.on_commit(partial(instance.upload.storage.delete, instance.upload.name or ""))
