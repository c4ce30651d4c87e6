"""The fields of a VM in words: what was used of a file, what is missing in it, what a user may name a column for."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from hosts.inventory.formats.known import FLAT_FORMATS
from hosts.inventory.formats.matching import OFFERED
from hosts.inventory.formats.rvtools import FORMAT as RVTOOLS
from hosts.inventory.rows import Inventory
from virtlab.web.lazy_text import LazyText

FIELD_LABELS: dict[str, LazyText] = {
    "name": _("Name of the VM"),
    "vcpu": _("vCPU"),
    "memory": _("Memory"),
    "disk": _("Disks, provisioned"),
    "disk_used": _("Disks, in use"),
    "os": _("Operating system"),
    "power": _("Power state"),
    "cluster": _("Cluster"),
    "host": _("Host"),
    "datacenter": _("Site"),
    "datastore": _("Datastore"),
    "application": _("Application"),
    "cpu_mean": _("CPU used on average (%)"),
    "cpu_peak": _("CPU used at most (%)"),
    "memory_mean": _("Memory used on average (%)"),
    "memory_peak": _("Memory used at most (%)"),
}
# What stands for a field under another name in some kind of file.
SAME = {
    "disk": ("provisioned", "total_disk", "storage", "disk1", "size", "capacity"),
    "disk_used": ("in_use", "storage", "used", "consumed"),
    "os": ("os_tools", "os_config", "platform"),
    "datastore": ("path",),
    "cpu_mean": ("cpu_usage", "overall", "cpu", "cpu_requested"),
    "cpu_peak": ("cpu", "cpu_requested"),
    "memory_mean": ("active_memory", "active", "memory_used", "memory_requested"),
    "memory_peak": ("memory_used_peak", "memory_requested"),
}


def missing_fields(inventory: Inventory) -> list[str]:
    """The fields that no column of the file was understood as."""
    used = {column.field for column in inventory.columns if column.field}
    return [name for name in OFFERED if name not in used and used.isdisjoint(SAME.get(name, ()))]


def known_kinds() -> dict[str, str]:
    """Every kind of file by its key, in its maker's words."""
    return {RVTOOLS: "RVTools", **{shape.key: shape.label for shape in FLAT_FORMATS}}


def labels(fields: list[str]) -> list[Any]:
    """Fields in words."""
    return [FIELD_LABELS[name] for name in fields if name in FIELD_LABELS]
