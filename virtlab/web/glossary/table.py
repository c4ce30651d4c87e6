"""Every term by theme, and where to find one."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from virtlab.web.glossary.account import ACCOUNT
from virtlab.web.glossary.availability import AVAILABILITY
from virtlab.web.glossary.capacity import CAPACITY
from virtlab.web.glossary.cloud import CLOUD
from virtlab.web.glossary.lab import LAB
from virtlab.web.glossary.machines import MACHINES
from virtlab.web.glossary.money import MONEY
from virtlab.web.glossary.storage import STORAGE
from virtlab.web.glossary.term import Term
from virtlab.web.lazy_text import LazyText

Theme = tuple[LazyText, Sequence[Term]]
THEMES: tuple[Theme, ...] = (
    (_("VMs"), MACHINES),
    (_("Sharing a host"), CAPACITY),
    (_("Placement and availability"), AVAILABILITY),
    (_("Disks and copies"), STORAGE),
    (_("The cloud"), CLOUD),
    (_("Network and account"), ACCOUNT),
    (_("Money and energy"), MONEY),
    (_("The lab"), LAB),
)
TERMS = {term.key: term for _title, terms in THEMES for term in terms}


def themes_matching(search: str) -> list[Theme]:
    """The themes with those of their terms that match; all of them for an empty search."""
    themes = [(title, [term for term in terms if term.matches(search)]) for title, terms in THEMES]
    return [(title, terms) for title, terms in themes if terms]
