"""Moments in the ways of several countries."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.hosts.inventory.traces.made import asked, csv, traces

FIRST = datetime(2026, 3, 2, 14, 5, tzinfo=UTC)
HEAD = "vm;time;cpu_percent"


def start_of(tmp_path: Path, *moments: str) -> datetime:
    path = csv(tmp_path / "t.csv", HEAD, *(f'a;"{moment}";5' for moment in moments))
    return datetime.fromtimestamp(traces(path).start_s, UTC)


class TestKinds:
    @pytest.mark.parametrize(
        "moment",
        [
            "2026-03-02T23:05:00+09:00",
            "2026-03-02 23:05:00 +0900",
            "2026-03-02 23:05 JST",
            "2026-03-02T09:05:00.000-05:00",
            "02.03.2026 14:05:00",
            "2.3.2026 14:05",
            "02.03.26, 14:05",
            "2026/3/2 14:05",
            "2026/03/02 午後 2:05:00",
            "2026年3月2日 14:05",
            "2026年3月2日 14時05分00秒",
            "2026-03-02 02:05:00 PM",
            "Mar 2, 2026 2:05:00 PM",
            "Monday, March 2, 2026, 2:05 PM",
            "02-Mar-2026 14:05",
            "2 March 2026 14:05:00",
            "2. März 2026 14:05",
            "2 de marzo de 2026 14:05",
            "2 mars 2026 14:05",
            "2026-03-02 2:05:00\u202fp.m.",
        ],
    )
    def test_it_reads_a_moment(self, tmp_path: Path, moment: str) -> None:
        assert start_of(tmp_path, moment) == FIRST

    @pytest.mark.parametrize("moment", ["2026-02-30 10:00", "2026-03-02 25:00", "2026-03-02 13:05 PM", "31.04.2026"])
    def test_it_leaves_out_what_no_calendar_or_clock_shows(self, tmp_path: Path, moment: str) -> None:
        assert start_of(tmp_path, moment, "2026-03-02 14:05") == FIRST

    def test_it_knows_midnight_and_noon(self, tmp_path: Path) -> None:
        assert start_of(tmp_path, "3/13/2026 12:00:00 AM", "3/13/2026 12:05:00 PM").hour == 0


class TestDayAndMonth:
    def test_it_tells_the_order_by_a_day_after_the_twelfth(self, tmp_path: Path) -> None:
        assert start_of(tmp_path, "3/2/2026 14:05", "3/13/2026 14:05") == FIRST
        assert start_of(tmp_path, "2/3/2026 14:05", "13/3/2026 14:05") == FIRST

    def test_it_looks_beyond_the_first_rows(self, tmp_path: Path) -> None:
        rows = [f"a;3/{1 + row // 100}/2026 10:00;5" for row in range(1_400)]
        assert asked(csv(tmp_path / "t.csv", HEAD, *rows)) == {}

    def test_it_asks_everything_at_once(self, tmp_path: Path) -> None:
        path = csv(tmp_path / "t.csv", "vm,time,cpu_percent,mem", "a,3/2/2026 10:00,250,4096")
        assert asked(path) == {"dates": "time", "cpu": "cpu_percent", "memory": "mem"}

    def test_it_believes_the_file_more_than_an_answer(self, tmp_path: Path) -> None:
        path = csv(tmp_path / "t.csv", "vm,time,cpu_percent", "a,3/2/2026 14:05,5", "a,3/13/2026 14:05,5")
        answered = traces(path, "vm,time,cpu_percent", dates="dmy")
        assert answered.start_s == FIRST.timestamp()
