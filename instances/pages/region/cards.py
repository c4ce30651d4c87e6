"""Instances as cards: what each shows of its state, and its menu."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from instances.choices import InstanceState
from instances.live.region import RegionView, ZoneView
from instances.live.rows import InstanceRow
from virtlab.jobs.operations.registry import operations_for
from virtlab.labs.models import Lab
from virtlab.web import formats

MOVING = {InstanceState.PENDING, InstanceState.STOPPING, InstanceState.SHUTTING_DOWN}


@dataclass(frozen=True, slots=True)
class Card:
    """One instance: `note` is the line below its name, `menu` what may be done with it as (title, address)."""

    row: InstanceRow
    note: str
    menu: list[tuple[object, str]]


@dataclass(frozen=True, slots=True)
class ZoneCards:
    zone: ZoneView
    cards: list[Card]


def zone_cards(lab: Lab, view: RegionView, back: str) -> list[ZoneCards]:
    """The zones of a region with their cards; menus lead back to `back`, and there are none where it is empty."""
    return [ZoneCards(zone, [card(lab, row, back) for row in zone.cards]) for zone in view.zones]


def card(lab: Lab, row: InstanceRow, back: str) -> Card:
    """The card of one instance."""
    return Card(row, note_of(row), _menu(lab, row, back) if back else [])


def note_of(row: InstanceRow) -> str:
    """Type and monthly price of what runs; what a stopped one still costs; the state of everything else."""
    kind = row.instance.instance_type_id
    if row.impaired:
        return f"{kind} · {row.state_label}"
    if row.instance.state == InstanceState.STOPPED:
        volumes = formats.price(row.volumes_usd_per_month, 2)
        return _("stopped · volumes %(usd)s a month") % {"usd": volumes}
    if not row.running or row.instance.state in MOVING:
        return f"{kind} · {row.state_label}"
    return f"{kind} · {formats.price(row.usd_per_month)}"


def _menu(lab: Lab, row: InstanceRow, back: str) -> list[tuple[object, str]]:
    query = urlencode({"subject": row.pk, "next": back})
    return [
        (one.title, f"{reverse('jobs:operate', args=[lab.slug, one.name])}?{query}")
        for one in operations_for(row.instance)
    ]
