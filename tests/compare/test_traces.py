"""The demand of all VMs on one grid: a month of many VMs in coarser steps, busiest hours."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from hosts.live.facts import WorkloadFacts
from virtlab.compare.inputs.traces import step_that_fits, traces_of
from virtlab.labs.models import Workload
from virtlab.labs.traces import Origin, make_trace, peak_hour

START = datetime(2026, 7, 1, tzinfo=UTC)


def vm(cpu: Any, step_s: int = 300, start: datetime = START) -> WorkloadFacts:
    """A VM with a trace whose memory is its CPU."""
    samples = np.asarray(cpu, dtype="<f4")
    facts: dict[str, Any] = dict.fromkeys(WorkloadFacts._fields)
    facts |= {"samples": samples.size, "step_s": step_s, "start_at": start, "trace_kind": "measured"}
    return WorkloadFacts(**(facts | {"cpu_vcpu": samples.tobytes(), "memory_gib": samples.tobytes()}))


class TestCoarserSteps:
    def test_it_keeps_the_mean_of_cpu_and_the_peak_of_memory(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("virtlab.compare.inputs.traces.MOST_CELLS", 100)
        samples = np.tile([1.0, 1.0, 1.0, 5.0], 72)
        found = traces_of([vm(samples), vm(samples)])
        assert (found.step_s, found.samples) == (1_800, 48)
        assert found.cpu_vcpu.mean() == pytest.approx(2.0)
        assert found.memory_gib.max() == 5.0

    def test_it_takes_the_finest_step_that_fits(self) -> None:
        week, month = 7 * 86_400, 30 * 86_400
        steps = [step_that_fits(vms, span, 300) for vms, span in ((805, month), (10_000, week), (10_000, month))]
        assert steps == [300, 300, 1_800]

    def test_it_repeats_a_shorter_trace_at_its_hours_of_the_day(self) -> None:
        noon = vm([7.0, 7.0, 7.0, 7.0], 3_600, datetime(2026, 7, 1, 12, tzinfo=UTC))
        found = traces_of([vm(np.arange(48.0), 3_600), noon])
        assert found.cpu_vcpu.shape == (2, 48)
        assert found.cpu_vcpu[1].tolist() == [7.0] * 48


class TestBusiestHour:
    def test_it_is_the_highest_mean_over_an_hour(self) -> None:
        demand = np.zeros((2, 36), dtype=np.float32)
        demand[0, 12:24], demand[1, 30:36] = 3.0, 2.0
        assert peak_hour(demand, 300).tolist() == [3.0, 1.0]

    @pytest.mark.parametrize(
        ("samples", "step_s", "expected"), [([1, 4, 2], 3_600, 4.0), ([1, 3], 300, 2.0), ([5], 300, 5.0)]
    )
    def test_it_takes_what_there_is(self, samples: list[float], step_s: int, expected: float) -> None:
        assert peak_hour(np.array([samples], dtype=np.float32), step_s).tolist() == [expected]

    def test_it_looks_at_an_hour_that_the_trace_ends_in(self) -> None:
        demand = np.array([[0.0] * 13 + [6.0] * 12], dtype=np.float32)
        assert peak_hour(demand, 300).tolist() == [6.0]


@pytest.mark.parametrize("wrong", [-1.0, np.nan, np.inf])
@pytest.mark.parametrize("place", [0, 1])
def test_it_makes_no_trace_of_what_is_no_demand(wrong: float, place: int) -> None:
    cpu, memory = np.ones((2, 2))
    (cpu, memory)[place][1] = wrong
    with pytest.raises(ValueError, match="finite"):
        make_trace(Workload(), cpu, memory, Origin("measured", "upload:x", START))
