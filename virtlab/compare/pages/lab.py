"""A lab's home: the ledger, the racks on the left, the cloud on the right."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from hosts.pages.racks.read import rack_view
from instances.catalog.queries import region_list
from instances.choices import InstanceState
from instances.live.region import region_view as instances_in
from instances.models import Instance
from instances.pages.region.cards import zone_cards
from virtlab.compare.inputs.load import estate_of
from virtlab.compare.inputs.question import ask
from virtlab.compare.pages.addresses import Addresses
from virtlab.compare.pages.context import ledger_context
from virtlab.compare.pages.region import region_view
from virtlab.compare.report.report import build
from virtlab.labs.access import may, open_lab
from virtlab.labs.choices import Role
from virtlab.labs.models import Lab

HOSTS_SHOWN = 6
INSTANCES_SHOWN = 60
CARDS_SHOWN = 12


@require_GET
def lab_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The page a lab opens with: both sides of its estate, or the way to get one."""
    lab = open_lab(request, slug)
    context = {"lab": lab, "owner": may(request, lab, Role.OWNER)}
    if not estate_of(lab).empty:
        context.update(lab_sides(lab))
    return render(request, "compare/lab/lab.html", context)


def lab_sides(lab: Lab) -> dict[str, Any]:
    """What the page shows of a lab under its own assumptions, in a number of queries that no estate's size changes."""
    estate = rack_view(lab)
    racks = {
        "estate": estate,
        "racks": estate.first(HOSTS_SHOWN),
        "hosts_left": max(0, estate.host_count - HOSTS_SHOWN),
    }
    # Without a catalog of the cloud there is nothing to compare with, but the own side still shows.
    return {**racks, **_cloud(lab)} if region_list() else racks


def _cloud(lab: Lab) -> dict[str, Any]:
    question = ask(lab, {}, {})
    report, addresses = build(lab, question), Addresses.in_lab(lab, question)
    return {
        **ledger_context(report, addresses),
        "as_is": report.by_key["as_is"],
        "region": region_view(report, INSTANCES_SHOWN),
        **_there(lab),
        "usd_jpy": report.question.values["usd_jpy"],
    }


def _there(lab: Lab) -> dict[str, Any]:
    """The instances that the lab has in its region; empty without any."""
    if not Instance.objects.filter(lab=lab, region=lab.region_code).exclude(state=InstanceState.TERMINATED).exists():
        return {}
    view = instances_in(lab, lab.region_code, cards=CARDS_SHOWN)
    return {"there": view, "zones": [one for one in zone_cards(lab, view, "") if one.cards]}
