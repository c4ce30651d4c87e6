"""Racks in templates: a page has hundreds of blocks, so they are not templates of their own."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from hosts.choices import HostState
from hosts.live.rows import ClusterLive, GuestLive, HostLive
from hosts.pages.racks.records import RackVm
from virtlab.web import formats

register = template.Library()
BLOCK = (
    '<li class="vm s-{span}" id="vm-{pk}" data-vm="{pk}" data-state="{state}"{busy} draggable="true" title="{name}">'
    '<a href="{address}">{name}</a><small>{note}</small>'
    '<a class="vm-menu" href="{address}#operations" data-menu="{menu}" aria-label="{what}">⋯</a>{foot}</li>'
)
FOOT = '<svg aria-hidden="true"><rect width="{}%" height="4"></rect></svg>'
BUSY = SafeString(" data-busy")
# A placeholder key, so that an address is looked up once for all blocks.
KEY = 987654321


@register.simple_tag
def blocks(slug: str, vms: Iterable[RackVm]) -> SafeString:
    """A list item for each VM: its name, its size or why it does not run, its menu, and its CPU at the foot."""
    address, menu = (reverse(name, args=[slug, KEY]) for name in ("hosts:vm", "hosts:vm-menu"))
    what = _("What can be done with %s")
    parts = [format_html(BLOCK, **_fields(block, address, menu, what)) for block in vms]
    return format_html_join("", "{}", ((part,) for part in parts))


def _fields(block: RackVm, address: str, menu: str, what: str) -> dict[str, Any]:
    return {
        "span": block.span,
        "state": block.state,
        "busy": BUSY if block.busy else "",
        "pk": block.pk,
        "name": block.name,
        "note": block.note or block.size,
        "address": address.replace(str(KEY), str(block.pk)),
        "menu": menu.replace(str(KEY), str(block.pk)),
        "what": what % block.name,
        "foot": _foot(block.used),
    }


def _foot(used: float) -> SafeString:
    # Digits alone, so nothing needs escaping.
    return SafeString(FOOT.format(f"{min(used, 1.0) * 100:.1f}")) if used else SafeString()


@register.filter
def host_state(state: str) -> str:
    """A host's state in words."""
    return str(HostState(state).label)


@register.inclusion_tag("hosts/racks/holding.html")
def holding(label: str, unit: str, used: float, allocated: float, total: float) -> dict[str, Any]:
    """Used, allocated and unallocated of one resource in one bar and in words; the whole is what is there, or more if
    more is allocated. `unit` "GiB" is written in a fitting unit.
    """
    whole = max(total, allocated, used) or 1.0
    idle = max(allocated - used, 0.0)
    write = formats.gib if unit == "GiB" else formats.number
    return {
        "label": label,
        "unit": "" if unit == "GiB" else unit,
        "used": write(used),
        "allocated": write(allocated),
        "free": write(max(total - allocated, 0.0)),
        "total": write(total),
        "over": allocated > total,
        "used_pct": f"{100 * min(used / whole, 1.0):.2f}",
        "idle_pct": f"{100 * idle / whole:.2f}",
    }


def _memory(
    label: str, row: HostLive | ClusterLive | GuestLive, allocated_gib: float, total_gib: float
) -> dict[str, Any]:
    """The same for memory that runs: of what is consumed, a part is active."""
    used, active = row.memory_used_gib, row.memory_active_gib
    shown: dict[str, Any] = holding(label, "GiB", used, allocated_gib, total_gib)
    part = min(active / used, 1.0) if used else 0.0
    return {**shown, "active": formats.gib(active), "active_pct": f"{float(shown['used_pct']) * part:.2f}"}


def _allocated(label: str, unit: str, row: HostLive | ClusterLive, threads: float, memory_gib: float) -> dict[str, Any]:
    """The same for what hosts have, by unit, of a whole: what is unallocated is what may still be allocated."""
    if unit == "GiB":
        free_gib = row.memory_free_gib
        return {**_memory(label, row, row.memory_allocated_gib, memory_gib), "free": formats.gib(free_gib)}
    shown: dict[str, Any] = holding(label, unit, row.cpu_used_vcpu, row.vcpu_allocated, threads)
    return {**shown, "free": formats.number(row.vcpu_free)}


@register.inclusion_tag("hosts/racks/holding.html")
def host_holding(label: str, unit: str, host: HostLive) -> dict[str, Any]:
    """The same for a host, of what may be allocated on it. Of one that is off that is nothing: then of all."""
    if not host.is_on:
        return {**_allocated(label, unit, host, float(host.threads), host.memory_gib), "closed": True}
    return _allocated(label, unit, host, host.vcpu_allocatable, host.memory_allocatable_gib)


@register.inclusion_tag("hosts/racks/holding.html")
def cluster_holding(label: str, unit: str, row: ClusterLive) -> dict[str, Any]:
    """The same for a cluster's hosts together."""
    return _allocated(label, unit, row, row.vcpu_allocatable, row.memory_allocatable_gib)


@register.inclusion_tag("hosts/racks/holding.html")
def guest_holding(label: str, unit: str, used: float, total: float, demand: float = 0.0) -> dict[str, Any]:
    """The same for a VM, which holds all of its `total`: used, and idle; `demand` that is not met is drawn too."""
    shown: dict[str, Any] = holding(label, unit, used, max(demand, used), total)
    write = formats.gib if unit == "GiB" else formats.number
    return {**shown, "over": False, "idle_amount": write(max(total - used, 0.0)), "guest": True}


@register.inclusion_tag("hosts/racks/holding.html")
def guest_memory(label: str, guest: GuestLive) -> dict[str, Any]:
    """The same for a VM's memory."""
    return {**_memory(label, guest, guest.memory_used_gib, guest.memory_gib), "guest": True}
