"""What a first look at a trace file learns: its VMs, its time, how large its numbers are, when its clock goes back."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from hosts.inventory.refusals import UnreadableFileError
from hosts.inventory.rows import ColumnMatch
from hosts.inventory.traces.clock import ClockWatch
from hosts.inventory.traces.moments import DatesSeen, DayOrder
from hosts.inventory.traces.shapes import STEP_S
from virtlab.engine.arrays import F64, I64, Bools

MAX_VMS = 50_000
CAPS = {"cpu": 1e8, "memory": 1e12, "cores": 4_096.0, "cpu_capacity": 1e8, "memory_capacity": 1e12}
SIZES = ("cores", "memory_capacity")


@dataclass(slots=True)
class Samples:
    """Rows of a trace file: VM (index into names, −1 for none), time (s, −1 for none), whether its zone is known, and
    numbers by field.
    """

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

    def only(self, rows: Bools) -> "Samples":
        """Some of the rows."""
        numbers = {name: numbers[rows] for name, numbers in self.numbers.items()}
        return Samples(self.names, self.vm[rows], self.time_s[rows], self.zoned[rows], numbers)


@dataclass(frozen=True, slots=True)
class Source:
    """Trace files of one header: `samples` goes through them from the beginning with dates in an order of day and month
    (`dates` says what they say of that), `ragged` counts the rows that this left out, `fields` are their columns by
    field, `rows` the first ones as written; of `several` files no row can be named by its number.
    """

    samples: Callable[[DayOrder], Iterator[Samples]]
    dates: Callable[[], DatesSeen]
    ragged: Callable[[], int]
    fields: dict[str, str]
    columns: list[ColumnMatch]
    tab: str
    rows: list[list[str]]
    several: bool = False

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
    """What the first pass learns: VMs, the first and last slot of five minutes, the spread of CPU and memory, the VMs'
    sizes, whether a time names no zone, and how the clock goes.
    """

    names: list[str] = field(default_factory=list)
    first: int = 2**62
    last: int = -1
    rows: int = 0
    unzoned: bool = False
    bad: int = 0
    first_bad: int = 0
    spreads: dict[str, Spread] = field(default_factory=lambda: {"cpu": Spread(), "memory": Spread()})
    sizes: dict[str, F64] = field(default_factory=lambda: {name: np.zeros(0) for name in SIZES})
    clock: ClockWatch = field(default_factory=ClockWatch)

    def look(self, samples: Samples) -> None:
        """Takes one batch into account; UnreadableFileError where there are too many VMs."""
        good = samples.good()
        if not good.all():
            self.first_bad = self.first_bad or self.rows + int(np.flatnonzero(~good)[0]) + 2
            self.bad += int((~good).sum())
        self.rows += len(good)
        self.names = samples.names
        if len(self.names) > MAX_VMS:
            raise UnreadableFileError("zip-bomb", reason=f"> {MAX_VMS} VMs")
        if good.any():
            self._look_at(samples.only(good))

    def _look_at(self, samples: Samples) -> None:
        slots = samples.time_s // STEP_S
        self.first, self.last = min(self.first, int(slots.min())), max(self.last, int(slots.max()))
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
