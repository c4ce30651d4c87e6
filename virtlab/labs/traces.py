"""Traces from arrays, with the figures that lists show of them, and where they come from in words."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from virtlab.engine.arrays import F32, F64, bad_rows
from virtlab.engine.units import SECONDS_PER_DAY, SECONDS_PER_HOUR
from virtlab.labs.choices import Evidence, MemorySeenBy, TraceKind
from virtlab.labs.models import Trace, Workload
from virtlab.web import formats
from virtlab.web.lazy_text import LazyText

STEPS_S = (300, 600, 900, 1_200, 1_800, SECONDS_PER_HOUR)
"""Steps that traces are brought to: the shortest first, of which every other is a whole number."""
UPLOAD = "upload:"
WHOLE_DAYS = 2  # from which on tenths say nothing
STATED = frozenset({"usage-file", "demo", "launch"})
"""Sources of synthetic traces that somebody stated a mean for; all others were assumed, or are a share of a host's."""
WITH_PEAK = frozenset({"demo", "launch"})
"""Those of them whose peak was stated too, so that the trace shows it."""
TOTALS = "usage-totals"
"""Of a VM that nobody listed: its size is a share of an estate's totals, and its demand is assumed."""
SOURCES: dict[str, LazyText] = {
    "usage-file": gettext_lazy("Synthetic day around the utilisation that the inventory gives for the VM"),
    "usage-host": gettext_lazy("Synthetic day around the VM's share of its host's utilisation in the inventory"),
    "demo": gettext_lazy("Synthetic week with a stated mean and peak, on the daily shape of the VM's work"),
    "launch": gettext_lazy("Synthetic load with a stated mean and peak, as chosen when the instance was launched"),
    TOTALS: gettext_lazy(
        "Assumed: the VM stands for a share of an estate's totals, with the mean utilisation of the lab's parameters"
    ),
    "usage-assumed": gettext_lazy("Synthetic day around the mean utilisation of the lab's parameters"),
}
"""`Trace.source` keeps a key of these, or UPLOAD and a file's name."""


def evidence_of(kind: str | None, source: str | None, *, enough: bool = True) -> Evidence:
    """How the demand of a trace is known: of its kind and source, both None where there is no trace. What was measured
    too briefly (not `enough`, `measured_hours`) tells a mean and a peak as somebody would who states them.
    """
    if kind == TraceKind.MEASURED:
        return Evidence.MEASURED if enough else Evidence.STATED
    return Evidence.STATED if source in STATED else Evidence.UNKNOWN


def measured_hours(samples: int, step_s: int, coverage: float) -> float:
    """Hours of a trace whose samples are there: its span without what was bridged."""
    return samples * step_s * coverage / SECONDS_PER_HOUR


@dataclass(frozen=True, slots=True)
class Origin:
    """Where samples come from (`kind` is a TraceKind, `source` a sentence) and when: `step_s` apart from `start_at`."""

    kind: str
    source: str
    start_at: datetime
    step_s: int = 300
    memory_seen_by: str = MemorySeenBy.NOBODY


def make_trace(
    workload: Workload, cpu_vcpu: npt.ArrayLike, memory_gib: npt.ArrayLike, origin: Origin, *, coverage: float = 1.0
) -> Trace:
    """An unsaved trace of two series (T,): vCPU and GiB in demand. Raises ValueError unless equally long,
    and where a number is negative, NaN or infinite: whoever reads a trace takes that for granted.

    `coverage` is the share (0 … 1) of the samples that were there; the others were bridged.
    """
    cpu, memory = np.asarray(cpu_vcpu, dtype="<f4"), np.asarray(memory_gib, dtype="<f4")
    if cpu.shape != memory.shape or cpu.ndim != 1 or not cpu.size:
        raise ValueError("A trace needs two series of equal length.")
    if bad_rows(np.stack([cpu, memory])).size:
        raise ValueError("Demand must be finite and not negative.")
    return Trace(
        workload=workload,
        kind=origin.kind,
        source=origin.source,
        memory_seen_by=origin.memory_seen_by,
        start_at=origin.start_at,
        step_s=origin.step_s,
        samples=cpu.size,
        coverage=coverage,
        cpu_vcpu=cpu.tobytes(),
        memory_gib=memory.tobytes(),
        cpu_mean_vcpu=float(cpu.mean(dtype=np.float64)),
        cpu_peak_vcpu=float(cpu.max()),
        memory_mean_gib=float(memory.mean(dtype=np.float64)),
        memory_peak_gib=float(memory.max()),
    )


def upload_source(file_name: str) -> str:
    """What `Trace.source` keeps for a trace that was uploaded."""
    return f"{UPLOAD}{file_name}"[:200]


def trace_text(trace: Trace) -> str:
    """Where a trace comes from and, of one that was measured, over which time, how whole, and whether with memory."""
    text = source_text(trace.source)
    if trace.kind != TraceKind.MEASURED:
        return text
    days = trace.samples * trace.step_s / SECONDS_PER_DAY
    hour = peak_hour(np.frombuffer(trace.cpu_vcpu, dtype="<f4")[None, :], trace.step_s)[0]
    said = {
        "text": text,
        "days": formats.number(days, 1 if days < WHOLE_DAYS else 0),
        "coverage": formats.percent(trace.coverage, 0),
        "hour": formats.number(float(hour)),
    }
    if trace.memory_seen_by == MemorySeenBy.NOBODY:
        without = _(
            "%(text)s. %(days)s days, %(coverage)s of the samples, busiest hour %(hour)s vCPU. Memory was not "
            "measured: all of it counts as used."
        )
        return without % said
    return _("%(text)s. %(days)s days, %(coverage)s of the samples, busiest hour %(hour)s vCPU.") % said


def peak_hour(demand: F32, step_s: int) -> F64:
    """The highest mean over an hour (V,) of samples (V, T) that are `step_s` apart; of longer ones the highest.

    Looked at are the hours from the first sample on, and the last one.
    """
    width = min(max(1, SECONDS_PER_HOUR // step_s), demand.shape[1])
    whole = demand.shape[1] // width * width
    sums = np.add.reduce([demand[:, place:whole:width] for place in range(width)], axis=0, dtype=np.float32)
    last = demand[:, -width:].mean(axis=1, dtype=np.float64)
    return np.asarray(np.maximum(sums.max(axis=1) / width, last), dtype=np.float64)


def source_text(source: str) -> str:
    """The words for what `Trace.source` keeps; texts of other origin are given as they are."""
    if source.startswith(UPLOAD):
        return _("Measured: uploaded file %(name)s") % {"name": source.removeprefix(UPLOAD)}
    return str(SOURCES.get(source, source))
