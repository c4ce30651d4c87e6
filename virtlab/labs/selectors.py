"""What pages read of labs and parameters."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.http import HttpRequest

from virtlab.labs.access import labs_of
from virtlab.labs.models import Lab, Parameter
from virtlab.labs.parameters import GROUP_NAMES, SPECS, ParameterSpec


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
        spec = self.spec
        group = GROUP_NAMES.get(spec.group, "")
        return f"{spec.label} {spec.key} {group} {spec.unit} {self.source}".casefold()


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
    """Rows by their group's name, in the order in which the groups were named; groups without a name come last."""
    groups: dict[str, list[ParameterRow]] = {key: [] for key in GROUP_NAMES}
    for row in rows:
        groups.setdefault(row.spec.group, []).append(row)
    return {str(GROUP_NAMES.get(key, key)): rows for key, rows in groups.items() if rows}
