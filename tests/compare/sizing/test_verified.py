"""The types of an estate that an independent program sized too (2026-11-28), and what the rules of today make of it."""

from pathlib import Path

import pytest

from hosts.inventory.reading import read_file
from hosts.inventory.write import create_estate
from tests.compare.sizing.conftest import rows_of
from virtlab.labs.models import Lab

BEFORE = {"generations": 0, "normalise_vcpu": 0, "in_memory_keep": 0}
"""The rules that the independent program knew."""
TYPES = {
    "w1": ("c5a.xlarge", "c7i.xlarge"),
    "w2": ("t3a.2xlarge", "m7i.2xlarge"),
    "w3": ("r6a.large", "r7i.large"),
    "w4": ("r6a.2xlarge", "r7a.2xlarge"),
    "w5": ("c5a.large", "m8a.medium"),
    "w6": ("t2.small", "t3a.small"),
    "w7": ("r6g.large", "r7g.large"),
    "w9": ("r6a.8xlarge", "r8i-flex.8xlarge"),
    "wa": ("t3a.2xlarge", "m8i-flex.2xlarge"),
}
"""By workload: under those rules, and under today's."""


@pytest.fixture
def verified(catalog: None, shared_data: Path) -> Lab:
    folder = shared_data / "cases" / "verified_e2e"
    if not folder.is_dir():
        pytest.skip("needs the case verified_e2e")
    estate, trace = (read_file(folder / name, name) for name in ("estate.csv", "trace.csv"))
    lab = Lab.objects.create(name="Verified", visitor_token="x")
    create_estate(lab, estate.inventory, traces=trace.traces, source="trace.csv")
    return lab


@pytest.mark.parametrize(("place", "rules"), [(0, BEFORE), (1, {})])
def test_it_finds_the_types_that_were_found_apart_from_it(verified: Lab, place: int, rules: dict[str, int]) -> None:
    found = {name: row.type for name, row in rows_of(verified, **rules).items()}
    assert found == {name: types[place] for name, types in TYPES.items()}
