"""Lists that sort and page by their address."""

from dataclasses import dataclass

import pytest
from django.http import QueryDict
from django.test import RequestFactory

from virtlab.web.tables import Listing, listing


@dataclass
class Row:
    name: str
    size: int


ROWS = [Row("b", 2), Row("a", 3), Row("c", 1)]
COLUMNS = {"name": "name", "size": "size"}


def asked(query: str, per_page: int = 50) -> Listing:
    return listing(RequestFactory().get(f"/?{query}"), ROWS, COLUMNS, "name", per_page=per_page)


@pytest.mark.parametrize(
    ("query", "names"),
    [("", "abc"), ("sort=-name", "cba"), ("sort=size", "cba"), ("sort=-size", "abc"), ("sort=secret", "abc")],
)
def test_it_sorts_by_known_columns_only(query: str, names: str) -> None:
    assert "".join(row.name for row in asked(query).page) == names


@pytest.mark.parametrize("page", ["0", "99", "x", "-1"])
def test_it_answers_an_impossible_page_with_a_possible_one(page: str) -> None:
    assert len(asked(f"page={page}", per_page=2).page.object_list) in {1, 2}


def test_it_keeps_the_rest_of_the_address() -> None:
    found = asked("q=db&sort=name&page=2", per_page=2)
    assert QueryDict(found.sort_address("name")[1:]).dict() == {"q": "db", "sort": "-name"}
    assert QueryDict(found.address(page=1)[1:]).dict() == {"q": "db", "sort": "name", "page": "1"}
    assert found.sort_state("name") == "ascending"
