"""A figure with what makes it believable: its unit, source, date and kind. Parameter sets are frozen dataclasses of
such figures.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from enum import StrEnum
from typing import Any, TypeVar

T = TypeVar("T")


class Kind(StrEnum):
    """How far a figure can be trusted."""

    LIST = "list"
    DERIVED = "derived"
    ESTIMATE = "estimate"
    ASSUMPTION = "assumption"


@dataclass(frozen=True, slots=True)
class Sourced:
    """One figure in `unit`; `low` … `high` is the range that sources give or that a user may set."""

    value: float
    unit: str
    source: str
    date: str
    kind: Kind = Kind.ESTIMATE
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        low, high = self.range
        if not low <= self.value <= high:
            raise ValueError(f"{self.value:g} {self.unit} lies outside its own range {low:g} … {high:g}.")

    @property
    def range(self) -> tuple[float, float]:
        """(low, high), both the value itself where no range is known."""
        low = self.value if self.low is None else self.low
        high = self.value if self.high is None else self.high
        return low, high


def figure(sourced: Sourced, *, whole: bool = False) -> Any:
    """A dataclass field whose default is the figure's value (an int where `whole`), with the figure kept beside it."""
    return field(default=int(sourced.value) if whole else sourced.value, metadata={"sourced": sourced, "whole": whole})


def figures_of(parameters: type[Any] | object) -> dict[str, Sourced]:
    """The figures behind a dataclass's defaults, by field name. TypeError where it is no dataclass."""
    if not is_dataclass(parameters):
        raise TypeError("Only a dataclass made with figure() holds sourced figures.")
    return {item.name: item.metadata["sourced"] for item in fields(parameters) if "sourced" in item.metadata}


def chosen(parameters: type[T], values: Mapping[str, float], prefix: str = "") -> T:
    """An instance of the dataclass `parameters`: each figure is taken from `values` (under prefix + name), else its
    default.
    """
    given: dict[str, float] = {}
    for item in fields(parameters):  # type: ignore[arg-type]  # a dataclass type cannot be named in a TypeVar's bound
        if "sourced" in item.metadata and prefix + item.name in values:
            value = values[prefix + item.name]
            given[item.name] = int(value) if item.metadata["whole"] else value
    return parameters(**given)
