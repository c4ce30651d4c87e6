"""Lists that sort, search and page, with all their state in the address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list. `sort` is a column's name, with a minus before it where the order is descending."""

    page: Page[Any]
    sort: str
    query: QueryDict

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

    def sort_address(self, column: str) -> str:
        """Where a click on the column's header leads: sorted by it, or turned round where it was already."""
        return self.address(sort=f"-{column}" if self.sort == column else column, page="")

    @property
    def numbers(self) -> list[int | str]:
        """The page numbers worth a link, with "…" for gaps."""
        return list(self.page.paginator.get_elided_page_range(self.page.number, on_each_side=2, on_ends=1))


def listing(
    request: HttpRequest,
    rows: QuerySet[Any] | Sequence[Any],
    columns: Mapping[str, str],
    default: str,
    *,
    per_page: int = 50,
) -> Listing:
    """The page of `rows` that ?sort= and ?page= ask for.

    `columns` maps a column's public name to the field (of a query set) or attribute (of a row) it sorts by; an unknown
    name falls back to `default`, an impossible page to the nearest possible one.
    """
    asked = request.GET.get("sort", default)
    sort = asked if asked.removeprefix("-") in columns else default
    down, field = sort.startswith("-"), columns[sort.removeprefix("-")]
    if isinstance(rows, QuerySet):
        ordered: QuerySet[Any] | Sequence[Any] = rows.order_by(f"-{field}" if down else field, "pk")
    else:
        ordered = sorted(rows, key=lambda row: getattr(row, field), reverse=down)
    return Listing(Paginator(ordered, per_page).get_page(request.GET.get("page")), sort, request.GET)
