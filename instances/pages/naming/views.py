"""The naming rule: any name taken apart."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from instances.catalog.names.name_check import check, known_names
from instances.catalog.names.naming_words import OPTIONS, PROCESSORS, SERIES
from instances.models import Offering
from virtlab.labs.access import open_lab
from virtlab.web.htmx import render_region

EXAMPLES = ("c7gn.2xlarge", "m7i-flex.large", "u7i-12tb.224xlarge", "mac2-m2.metal", "x2iedn.32xlarge", "t3.micro")
LONGEST = 60


@require_GET
def naming(request: HttpRequest, slug: str) -> HttpResponse:
    """Type a name and see what each part of it says."""
    lab = open_lab(request, slug)
    if not known_names():
        return render(request, "instances/no_catalog.html", {"lab": lab})
    typed = request.GET.get("name", "").strip()[:LONGEST] or EXAMPLES[0]
    checked = check(typed)
    context: dict[str, object] = {
        "lab": lab,
        "typed": typed,
        "checked": checked,
        "regions": Offering.objects.filter(instance_type_id=checked.name).count() if checked.exists else 0,
        "examples": EXAMPLES,
        "letters": ((SERIES.items()), ([(k, v) for k, v in PROCESSORS.items() if k]), (OPTIONS.items())),
    }
    return render_region(request, "instances/naming/naming.html", "answer", context)
