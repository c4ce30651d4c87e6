"""What a first look at a trace file learns: its VMs, its time, how large its numbers are, when its clock goes back."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from hosts.inventory.refusals import UnreadableFileError
from hosts.inventory.report.errors import MOST_ROWS
from hosts.inventory.rows import ColumnMatch
from hosts.inventory.traces.clock import ClockWatch
from hosts.inventory.traces.moments import DatesSeen, DayOrder
from hosts.inventory.traces.shapes import STEP_S
from hosts.inventory.traces.unusable import FAR, NAME, NUMBER, TIME, DaysSeen, Unusable, date_texts, on_days
from virtlab.engine.arrays import F64, I64, Bools

MAX_VMS = 50_000
CAPS = {"cpu": 1e8, "memory": 1e12, "cores": 4_096.0, "cpu_capacity": 1e8, "memory_capacity": 1e12}
SIZES = ("cores", "memory_capacity")


@dataclass(slots=True)
class Samples:
    """Rows of a trace file (its `tab`, and their numbers there): VM (index into names, −1 for none), time (s, −1 for
    none), whether its zone is known, and numbers by field.
    """

    tab: str
    row: I64
    names: list[str]
    vm: I64
    time_s: I64
    zoned: Bools
    numbers: dict[str, F64]

    def good(self) -> Bools:
        """Which rows have a name, a time and a CPU, and no negative or absurd number."""
        good = (self.vm >= 0) & (self.time_s >= 0)
        for name, numbers in self.numbers.items():
            fits = (numbers >= 0) & (numbers <= CAPS[name])
            good &= fits if name == "cpu" else fits | np.isnan(numbers)
        return good

    def faults(self) -> dict[str, Bools]:
        """Why each row that is not good is of no use, by the first thing that it lacks."""
        name, time = self.vm < 0, self.time_s < 0
        return {NAME: name, TIME: time & ~name, NUMBER: ~(self.good() | name | time)}

    def only(self, rows: Bools) -> "Samples":
        """Some of the rows."""
        numbers = {name: numbers[rows] for name, numbers in self.numbers.items()}
        return Samples(
            tab=self.tab,
            row=self.row[rows],
            names=self.names,
            vm=self.vm[rows],
            time_s=self.time_s[rows],
            zoned=self.zoned[rows],
            numbers=numbers,
        )


@dataclass(frozen=True, slots=True)
class Source:
    """Trace files of one header: `samples` goes through them from the beginning with dates in an order of day and month
    (`dates` says what they say of that), `ragged` are the rows by tab that this left out for their other number of
    cells, `fields` are their columns by field, `rows` the first ones as written.
    """

    samples: Callable[[DayOrder], Iterator[Samples]]
    dates: Callable[[], DatesSeen]
    ragged: Callable[[], Iterator[tuple[str, I64]]]
    fields: dict[str, str]
    columns: list[ColumnMatch]
    tab: str
    rows: list[list[str]]

    @property
    def header(self) -> list[str]:
        """Its columns as they are written."""
        return [column.column for column in self.columns]


@dataclass(slots=True)
class Spread:
    """How large the numbers of a column are: how many, how many of at most 1, the largest."""

    count: int = 0
    to_one: int = 0
    largest: float = 0.0

    def look(self, numbers: F64) -> None:
        """Takes numbers into account."""
        there = numbers[np.isfinite(numbers)]
        self.count += there.size
        self.to_one += int((there <= 1.0).sum())
        self.largest = max(self.largest, float(there.max(initial=0.0)))


@dataclass(slots=True)
class Survey:
    """What the first pass learns: VMs, the days that there are, the rows that are of no use, the spread of CPU and
    memory, the VMs' sizes, whether a time names no zone, and how the clock goes.
    """

    names: list[str] = field(default_factory=list)
    days: DaysSeen = field(default_factory=DaysSeen)
    unusable: Unusable = field(default_factory=Unusable)
    rows: int = 0
    unzoned: bool = False
    far: frozenset[int] = frozenset()
    spreads: dict[str, Spread] = field(default_factory=lambda: {"cpu": Spread(), "memory": Spread()})
    sizes: dict[str, F64] = field(default_factory=lambda: {name: np.zeros(0) for name in SIZES})
    clock: ClockWatch = field(default_factory=ClockWatch)

    def look(self, samples: Samples) -> None:
        """Takes one batch into account; UnreadableFileError where there are too many VMs."""
        good = samples.good()
        if not good.all():
            self.unusable.add_faults(samples.faults(), samples.tab, samples.row)
        self.rows += len(good)
        self.names = samples.names
        if len(self.names) > MAX_VMS:
            raise UnreadableFileError("zip-bomb", reason=f"> {MAX_VMS} VMs")
        if good.any():
            self._look_at(samples.only(good))

    def _look_at(self, samples: Samples) -> None:
        self.days.look(samples.time_s)
        self.unzoned = self.unzoned or not samples.zoned.all()
        self.clock.look(samples.vm, samples.time_s, samples.zoned)
        for name, spread in self.spreads.items():
            if name in samples.numbers:
                spread.look(samples.numbers[name])
        for name in SIZES:
            grown = np.zeros(len(self.names))
            grown[: len(self.sizes[name])] = self.sizes[name]
            if name in samples.numbers:
                np.fmax.at(grown, samples.vm, np.nan_to_num(samples.numbers[name]))
            self.sizes[name] = grown

    def set_far_apart(self, most_days: int) -> None:
        """Leaves the samples out whose dates lie far from all others (`DaysSeen.far`)."""
        self.far = self.days.far(len(self.names), most_days)
        self.unusable.counts[FAR] = self.days.rows_of(self.far)

    def without_far(self, samples: Samples) -> Samples:
        """The samples but for those whose dates lie far from all others; these are kept as unusable rows."""
        if not self.far:
            return samples
        far = on_days(samples.time_s, self.far)
        if far.any():
            self.unusable.name(FAR, samples.tab, samples.row[far], date_texts(samples.time_s[far][:MOST_ROWS]))
        return samples.only(~far)

    def slots(self) -> tuple[int, int]:
        """The first and the last slot of five minutes of which there is a sample."""
        first_s, last_s = self.days.extent_s(self.far)
        return first_s // STEP_S, last_s // STEP_S
