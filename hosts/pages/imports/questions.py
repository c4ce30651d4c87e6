"""The form in which a user answers what a file of traces leaves open: the order of dates, the units of numbers."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hosts.inventory.formats.matching import Matching
from hosts.inventory.traces.shapes import PERCENT, PERCENT_OF_CORE, SHARE
from virtlab.web.formats import exact

DATE = re.compile(r"(\d{1,2})[-/](\d{1,2})[-/](\d{2,4})")
CENTURY = 2_000
MONTHS = 12
CPU_CHOICES = [
    (PERCENT, gettext_lazy("percent of all vCPU of the VM; what is above 100 counts as 100")),
    (PERCENT_OF_CORE, gettext_lazy("percent of one core: 250 are 2.5 vCPU")),
    (SHARE, gettext_lazy("a share of all vCPU of the VM; what is above 1 counts as 1")),
]
MEMORY_CHOICES = [
    ("mib", "MiB (MB)"),
    ("gib", "GiB (GB)"),
    ("kib", "KiB (KB)"),
    (PERCENT, gettext_lazy("percent of the VM's memory; what is above 100 counts as 100")),
    (SHARE, gettext_lazy("a share of the VM's memory; what is above 1 counts as 1")),
]


class TraceQuestionsForm(forms.Form):
    """A choice for each thing that is open: "dates", "cpu", "memory"."""

    def __init__(self, data: Any, question: dict[str, Any]) -> None:
        """`question` is what the import keeps: tab, header, the first rows, and what is asked of which column."""
        super().__init__(data)
        for name, column in question["asks"].items():
            position = question["header"].index(column)
            told = {"sample": sample_of(question["samples"], position), **question.get("told", {}).get(name, {})}
            label, choices = asked_of(name, column, told)
            self.fields[name] = forms.ChoiceField(
                label=label,
                choices=choices,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose one: the file can be read in either way.")},
            )

    def matching(self) -> Matching:
        """What was said; only of a valid form."""
        return Matching({}, {name: self.cleaned_data[name] for name in self.fields})


def sample_of(samples: Sequence[Sequence[str]], position: int) -> str:
    """The first date in a column of the first rows."""
    return next((row[position] for row in samples if position < len(row) and DATE.search(row[position])), "")


def asked_of(name: str, column: str, told: Mapping[str, Any]) -> tuple[str, Sequence[tuple[str, Any]]]:
    """A question in words, with what is `told` of its column, and what may be answered."""
    shown = {"column": column}
    if name == "dates":
        return _("Which comes first in “%(column)s”, the day or the month?") % shown, date_choices(told)
    largest = _("The largest is %(number)s.") % {"number": exact(told["largest"])} if "largest" in told else ""
    if name == "cpu":
        return f"{_('What are the numbers of “%(column)s”?') % shown} {largest}".strip(), CPU_CHOICES
    return f"{_('In which unit is “%(column)s”?') % shown} {largest}".strip(), MEMORY_CHOICES


def date_choices(told: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Day first or month first, each with what the first date that differs would then be, and the period of all."""
    sample, periods = told["sample"], told.get("periods", {})
    day_first, month_first = read_both_ways(sample)
    readings = [
        ("mdy", said(_("The month: %(sample)s is %(day)s"), _("The month"), sample, month_first)),
        ("dmy", said(_("The day: %(sample)s is %(day)s"), _("The day"), sample, day_first)),
    ]
    return [(key, " · ".join(filter(None, (text, period_text(periods.get(key)))))) for key, text in readings]


def period_text(period: Sequence[int] | None) -> str:
    """From when to when the samples would be; empty where that is not known."""
    if period is None:
        return ""
    if not period:
        return _("no use of the samples")
    first, last = (date_format(datetime.fromtimestamp(second, UTC).date()) for second in period)
    return _("the samples are of %(first)s to %(last)s") % {"first": first, "last": last}


def said(text: str, bare: str, sample: str, day: date | None) -> str:
    """A choice with its example, without where there is none."""
    return text % {"sample": sample, "day": date_format(day)} if day else bare


def read_both_ways(text: str) -> tuple[date | None, date | None]:
    """The date of a text read with the day first and with the month first; None where it holds none that is both."""
    parts = DATE.search(text)
    if parts is None:
        return None, None
    first, second, year = (int(part) for part in parts.groups())
    if not (1 <= first <= MONTHS and 1 <= second <= MONTHS):
        return None, None
    year += CENTURY if year < 100 else 0
    return date(year, second, first), date(year, first, second)
