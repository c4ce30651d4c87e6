"""What is kept is kept by all that it depends on: no other parameter changes a shape, a choice of types or a side."""

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pytest

from tests.compare.conftest import report_of
from virtlab.compare.alternatives.shapes import CHOSEN, LICENCES, MADE, ON_TYPES, ShapeBook
from virtlab.compare.alternatives.sizing.rightsized import rightsized, same_size
from virtlab.compare.alternatives.sizing.selection import Selection
from virtlab.compare.inputs.watched import Watched
from virtlab.compare.report.sensitivity.levers import levers
from virtlab.compare.report.sensitivity.pair import Pair
from virtlab.labs.models import Lab
from virtlab.labs.parameters import SPECS

PURCHASE = "one_year"
OTHERWISE = {
    "unmeasured_demand": 1,
    "in_memory_keep": 0,
    "snapshots": 1,
    "normalise_vcpu": 0,
    "burstable": 2,
    "generations": 0,
    "memory_floor_pct": 25,
}


def same(one: Any, other: Any) -> bool:
    """Whether two results hold the same, arrays to the last bit."""
    if isinstance(one, np.ndarray):
        return np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    if is_dataclass(one):
        return all(same(getattr(one, field.name), getattr(other, field.name)) for field in fields(one))
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def others_of(key: str, value: float) -> Iterator[float]:
    """Values that a parameter may have instead: its other options, else its ends."""
    spec = SPECS[key]
    ends = (spec.minimum, spec.maximum)
    yield from (other for other in (dict(spec.options) if spec.options else ends) if other != value)


def given(selection: Selection, _purchase: str) -> Selection:
    """A choice of types that is made already."""
    return selection


def book_at(book: ShapeBook, values: Any) -> ShapeBook:
    return replace(book, basis=replace(book.basis, values=values))


def moved_by(book: ShapeBook, make: Callable[[ShapeBook], Any], known: tuple[str, ...]) -> list[str]:
    """The parameters outside `known` that change what is made. Only those that it reads can."""
    watched = Watched(book.basis.values)
    now = make(book_at(book, watched))
    suspects = [key for key in SPECS if key in watched.read and key not in known]
    return [
        key
        for key in suspects
        for other in others_of(key, book.basis.values[key])
        if not same(now, make(book_at(book, {**book.basis.values, key: other})))
    ]


@pytest.mark.parametrize("sent", [{}, OTHERWISE], ids=["as it opens", "other rules"])
class TestParameters:
    def test_it_makes_a_shape_of_nothing_else(
        self, lab: Lab, sent: dict[str, object], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        book = report_of(lab, **sent).book
        for name in CHOSEN:
            monkeypatch.setattr(ShapeBook, name, partial(given, getattr(book, name)(PURCHASE)))
        monkeypatch.setattr(ShapeBook, "builds", book.builds)
        for name, known in MADE.items():
            purchase = PURCHASE if name in ON_TYPES else ""
            assert moved_by(book, partial(ShapeBook.made, name=name, purchase=purchase), known) == [], name

    def test_it_chooses_types_by_nothing_else_but_prices(self, lab: Lab, sent: dict[str, object]) -> None:
        book = report_of(lab, **sent).book
        table, today = book.bought(PURCHASE), book.same_size(PURCHASE)
        makers: dict[str, Callable[[ShapeBook], Any]] = {
            "same_size": lambda at: same_size(at.basis, table),
            "rightsized": lambda at: rightsized(at.basis, table, today),
        }
        for name, make in makers.items():
            assert moved_by(book, make, (*CHOSEN[name], *LICENCES)) == [], name


def test_it_takes_a_side_again_only_where_it_is_the_same(lab: Lab) -> None:
    report = report_of(lab)
    pair = Pair(report.book, report.place, report.left, report.right)
    for lever in levers(pair.values):
        for value in (lever.low, lever.now, lever.high):
            anew = Pair(report.book, report.place, report.left, report.right).sides_at({lever.key: value})
            kept = pair.sides_at({lever.key: value})
            assert [one.usd for one in kept] == [one.usd for one in anew], lever.key


def test_it_remembers_every_value_that_was_read() -> None:
    watched = Watched({"a": 1.0, "b": 2.0, "c": 3.0})
    assert watched.get("b") == 2.0
    assert watched.read == {"b": 2.0}
    assert {**watched} == {"a": 1.0, "b": 2.0, "c": 3.0}
    assert set(watched.read) == {"a", "b", "c"}
