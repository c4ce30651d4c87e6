"""Imports over REST: files are sent, read by a worker, asked about, reported on, and accepted or discarded, as on the
pages.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import File, Form, Router, Status
from ninja.files import UploadedFile

from hosts.inventory import selectors, services
from hosts.inventory.packing import unpack
from hosts.inventory.refusals import refusal_text
from hosts.inventory.report.fields import labels
from hosts.inventory.write import NoServerModelsError
from hosts.models.inventory_import import ImportState, InventoryImport
from hosts.pages.imports import preview
from hosts.pages.imports.answers import answers_as_sent, question_of, ready_import, staged_import, state_of
from hosts.pages.imports.form import AcceptForm, UploadForm
from hosts.pages.imports.schemas import (
    AcceptIn,
    AnswersIn,
    ColumnOut,
    DemoOut,
    EncounterOut,
    EstateSizeOut,
    FindingOut,
    ImportDetail,
    ImportOut,
    TotalsIn,
)
from hosts.pages.imports.totals import TotalsForm
from hosts.pages.imports.views import question_form
from virtlab.jobs.actor import actor_of
from virtlab.jobs.choices import Source
from virtlab.labs.access import open_lab
from virtlab.labs.choices import Role
from virtlab.rest.params import LabSlug
from virtlab.rest.why import Why
from virtlab.web.cells import csv_response

router = Router(tags=["imports"])
CSV_FILE: dict[str, Any] = {"responses": {200: {"description": "The file.", "content": {"text/csv": {}}}}}


@router.post("/labs/{lab}/imports", response={201: ImportOut, 422: Why})
def upload(
    request: HttpRequest, slug: LabSlug, file: File[list[UploadedFile]], anonymous: Form[bool] = False
) -> Status[ImportOut | Why]:
    """Sends one or several files of an estate (multipart/form-data), to be read by a worker: ask for the import until
    it is `ready`. Nothing is written into the lab before it is accepted. 422: no file, or too large.
    """
    lab = open_lab(request, slug, Role.OPERATOR)
    form = UploadForm({"anonymous": anonymous}, request.FILES)
    if not form.is_valid():
        return Status(422, Why.of_form(form))
    files = form.cleaned_data["file"]
    staged = services.stage_uploads(lab, files, actor_of(request, Source.API), anonymous=anonymous)
    return Status(201, ImportOut(**_fields(staged)))


@router.post("/labs/{lab}/imports/totals", response={201: ImportOut, 422: Why})
def totals(request: HttpRequest, slug: LabSlug, body: TotalsIn) -> Status[ImportOut | Why]:
    """An estate of which only the totals are known, ready to be accepted. 422: a sum is missing, or cannot be."""
    lab = open_lab(request, slug, Role.OPERATOR)
    form = TotalsForm(body.model_dump(exclude_none=True))
    if not form.is_valid():
        return Status(422, Why.of_form(form))
    return Status(201, ImportOut(**_fields(services.stage_totals(lab, form.totals(), form.title()))))


@router.get("/labs/{lab}/imports", response=list[ImportOut])
def imports(request: HttpRequest, slug: LabSlug) -> list[ImportOut]:
    """A lab's latest imports, newest first."""
    lab = open_lab(request, slug, Role.OPERATOR)
    return [ImportOut(**_fields(staged)) for staged in selectors.recent_imports(lab)]


@router.get("/labs/{lab}/imports/{number}", response=ImportDetail)
def one_import(request: HttpRequest, slug: LabSlug, number: int) -> ImportDetail:
    """How far an import is, and once it is `ready` the report of what was understood."""
    staged = staged_import(request, slug, number)
    services.release_stranded(staged)
    return ImportDetail(**_fields(staged), format=staged.format, **_dry_run(staged))


@router.post("/labs/{lab}/imports/{number}/answers", response={200: ImportOut, 409: Why, 422: Why})
def answer(request: HttpRequest, slug: LabSlug, number: int, body: AnswersIn) -> Status[ImportOut | Why]:
    """Answers what an import leaves open, upon which its files are read again. The answer is kept for tables of that
    header. 409: nothing is open. 422: an answer is missing, unknown or wrong.
    """
    staged = staged_import(request, slug, number)
    if staged.state != ImportState.COLUMNS:
        return Status(409, state_of(staged))
    if body.leave_out:
        return _left_out(request, staged)
    form = question_form(answers_as_sent(body.answers, staged.question), staged)
    if unknown := [name for name in body.answers if name not in form.fields]:
        text = _("There is no such field.")
        return Status(422, Why(reasons=[text], fields={name: [text] for name in unknown}))
    if not form.is_valid():
        return Status(422, Why.of_form(form))
    if not services.name_columns(staged, form.matching(), actor_of(request, Source.API)):
        return Status(409, state_of(staged_import(request, slug, number)))
    return Status(200, ImportOut(**_fields(staged_import(request, slug, number))))


