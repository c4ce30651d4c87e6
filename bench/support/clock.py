"""Timing of benches: the best of several runs, since what else the machine does only ever adds time."""

import time
from collections.abc import Callable


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
