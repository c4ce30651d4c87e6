"""The documentation of the model names where each figure is defined."""

import re
from importlib import import_module
from operator import attrgetter
from pathlib import Path

import pytest

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "model.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`((?:virtlab|hosts|instances)\.[a-z_.]+):([\w.]+)`", TEXT)))


@pytest.mark.parametrize(("module", "name"), NAMED)
def test_it_names_definitions_that_there_are(module: str, name: str) -> None:
    assert callable(attrgetter(name)(import_module(module)))


def test_it_names_the_formulas_that_both_sides_share() -> None:
    modules = {module for module, _name in NAMED}
    assert {"hosts.pricing.unit_prices", "instances.pricing.hourly", "instances.pricing.power"} <= modules


def test_it_names_every_formula_of_prices_on_prem() -> None:
    prices = import_module("hosts.pricing.unit_prices")
    formulas = {name for name in vars(prices) if "_usd" in name}
    assert formulas == {name for module, name in NAMED if module == prices.__name__}
