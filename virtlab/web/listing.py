"""Lists that sort, search and page, with all their state in the address, and what they answer."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, QueryDict

from virtlab.web.cells import csv_response
from virtlab.web.htmx import render_region
from virtlab.web.table import Column, Row, Table

Rows = QuerySet[Any] | Sequence[Any]
PER_PAGE = 50


@dataclass(frozen=True)
class Listing(Generic[Row]):
    """A list as its address asks for it: `rows` in their order, a page of them, and addresses that change its state.

    `show` makes of some rows what the table's columns read. Nothing is read before it is used.
    """

    query: QueryDict
    rows: Rows
    table: Table[Row] | None = None
    sort: str = ""
    show: Callable[[Sequence[Any]], Iterable[Row]] = list
    per_page: int = PER_PAGE
    file_name: str = ""

    @cached_property
    def page(self) -> Page[Any]:
        """The page that ?page= asks for; an impossible one is the nearest possible one."""
        return Paginator(self.rows, self.per_page).get_page(self.query.get("page"))

    @cached_property
    def lines(self) -> list[Row]:
        """The rows of the page as the table's columns read them."""
        return list(self.show(list(self.page.object_list)))

    def address(self, **changes: str | int) -> str:
        """The list's address with some of its state changed; an empty value takes the entry out."""
        query = self.query.copy()
        for key, value in changes.items():
            query.pop(key, None)
            if value != "":
                query[key] = str(value)
        return f"?{query.urlencode()}"

    def sort_state(self, column: str) -> str:
        """What aria-sort says of a column: ascending, descending or nothing."""
        return {column: "ascending", f"-{column}": "descending"}.get(self.sort, "")

    def sort_address(self, column: Column[Row]) -> str:
        """Where a click on a column's head leads: sorted by it, or turned round where it was already; "" if nowhere."""
        turned = f"-{column.key}" if self.sort == column.key else column.key
        return self.address(sort=turned, page="") if column.sort else ""

    @property
    def csv_address(self) -> str:
        """Where all pages of what is shown are a file; empty where the list has none."""
        return self.address(format="csv", page="") if self.file_name else ""

    @property
    def steps(self) -> list[tuple[int | str, str]]:
        """The pages worth a link with their addresses; a "…" for a gap."""
        numbers = self.page.paginator.get_elided_page_range(self.page.number, on_each_side=2, on_ends=1)
        return [(number, self.address(page=number)) for number in numbers]

    def file(self) -> HttpResponse:
        """All rows as CSV; where the columns are fields alone, without the objects behind them."""
        assert self.table
        fields = self.table.csv_fields
        if isinstance(self.rows, QuerySet) and fields:
            return csv_response(self.file_name, [self.table.csv_head, *self.rows.values_list(*fields)])
        rows = self.rows if fields else self.show(list(self.rows))
        return csv_response(self.file_name, [self.table.csv_head, *self.table.csv_rows(rows)])


def listing(
    request: HttpRequest,
    table: Table[Row],
    rows: Rows | Callable[[str], Rows],
    *,
    show: Callable[[Sequence[Any]], Iterable[Row]] = list,
    file_name: str = "",
) -> Listing[Row]:
    """The list that ?sort= and ?page= ask for; `rows` may be a function that gives them in an order asked for."""
    sort = table.sort_of(request.GET.get("sort", ""))
    ordered = rows(sort) if callable(rows) else table.in_order(rows, sort)
    return Listing(request.GET, ordered, table, sort, show=show, file_name=file_name)


def list_page(request: HttpRequest, template: str, rows: Listing[Any], context: Mapping[str, Any]) -> HttpResponse:
    """A list's answer: its file where ?format=csv asks for one, its region "list" for htmx, else its page.

    Its rows can be selected where the context has something to do with them in "bulk".
    """
    if wants_file(request) and rows.file_name:
        return rows.file()
    return render_region(request, template, "list", {**context, "rows": rows, "in_region": True})


def wants_file(request: HttpRequest) -> bool:
    """Whether the address asks for a list as a file."""
    return request.GET.get("format") == "csv"


def moved_file(request: HttpRequest, address: str) -> HttpResponse:
    """From the address that a list's file had once to the list's own, for good and with all that was asked."""
    query = request.GET.copy()
    query["format"] = "csv"
    return HttpResponsePermanentRedirect(f"{address}?{query.urlencode()}")
