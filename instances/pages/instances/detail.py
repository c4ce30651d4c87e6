"""One instance: facts, charges, load, volumes, right size, operations and jobs."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from instances.live.rows import rows_of
from instances.models import Instance, LaunchTemplate
from instances.pages.common import page_or_part
from instances.pages.instances.charts import load_charts, overlay_chart
from instances.pages.instances.load import load_of
from instances.rules.right_size import RightSize, right_size_of
from virtlab.charts.html import rendered
from virtlab.labs.access import lab_for, role_in
from virtlab.labs.choices import Role
from virtlab.labs.trace_sources import source_text


@require_GET
def instance(request: HttpRequest, lab: str, instance: int) -> HttpResponse:
    """The page of an instance; for htmx only its state and charges."""
    found = lab_for(request, lab)
    rows = rows_of(found, [instance])
    if not rows:
        raise Http404("No such instance.")
    row = rows[0]
    subject = Instance.objects.select_related("image", "template", "instance_type__cpu_power").get(pk=row.pk)
    load = load_of(found, subject)
    context: dict[str, object] = {
        "lab": found,
        "row": row,
        "subject": subject,
        "charts": [rendered(chart) for chart in load_charts(load)] if load else [],
        "load": load,
        "load_source": source_text(load.source) if load else "",
        "size_operation": "instance.resize" if row.running else "instance.change_type",
        "may_change": role_in(request, found) in {Role.OPERATOR, Role.OWNER},
    }
    sized = right_size_of(found, subject)
    if isinstance(sized, RightSize):
        context |= {"sized": sized, "overlay": rendered(overlay_chart(sized)), "why": sized.why or ""}
    else:
        context["why"] = sized
    return page_or_part(request, "instances/instances/instance.html", "instances/instances/live.html", context)


@require_GET
def launch_from(request: HttpRequest, lab: str, template: int) -> HttpResponse:
    """The launch form, filled in from a template."""
    found = lab_for(request, lab, Role.OPERATOR)
    kept = LaunchTemplate.objects.filter(lab=found, pk=template).first()
    if kept is None:
        raise Http404("No such template.")
    given = {name: value for name, value in kept.values.items() if value not in {None, "", False}}
    query = urlencode({**given, "template": kept.name, "next": reverse("instances:region", args=[found.slug])})
    return redirect(f"{reverse('jobs:operate', args=[found.slug, 'instance.launch'])}?{query}")
