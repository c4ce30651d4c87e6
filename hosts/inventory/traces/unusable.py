"""The rows of traces that are left out: which and why. All are counted, the first ones are named by their numbers."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from hosts.inventory.problems import ProblemLog
from hosts.inventory.refusals import UnreadableFileError
from hosts.inventory.report.errors import MOST_ROWS
from virtlab.engine.arrays import I64, Bools
from virtlab.engine.units import SECONDS_PER_DAY

NAME, TIME, NUMBER = "name-missing", "trace-row-time", "trace-row-number"
CELLS, FAR = "trace-row-cells", "trace-row-far"
MOSTLY = 0.5  # of all rows: where more than these are of no use, the file is not what it is taken for
RUN_GAP_DAYS = 30  # without a sample: what stands behind them is another run of samples
SHORT_DAYS = 2  # of the calendar
FEW, SMALL = 0.02, 0.5  # of the rows of the largest run


@dataclass(slots=True)
class Unusable:
    """How many rows there are of each kind, and the first of them: kind, tab, row, and what is quoted of it."""

    counts: Counter[str] = field(default_factory=Counter)
    first: list[tuple[str, str, int, str]] = field(default_factory=list)

    def add(self, code: str, tab: str, rows: I64, values: Sequence[str] = ()) -> None:
        """Takes rows (N,) of a tab into account; `values` are quoted of each."""
        self.counts[code] += len(rows)
        self.name(code, tab, rows, values)

    def name(self, code: str, tab: str, rows: I64, values: Sequence[str] = ()) -> None:
        """The same of rows that are counted already."""
        shown = rows[: max(0, MOST_ROWS - len(self.first))].tolist()
        quoted = values or [""] * len(shown)
        self.first += [(code, tab, row, value) for row, value in zip(shown, quoted, strict=False)]

    def add_faults(self, faults: Mapping[str, Bools], tab: str, rows: I64) -> None:
        """Takes the rows (N,) into account that have a fault, by its kind."""
        for code, faulty in faults.items():
            if faulty.any():
                self.add(code, tab, rows[faulty])

    def refuse_most(self, rows: int) -> None:
        """UnreadableFileError where most of so many rows are no samples, whatever their numbers are."""
        kinds = {name: self.counts[code] for name, code in (("names", NAME), ("times", TIME), ("cells", CELLS))}
        if sum(kinds.values()) > MOSTLY * rows:
            _code, tab, row, _value = next(seen for seen in self.first if seen[0] != NUMBER)
            raise UnreadableFileError("trace-most-rows", rows=rows, tab=tab, row=row, **kinds)

    def note(self, log: ProblemLog) -> None:
        """Notes all rows, those beyond the first ones by number alone."""
        noted: Counter[str] = Counter()
        for code, tab, row, value in self.first:
            log.add(code, tab=tab, row=row, value=value)
            noted[code] += 1
        log.counts.update(self.counts - noted)


@dataclass(slots=True)
class DaysSeen:
    """The days (since 1970) of which there are samples: how many, and the seconds of the first and the last one."""

    days: dict[int, tuple[int, int, int]] = field(default_factory=dict)

    def look(self, time_s: I64) -> None:
        """Takes samples (N,) into account."""
        times = np.sort(time_s)
        days, at, counts = np.unique(times // SECONDS_PER_DAY, return_index=True, return_counts=True)
        ends = zip(days.tolist(), counts.tolist(), times[at].tolist(), times[at + counts - 1].tolist(), strict=True)
        for day, count, first_s, last_s in ends:
            rows, first, last = self.days.get(day, (0, first_s, last_s))
            self.days[day] = rows + count, min(first, first_s), max(last, last_s)

    def far(self, vms: int, most_days: int) -> frozenset[int]:
        """The days of samples whose dates cannot be meant: a month or more away from the others, far fewer than these
        (or one for each of so many VMs), and all within two days or more than `most_days` away. None where these would
        be most.
        """
        runs = self.runs()
        largest = max(runs, key=self.rows_of)
        most = self.rows_of(largest)
        few = [run for run in runs if self.rows_of(run) < max(FEW * most, min(vms + 1, SMALL * most))]
        far = [run for run in few if run[-1] - run[0] < SHORT_DAYS or away(run, largest) > most_days]
        days = frozenset(day for run in far for day in run)
        return days if self.rows_of(days) <= MOSTLY * self.rows_of(self.days) else frozenset()

    def runs(self) -> list[list[int]]:
        """The days in order, cut where none follows for a month."""
        runs: list[list[int]] = []
        for day in sorted(self.days):
            if runs and day - runs[-1][-1] <= RUN_GAP_DAYS:
                runs[-1].append(day)
            else:
                runs.append([day])
        return runs

    def rows_of(self, days: Iterable[int]) -> int:
        """How many samples some days have."""
        return sum(self.days[day][0] for day in days)

    def extent_s(self, without: frozenset[int]) -> tuple[int, int]:
        """The seconds of the first and the last sample, those of some days apart."""
        kept = [seen for day, seen in self.days.items() if day not in without]
        return min(first for _rows, first, _last in kept), max(last for _rows, _first, last in kept)


def away(run: Sequence[int], other: Sequence[int]) -> int:
    """How many days lie between two runs of days."""
    return max(run[0] - other[-1], other[0] - run[-1])


def on_days(time_s: I64, days: frozenset[int]) -> Bools:
    """Which moments (N,) are of some days."""
    return np.isin(time_s // SECONDS_PER_DAY, list(days)) if days else np.zeros(time_s.shape, dtype=np.bool_)


def date_texts(time_s: I64) -> list[str]:
    """The days of moments as they are written in ISO 8601."""
    return [str(np.datetime64(moment_s, "s"))[:10] for moment_s in time_s.tolist()]