def _left_out(request: HttpRequest, staged: InventoryImport) -> Status[ImportOut | Why]:
    if not services.leave_out(staged, actor_of(request, Source.API)):
        return Status(409, Why(reasons=[_("The table is all that was sent: it cannot be left out.")]))
    staged.refresh_from_db()
    return Status(200, ImportOut(**_fields(staged)))


@router.get("/labs/{lab}/imports/{number}/errors.csv", response={409: Why}, openapi_extra=CSV_FILE)
def errors_csv(request: HttpRequest, slug: LabSlug, number: int, tab: str = "") -> HttpResponse:
    """The rows of a tab (of the first that has any) that were left out, with their own cells, to be mended and sent
    again. 409: the import is not ready.
    """
    staged, _packed = ready_import(request, slug, number)
    return csv_response("errors.csv", preview.error_rows(staged, tab))


@router.post("/labs/{lab}/imports/{number}/accept", response={200: ImportOut, 409: Why, 422: Why})
def accept(request: HttpRequest, slug: LabSlug, number: int, body: AcceptIn) -> Status[ImportOut | Why]:
    """Writes an import into its lab, a large one by a worker. 409: it is not ready. 422: not in that mode."""
    staged = staged_import(request, slug, number)
    if staged.state != ImportState.READY:
        return Status(409, state_of(staged))
    form = AcceptForm({"mode": body.mode, "demo": body.demo}, staged, vms=selectors.count_vms(staged.lab))
    if not form.is_valid():
        return Status(422, Why.of_form(form))
    try:
        actor = actor_of(request, Source.API)
        more = {"vcenters_apart": body.vcenters_apart, "demo": form.cleaned_data["demo"]}
        if not services.accept(staged, body.mode, actor, **more):
            return Status(409, state_of(staged_import(request, slug, number)))
    except NoServerModelsError as error:
        return Status(409, Why(reasons=[str(error)]))
    return Status(200, ImportOut(**_fields(staged_import(request, slug, number))))


@router.post("/labs/{lab}/imports/{number}/discard", response={200: ImportOut, 409: Why})
def discard(request: HttpRequest, slug: LabSlug, number: int) -> Status[ImportOut | Why]:
    """Forgets what was read of an import. 409: there is nothing to forget."""
    staged = staged_import(request, slug, number)
    if not services.discard(staged):
        return Status(409, state_of(staged))
    return Status(200, ImportOut(**_fields(staged_import(request, slug, number))))


def _fields(staged: InventoryImport) -> dict[str, Any]:
    named = {"id": staged.pk, "files": staged.file_name, "job": staged.job_id}
    refusal = refusal_text(staged.refusal["code"], staged.refusal["params"]) if staged.refusal else ""
    plain = ("state", "size_bytes", "sha256", "anonymous", "created_at", "accepted_at")
    named["demo_removed"] = staged.summary.get("demo_removed", 0)
    return {**named, "refusal": str(refusal), **{name: getattr(staged, name) for name in plain}}


def _dry_run(staged: InventoryImport) -> dict[str, Any]:
    """The report of an import that is ready, or the question of one that asks."""
    if staged.state == ImportState.COLUMNS:
        return {"question": question_of(staged)}
    if staged.state != ImportState.READY:
        return {}
    packed, again = unpack(staged.content), selectors.accepted_before(staged)
    met = selectors.encounter(staged.lab, packed)
    form = AcceptForm(None, staged, vms=met.lab.vms, there=again is not None and met.is_there)
    modes = form.modes
    return {
        "summary": {name: value for name, value in staged.summary.items() if name not in {"totals", "missing"}},
        "totals": staged.summary.get("totals") or {},
        "columns": [ColumnOut(**one) for one in packed.inventory["columns"]],
        "missing": [str(label) for label in labels(staged.summary.get("missing", []))],
        "rows_left_out": dict(preview.left_out_tabs(packed)),
        "findings": [FindingOut.from_orm(finding) for finding in preview.findings(packed.problem_rows())],
        "modes": modes,
        "afterwards": {mode: EstateSizeOut(**met.afterwards(mode)._asdict()) for mode in modes},
        "encounter": EncounterOut.from_orm(met),
        "demo": DemoOut(**form.left._asdict(), choices=form.demos, default=form.demo_default),
        "accepted_before": again.pk if again else None,
    }
