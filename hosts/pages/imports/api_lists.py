"""What was understood of an import over REST, list by list and page by page, before anything is written."""

from django.http import HttpRequest
from ninja import Query, Router

from hosts.inventory.report.fields import labels
from hosts.inventory.rows import VmRow
from hosts.pages.imports import preview
from hosts.pages.imports.answers import ready_import
from hosts.pages.imports.report import checks
from hosts.pages.imports.schemas import (
    ColumnPage,
    ColumnsAsked,
    FindingOut,
    FindingPage,
    FindingsAsked,
    ImportedVmOut,
    LeftOutPage,
    TotalsOut,
    VmPage,
)
from virtlab.rest.params import LabSlug, Paged
from virtlab.rest.why import Why

router = Router(tags=["imports"])


@router.get("/labs/{lab}/imports/{number}/columns", response={200: ColumnPage, 409: Why})
def columns(
    request: HttpRequest, slug: LabSlug, number: int, paged: Query[Paged], asked: Query[ColumnsAsked]
) -> ColumnPage:
    """The columns of the files, used or ignored, and the fields that none was read as. 409: it is not ready."""
    staged, packed = ready_import(request, slug, number)
    every = packed.inventory["columns"]
    used = [one for one in every if one["field"]]
    listed = every if asked.used is None else [one for one in every if bool(one["field"]) == asked.used]
    return ColumnPage(
        count=len(listed),
        used=len(used),
        ignored=len(every) - len(used),
        missing=[str(label) for label in labels(staged.summary.get("missing", []))],
        items=paged.of(listed),
    )


@router.get("/labs/{lab}/imports/{number}/rows-left-out", response={200: LeftOutPage, 409: Why})
def rows_left_out(request: HttpRequest, slug: LabSlug, number: int, paged: Query[Paged], tab: str = "") -> LeftOutPage:
    """The rows that were left out (the first 2,000, of one `tab` or of all) with the reason and their own cells.

    409: it is not ready.
    """
    _staged, packed = ready_import(request, slug, number)
    rows = [row for row in preview.rows_left_out(packed) if tab in {"", row.tab}]
    return LeftOutPage(count=len(rows), tabs=dict(preview.left_out_tabs(packed)), items=paged.of(rows))


@router.get("/labs/{lab}/imports/{number}/totals", response={200: TotalsOut | None, 409: Why})
def totals(request: HttpRequest, slug: LabSlug, number: int) -> TotalsOut | None:
    """The files' own sums, what was left out of them by reason, and what was read; null where no table of VMs was read
    (traces, totals). 409: it is not ready.
    """
    staged, _packed = ready_import(request, slug, number)
    table = checks(staged.summary.get("totals"))
    return TotalsOut.from_orm(table) if table else None


@router.get("/labs/{lab}/imports/{number}/findings", response={200: FindingPage, 409: Why})
def findings(
    request: HttpRequest, slug: LabSlug, number: int, paged: Query[Paged], asked: Query[FindingsAsked]
) -> FindingPage:
    """What was left out, assumed or odd, rows that were left out first. 409: it is not ready."""
    _staged, packed = ready_import(request, slug, number)
    rows = preview.findings_of(packed.problem_rows(), asked.severity or "", asked.tab)
    items = [FindingOut.from_orm(row) for row in paged.of(rows)]
    return FindingPage(count=len(rows), found=sum(packed.counts.values()), items=items)


@router.get("/labs/{lab}/imports/{number}/vms", response={200: VmPage, 409: Why})
def vms(request: HttpRequest, slug: LabSlug, number: int, paged: Query[Paged], q: str = "") -> VmPage:
    """The VMs that were read, those whose name, host or cluster holds `q`. 409: it is not ready."""
    _staged, packed = ready_import(request, slug, number)
    rows = [row for row in packed.inventory["vms"] if q.casefold() in preview.searched(row)]
    return VmPage(count=len(rows), items=[ImportedVmOut.from_orm(VmRow(**row)) for row in paged.of(rows)])
