"""A lab's home: the ledger, the rack on the left, the cloud on the right."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from virtlab.compare.addresses import Addresses
from virtlab.compare.context import ledger_context
from virtlab.compare.estate import estate_of
from virtlab.compare.question import ask
from virtlab.compare.report import build
from virtlab.labs.access import lab_for
from virtlab.labs.models import Lab


@require_GET
def lab_page(request: HttpRequest, lab: str) -> HttpResponse:
    """The page a lab opens with."""
    found = lab_for(request, lab)
    return render(request, "compare/lab.html", {"lab": found, **lab_ledger(found)})


def lab_ledger(lab: Lab) -> dict[str, Any]:
    """What compare/parts/ledger.html shows of a lab under its own assumptions; nothing for an empty one."""
    if estate_of(lab).empty:
        return {}
    question = ask(lab, {}, {})
    return ledger_context(build(lab, question), Addresses.in_lab(lab, question))
