"""What pages read of labs and parameters."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.http import HttpRequest

from virtlab.labs.access import labs_of
from virtlab.labs.choices import FigureKind
from virtlab.labs.models import Lab, Parameter
from virtlab.labs.parameters import SPECS, ParameterSpec


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """A parameter as it is in force for everybody, with where its value comes from."""

    spec: ParameterSpec
    value: float
    kind: str
    source: str
    source_date: str
    changed: bool

    @property
    def text(self) -> str:
        """What a search looks through."""
        return f"{self.spec.label} {self.spec.key} {self.spec.group} {self.spec.unit} {self.source}".casefold()


def my_labs(request: HttpRequest) -> QuerySet[Lab]:
    """The labs this request may see, newest first, each with `workload_count`."""
    ids = labs_of(request).values("pk")
    return Lab.objects.filter(pk__in=ids).annotate(workload_count=Count("workloads"))


def parameter_rows(search: str = "") -> list[ParameterRow]:
    """Every parameter in the order of declaration, or those in which all words of `search` occur (one query)."""
    stored = {row.key: row for row in Parameter.objects.all()}
    rows = (_row(spec, stored.get(spec.key)) for spec in SPECS.values())
    words = search.casefold().split()
    return [row for row in rows if all(word in row.text for word in words)]


def _row(spec: ParameterSpec, row: Parameter | None) -> ParameterRow:
    if row is None:
        return ParameterRow(spec, spec.default, spec.kind, str(spec.source), spec.source_date, changed=False)
    return ParameterRow(spec, row.value, row.kind, row.source, row.source_date, changed=True)


def grouped(rows: Iterable[ParameterRow]) -> dict[str, list[ParameterRow]]:
    """Rows by group, both in the order in which they came."""
    groups: dict[str, list[ParameterRow]] = {}
    for row in rows:
        groups.setdefault(str(row.spec.group), []).append(row)
    return groups


def kind_label(kind: str) -> str:
    """A kind's name in the reader's language."""
    return str(FigureKind(kind).label) if kind in FigureKind.values else kind
