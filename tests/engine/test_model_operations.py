"""The documentation of the model says what the engine computes with."""

from pathlib import Path

import pytest

from tests.engine.test_sourced import SETS
from virtlab.engine.hypervisors.table import HYPERVISORS
from virtlab.engine.sourced import figures_of

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "model-operations.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("parameters", SETS)
def test_it_documents_each_figure_with_its_source(parameters: type) -> None:
    for name, sourced in figures_of(parameters).items():
        low, high = sourced.range
        value = f"{sourced.value:g} {sourced.unit} | {low:g} … {high:g} | {sourced.kind}"
        assert f"| {name} | {value} | {sourced.source} | {sourced.date} |" in TEXT


def test_it_documents_each_hypervisor() -> None:
    for one in HYPERVISORS.values():
        assert f"| {one.name} | " in TEXT
        for sourced in (one.cpu_overhead, one.io_share, one.host_cpu_share, one.host_memory_gib, one.most_vcpu):
            assert sourced is None or f"| {sourced.source} | {sourced.date} | {sourced.kind} |" in TEXT
