"""Units told by the whole column, clocks, thirty days, gaps, files of one VM each."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from hosts.inventory.traces.owners import note_gaps
from tests.hosts.inventory.files import archive
from tests.hosts.inventory.outcomes import refusal
from tests.hosts.inventory.traces.made import START, asked, csv, reading_of, together, traces, traces_of

HEAD = "vm,time,cpu"


def values(path: Path, head: str, *cells: float) -> Path:
    return csv(path, head, *(f"a,{START + 300 * row},{cell}" for row, cell in enumerate(cells)))


class TestWholeColumn:
    def test_it_reads_shares_though_one_is_a_bit_over(self, tmp_path: Path) -> None:
        reading = reading_of(values(tmp_path / "t.csv", HEAD, *([0.5] * 20), 1.01))
        assert float(traces_of(reading).cpu[0, 0]) == 0.5
        assert {"trace-share", "trace-over-100"} <= set(reading.log.counts)

    def test_it_reads_percent(self, tmp_path: Path) -> None:
        reading = reading_of(values(tmp_path / "t.csv", HEAD, 0.5, 40, 1, 3))
        assert float(traces_of(reading).cpu[0, 1]) == pytest.approx(0.4)
        assert "trace-percent" in reading.log.counts

    def test_it_asks_where_few_values_are_beyond_one(self, tmp_path: Path) -> None:
        path = values(tmp_path / "t.csv", HEAD, *([0.3] * 300), 40)
        assert asked(path) == {"cpu": "cpu"}
        assert float(traces(path, HEAD, cpu="percent").cpu[0, 0]) == pytest.approx(0.003)

    def test_it_cuts_what_turbo_shows_and_says_so(self, tmp_path: Path) -> None:
        reading = reading_of(values(tmp_path / "t.csv", "vm,time,cpu_percent", 50, 104, 103))
        assert traces_of(reading).cpu[0].tolist() == [0.5, 1.0, 1.0]
        assert [problem.value for problem in reading.log.kept if problem.code == "trace-over-100"] == ["2"]

    @pytest.mark.parametrize(("cell", "expected"), [(0.4, 0.4), (40, 0.4)])
    def test_it_reads_memory_the_same_way(self, tmp_path: Path, cell: float, expected: float) -> None:
        trace_set = traces(csv(tmp_path / "t.csv", f"{HEAD}_percent,mem", f"a,{START},5,{cell}"))
        assert trace_set.memory is not None
        assert float(trace_set.memory[0, 0]) == pytest.approx(expected)

    @pytest.mark.parametrize(("separator", "cell"), [(";", "12,5"), (";", "12.5"), (",", '"12,5"'), (",", "12.5")])
    def test_it_reads_either_decimal_mark(self, tmp_path: Path, separator: str, cell: str) -> None:
        lines = [separator.join(["vm", "time", "cpu_percent"]), separator.join(["a", str(START), cell])]
        assert float(traces(csv(tmp_path / "t.csv", *lines)).cpu[0, 0]) == pytest.approx(0.125)


class TestClock:
    def rows(self, vm: str, *hours: int) -> list[str]:
        return [f"{vm},2026-10-25 {hour:02}:{minute:02},{hour}" for hour in hours for minute in range(0, 60, 10)]

    def test_it_keeps_both_hours_of_each_vm_whatever_the_order_of_rows(self, tmp_path: Path) -> None:
        one, other = self.rows("a", 1, 2, 2, 3), self.rows("b", 1, 2, 2, 3)
        mixed = [row for pair in zip(one, other, strict=True) for row in pair]
        trace_set = traces(csv(tmp_path / "t.csv", "vm,time,cpu_percent", *mixed))
        assert trace_set.last.tolist() == [46, 46]
        assert np.unique(np.round(trace_set.cpu[0] * 100)).tolist() == [1, 2, 3]

    def test_it_leaves_rows_in_another_order_alone(self, tmp_path: Path) -> None:
        newest_first = self.rows("a", 0, 1, 2, 3)[::-1]
        reading = reading_of(csv(tmp_path / "t.csv", "vm,time,cpu_percent", *newest_first))
        assert "trace-clock-back" not in reading.log.counts
        assert traces_of(reading).last.tolist() == [46]

    def test_it_trusts_times_with_an_offset(self, tmp_path: Path) -> None:
        rows = [
            f"a,2026-10-25 02:{minute:02}:00{zone},5" for zone in ("+02:00", "+01:00") for minute in range(0, 60, 5)
        ]
        reading = reading_of(csv(tmp_path / "t.csv", "vm,time,cpu_percent", *rows))
        assert traces_of(reading).last.tolist() == [23]
        assert not {"trace-clock-back", "trace-no-zone"} & set(reading.log.counts)


class TestDays:
    def test_it_takes_a_coarser_step_before_it_drops_days(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("hosts.inventory.traces.grid.MAX_CELLS", 31 * 24)
        rows = [f"a,{START + 1_800 * row},{row % 2 * 50}" for row in range(30 * 48)]
        reading = reading_of(csv(tmp_path / "t.csv", "vm,time,cpu_percent", *rows))
        trace_set = traces_of(reading)
        assert (trace_set.step_s, trace_set.cpu.shape) == (3_600, (1, 720))
        assert np.allclose(trace_set.cpu, 0.25)
        assert [problem.value for problem in reading.log.kept if problem.code == "trace-resampled"] == ["60"]

    def test_it_says_what_share_of_the_samples_is_there(self, tmp_path: Path) -> None:
        rows = [f"a,{START + 300 * row},5" for row in range(100) if not 40 <= row < 60]
        reading = reading_of(csv(tmp_path / "t.csv", "vm,time,cpu_percent", *rows))
        assert float(traces_of(reading).coverage[0]) == pytest.approx(0.8)
        note_gaps(traces_of(reading), [0], reading.log)
        assert "80.0 % of the samples" in next(p.message for p in reading.log.kept if p.code == "trace-gaps")

    def test_it_expects_no_more_samples_than_the_file_takes(self, tmp_path: Path) -> None:
        hourly = [f"a,{START + 3_600 * row},5" for row in range(48)]
        reading = reading_of(csv(tmp_path / "t.csv", "vm,time,cpu_percent", *hourly))
        assert float(traces_of(reading).coverage[0]) == 1.0
        note_gaps(traces_of(reading), [0], reading.log)
        assert "trace-gaps" not in reading.log.counts

    def test_it_makes_nothing_up_before_and_after_a_vms_samples(self, tmp_path: Path) -> None:
        rows = [f"a,{START + 300 * row},5" for row in range(100)] + [
            f"b,{START + 300 * row},5" for row in range(60, 90)
        ]
        trace_set = traces(csv(tmp_path / "t.csv", "vm,time,cpu_percent", *rows))
        assert (trace_set.first.tolist(), trace_set.last.tolist()) == ([0, 60], [99, 89])


MATERNA = (
    '"Timestamp";"CPU cores";"CPU capacity provisioned [MHZ]";"CPU usage [MHZ]";"CPU usage [%]";'
    '"Memory capacity provisioned [KB]";"Memory usage [KB]";"Memory usage [%]"'
)


class TestFileOfOneVm:
    def raw(self, day: int, mhz: int) -> str:
        row = f'"{day:02}.11.2015 00:59:57";"2";"5200";"{mhz}";"12,5";"2097152";"524288";"25,00"'
        return f"{MATERNA}\r\n{row}\r\n"

    def test_it_reads_a_zip_of_one_file_a_vm(self, tmp_path: Path) -> None:
        files = {f"GWA-T-13/{name}.csv": self.raw(4, mhz) for name, mhz in (("01", 1_300), ("02", 2_600))}
        reading = reading_of(archive(tmp_path / "traces.zip", files))
        trace_set = traces_of(reading)
        assert trace_set.names == ["01", "02"]
        assert trace_set.cpu[:, 0].tolist() == pytest.approx([0.25, 0.5])
        assert datetime.fromtimestamp(trace_set.start_s, UTC) == datetime(2015, 11, 4, 0, 55, tzinfo=UTC)
        assert [(vm.name, vm.vcpu, vm.memory_mib) for vm in reading.inventory.vms] == [
            ("vm-01", 2, 2_048),
            ("vm-02", 2, 2_048),
        ]

    def test_it_tells_files_of_one_name_in_two_folders_apart(self, tmp_path: Path) -> None:
        files = {f"{folder}/1.csv": self.raw(4, 1_300) for folder in ("fast", "rnd")}
        assert traces(archive(tmp_path / "t.zip", files)).names == ["fast/1", "rnd/1"]

    def test_it_reads_several_uploads_as_one(self, tmp_path: Path) -> None:
        for name in ("web01", "web02"):
            csv(tmp_path / f"{name}.csv", "time,cpu_percent", f"{START},5")
        assert traces_of(together(tmp_path / "web01.csv", tmp_path / "web02.csv")).names == ["web01", "web02"]

    def test_it_reads_an_estate_and_its_traces_in_one_zip(self, tmp_path: Path) -> None:
        members = {
            "estate.csv": "name,vcpu,memory_gib\nweb01,4,16\n",
            "trace.csv": f"vm,time,cpu_percent\nweb01,{START},5\n",
        }
        reading = reading_of(archive(tmp_path / "t.zip", members))
        assert ([vm.name for vm in reading.inventory.vms], traces_of(reading).names) == (["web01"], ["web01"])

    def test_it_refuses_files_of_different_columns_together(self, tmp_path: Path) -> None:
        members = {
            "one.csv": f"time,cpu_percent\n{START},5\n",
            "two.csv": f"time,cpu_mhz\n{START},5\n",
        }
        assert refusal(archive(tmp_path / "t.zip", members)) == "several-traces"

    def test_it_takes_a_table_with_names_for_no_trace(self, tmp_path: Path) -> None:
        path = csv(tmp_path / "liste.csv", "Etikett,Datum,CPU", "web01,2026-03-02,4")
        assert refusal(path) == "unknown-columns"

    def test_it_finds_the_header_below_a_title(self, tmp_path: Path) -> None:
        path = csv(
            tmp_path / "t.csv", "Export of March", "", "vm,time,cpu_percent", f"a,{START},5", f"a,{START + 300},7"
        )
        assert traces(path).cpu[0].tolist() == pytest.approx([0.05, 0.07])
