"""Filters of lists, kept in their address."""

from dataclasses import dataclass

import pytest
from django.test import RequestFactory

from virtlab.labs.choices import OperatingSystem
from virtlab.labs.models import Lab, Workload
from virtlab.web.filters import Filter, filtered, filtered_rows

SYSTEM = Filter("os", "System", OperatingSystem.choices, "operating_system")


@pytest.fixture
def lab() -> Lab:
    lab = Lab.objects.create(name="Lab")
    systems = {"db-01": "linux", "db-02": "windows", "web-01": "linux"}
    Workload.objects.bulk_create(Workload(lab=lab, name=n, operating_system=s) for n, s in systems.items())
    return lab


def names(query: str) -> list[str]:
    rows, _bar = filtered(RequestFactory().get(f"/?{query}"), Workload.objects.all(), [SYSTEM], ["name"])
    return [row.name for row in rows]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["db-01", "db-02", "web-01"]),
        ("os=linux", ["db-01", "web-01"]),
        ("os=linux&q=DB", ["db-01"]),
        ("os=nonsense", ["db-01", "db-02", "web-01"]),
        ("q=nothing", []),
    ],
)
def test_it_keeps_the_rows_asked_for(lab: Lab, query: str, expected: list[str]) -> None:
    assert names(query) == expected


@pytest.mark.django_db
def test_it_carries_on_the_rest_of_the_address_but_neither_page_nor_order() -> None:
    request = RequestFactory().get("/?os=linux&q=db&sort=-name&page=3&compare=a&compare=b")
    _rows, bar = filtered(request, Workload.objects.all(), [SYSTEM], ["name"])
    assert bar.kept == [("compare", "a"), ("compare", "b")]
    assert bar.active
    assert bar.search == "db"


@dataclass
class Row:
    name: str
    size: int


def test_it_filters_rows_in_memory_alike() -> None:
    sizes = Filter("size", "Size", [("1", "one"), ("2", "two")], "size")
    rows = [Row("Alpha", 1), Row("beta", 2), Row("alphabet", 2)]
    shown, bar = filtered_rows(RequestFactory().get("/?size=2&q=ALPHA"), rows, [sizes], lambda row: row.name)
    assert [row.name for row in shown] == ["alphabet"]
    assert bar.filters == [(sizes, "2")]
