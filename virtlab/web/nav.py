"""The pages of a lab that the header names. A new page of a lab is added here and nowhere else."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ENTRIES: tuple[tuple[str, str | Promise], ...] = (
    ("compare:lab", _("Lab")),
    ("hosts:estate", _("On-prem")),
    ("instances:region", _("Cloud")),
    ("compare:report", _("Compare")),
    ("inventory:upload", _("Import")),
    ("jobs:list", _("Jobs")),
)


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of the header; `current` on the page it leads to and on pages below that."""

    label: str | Promise
    address: str
    current: bool


def links(slug: str, path: str) -> list[Link]:
    """The header's entries in a lab, for a reader at `path`; addresses that do not exist are left out."""
    entries = [(label, address) for name, label in ENTRIES if (address := _address(name, slug))]
    here = max((address for _label, address in entries if path.startswith(address)), key=len, default="")
    return [Link(label, address, address == here) for label, address in entries]


def _address(name: str, slug: str) -> str:
    try:
        return reverse(name, args=[slug])
    except NoReverseMatch:
        return ""
