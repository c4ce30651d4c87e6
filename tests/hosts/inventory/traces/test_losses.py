"""Traces of which something cannot be used: it is said, and the rest is read."""

from pathlib import Path

import pytest

from hosts.inventory.refusals import UnreadableFileError
from tests.hosts.inventory.files import archive
from tests.hosts.inventory.outcomes import refusal
from tests.hosts.inventory.traces.made import START, csv, reading_of, traces_of

HEAD = "vm,timestamp,cpu_percent,memory_percent"
ALONE = "timestamp,cpu_percent,memory_percent"


def rows(count: int = 12, step_s: int = 300, *, name: str = "web,", end: str = "") -> list[str]:
    return [f"{name}{START + number * step_s},{10 + number},40{end}" for number in range(count)]


def one_file(header: str = ALONE, count: int = 12) -> str:
    return "\n".join([header, *rows(count, name="")]) + "\n"


def test_it_counts_rows_of_another_length(tmp_path: Path) -> None:
    lines = rows()
    lines[3], lines[5] = f"{lines[3]},more", "web,1"
    reading = reading_of(csv(tmp_path / "t.csv", HEAD, *lines))
    assert [row.message for row in reading.log.kept if row.code == "trace-ragged"] == [
        "2 rows have more or fewer cells than the others. They are left out."
    ]
    assert float(traces_of(reading).coverage[0]) == pytest.approx(10 / 12)


def test_it_reads_rows_that_all_end_with_a_separator(tmp_path: Path) -> None:
    reading = reading_of(csv(tmp_path / "t.csv", HEAD, *rows(end=",")))
    assert traces_of(reading).cpu.shape == (1, 12)
    assert "trace-ragged" not in reading.log.counts


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


def test_it_names_the_first_bad_row_of_one_file_and_none_of_several(tmp_path: Path) -> None:
    lines = one_file().splitlines()
    lines[4] = f"{START + 900},-5,40"
    broken = "\n".join(lines) + "\n"
    alone = reading_of(csv(tmp_path / "web01.csv", *lines))
    several = reading_of(archive(tmp_path / "t.zip", {"web00.csv": one_file(), "web01.csv": broken}))
    rows = [[row.row for row in found.log.kept if row.code == "trace-bad-rows"] for found in (alone, several)]
    assert rows == [[5], [0]]
