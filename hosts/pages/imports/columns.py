"""The form in which a user says once which column of an unknown table is what."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hosts.inventory.formats.matching import NEEDED, OFFERED, PERCENT, SHARE, SHARES, SIZES, USAGE, Matching, suggested
from hosts.inventory.report.fields import FIELD_LABELS

UNIT_CHOICES = [("bytes", "B"), ("kib", "KiB"), ("mib", "MiB (MB)"), ("gib", "GiB (GB)"), ("tib", "TiB (TB)")]
USAGE_CHOICES = [(PERCENT, gettext_lazy("percent (0 to 100)")), (SHARE, gettext_lazy("share (0 to 1)"))]
SHOWN_SAMPLES = 3


class ColumnChoice(NamedTuple):
    """A field with the field of its unit, None where it has none."""

    column: BoundField
    unit: BoundField | None


class ColumnsForm(forms.Form):
    """A choice of a column for each field, and of a unit for sizes. Columns are numbered from 0, as in the header."""

    def __init__(self, data: Any, question: dict[str, Any]) -> None:
        """`question` is what the import keeps: tab, header and the first rows."""
        guess = suggested(question["header"])
        initial = {name: str(position) for name, position in guess.positions.items()}
        initial |= {f"{name}_unit": unit for name, unit in guess.units.items()}
        super().__init__(data, initial=initial)
        columns = list(columns_of(question["header"], question["samples"]))
        for name in OFFERED:
            needed = name in NEEDED
            empty = _("Choose a column") if needed else _("Not in this file")
            self.fields[name] = forms.ChoiceField(
                label=FIELD_LABELS[name],
                choices=[("", empty), *columns],
                required=needed,
                error_messages={"required": _("Choose the column: without it no VM can be read.")},
                widget=forms.Select(attrs={"class": "form-select"}),
            )
            if name in SIZES:
                label = _("Unit of “%(field)s”") % {"field": FIELD_LABELS[name]}
                choices = [("", _("Choose the unit")), *UNIT_CHOICES]
                self.fields[f"{name}_unit"] = unit_field(label, choices, required=False)
        self.fields[f"{USAGE}_unit"] = unit_field(_("Unit of CPU and memory used"), USAGE_CHOICES)

    def lines(self) -> list[ColumnChoice]:
        """The fields in their order, each with its unit."""
        return [ColumnChoice(self[name], self[f"{name}_unit"] if name in SIZES else None) for name in OFFERED]

    def needed_lines(self) -> list[ColumnChoice]:
        """Those without which nothing can be read."""
        return self.lines()[: len(NEEDED)]

    def further_lines(self) -> list[ColumnChoice]:
        """Those that a file may have or not, but for utilisation."""
        return self.lines()[len(NEEDED) : -len(SHARES)]

    def usage_lines(self) -> list[ColumnChoice]:
        """Utilisation."""
        return self.lines()[-len(SHARES) :]

    def usage_unit(self) -> BoundField:
        """What utilisation is written in."""
        return self[f"{USAGE}_unit"]

    def clean(self) -> dict[str, Any]:
        """Refuses a column that was chosen for two fields, and a size without its unit."""
        taken: dict[str, str] = {}
        for name in OFFERED:
            position = self.cleaned_data.get(name)
            if position and position in taken:
                other = {"field": FIELD_LABELS[taken[position]]}
                self.add_error(name, _("This column is already chosen for “%(field)s”.") % other)
            elif position:
                taken[position] = name
            if position and name in SIZES and not self.cleaned_data.get(f"{name}_unit"):
                self.add_error(f"{name}_unit", _("Choose the unit: the file does not say it."))
        return self.cleaned_data

    def matching(self) -> Matching:
        """What was said; only of a valid form."""
        said = self.cleaned_data
        positions = {name: int(said[name]) for name in OFFERED if said[name]}
        units = {name: said[f"{name}_unit"] for name in (*SIZES, USAGE)}
        return Matching(positions, {name: unit for name, unit in units.items() if unit})


def unit_field(label: str, choices: Sequence[tuple[str, Any]], *, required: bool = True) -> forms.ChoiceField:
    """A choice of a unit."""
    return forms.ChoiceField(
        label=label, choices=choices, required=required, widget=forms.Select(attrs={"class": "form-select"})
    )


def columns_of(header: Sequence[str], samples: Sequence[Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Each column that has a name: its number, its name with the first values below it."""
    for position, head in enumerate(header):
        values = [row[position] for row in samples[:SHOWN_SAMPLES] if position < len(row) and row[position]]
        if head:
            yield str(position), f"{head}: {', '.join(values)}" if values else head
