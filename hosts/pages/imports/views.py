"""Pages of the import: choose a file, see what was understood of it, accept or discard it."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hosts.inventory import selectors, services
from hosts.inventory.packing import unpack
from hosts.inventory.refusals import refusal_text
from hosts.inventory.write import NoServerModelsError
from hosts.models.inventory_import import AcceptMode, ImportState, InventoryImport
from hosts.pages.imports import preview
from hosts.pages.imports.columns import ColumnsForm
from hosts.pages.imports.form import MIB, AcceptForm, UploadForm, demo_line, removed_text, size_text, vcenter_lines
from hosts.pages.imports.questions import TraceQuestionsForm
from hosts.pages.imports.totals import TotalsForm
from virtlab.jobs.actor import actor_of
from virtlab.labs.access import open_lab
from virtlab.labs.choices import Role
from virtlab.labs.models import Lab
from virtlab.web.cells import csv_response
from virtlab.web.htmx import redirect_page, render_region
from virtlab.web.listing import Listing, moved_file, wants_file

ANNOUNCED = "announced_import"
TEMPLATE = Path(__file__).with_name("template.csv")


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, slug: str) -> HttpResponse:
    """The page that takes a file; a file that is taken is read by a worker while its own page shows how far it is."""
    lab = open_lab(request, slug, Role.OPERATOR)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_valid():
        files, anonymous = form.cleaned_data["file"], form.cleaned_data["anonymous"]
        return redirect(services.stage_uploads(lab, files, actor_of(request), anonymous=anonymous))
    return upload_page(request, lab, form, TotalsForm())


def upload_page(request: HttpRequest, lab: Lab, form: UploadForm, totals: TotalsForm) -> HttpResponse:
    """The page with both ways to bring an estate."""
    context = {"lab": lab, "form": form, "totals": totals, "imports": selectors.recent_imports(lab)} | limits()
    status = 422 if form.errors or totals.errors else 200
    return render(request, "hosts/imports/upload.html", context, status=status)


@require_http_methods(["GET", "POST"])
def totals(request: HttpRequest, slug: str) -> HttpResponse:
    """Takes the totals of an estate; what was made of them is then looked at and accepted like a file."""
    lab = open_lab(request, slug, Role.OPERATOR)
    if request.method == "GET":
        return redirect("inventory:upload", slug=lab.slug)
    form = TotalsForm(request.POST)
    if not form.is_valid():
        focus_first_error(form)
        return upload_page(request, lab, UploadForm(), form)
    return redirect(services.stage_totals(lab, form.totals(), form.title()))


def focus_first_error(form: BaseForm) -> None:
    """Has the page open at the first field that was refused: it may lie far below the top."""
    name = next((name for name in form.fields if name in form.errors), None)
    if name:
        form.fields[name].widget.attrs["autofocus"] = True


def limits() -> dict[str, Any]:
    """How large a file may be, for the form and for the words in which it says so."""
    limit_mib = settings.UPLOAD_LIMIT_BYTES // MIB
    too_big = _("The files are larger than %(limit)s MiB, the most that can be imported.") % {"limit": limit_mib}
    return {"limit_bytes": settings.UPLOAD_LIMIT_BYTES, "limit_mib": limit_mib, "too_big": too_big}


@require_GET
def template(request: HttpRequest, slug: str) -> HttpResponse:
    """VirtLab's own CSV to fill in."""
    open_lab(request, slug)
    # The byte order mark is how Excel knows UTF-8.
    response = HttpResponse("\ufeff" + TEMPLATE.read_text("utf-8"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="virtlab-inventory.csv"'
    return response


@require_GET
def show(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """An import: how far a worker is, what was understood, or why not. Once accepted, the comparison is next."""
    lab = open_lab(request, slug, Role.OPERATOR)
    staged = selectors.import_of(lab, pk)
    services.release_stranded(staged)
    if staged.state == ImportState.ACCEPTED and "writing" in request.GET:
        return after_accept(request, lab, staged)
    context = show_context(request, lab, staged)
    rows: Listing[Any] | None = context.get("rows")
    if rows and rows.file_name and wants_file(request):
        return rows.file()
    return render_region(request, "hosts/imports/show.html", "import", context)


def show_context(request: HttpRequest, lab: Lab, staged: InventoryImport) -> dict[str, Any]:
    """What the page of an import needs at the state it is in."""
    context: dict[str, Any] = {"lab": lab, "staged": staged, "poll": request.get_full_path()}
    if staged.state == ImportState.READY:
        packed = unpack(staged.content)
        again, met = selectors.accepted_before(staged), selectors.encounter(lab, packed)
        form = AcceptForm(None, staged, vms=met.lab.vms, there=again is not None and met.is_there)
        context |= preview.preview(request, staged, packed)
        context |= {"form": form, "ways": form.ways(met), "met": met, "again": again}
        context["demo"] = demo_line(form.left)
        if AcceptMode.UPDATE in form.modes:
            context |= {"vcenters": vcenter_lines(met), "apart": size_text(met.updated(met.known_apart))}
    elif staged.state == ImportState.COLUMNS:
        context["form"] = question_form(None, staged)
    context["demo_removed"] = demo_removed(staged)
    if staged.refusal:
        context["refusal"] = refusal_text(staged.refusal["code"], staged.refusal["params"])
    return context


def question_form(data: Any, staged: InventoryImport) -> ColumnsForm | TraceQuestionsForm:
    """The form for what an import leaves open."""
    return (TraceQuestionsForm if staged.question.get("asks") else ColumnsForm)(data, staged.question)


def after_accept(request: HttpRequest, lab: Lab, staged: InventoryImport) -> HttpResponseBase:
    """To the comparison of what was just imported, with a word about it: one, however often the page asked by then."""
    if request.session.get(ANNOUNCED) != staged.pk:
        request.session[ANNOUNCED] = staged.pk
        words = (_("“%(file)s” is imported.") % {"file": staged.file_name}, demo_removed(staged))
        messages.success(request, " ".join(filter(None, words)))
    return redirect_page(request, redirect("compare:report", slug=lab.slug))


def demo_removed(staged: InventoryImport) -> str:
    """What went of the demo's cloud with an import, in words."""
    return removed_text(staged.summary.get("demo_removed", 0))


@require_POST
def accept(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Writes an import into the lab; a second click is led where the first one was."""
    lab = open_lab(request, slug, Role.OPERATOR)
    staged = selectors.import_of(lab, pk)
    form = AcceptForm(request.POST, staged, vms=selectors.count_vms(lab))
    if staged.state == ImportState.READY and not form.is_valid():
        asked = form.errors.get("demo") or [_("Choose what happens to the estate of this lab.")]
        messages.error(request, str(asked[0]))
        return redirect(staged)
    try:
        if staged.state == ImportState.READY:
            said = form.cleaned_data
            more = {"vcenters_apart": said["vcenters_apart"], "demo": said["demo"]}
            services.accept(staged, said["mode"], actor_of(request), **more)
    except NoServerModelsError as error:
        messages.error(request, str(error))
        return redirect(staged)
    return redirect(reverse("inventory:show", args=[lab.slug, staged.pk]) + "?writing")


@require_http_methods(["GET", "POST"])
def columns(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """Takes which column of an unknown table is what, or what a trace leaves open, or that the table is to be left out,
    and has the files read again.

    Whoever comes back to the address of a refused answer (another language, a reload) is led to the import.
    """
    lab = open_lab(request, slug, Role.OPERATOR)
    staged = selectors.import_of(lab, pk)
    if request.method == "GET" or staged.state != ImportState.COLUMNS:
        return redirect(staged)
    if "leave_out" in request.POST:
        services.leave_out(staged, actor_of(request))
        return redirect(staged)
    form = question_form(request.POST, staged)
    if form.is_valid():
        services.name_columns(staged, form.matching(), actor_of(request))
        return redirect(staged)
    focus_first_error(form)
    context = show_context(request, lab, staged) | {"form": form}
    return render(request, "hosts/imports/show.html", context, status=422)


@require_GET
def errors_csv(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The rows of the tab ?tab= that were left out, with their own cells: to be mended and uploaded again."""
    lab = open_lab(request, slug, Role.OPERATOR)
    staged = selectors.import_of(lab, pk)
    if staged.state != ImportState.READY:
        raise Http404("Nothing was read, or it is not kept any more.")
    return csv_response("errors.csv", preview.error_rows(staged, request.GET.get("tab", "")))


@require_POST
def discard(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Forgets an import."""
    lab = open_lab(request, slug, Role.OPERATOR)
    if services.discard(selectors.import_of(lab, pk)):
        messages.success(request, _("The import is discarded. Nothing of it was kept."))
    return redirect("inventory:upload", slug=lab.slug)


@require_GET
def findings_csv(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The address that the findings' file had before it was their list's own."""
    lab = open_lab(request, slug, Role.OPERATOR)
    return moved_file(request, selectors.import_of(lab, pk).get_absolute_url())
