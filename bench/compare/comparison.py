"""The comparison of large estates: the first one of a lab, and one more with everything kept. Processor time."""

import os
import resource
from collections.abc import Iterator
from functools import partial

from bench import Figure
from bench.support.labs.compared import answer, cpu_s, lab_of, with_catalogues
from virtlab.web.cache import clear_caches

SMOKE = bool(os.environ.get("BENCH_SMOKE"))
WARM, FIRST = (500, 1_000) if SMOKE else (10_000, 30_000)


def figures() -> Iterator[Figure]:
    """Seconds of a slider at 10,000 machines, of the first comparison of 30,000, and what that holds."""
    with_catalogues()
    lab = lab_of(WARM)
    answer(lab)
    warm = [cpu_s(partial(answer, lab, electricity_usd_per_kwh=price)) for price in (0.11, 0.12, 0.13)]
    yield at_most(f"comparison.{WARM}.warm", max(warm), 1.0, "another price, the longest of three")
    lab = lab_of(FIRST)
    clear_caches()
    yield at_most(f"comparison.{FIRST}.first", cpu_s(lambda: answer(lab)), 5.0, "rows read, sized and packed")
    held_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield Figure(f"comparison.{FIRST}.memory", held_mib, "MiB", "", ok=True, note="the process at its most")


def at_most(name: str, value: float, most: float, note: str) -> Figure:
    """Seconds that should not exceed `most`."""
    return Figure(name, value, "s", f"<= {most:g}", ok=value <= most, note=f"{note}; processor time")
