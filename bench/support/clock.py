"""Timing of benches: the best of several runs, since what else the machine does only ever adds time; and how long a
lab's lock is held.
"""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from virtlab.labs.models import Lab


def best_s(job: Callable[[], object], runs: int = 7) -> float:
    """Seconds of the fastest of `runs` runs, after one that warms up."""
    job()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        job()
        times.append(time.perf_counter() - start)
    return min(times)


def best_pair_s(one: Callable[[], object], other: Callable[[], object], runs: int = 15) -> tuple[float, float]:
    """As `best_s` for two jobs run in turns, so that both meet the same machine."""
    one(), other()
    times = [(best_s(one, 1), best_s(other, 1)) for _ in range(runs)]
    return min(t for t, _ in times), min(t for _, t in times)


def driven_s(lab: "Lab", hours: int) -> Iterator[float]:
    """Seconds of each transaction in which a lab's next hours happen, an hour of its clock at a time."""
    from virtlab.jobs.runner.drive import drive
    from virtlab.labs import clock

    for hour in range(1, hours + 1):
        clock.move_forward(lab.pk, lab.clock_lab_at + timedelta(hours=hour))
        events = 1
        while events:
            began = time.perf_counter()
            events = drive(lab.pk).events
            yield time.perf_counter() - began
