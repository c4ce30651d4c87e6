"""Filters of lists: each a choice kept in the address, shown as one form that works without scripts."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, QueryDict

from virtlab.web.lazy_text import LazyText

LONGEST_SEARCH = 100


@dataclass(frozen=True, slots=True)
class Filter:
    """One choice: `?name=value` keeps the rows whose `field` is that value; nonsense in the address keeps all. Of rows
    in memory the field may be a frozenset, which then has the value in it.
    """

    name: str
    label: LazyText
    choices: Sequence[tuple[str, LazyText]]
    field: str

    def chosen(self, query: QueryDict) -> str:
        """The value that the address asks for; empty if it is no choice."""
        chosen = query.get(self.name, "")
        return chosen if any(chosen == value for value, _label in self.choices) else ""


@dataclass(frozen=True, slots=True)
class FilterBar:
    """What the form above a list shows: the words searched for, and every filter with what is chosen."""

    search: str
    filters: Sequence[tuple[Filter, str]]
    query: QueryDict

    @property
    def active(self) -> bool:
        """Whether anything is left out."""
        return bool(self.search) or any(value for _filter, value in self.filters)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The rest of the address that the form has to carry on: everything but its own fields, the page, and the
        order, which comes anew with the list.
        """
        own = {"q", "page", "sort"} | {choice.name for choice, _value in self.filters}
        return [(key, value) for key, values in self.query.lists() if key not in own for value in values]


def words_asked(query: QueryDict) -> str:
    """What ?q= searches for, at most LONGEST_SEARCH characters; without NUL, which no database takes in a text."""
    return query.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH]


def filtered(
    request: HttpRequest,
    rows: QuerySet[Any],
    filters: Sequence[Filter],
    search: Iterable[str] | Callable[[str], Q] = (),
) -> tuple[QuerySet[Any], FilterBar]:
    """The rows that the address asks for, and the form that shows what it asks.

    ?q= keeps rows of which every word is part of one of the fields of `search` (lookups without `__icontains`), or for
    every word of which the condition holds that `search` makes of it.
    """
    words = words_asked(request.GET)
    chosen = [(choice, choice.chosen(request.GET)) for choice in filters]
    for choice, value in chosen:
        rows = rows.filter(**{choice.field: value}) if value else rows
    for word in words.split():
        rows = rows.filter(search(word) if callable(search) else _any_holds(search, word))
    return rows, FilterBar(words, chosen, request.GET)


def filtered_rows(
    request: HttpRequest, rows: Sequence[Any], filters: Sequence[Filter], text_of: Callable[[Any], str]
) -> tuple[list[Any], FilterBar]:
    """The same for rows that are in memory: a filter's `field` is an attribute, the search looks in `text_of(row)`."""
    search = words_asked(request.GET)
    chosen = [(choice, choice.chosen(request.GET)) for choice in filters]
    words = search.casefold().split()
    wanted = [(attrgetter(choice.field), value) for choice, value in chosen if value]
    matching = [
        row
        for row in rows
        if all(_has(read(row), value) for read, value in wanted)
        and all(word in text_of(row).casefold() for word in words)
    ]
    return matching, FilterBar(search, chosen, request.GET)


def _has(found: object, value: str) -> bool:
    return value in found if isinstance(found, frozenset) else str(found) == value


def _any_holds(fields: Iterable[str], word: str) -> Q:
    condition = Q(pk__in=[])
    for field in fields:
        condition |= Q(**{f"{field}__icontains": word})
    return condition
