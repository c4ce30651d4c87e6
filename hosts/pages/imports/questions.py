"""The form in which a user answers what a file of traces leaves open: the order of dates, the units of numbers."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hosts.inventory.formats.matching import Matching
from hosts.inventory.traces.shapes import PERCENT, PERCENT_OF_CORE, SHARE

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
            samples = [row[position] for row in question["samples"] if position < len(row)]
            label, choices = asked_of(name, column, samples)
            self.fields[name] = forms.ChoiceField(
                label=label,
                choices=choices,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose one: the file can be read in either way.")},
            )

    def matching(self) -> Matching:
        """What was said; only of a valid form."""
        return Matching({}, {name: self.cleaned_data[name] for name in self.fields})


def asked_of(name: str, column: str, samples: Sequence[str]) -> tuple[str, Sequence[tuple[str, Any]]]:
    """A question in words and what may be answered."""
    shown = {"column": column}
    if name == "dates":
        return _("Which comes first in “%(column)s”, the day or the month?") % shown, date_choices(samples)
    if name == "cpu":
        return _("What are the numbers of “%(column)s”?") % shown, CPU_CHOICES
    return _("In which unit is “%(column)s”?") % shown, MEMORY_CHOICES


def date_choices(samples: Sequence[str]) -> list[tuple[str, str]]:
    """Day first or month first, each with what the first date would then be."""
    sample = next((text for text in samples if DATE.search(text)), "")
    day_first, month_first = read_both_ways(sample)
    return [
        ("mdy", said(_("The month: %(sample)s is %(day)s"), _("The month"), sample, month_first)),
        ("dmy", said(_("The day: %(sample)s is %(day)s"), _("The day"), sample, day_first)),
    ]


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
