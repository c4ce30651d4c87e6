"""Figures with their source, and parameter sets made of them."""

from dataclasses import dataclass

import pytest

from virtlab.engine.durations.timings import Timings
from virtlab.engine.load.cpu_credits import SurplusPrices
from virtlab.engine.load.overcommit import MemoryRules
from virtlab.engine.migration.cold import MoveLimits
from virtlab.engine.migration.precopy import MigrationSettings
from virtlab.engine.migration.to_cloud import CloudRates
from virtlab.engine.sourced import Kind, Sourced, chosen, figure, figures_of
from virtlab.engine.storage import RebuildRates

SETS: list[type] = [CloudRates, MemoryRules, MigrationSettings, MoveLimits, RebuildRates, SurplusPrices, Timings]


@dataclass(frozen=True)
class Small:
    """Two figures and a plain field."""

    rate: float = figure(Sourced(2.5, "MiB/s", "a book", "2020", Kind.LIST, 1, 5))
    tries: int = figure(Sourced(3, "tries", "a book", "2020"), whole=True)
    name: str = "small"


def test_it_keeps_the_figure_beside_the_default() -> None:
    assert Small().rate == 2.5
    assert list(figures_of(Small)) == ["rate", "tries"]
    assert figures_of(Small())["rate"].range == (1, 5)
    assert figures_of(Small)["tries"].range == (3, 3)


def test_it_takes_a_lab_own_values() -> None:
    small = chosen(Small, {"small-rate": 4.0, "small-tries": 5.0, "other": 1.0}, prefix="small-")
    assert (small.rate, small.tries, small.name) == (4.0, 5, "small")
    assert isinstance(small.tries, int)


def test_it_refuses_a_value_outside_its_own_range() -> None:
    with pytest.raises(ValueError, match="outside"):
        Sourced(9, "s", "a book", "2020", low=1, high=5)


def test_it_holds_no_figures_of_other_objects() -> None:
    with pytest.raises(TypeError):
        figures_of("text")


@pytest.mark.parametrize("parameters", SETS)
def test_it_says_where_each_figure_comes_from(parameters: type) -> None:
    figures = figures_of(parameters)
    assert figures
    for name, sourced in figures.items():
        assert getattr(parameters(), name) == sourced.value
        assert sourced.unit
        assert sourced.source
        assert sourced.date[:2] == "20"
