"""Traces that were refused or misread, each standing for a kind of fault, with their right outcomes."""

from datetime import UTC, datetime

import numpy as np
import pytest

from tests.hosts.inventory.traces.made import CASES, asked, reading_of, traces, traces_of

AMPM = "vm,timestamp,cpu_percent,memory_percent"
PERCENT = "vm,timestamp,cpu_percent"


def codes(name: str) -> set[str]:
    return set(reading_of(CASES / name).log.counts)


class TestMoments:
    def test_it_reads_an_offset(self) -> None:
        trace_set = traces(CASES / "trace_jst.csv")
        assert datetime.fromtimestamp(trace_set.start_s, UTC) == datetime(2026, 3, 1, 15, tzinfo=UTC)
        assert trace_set.cpu.shape == (1, 600)
        assert trace_set.cpu[0, :3].tolist() == pytest.approx([0.10, 0.11, 0.12])
        assert "trace-no-zone" not in codes("trace_jst.csv")

    def test_it_asks_where_day_and_month_both_fit(self) -> None:
        assert asked(CASES / "trace_us_ampm.csv") == {"dates": "timestamp"}

    @pytest.mark.parametrize(("order", "first"), [("mdy", datetime(2026, 3, 2)), ("dmy", datetime(2026, 2, 3))])
    def test_it_reads_what_was_answered(self, order: str, first: datetime) -> None:
        trace_set = traces(CASES / "trace_us_ampm.csv", AMPM, dates=order)
        assert datetime.fromtimestamp(trace_set.start_s, UTC).date() >= first.date()
        assert trace_set.cpu[0, -1] == pytest.approx(0.29)
        if order == "mdy":
            assert trace_set.start_s == first.replace(tzinfo=UTC).timestamp()
            assert trace_set.cpu.shape == (1, 600)


class TestRawBitbrains:
    def test_it_calls_the_vm_like_the_file_and_reads_seconds_though_the_header_says_ms(self) -> None:
        trace_set = traces(CASES / "trace_bitbrains_raw.csv")
        assert trace_set.names == ["trace_bitbrains_raw"]
        assert (trace_set.start_s, trace_set.cpu.shape) == (1_772_409_600, (1, 600))
        assert (int(trace_set.vcpu[0]), float(trace_set.memory_mib[0])) == (4, 65_536.0)
        assert float(trace_set.cpu[0, 0]) == pytest.approx(10.91 / 11_703.99824)
        assert trace_set.memory is not None
        assert float(trace_set.memory[0, 0]) == pytest.approx(600_000 / 1024**2)


class TestOverHundred:
    def test_it_asks_what_more_than_100_percent_means(self) -> None:
        assert asked(CASES / "trace_over100.csv") == {"cpu": "cpu_percent"}

    def test_it_takes_percent_of_a_core(self) -> None:
        reading = reading_of(CASES / "trace_over100.csv", PERCENT, cpu="percent_core")
        trace_set = traces_of(reading)
        assert (trace_set.cpu_unit, float(trace_set.cpu.max())) == ("vcpu", 2.5)
        assert "trace-percent-of-core" in reading.log.counts
        assert "trace-over-100" not in reading.log.counts

    def test_it_says_how_many_samples_it_cut(self) -> None:
        reading = reading_of(CASES / "trace_over100.csv", PERCENT, cpu="percent")
        trace_set = traces_of(reading)
        cut = [problem.value for problem in reading.log.kept if problem.code == "trace-over-100"]
        assert (trace_set.cpu_unit, float(trace_set.cpu.max())) == ("share", 1.0)
        assert cut == [str(int((trace_set.cpu[0] == 1.0).sum()))]


class TestClockChange:
    def test_it_keeps_both_hours(self) -> None:
        trace_set = traces(CASES / "trace_dst.csv")
        assert trace_set.cpu[0].tolist() == pytest.approx([0.2] * 12 + [0.8] * 60)
        assert "trace-clock-back" in codes("trace_dst.csv")


class TestNoMemory:
    def test_it_says_that_all_memory_counts_as_used(self) -> None:
        reading = reading_of(CASES / "trace_no_memory.csv")
        said = [problem.message for problem in reading.log.kept if problem.code == "trace-no-memory"]
        assert traces_of(reading).memory is None
        assert "all of its memory" in said[0]
        assert np.allclose(traces_of(reading).cpu, 0.2)
