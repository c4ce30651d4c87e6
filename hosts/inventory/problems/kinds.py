"""How much a problem matters, and what its words are made of."""

from enum import StrEnum
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from virtlab.web.lazy_text import LazyText


class Severity(StrEnum):
    """How much a problem matters: a row was left out, a row wants a look, a default stands in for what was not said."""

    ERROR = "error"
    WARNING = "warning"
    DEFAULT = "default"


SEVERITIES = {Severity.ERROR: _("Left out"), Severity.WARNING: _("Look at it"), Severity.DEFAULT: _("Assumed")}


class Message(NamedTuple):
    """The words of one kind of problem. Where they count, the number is one of its values, or `COUNT`, its value."""

    severity: Severity
    text: LazyText


COUNT = "count"
