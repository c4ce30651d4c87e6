"""Clocks that go back an hour in autumn: times without a zone then come twice, and both hours are kept.

Told by what such a change alone looks like: within the rows of one VM, in the order of the file, time goes on from
sample to sample, and once, in the first hours of a Sunday (on which all zones of today change), it goes back by an hour
less the usual step. What stands after it is an hour later than it says.
"""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from virtlab.engine.arrays import I64, Bools
from virtlab.engine.units import SECONDS_PER_DAY, SECONDS_PER_HOUR

USUAL_S = 300
NIGHT_S = 4 * SECONDS_PER_HOUR
SUNDAY = 3  # days since Thursday, 1970-01-01, modulo 7
NEVER_S = 2**40  # in place of the seconds since a row that there is not
FEW = 2_000  # samples from which the usual step is learnt


@dataclass(slots=True)
class ClockWatch:
    """By VM the time of its last row and how often time did not go on; and where it went back by an hour (VM → s)."""

    last_s: I64 = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    back: I64 = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    steps: Counter[int] = field(default_factory=Counter)
    hours: dict[int, int] = field(default_factory=dict)

    @property
    def interval_s(self) -> int:
        """The usual time between two samples of a VM."""
        return self.steps.most_common(1)[0][0] if self.steps else USUAL_S

    def look(self, vm: I64, time_s: I64, zoned: Bools) -> None:
        """Takes rows into account, in the order of the file."""
        self.last_s, self.back = grown(self.last_s, vm, -1), grown(self.back, vm, 0)
        order, gone = since_last(vm, time_s, self.last_s)
        self.learn(gone[(gone > 0) & (gone <= SECONDS_PER_DAY)])
        stood = (gone <= 0) & ~zoned[order]
        self.back += np.bincount(vm[order][stood], minlength=self.back.size)
        self.keep_hours(vm[order][stood], time_s[order][stood], gone[stood])

    def learn(self, steps_s: I64) -> None:
        """Counts steps, until enough are known."""
        if self.steps.total() < FEW:
            steps, counts = np.unique(steps_s, return_counts=True)
            self.steps.update(dict(zip(steps.tolist(), counts.tolist(), strict=True)))

    def keep_hours(self, vm: I64, time_s: I64, gone_s: I64) -> None:
        """Keeps where time went back by what a clock goes back, at an hour at which clocks do."""
        night = (time_s % SECONDS_PER_DAY < NIGHT_S) & (time_s // SECONDS_PER_DAY % 7 == SUNDAY)
        hour = night & (np.abs(gone_s + SECONDS_PER_HOUR - self.interval_s) <= self.interval_s // 2)
        self.hours |= dict(zip(vm[hour].tolist(), time_s[hour].tolist(), strict=True))

    def changes(self) -> dict[int, int]:
        """By VM the time from which on its rows are an hour later than they say: only where time went back once."""
        return {vm: time_s for vm, time_s in self.hours.items() if self.back[vm] == 1}


@dataclass(slots=True)
class ClockSetter:
    """Sets times right on a second way through the file; `passed` are the VMs whose clock has gone back already."""

    changes: dict[int, int]
    last_s: I64 = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    passed: set[int] = field(default_factory=set)

    def right(self, vm: I64, time_s: I64) -> I64:
        """The times (N,) of rows in the order of the file."""
        if not self.changes:
            return time_s
        self.last_s = grown(self.last_s, vm, -1)
        order, gone = since_last(vm, time_s, self.last_s)
        later = np.isin(vm, list(self.passed))
        for row in np.flatnonzero((gone <= 0) & np.isin(vm[order], list(self.changes))).tolist():
            number = int(vm[order[row]])
            if self.changes[number] == time_s[order[row]]:
                after = order[row:]
                later[after[vm[after] == number]] = True
                self.passed.add(number)
        return time_s + later * SECONDS_PER_HOUR


def grown(by_vm: I64, vm: I64, empty: int) -> I64:
    """The array with room for all VMs of some rows, `empty` where it had none."""
    more = int(vm.max(initial=-1)) + 1 - by_vm.size
    return np.append(by_vm, np.full(more, empty, dtype=np.int64)) if more > 0 else by_vm


def since_last(vm: I64, time_s: I64, last_s: I64) -> tuple[I64, I64]:
    """The rows by VM in the order of the file, and the seconds (N,) that each is after the one before of the same VM,
    NEVER_S for the first of a VM. `last_s` (by VM, −1 for none) is what stood before, and is brought up to date.
    """
    order = np.argsort(vm, kind="stable")
    vms, times = vm[order], time_s[order]
    before = np.append(-1, times[:-1])
    begins = np.append(True, vms[1:] != vms[:-1])
    before[begins] = last_s[vms[begins]]
    last_s[vms] = times  # of equal VMs the last one stays
    return order, np.where(before < 0, NEVER_S, times - before)
