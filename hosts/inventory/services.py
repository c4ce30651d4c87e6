"""What happens to an uploaded file: it is stored, read by a worker, and accepted into the lab or discarded."""

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hosts.inventory.packing import pack, pack_traces, unpack, unpack_traces
from hosts.inventory.reading import Reading, read_file
from hosts.inventory.refusals import UnreadableFileError
from hosts.inventory.summary import summary_of
from hosts.inventory.traces.shapes import TraceSet
from hosts.inventory.write import apply_traces, create_estate
from hosts.models.inventory_import import OPEN, AcceptMode, ImportState, InventoryImport
from virtlab.jobs import audit
from virtlab.jobs.actor import Actor
from virtlab.jobs.choices import Side
from virtlab.jobs.text import Text, say
from virtlab.jobs.work.work import WorkStopped, enqueue_work
from virtlab.labs.models import Lab

logger = logging.getLogger(__name__)
Progress = Callable[[float], None]
MOST_IMPORTS = 20
AT_ONCE = 500
READ, WRITE = "inventory-read", "inventory-write"


@transaction.atomic
def stage_upload(lab: Lab, upload: "UploadedFile[Any]", actor: Actor) -> InventoryImport:
    """Stores a file and has a worker read it; the oldest imports of the lab beyond the latest twenty are forgotten."""
    staged = InventoryImport(lab=lab, file_name=clean_name(upload.name or ""), size_bytes=upload.size or 0)
    staged.upload.save("upload", upload, save=False)
    staged.save()
    enqueue(staged, READ, say(_("Read %(file)s"), file=staged.file_name), actor)
    for old in InventoryImport.objects.filter(lab=lab).defer("content")[MOST_IMPORTS:]:
        old.delete()
    return staged


def enqueue(staged: InventoryImport, name: str, title: Text, actor: Actor) -> None:
    """Queues the work `name` on an import."""
    staged.job = enqueue_work(staged.lab, name, title, {"import": staged.pk}, actor=actor, side=Side.HOSTS)
    staged.save(update_fields=["job"])


def clean_name(name: str) -> str:
    """A file's name without folders and unprintable characters."""
    printable = "".join(mark for mark in name.replace("\\", "/").rsplit("/", 1)[-1] if mark.isprintable())
    return printable[-255:] or "?"


def read_staged(pk: int, progress: Progress) -> Reading | None:
    """Reads the file of an import, changing nothing but its state; None where it is not waiting to be read any more.

    Raises UnreadableFileError with the reason where the file cannot be imported.
    """
    waiting = InventoryImport.objects.filter(pk=pk, state__in=(ImportState.WAITING, ImportState.READING))
    if not waiting.update(state=ImportState.READING):
        return None
    staged = waiting.get()
    try:
        return read_file(stored_path(staged), staged.file_name, progress)
    except (UnreadableFileError, WorkStopped):
        raise
    except Exception as error:
        logger.exception("Reading the import %s failed", pk)
        raise UnreadableFileError("failed") from error


def stored_path(staged: InventoryImport) -> Path:
    """Where the uploaded file lies; UnreadableFileError where it was stored nowhere."""
    if not staged.upload:
        raise UnreadableFileError("vanished")
    return Path(staged.upload.path)


def mark_refused(pk: int, error: UnreadableFileError) -> None:
    """Notes why a file cannot be imported."""
    finish_reading(pk, state=ImportState.REFUSED, refusal={"code": error.code, "params": error.params})


def mark_ready(pk: int, reading: Reading) -> None:
    """Notes what was read of a file."""
    staged = InventoryImport.objects.select_related("lab").get(pk=pk)
    if reading.traces is not None:
        staged.traces.save("traces", ContentFile(pack_traces(reading.traces)), save=False)
    finish_reading(
        pk,
        state=ImportState.READY,
        format=reading.inventory.format,
        summary=summary_of(reading, staged.lab),
        content=pack(reading),
        traces=staged.traces.name or "",
    )


def finish_reading(pk: int, **fields: object) -> None:
    """Writes how the reading of an import ended, and takes the file, which is not needed any more, off the disk."""
    staged = InventoryImport.objects.defer("content").get(pk=pk)
    InventoryImport.objects.filter(pk=pk).update(**fields, upload="")
    if staged.upload.name:
        transaction.on_commit(partial(staged.upload.storage.delete, staged.upload.name))


def accept(staged: InventoryImport, mode: str, actor: Actor) -> bool:
    """Writes an import into its lab, at once where it is small, by a worker otherwise.

    Returns whether this call did it: a second click finds the import accepted and does nothing.
    Raises NoServerModelsError where the catalog is empty; nothing is written then.
    """
    with transaction.atomic():
        mine = InventoryImport.objects.filter(pk=staged.pk, state=ImportState.READY)
        if not mine.update(state=ImportState.ACCEPTING, mode=mode):
            return False
        staged.state, staged.mode = ImportState.ACCEPTING, mode
        if staged.summary["vms"] > AT_ONCE:
            enqueue(staged, WRITE, say(_("Import %(file)s"), file=staged.file_name), actor)
        else:
            audit.record(actor, WRITE, staged.lab, target=staged.file_name)
            write_staged(staged.pk)
    return True


@transaction.atomic
def write_staged(pk: int) -> None:
    """Writes an import that is being accepted into its lab, in one transaction with its change of state."""
    staged = InventoryImport.objects.select_related("lab").select_for_update(of=("self",)).filter(pk=pk).first()
    if staged is None or staged.state != ImportState.ACCEPTING:
        return
    traces = stored_traces(staged)
    if staged.mode == AcceptMode.TRACES and traces is not None:
        apply_traces(staged.lab, traces, staged.file_name)
    else:
        inventory = unpack(staged.content).full_inventory()
        replace = staged.mode == AcceptMode.REPLACE
        create_estate(staged.lab, inventory, traces=traces, source=staged.file_name, replace=replace)
    staged.state, staged.accepted_at, staged.content = ImportState.ACCEPTED, timezone.now(), b""
    staged.save(update_fields=["state", "accepted_at", "content"])
    transaction.on_commit(staged.remove_files)


def release_stranded(staged: InventoryImport) -> None:
    """Frees an import whose job ended without it (cancelled, or failed): to be accepted again, or refused."""
    if not staged.busy or staged.job is None or not staged.job.has_ended:
        return
    mine = InventoryImport.objects.filter(pk=staged.pk, state=staged.state)
    if staged.state == ImportState.ACCEPTING:
        mine.update(state=ImportState.READY, mode="")
    elif mine.update(state=ImportState.REFUSED, refusal={"code": "stopped", "params": {}}, upload=""):
        staged.remove_files()
    staged.refresh_from_db()


def stored_traces(staged: InventoryImport) -> TraceSet | None:
    """The traces that were read of an import, None where it had none."""
    if not staged.traces:
        return None
    with staged.traces.open("rb") as file:
        return unpack_traces(file)


def discard(staged: InventoryImport) -> bool:
    """Forgets what was read of an import; returns whether it was there to be forgotten."""
    mine = InventoryImport.objects.filter(pk=staged.pk, state__in=OPEN)
    if not mine.update(state=ImportState.DISCARDED, content=b"", upload="", traces=""):
        return False
    staged.remove_files()
    return True
