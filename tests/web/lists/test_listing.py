"""Lists that sort, page and give a file by their address."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from django.http import HttpResponse, QueryDict
from django.test import RequestFactory
from pytest_django import DjangoAssertNumQueries

from virtlab.labs.models import Lab, Workload
from virtlab.web.listing import Listing, list_page, listing, moved_file
from virtlab.web.table import Column, Table


@dataclass
class Row:
    name: str
    size: int


ROWS = [Row("b", 2), Row("a", 3), Row("c", 1)]
TABLE = Table[Row](
    "Rows",
    [
        Column("name", "Name", "name", "name"),
        Column("size", "Size", "size", "size", str, csv_label="Size (GiB)"),
        Column("double", csv=lambda row: row.size * 2, csv_label="Twice"),
    ],
    default="name",
)


def asked(query: str, **options: Any) -> Listing[Row]:
    return listing(RequestFactory().get(f"/?{query}"), TABLE, ROWS, **options)


def cells(answer: HttpResponse) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.parametrize(
    ("query", "names"),
    [("", "abc"), ("sort=-name", "cba"), ("sort=size", "cba"), ("sort=-size", "abc"), ("sort=secret", "abc")],
)
def test_it_sorts_by_known_columns_only(query: str, names: str) -> None:
    assert "".join(row.name for row in asked(query).page) == names


@pytest.mark.parametrize("page", ["0", "99", "x", "-1"])
def test_it_answers_an_impossible_page_with_a_possible_one(page: str) -> None:
    rows: Listing[Row] = Listing(QueryDict(f"page={page}"), ROWS, per_page=2)
    assert len(rows.page.object_list) in {1, 2}


def test_it_keeps_the_rest_of_the_address() -> None:
    rows = asked("q=db&sort=name&page=2")
    assert QueryDict(rows.sort_address(TABLE.columns[0])[1:]).dict() == {"q": "db", "sort": "-name"}
    assert QueryDict(rows.address(page=1)[1:]).dict() == {"q": "db", "sort": "name", "page": "1"}
    assert rows.sort_state("name") == "ascending"


def test_it_takes_rows_that_come_in_the_order_asked_for() -> None:
    in_order: Callable[[str], list[Row]] = {"-size": ROWS}.__getitem__
    rows = listing(RequestFactory().get("/?sort=-size&page=1"), TABLE, in_order)
    assert [row.name for row in rows.lines] == ["b", "a", "c"]


def test_it_shows_rows_as_the_page_makes_them_and_reads_only_its_own() -> None:
    read: list[Row] = []

    def show(rows: Sequence[Row]) -> list[str]:
        read.extend(rows)
        return [row.name.upper() for row in rows]

    rows: Listing[str] = Listing(QueryDict("page=2"), ROWS, show=show, per_page=2)
    assert not read
    assert (rows.lines, len(read)) == (["C"], 1)


class TestFile:
    def test_it_has_what_is_shown_with_every_page_in_its_order(self) -> None:
        rows: Listing[Row] = Listing(QueryDict(""), ROWS, TABLE, per_page=1, file_name="rows.csv")
        answer = rows.file()
        assert cells(answer) == [["Name", "Size (GiB)", "Twice"], ["b", "2", "4"], ["a", "3", "6"], ["c", "1", "2"]]
        assert answer["Content-Disposition"] == 'attachment; filename="rows.csv"'

    def test_it_keeps_the_filter_and_the_order_in_its_address_but_no_page(self) -> None:
        rows = asked("q=db&sort=-name&page=2", file_name="rows.csv")
        assert QueryDict(rows.csv_address[1:]).dict() == {"q": "db", "sort": "-name", "format": "csv"}
        assert asked("").csv_address == ""

    def test_it_is_the_answer_where_the_address_asks_for_it(self) -> None:
        request = RequestFactory().get("/?format=csv&sort=-size")
        answer = list_page(request, "none.html", listing(request, TABLE, ROWS, file_name="rows.csv"), {})
        assert [row[0] for row in cells(answer)] == ["Name", "a", "b", "c"]

    @pytest.mark.django_db
    def test_it_reads_fields_of_a_query_set_in_one_query(
        self, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        lab = Lab.objects.create(name="Lab")
        Workload.objects.bulk_create(Workload(lab=lab, name=name) for name in ("web", "=db"))
        columns = [Column[Workload]("name", "Name", "name", "name"), Column[Workload]("lab", "Lab", csv="lab__name")]
        table = Table[Workload]("Workloads", columns, "-name")
        request = RequestFactory().get("/?format=csv")
        with django_assert_num_queries(1):
            file = listing(request, table, Workload.objects.select_related("lab"), file_name="w.csv").file()
        assert cells(file) == [["Name", "Lab"], ["web", "Lab"], ["'=db", "Lab"]]

    def test_it_is_found_under_its_old_address(self) -> None:
        answer = moved_file(RequestFactory().get("/list.csv?q=a+b&sort=-name"), "/list/")
        assert answer.status_code == 301
        address, query = answer["Location"].split("?")
        assert address == "/list/"
        assert QueryDict(query).dict() == {"q": "a b", "sort": "-name", "format": "csv"}
