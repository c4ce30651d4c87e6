"""Utilisation over time, from Parquet and CSV."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hosts.inventory.reading import Reading, read_file
from hosts.inventory.refusals import UnreadableFileError
from hosts.inventory.traces.owners import note_gaps
from hosts.inventory.traces.shapes import TraceSet

START = 1_782_864_000  # 2026-07-01 00:00 UTC


def traces(path: Path) -> TraceSet:
    trace_set = read(path).traces
    assert trace_set is not None
    return trace_set


def read(path: Path) -> Reading:
    return read_file(path, path.name)


def csv(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


class TestRealWeek:
    def test_it_reads_the_bitbrains_week(self, shared_data: Path) -> None:
        reading = read(shared_data / "bitbrains_rnd_week_5min.parquet")
        week = reading.traces
        assert week is not None
        assert week.cpu.shape == (499, 2016)
        assert week.rows_read == 1_008_826
        assert (week.cpu_unit, week.memory_unit) == ("share", "gib")
        assert 0 <= float(week.cpu.min()) <= float(week.cpu.max()) <= 1
        assert np.isfinite(week.cpu).all()
        assert len(reading.inventory.vms) == 498
        assert reading.log.counts["trace-no-size"] == 1

    def test_it_keeps_each_machines_mean(self, shared_data: Path) -> None:
        path = shared_data / "bitbrains_rnd_week_5min.parquet"
        table = pq.read_table(path, filters=[("vm", "=", 7)])
        share = np.mean(table["cpu_mhz"].to_numpy() / table["cap_mhz"].to_numpy())
        week = traces(path)
        assert week.cpu[week.names.index("7")].mean() == pytest.approx(share, rel=0.02)


class TestUnits:
    @pytest.mark.parametrize(
        ("cpu", "value", "unit", "expected"),
        [
            ("cpu_percent", "50", "share", 0.5),
            ("CPU usage [%]", "50", "share", 0.5),
            ("cpu", "50", "share", 0.5),
            ("cpu", "0.5", "share", 0.5),
            ("cpu_vcpu", "1.5", "vcpu", 1.5),
            ("cpu_mhz", "5000", "vcpu", 2.0),
        ],
    )
    def test_it_tells_the_cpu_unit_by_the_column(
        self, tmp_path: Path, cpu: str, value: str, unit: str, expected: float
    ) -> None:
        trace_set = traces(csv(tmp_path / "t.csv", f"vm,time,{cpu}", f"a,{START},{value}"))
        assert (trace_set.cpu_unit, float(trace_set.cpu[0, 0])) == (unit, expected)

    def test_it_takes_mhz_as_a_share_of_the_capacity(self, tmp_path: Path) -> None:
        trace_set = traces(csv(tmp_path / "t.csv", "vm,time,cores,cap_mhz,cpu_mhz", f"a,{START},2,5000,1000"))
        assert (trace_set.cpu_unit, int(trace_set.vcpu[0])) == ("share", 2)
        assert float(trace_set.cpu[0, 0]) == pytest.approx(0.2)

    @pytest.mark.parametrize(
        ("memory", "value", "unit", "expected"),
        [
            ("memory_percent", "25", "share", 0.25),
            ("memory_gib", "3", "gib", 3.0),
            ("mem_mb", "2048", "gib", 2.0),
            ("Memory usage [KB]", "1048576", "gib", 1.0),
        ],
    )
    def test_it_tells_the_memory_unit_by_the_column(
        self, tmp_path: Path, memory: str, value: str, unit: str, expected: float
    ) -> None:
        trace_set = traces(csv(tmp_path / "t.csv", f"vm,time,cpu_percent,{memory}", f"a,{START},1,{value}"))
        assert trace_set.memory is not None
        assert (trace_set.memory_unit, float(trace_set.memory[0, 0])) == (unit, expected)

    @pytest.mark.parametrize(
        "header",
        [
            "VM,Zeitstempel,CPU-Auslastung (%),Arbeitsspeicher (%)",
            "仮想マシン,日時,CPU使用率(%),メモリ使用率(%)",
            "Machine virtuelle,Horodatage,Utilisation CPU (%),Utilisation mémoire (%)",
            "가상 머신,일시,CPU 사용률 (%),메모리 사용률 (%)",
        ],
    )
    def test_it_knows_columns_in_other_languages(self, tmp_path: Path, header: str) -> None:
        trace_set = traces(csv(tmp_path / "t.csv", header, f"a,{START},50,25"))
        assert (trace_set.cpu_unit, float(trace_set.cpu[0, 0])) == ("share", 0.5)
        assert trace_set.memory is not None
        assert (trace_set.memory_unit, float(trace_set.memory[0, 0])) == ("share", 0.25)

    def test_it_says_that_nothing_is_known_of_disks(self, tmp_path: Path) -> None:
        reading = read(csv(tmp_path / "t.csv", "vm,time,cores,mem_cap_mb,cpu_percent", f"a,{START},2,4096,1"))
        assert reading.log.counts["disk-assumed"] == 1
        assert not reading.inventory.vms[0].disk_known

    def test_it_says_that_memory_is_missing(self, tmp_path: Path) -> None:
        reading = read(csv(tmp_path / "t.csv", "vm,time,cpu_percent", f"a,{START},1"))
        assert "trace-no-memory" in reading.log.counts


class TestTimes:
    @pytest.mark.parametrize(
        "moment",
        [
            "2026-07-01T00:00:00Z",
            "2026-07-01T00:00:00+00:00",
            "2026-07-01 00:00:00.123",
            "2026/07/01 00:00",
            "2026-07-01",
            str(START),
            str(START * 1000),
            str(START * 1_000_000),
            f"{START}.0",
        ],
    )
    def test_it_reads_moments_in_many_ways(self, tmp_path: Path, moment: str) -> None:
        trace_set = traces(csv(tmp_path / "t.csv", "vm,timestamp,cpu_percent", f"a,{moment},1"))
        assert datetime.fromtimestamp(trace_set.start_s, UTC) == datetime(2026, 7, 1, tzinfo=UTC)

    def test_it_reads_parquet_timestamps(self, tmp_path: Path) -> None:
        times = pa.array([datetime(2026, 7, 1), datetime(2026, 7, 1, 0, 5)], pa.timestamp("us"))
        table = pa.table({"vm": ["a", "a"], "timestamp": times, "cpu_percent": [10.0, 30.0]})
        pq.write_table(table, tmp_path / "t.parquet")
        assert traces(tmp_path / "t.parquet").cpu[0].tolist() == pytest.approx([0.1, 0.3])

    def test_it_averages_finer_samples_and_bridges_gaps(self, tmp_path: Path) -> None:
        rows = [(0, 10), (60, 20), (120, 30), (900, 80)]
        path = csv(tmp_path / "t.csv", "vm,time,cpu_percent", *(f"a,{START + at},{cpu}" for at, cpu in rows))
        assert traces(path).cpu[0].tolist() == pytest.approx([0.2, 0.4, 0.6, 0.8])

    def test_it_takes_rows_in_any_order(self, tmp_path: Path) -> None:
        rows = [f"{vm},{START + at},{cpu}" for vm, at, cpu in (("b", 300, 4), ("a", 300, 2), ("b", 0, 3), ("a", 0, 1))]
        trace_set = traces(csv(tmp_path / "t.csv", "vm,time,cpu_percent", *rows))
        assert dict(zip(trace_set.names, trace_set.cpu.tolist(), strict=True)) == {
            "b": pytest.approx([0.03, 0.04]),
            "a": pytest.approx([0.01, 0.02]),
        }

    def test_it_keeps_the_last_thirty_days_and_says_so(self, tmp_path: Path) -> None:
        rows = (f"a,{START + day * 86_400},{day}" for day in range(40))
        reading = read(csv(tmp_path / "t.csv", "vm,time,cpu_percent", *rows))
        assert reading.traces is not None
        assert reading.traces.cpu.shape == (1, 30 * 288)
        assert reading.log.counts["trace-shortened"] == 1


class TestBadRows:
    @pytest.mark.parametrize(
        ("row", "code"),
        [
            ("", ""),
            (",1782864000,5", "name-missing"),
            *((row, "trace-row-time") for row in ("a,,5", "a,yesterday,5", "a,1e300,5")),
            *((f"a,1782864000,{number}", "trace-row-number") for number in ("-5", "NaN", "1e30")),
        ],
    )
    def test_it_leaves_out_bad_rows_and_names_them(self, tmp_path: Path, row: str, code: str) -> None:
        reading = read(csv(tmp_path / "t.csv", "vm,time,cpu_percent", f"a,{START},50", row))
        assert reading.traces is not None
        assert float(reading.traces.cpu[0, 0]) == 0.5
        assert [(bad.code, bad.row) for bad in reading.log.kept if bad.severity == "error"] == [(code, 3)] * bool(row)

    def test_it_notes_machines_with_few_samples(self, tmp_path: Path) -> None:
        rows = [f"a,{START + slot * 300},1" for slot in range(10)]
        reading = read(
            csv(tmp_path / "t.csv", "vm,time,cpu_percent", *rows, f"b,{START},1", *[r.replace("a", "c") for r in rows])
        )
        assert reading.traces is not None
        note_gaps(reading.traces, range(3), reading.log)
        assert [p.value for p in reading.log.kept if p.code == "trace-few-samples"] == ["b"]

    @pytest.mark.parametrize(
        ("lines", "code"),
        [
            (["vm,time,cpu_percent"], "trace-no-rows"),
            (["vm,time,cpu_percent", "a,never,1"], "trace-no-rows"),
            (["vm,time,cpu_percent", "a,100000000,1", "a,2000000000,1"], "trace-span"),
            (["vm,time,memory", "a,1,1"], "unknown-columns"),
        ],
    )
    def test_it_refuses_what_is_no_trace(self, tmp_path: Path, lines: list[str], code: str) -> None:
        with pytest.raises(UnreadableFileError) as refusal:
            read(csv(tmp_path / "t.csv", *lines))
        assert refusal.value.code == code

    def test_it_names_the_columns_that_a_parquet_file_lacks(self, tmp_path: Path) -> None:
        pq.write_table(pa.table({"vm": ["a"], "x": [1]}), tmp_path / "t.parquet")
        with pytest.raises(UnreadableFileError, match="time, cpu"):
            read(tmp_path / "t.parquet")

    def test_it_refuses_a_parquet_file_of_too_many_rows(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("hosts.inventory.traces.files.MAX_ROWS", 1)
        pq.write_table(pa.table({"vm": ["a", "a"], "time": [1, 2], "cpu": [1, 2]}), tmp_path / "t.parquet")
        with pytest.raises(UnreadableFileError) as refusal:
            read(tmp_path / "t.parquet")
        assert refusal.value.code == "zip-bomb"


def test_it_loads_arrow_only_where_traces_are_read() -> None:
    """A web process and a worker are 33 MiB larger with it."""
    program = "import sys, django; django.setup(); import virtlab.urls; sys.exit('pyarrow' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)
