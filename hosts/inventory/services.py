"""What happens to uploaded files: stored, read by a worker, asked about, and accepted into the lab or discarded."""

import logging
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hosts.inventory import selectors
from hosts.inventory.assembly.assemble import assemble
from hosts.inventory.assembly.totals import StatedTotals, inventory_of
from hosts.inventory.formats.matching import Matching, header_key, raw_question
from hosts.inventory.packing import pack, pack_traces, unpack, unpack_traces
from hosts.inventory.problems import ProblemLog
from hosts.inventory.pseudonyms import anonymised
from hosts.inventory.reading import Reading, read_files
from hosts.inventory.refusals import Question, UnreadableFileError
from hosts.inventory.summary import note_owners, summary_of
from hosts.inventory.traces.shapes import TraceSet
from hosts.inventory.update import update_estate
from hosts.inventory.uploads import Upload, clean_name, digest_of
from hosts.inventory.write import apply_traces, create_estate
from hosts.models.inventory_import import (
    OPEN,
    AcceptMode,
    ColumnMatching,
    DemoChoice,
    ImportFile,
    ImportState,
    InventoryImport,
)
from virtlab.jobs import audit
from virtlab.jobs.actor import Actor
from virtlab.jobs.choices import Side
from virtlab.jobs.text import Text, say
from virtlab.jobs.work.work import WorkStopped, enqueue_work
from virtlab.labs.models import Lab
from virtlab.labs.services import demo_account, rename_lab

logger = logging.getLogger(__name__)
Progress = Callable[[float], None]
MOST_IMPORTS = 20
AT_ONCE = 500
READ, WRITE = "inventory-read", "inventory-write"


@transaction.atomic
def stage_uploads(
    lab: Lab, uploads: "Sequence[UploadedFile[Any]]", actor: Actor, *, anonymous: bool = False
) -> InventoryImport:
    """Stores files of one estate and has a worker read them together, under pseudonyms where `anonymous`.

    The oldest imports of the lab beyond the latest twenty are forgotten.
    """
    names = [clean_name(upload.name or "") for upload in uploads]
    staged = InventoryImport(lab=lab, file_name=clean_name(", ".join(names)), anonymous=anonymous)
    staged.size_bytes, staged.sha256 = sum(upload.size or 0 for upload in uploads), digest_of(uploads)
    staged.upload.save("upload", uploads[0], save=False)
    staged.save()
    for name, upload in zip(names[1:], uploads[1:], strict=True):
        further = ImportFile(staged=staged, file_name=name)
        further.upload.save("upload", upload, save=False)
        further.save()
    enqueue(staged, READ, say(_("Read %(file)s"), file=staged.file_name), actor)
    forget_oldest(lab)
    return staged


def forget_oldest(lab: Lab) -> None:
    """Deletes the imports of a lab beyond the latest twenty."""
    for old in InventoryImport.objects.filter(lab=lab).defer("content")[MOST_IMPORTS:]:
        old.delete()


@transaction.atomic
def stage_totals(lab: Lab, totals: StatedTotals, name: str) -> InventoryImport:
    """An import without a file, ready to be looked at: an estate made of totals, called `name`, in one cluster."""
    log = ProblemLog()
    inventory = assemble(inventory_of(totals, gettext("Totals"), log), log)
    staged = InventoryImport.objects.create(
        lab=lab, file_name=clean_name(name), size_bytes=0, state=ImportState.READING
    )
    mark_ready(staged.pk, Reading(inventory, log))
    forget_oldest(lab)
    staged.refresh_from_db()
    return staged


def enqueue(staged: InventoryImport, name: str, title: Text, actor: Actor) -> None:
    """Queues the work `name` on an import."""
    staged.job = enqueue_work(staged.lab, name, title, {"import": staged.pk}, actor=actor, side=Side.HOSTS)
    staged.save(update_fields=["job"])


def read_staged(pk: int, progress: Progress) -> Reading | None:
    """Reads the file of an import, changing nothing but its state; None where it is not waiting to be read any more.

    Raises UnreadableFileError with the reason where the file cannot be imported.
    """
    waiting = InventoryImport.objects.filter(pk=pk, state__in=(ImportState.WAITING, ImportState.READING))
    if not waiting.update(state=ImportState.READING):
        return None
    staged = waiting.get()
    try:
        matchings = matchings_of(staged.lab_id)
        reading = read_files(stored_files(staged), progress, matchings, frozenset(staged.without))
        return anonymised(reading, staged.lab_id) if staged.anonymous else reading
    except (UnreadableFileError, WorkStopped):
        raise
    except Exception as error:
        logger.exception("Reading the import %s failed", pk)
        raise UnreadableFileError("failed") from error


def stored_files(staged: InventoryImport) -> list[Upload]:
    """The uploaded files on the disk; UnreadableFileError where the first was stored nowhere."""
    if not staged.upload:
        raise UnreadableFileError("vanished")
    further = [Upload(Path(file.upload.path), file.file_name) for file in staged.more_files.all()]
    name = staged.file_name.split(", ")[0] if further else staged.file_name
    return [Upload(Path(staged.upload.path), name), *further]


def matchings_of(lab_id: int) -> dict[str, Matching]:
    """The columns that users of a lab named, by the header of their table."""
    rows = ColumnMatching.objects.filter(lab=lab_id)
    return {row.header_key: Matching(row.positions, row.units) for row in rows}


