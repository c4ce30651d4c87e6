"""A lab's home: the ledger, the rack on the left, the cloud on the right."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from virtlab.labs.access import lab_for


@require_GET
def lab_page(request: HttpRequest, lab: str) -> HttpResponse:
    """The page a lab opens with."""
    return render(request, "compare/lab.html", {"lab": lab_for(request, lab)})
