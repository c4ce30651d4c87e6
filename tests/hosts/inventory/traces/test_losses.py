"""Traces of which something cannot be used: it is said, and the rest is read."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hosts.inventory.reading import Reading
from hosts.inventory.refusals import UnreadableFileError
from tests.hosts.inventory.files import archive
from tests.hosts.inventory.outcomes import refusal
from tests.hosts.inventory.traces.made import START, asked, csv, reading_of, traces_of

HEAD = "vm,timestamp,cpu_percent,memory_percent"
ALONE = "timestamp,cpu_percent,memory_percent"


def rows(count: int = 12, step_s: int = 300, *, name: str = "web,", end: str = "") -> list[str]:
    return [f"{name}{START + number * step_s},{10 + number},40{end}" for number in range(count)]


def one_file(header: str = ALONE, count: int = 12) -> str:
    return "\n".join([header, *rows(count, name="")]) + "\n"


def left_out(reading: Reading) -> list[tuple[int, str, list[str]]]:
    """The rows of the errors file: number, code, own cells."""
    return [tuple(row) for tab in reading.left_out for row in tab["rows"]]


def test_it_names_rows_of_another_length(tmp_path: Path) -> None:
    lines = rows()
    lines[3], lines[5] = f"{lines[3]},more", "web,1"
    lines.insert(2, "")
    reading = reading_of(csv(tmp_path / "t.csv", HEAD, *lines))
    assert [(row.row, row.code) for row in reading.log.kept if row.severity == "error"] == [
        (6, "trace-row-cells"),
        (8, "trace-row-cells"),
    ]
    assert left_out(reading)[1] == (8, "trace-row-cells", ["web", "1", "", ""])
    assert float(traces_of(reading).coverage[0]) == pytest.approx(10 / 12)


@pytest.mark.parametrize(
    ("wild", "code"),
    [
        ("web,1970-01-01 00:00,10,40", "trace-row-time"),
        ("web,1975-01-01 00:00,10,40", "trace-row-far"),
        ("web,2031-01-01 00:00,10,40", "trace-row-far"),
        ("web,2099-12-31 23:59,10,40", "trace-row-far"),
        ("web,0,10,40", "trace-row-time"),
        ("web,n/a,10,40", "trace-row-time"),
        (",{start},10,40", "name-missing"),
        ("web,{start},n/a,40", "trace-row-number"),
        ("web,{start},-1,40", "trace-row-number"),
    ],
)
@pytest.mark.parametrize("dates", [True, False], ids=["dates", "seconds"])
def test_it_leaves_one_wild_row_out_and_reads_the_others(tmp_path: Path, wild: str, code: str, dates: bool) -> None:
    lines = [f"web,2026-07-01 0{hour}:{minute:02},1{hour},40" for hour in range(3) for minute in range(0, 60, 5)]
    lines = lines if dates else rows(36)
    lines.insert(7, wild.format(start="2026-07-01 00:00" if dates else START))
    reading = reading_of(csv(tmp_path / "t.csv", HEAD, *lines))
    assert [(row.row, row.code) for row in reading.log.kept if row.severity == "error"] == [(9, code)]
    assert left_out(reading)[0][2] == lines[7].split(",")
    assert (traces_of(reading).start_s, traces_of(reading).cpu.shape) == (START, (1, 36))
    assert float(traces_of(reading).coverage[0]) == pytest.approx(1.0)


def test_it_reads_rows_that_are_written_in_several_ways(tmp_path: Path) -> None:
    lines = rows(6)
    lines[2] = f"web,{START + 600}000,12,40"  # milliseconds
    lines[4] = "web,2026-07-01T00:20:00Z,14,40"
    reading = reading_of(csv(tmp_path / "t.csv", HEAD, *lines))
    assert traces_of(reading).cpu[0] == pytest.approx([0.10, 0.11, 0.12, 0.13, 0.14, 0.15])


def test_it_takes_the_order_of_days_and_months_from_most_dates(tmp_path: Path) -> None:
    lines = [f"web,3/{day}/2026 {hour}:00,10,40" for day in range(1, 29) for hour in range(24)]
    lines[30] = "web,25/3/2026 6:00,10,40"
    reading = reading_of(csv(tmp_path / "t.csv", HEAD, *lines))
    assert [row.row for row in reading.log.kept if row.code == "trace-row-time"] == [32]
    assert traces_of(reading).cpu.shape[1] == 28 * 24 * 12 - 11


def test_it_asks_for_the_order_where_so_few_dates_tell_that_they_may_be_mistakes(tmp_path: Path) -> None:
    lines = [f"web,3/{day}/2026 {hour}:00,10,40" for day in range(1, 13) for hour in range(24)]
    lines[30] = "web,25/3/2026 6:00,10,40"
    assert asked(csv(tmp_path / "t.csv", HEAD, *lines)) == {"dates": "timestamp"}


def test_it_keeps_short_and_early_parts_of_a_trace_that_are_no_mistakes(tmp_path: Path) -> None:
    quarters = [line for day in (0, 90, 180) for line in (f"web,{START + day * 86_400 + at},10,40" for at in (0, 3600))]
    assert "trace-row-far" not in reading_of(csv(tmp_path / "q.csv", HEAD, *quarters)).log.counts
    week = [f"web,{START + 400 * 86_400 + at * 3600},10,40" for at in range(24 * 7)]
    year = [f"web,{START + at * 3600},10,40" for at in range(24 * 300)]
    reading = reading_of(csv(tmp_path / "w.csv", HEAD, *year, *week))
    assert traces_of(reading).start_s + traces_of(reading).cpu.shape[1] * 300 > START + 406 * 86_400


def test_it_refuses_a_file_of_which_most_rows_are_no_samples(tmp_path: Path) -> None:
    lines = rows(10)
    lines[2:8] = ["web,never,10,40"] * 3 + ["web,1"] * 2 + [f",{START},10,40"]
    with pytest.raises(UnreadableFileError, match=r"Most of the 10 rows.*1 name no VM, 3 have no time.*2 have more"):
        reading_of(csv(tmp_path / "t.csv", HEAD, *lines))


def test_it_counts_rows_beyond_those_that_it_names(tmp_path: Path) -> None:
    lines = [*(f"web,{START + at},50,40" for at in range(6_000))] + ["web,never,10,40"] * 3_000
    reading = reading_of(csv(tmp_path / "t.csv", HEAD, *lines))
    assert reading.log.counts["trace-row-time"] == 3_000
    assert len(left_out(reading)) == 2_000


def test_it_numbers_rows_of_parquet_from_one(tmp_path: Path) -> None:
    times = pa.array([START, START + 300, START + 600, 4_000_000_000], pa.timestamp("s"))
    pq.write_table(pa.table({"vm": ["web"] * 4, "timestamp": times, "cpu_percent": [1.0] * 4}), tmp_path / "t.parquet")
    reading = reading_of(tmp_path / "t.parquet")
    assert left_out(reading) == [(4, "trace-row-far", ["web", "2096-10-02 07:06:40", "1"])]


def test_it_reads_rows_that_all_end_with_a_separator(tmp_path: Path) -> None:
    reading = reading_of(csv(tmp_path / "t.csv", HEAD, *rows(end=",")))
    assert traces_of(reading).cpu.shape == (1, 12)
    assert "trace-row-cells" not in reading.log.counts


def test_it_expects_what_the_usual_interval_lets_expect_also_of_daily_samples(tmp_path: Path) -> None:
    daily = traces_of(reading_of(csv(tmp_path / "t.csv", HEAD, *rows(10, 86_400))))
    assert float(daily.coverage[0]) == pytest.approx(1.0)
    with_gap = [row for number, row in enumerate(rows(10, 86_400)) if number not in {3, 4, 5}]
    assert float(traces_of(reading_of(csv(tmp_path / "g.csv", HEAD, *with_gap))).coverage[0]) < 0.8


@pytest.mark.parametrize("other", ["", "hello there", f"{ALONE}\n"])
def test_it_notes_members_that_are_no_traces(tmp_path: Path, other: str) -> None:
    reading = reading_of(archive(tmp_path / "t.zip", {"web01.csv": one_file(), "other.txt": other}))
    assert traces_of(reading).names == ["web01"]
    assert [row.tab for row in reading.log.kept if row.code == "tab-unreadable"] == ["other.txt"]


def test_it_names_the_file_with_other_columns(tmp_path: Path) -> None:
    members = {"web01.csv": one_file(), "web02.csv": one_file("timestamp,cpu_mhz,memory_percent")}
    path = archive(tmp_path / "t.zip", members)
    assert refusal(path) == "several-traces"
    with pytest.raises(UnreadableFileError, match=r"“web02\.csv”.*“web01\.csv” \(cpu_mhz, cpu_percent\)"):
        reading_of(path)


def test_it_says_from_when_to_when_dates_spread_too_far(tmp_path: Path) -> None:
    path = csv(tmp_path / "t.csv", HEAD, "web,2026-03-02 00:00,1,40", "web,2999-01-01 00:00,1,40")
    with pytest.raises(UnreadableFileError, match="from 2026-03-02 to 2999-01-01"):
        reading_of(path)


def test_it_names_rows_by_the_file_that_they_stand_in(tmp_path: Path) -> None:
    lines = one_file().splitlines()
    lines[4] = f"{START + 900},-5,40"
    broken = "\n".join(lines) + "\n"
    several = reading_of(archive(tmp_path / "t.zip", {"a/web00.csv": one_file(), "a/web01.csv": broken}))
    assert [(tab["tab"], tab["rows"]) for tab in several.left_out] == [
        ("a/web01.csv", [[5, "trace-row-number", [str(START + 900), "-5", "40"]]])
    ]
