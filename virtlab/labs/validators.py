"""Checks on what is said about a figure."""

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

check_source_date = RegexValidator(
    r"^(19|20)\d\d(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?\Z",
    _("Give a year, a month or a day, as in 2026, 2026-07 or 2026-07-20."),
)
