"""The pages of a lab that the header and the two sides name. A new page of a lab is added here and nowhere else."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from virtlab.web.lazy_text import LazyText

Entries = tuple[tuple[str, LazyText], ...]
ENTRIES: Entries = (
    ("compare:lab", _("Lab")),
    ("hosts:estate", _("On-prem")),
    ("instances:region", _("Cloud")),
    ("compare:report", _("Compare")),
    ("inventory:upload", _("Import")),
    ("jobs:list", _("Jobs")),
)
SIDES: dict[str, tuple[LazyText, Entries]] = {
    "hosts": (
        _("On-prem"),
        (
            ("hosts:estate", _("Racks")),
            ("hosts:vms", _("VMs")),
            ("hosts:hosts", _("Hosts")),
            ("hosts:clusters", _("Clusters")),
            ("hosts:templates", _("Templates")),
            ("hosts:datastores", _("Datastores")),
            ("hosts:hypervisors", _("Hypervisors")),
        ),
    ),
    "instances": (
        _("Cloud"),
        (
            ("instances:region", _("Region")),
            ("instances:list", _("Instances")),
            ("instances:templates", _("Launch templates")),
            ("instances:addresses", _("Elastic IPs")),
            ("instances:placement-groups", _("Placement groups")),
            ("instances:types", _("Types")),
            ("instances:naming", _("Type names")),
            ("instances:regions", _("Regions")),
            ("instances:hypervisors", _("Hypervisors")),
            ("instances:responsibility", _("Shared responsibility")),
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of a navigation; `current` on the page it leads to and on pages below that."""

    label: LazyText
    address: str
    current: bool


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two sides of a lab: the app that it is, what it is called, and its pages."""

    name: str
    label: LazyText
    links: list[Link]


def links(slug: str, path: str, entries: Iterable[tuple[str, LazyText]] = ENTRIES) -> list[Link]:
    """The header's entries, or others, for a reader at `path`; addresses that do not exist are left out."""
    known = [(label, address) for name, label in entries if (address := _address(name, slug))]
    here = max((address for _label, address in known if path.startswith(address)), key=len, default="")
    return [Link(label, address, address == here) for label, address in known]


def side(app: str, slug: str, path: str) -> Side:
    """The side that an app's pages belong to; one without name, label and links for pages of neither."""
    label, entries = SIDES.get(app, ("", ()))
    return Side(app if app in SIDES else "", label, links(slug, path, entries))


def _address(name: str, slug: str) -> str:
    try:
        return reverse(name, args=[slug])
    except NoReverseMatch:
        return ""
