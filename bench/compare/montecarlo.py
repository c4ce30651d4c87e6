"""The range of a difference: how two sides answer to every assumption, and ten thousand draws. Processor time."""

import os
from collections.abc import Iterator

from bench import Figure
from bench.support.labs.compared import answer, cpu_s, lab_of, with_catalogues
from virtlab.compare.report.sensitivity.outlook import OUTLOOKS

VMS = 200 if os.environ.get("BENCH_SMOKE") else 805


def figures() -> Iterator[Figure]:
    """Seconds of the range with the sizes kept, and of the first one, which sizes all of them anew many times."""
    with_catalogues()
    lab = lab_of(VMS)
    report = answer(lab)
    first = cpu_s(lambda: report.band)
    yield Figure(f"montecarlo.{VMS}.first", first, "s", "", ok=True, note="sized anew at every value tried")
    OUTLOOKS.clear()
    again = answer(lab, electricity_usd_per_kwh=0.16)
    took = cpu_s(lambda: again.band)
    yield Figure(f"montecarlo.{VMS}", took, "s", "<= 0.5", ok=took <= 0.5, note="10,000 draws; processor time")
