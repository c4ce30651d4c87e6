"""Shared responsibility as a matrix, each cell with an explanation and the way to where it is done."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from instances.pages.responsibility.duties import COLUMNS, DUTIES, SOURCE, SOURCE_DATE, WHO_NAMES, Duty, Who
from virtlab.jobs.operations.registry import UnknownOperationError, operation_named
from virtlab.labs.access import open_lab
from virtlab.labs.models import Lab
from virtlab.web.lazy_text import LazyText

PAGES: dict[str, LazyText] = {
    "hosts:machines": _("VMs"),
    "hosts:estate": _("Racks"),
    "hosts:hypervisors": _("Hypervisors of your own"),
    "instances:list": _("Instances"),
    "instances:types": _("Instance types"),
    "instances:region": _("Region"),
    "instances:regions": _("Regions"),
    "instances:hypervisors": _("Hypervisors of the cloud"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: who, why, and where it is done here; `key` is unique on the page."""

    key: str
    who: Who
    name: str
    says: str
    side: str
    links: list[tuple[object, str]]


@require_GET
def responsibility(request: HttpRequest, slug: str) -> HttpResponse:
    """The matrix."""
    lab = open_lab(request, slug)
    context = {
        "lab": lab,
        "columns": COLUMNS,
        "rows": [(duty.title, _cells(lab, number, duty)) for number, duty in enumerate(DUTIES)],
        "legend": [(who.value, name) for who, name in WHO_NAMES.items()],
        "source": SOURCE,
        "source_date": SOURCE_DATE,
    }
    return render(request, "instances/responsibility/responsibility.html", context)


def _cells(lab: Lab, number: int, duty: Duty) -> list[Cell]:
    cells = []
    for column, (who, says) in enumerate(zip(duty.who, duty.says, strict=True)):
        names = duty.own if column == 0 else duty.cloud if column == 1 else ()
        links = [link for name in names if (link := _link(lab, name))]
        key, side = f"duty-{number}-{column}", COLUMNS[column][1]
        cells.append(Cell(key, who, str(WHO_NAMES[who]), str(says), side, links))
    return cells


def _link(lab: Lab, name: str) -> tuple[object, str] | None:
    """The title and address of a page or an operation; None where there is none."""
    try:
        if name.startswith("jobs:"):
            operation = operation_named(name.removeprefix("jobs:"))
            if operation.subject_model is not None:
                page = "hosts:machines" if operation.side == "hosts" else "instances:list"
                return operation.title, reverse(page, args=[lab.slug])
            return operation.title, reverse("jobs:operate", args=[lab.slug, operation.name])
        return PAGES[name], reverse(name, args=[lab.slug])
    except (NoReverseMatch, UnknownOperationError):
        return None