def mark_asked(pk: int, question: Question) -> None:
    """Notes that the columns of a table are to be named; the files stay until they are, or are discarded."""
    staged = InventoryImport.objects.defer("content").get(pk=pk)
    shown = raw_question(question, hidden=staged.anonymous)
    InventoryImport.objects.filter(pk=pk).update(state=ImportState.COLUMNS, question=shown)


@transaction.atomic
def name_columns(staged: InventoryImport, matching: Matching, actor: Actor) -> bool:
    """Remembers which column is what for the header that was asked about, or how a trace with that header is read, and
    has the files read again.

    Returns whether this call did it: an import that waits for no columns any more is left as it is.
    """
    key = header_key(staged.question.get("header", ()))
    if not read_again(staged, actor):
        return False
    values = {"positions": dict(matching.positions), "units": units_said(staged.lab, key, matching)}
    ColumnMatching.objects.update_or_create(lab=staged.lab, header_key=key, defaults=values)
    return True


@transaction.atomic
def leave_out(staged: InventoryImport, actor: Actor) -> bool:
    """Has the files read again without the table that was asked about; returns whether this call did it."""
    asked = staged.question
    return bool(asked.get("optional")) and read_again(staged, actor, without=[*staged.without, asked["tab"]])


def read_again(staged: InventoryImport, actor: Actor, **fields: object) -> bool:
    """Queues an import again that waits for an answer, unless another call has; `fields` are changed with it."""
    waiting = InventoryImport.objects.filter(pk=staged.pk, state=ImportState.COLUMNS)
    if not waiting.update(state=ImportState.WAITING, question={}, **fields):
        return False
    staged.refresh_from_db(fields=["state", "question", *fields])
    enqueue(staged, READ, say(_("Read %(file)s"), file=staged.file_name), actor)
    return True


def units_said(lab: Lab, key: str, matching: Matching) -> dict[str, str]:
    """The units of a matching; answers on a trace join those that were given on its header before."""
    before = None if matching.positions else ColumnMatching.objects.filter(lab=lab, header_key=key).first()
    return (before.units if before else {}) | dict(matching.units)


def mark_refused(pk: int, error: UnreadableFileError) -> None:
    """Notes why a file cannot be imported."""
    finish_reading(pk, state=ImportState.REFUSED, refusal={"code": error.code, "params": error.params})


def mark_ready(pk: int, reading: Reading) -> None:
    """Notes what was read of a file."""
    staged = InventoryImport.objects.select_related("lab").get(pk=pk)
    owned = note_owners(reading, staged.lab)
    if reading.traces is not None:
        staged.traces.save("traces", ContentFile(pack_traces(reading.traces)), save=False)
    finish_reading(
        pk,
        state=ImportState.READY,
        format=reading.inventory.format,
        summary=summary_of(reading, owned),
        content=pack(reading),
        traces=staged.traces.name or "",
    )


@transaction.atomic
def finish_reading(pk: int, **fields: object) -> None:
    """Writes how the reading of an import ended, and takes the files, which are not needed any more, off the disk."""
    staged = InventoryImport.objects.defer("content").get(pk=pk)
    InventoryImport.objects.filter(pk=pk).update(**fields, upload="")
    staged.more_files.all().delete()
    if staged.upload.name:
        transaction.on_commit(partial(staged.upload.storage.delete, staged.upload.name))


def accept(
    staged: InventoryImport, mode: str, actor: Actor, *, vcenters_apart: bool = False, demo: str = DemoChoice.KEEP
) -> bool:
    """Writes an import into its lab, at once where it is small, by a worker otherwise. `vcenters_apart`: vCenters that
    seem to be the lab's under other names count as others; `demo`: what replacing does with the demo's cloud.

    Returns whether this call did it: a second click finds the import accepted and does nothing.
    Raises NoServerModelsError where the catalog is empty; nothing is written then.
    """
    with transaction.atomic():
        mine = InventoryImport.objects.filter(pk=staged.pk, state=ImportState.READY)
        if not mine.update(state=ImportState.ACCEPTING, mode=mode, vcenters_apart=vcenters_apart, demo=demo):
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
        if staged.mode == AcceptMode.UPDATE:
            apart = staged.vcenters_apart
            update_estate(staged.lab, inventory, traces=traces, source=staged.file_name, vcenters_apart=apart)
        else:
            replace = staged.mode == AcceptMode.REPLACE
            if replace and selectors.nobody_named(staged.lab):
                rename_lab(staged.lab, selectors.name_for_lab(staged))
            if replace and staged.demo in {DemoChoice.REMOVE, DemoChoice.UNTOUCHED}:
                removed = demo_account().remove(staged.lab, staged.demo == DemoChoice.REMOVE)
                staged.summary["demo_removed"] = removed
            create_estate(staged.lab, inventory, traces=traces, source=staged.file_name, replace=replace)
    staged.state, staged.accepted_at, staged.content = ImportState.ACCEPTED, timezone.now(), b""
    staged.save(update_fields=["state", "accepted_at", "content", "summary"])
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
    if not mine.update(state=ImportState.DISCARDED, content=b"", question={}, upload="", traces=""):
        return False
    staged.remove_files()
    return True
