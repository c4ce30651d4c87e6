"""What every page of the cloud side shows: its tabs."""

from dataclasses import dataclass

from django import template
from django.template.context import Context
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

register = template.Library()

TABS: tuple[tuple[str, Promise | str], ...] = (
    ("instances:region", _("Region")),
    ("instances:list", _("Instances")),
    ("instances:types", _("Types")),
    ("instances:naming", _("Type names")),
    ("instances:regions", _("Regions")),
    ("instances:hypervisors", _("Hypervisors")),
    ("instances:responsibility", _("Who does what")),
)


@dataclass(frozen=True, slots=True)
class Tab:
    """A page of the cloud side; `current` on it and on the pages below it."""

    label: str | Promise
    address: str
    current: bool


@register.simple_tag(takes_context=True)
def cloud_tabs(context: Context) -> list[Tab]:
    """The pages of the cloud side; those that do not exist are left out."""
    lab, path = context["lab"], context["request"].path
    found = [(label, address) for name, label in TABS if (address := _address(name, lab.slug))]
    here = max((address for _label, address in found if path.startswith(address)), key=len, default="")
    return [Tab(label, address, address == here) for label, address in found]


def _address(name: str, slug: str) -> str:
    try:
        return reverse(name, args=[slug])
    except NoReverseMatch:
        return ""
