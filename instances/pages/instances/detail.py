"""One instance: facts, charges, load, volumes, right size, operations and jobs."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from instances.choices import CreditMode
from instances.live.credits import credit_ledger, surplus_usd
from instances.live.rows import rows_of
from instances.models import Instance, LaunchTemplate
from instances.pages.instances.charts import load_charts, overlay_chart
from instances.pages.instances.load import load_of
from instances.pages.instances.volumes import volume_rows
from instances.pricing.commitments import committed_until
from instances.pricing.plans import upfront_share
from instances.rules.availability import image_label
from instances.rules.health.recovery import why_never
from instances.rules.hibernation import hibernated_until
from instances.rules.right_size import RightSize, right_size_of
from virtlab.charts.html import rendered
from virtlab.jobs.operations.registry import operation_named
from virtlab.labs.access import may, open_lab
from virtlab.labs.choices import Role
from virtlab.labs.parameters import lab_values
from virtlab.labs.traces import source_text
from virtlab.web.requests import lookup_key


@require_GET
def instance(request: HttpRequest, slug: str, instance: int) -> HttpResponse:
    """The page of an instance."""
    lab = open_lab(request, slug)
    rows = rows_of(lab, [lookup_key(instance)])
    if not rows:
        raise Http404("No such instance.")
    row = rows[0]
    subject = Instance.objects.select_related(
        "image", "template", "workload", "instance_type__cpu_power", "elastic", "placement_group"
    ).get(pk=row.pk)
    load = load_of(lab, subject)
    credits_now = credit_ledger(subject, lab.lab_time()) if subject.instance_type.burstable else None
    context: dict[str, object] = {
        "lab": lab,
        "row": row,
        "subject": subject,
        "charts": [rendered(chart) for chart in load_charts(load)] if load else [],
        "load": load,
        "credit_mode": CreditMode(load.credit_mode).label if load and load.credit_mode else "",
        "credits_now": credits_now,
        "owed_usd": surplus_usd(subject, credits_now.owed, lab_values(lab)) if credits_now else 0.0,
        "volumes": volume_rows(subject, lab.lab_time()),
        "committed_until": committed_until(subject, lab.lab_time()),
        "paid_at_once": upfront_share(subject.purchase, lab_values(lab)) == 1,
        "hibernated_until": hibernated_until(subject),
        "image_label": ", ".join(map(str, image_label(subject.image, lab.lab_time()))) if subject.image else "",
        "load_source": source_text(load.source) if load else "",
        "never_recovered": why_never(subject.instance_type) or "",
        "size_operation": _size_operation(subject) if may(request, lab, Role.OPERATOR) else "",
    }
    sized = right_size_of(lab, subject)
    if isinstance(sized, RightSize):
        context |= {"sized": sized, "overlay": rendered(overlay_chart(sized)), "why": sized.why or ""}
    else:
        context["why"] = sized
    return render(request, "instances/instances/instance.html", context)


def _size_operation(instance: Instance) -> str:
    """By which operation its type is changed in the state that it is in; empty where by none."""
    named = (operation_named(name) for name in ("instance.resize", "instance.change_type"))
    return next((operation.name for operation in named if operation.offered_for(instance)), "")


@require_GET
def launch_from(request: HttpRequest, slug: str, template: int) -> HttpResponse:
    """The launch form, filled in from a template."""
    lab = open_lab(request, slug, Role.OPERATOR)
    launch_template = LaunchTemplate.objects.filter(lab=lab, pk=template).first()
    if launch_template is None:
        raise Http404("No such template.")
    given = {name: value for name, value in launch_template.values.items() if value not in {None, "", False}}
    query = urlencode({**given, "template": launch_template.name, "next": reverse("instances:region", args=[lab.slug])})
    return redirect(f"{reverse('jobs:operate', args=[lab.slug, 'instance.launch'])}?{query}")
