"""The demand of guests at any lab times: their traces, cycled over lab time, in memory by lab."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import numpy as np

from hosts.live.facts import GuestFacts
from virtlab.engine.arrays import F32, F64, Ints
from virtlab.labs.models import Lab, Trace
from virtlab.web.cache import LruCache
from virtlab.web.records import read_records

MOST_BYTES = 192 * 1024 * 1024


class TraceRow(NamedTuple):
    """A trace with its samples as little-endian float32."""

    pk: int
    samples: int
    start_at: datetime
    step_s: int
    cpu_vcpu: bytes
    memory_gib: bytes


@dataclass(frozen=True)
class TraceArrays:
    """Samples of some traces one after the other, and by trace where they begin, how many they are, when and how far
    apart.
    """

    row_of: dict[int, int]
    first: Ints
    samples: Ints
    start_s: F64
    step_s: F64
    cpu_vcpu: F32
    memory_gib: F32

    @property
    def nbytes(self) -> int:
        """Size in memory."""
        return int(self.cpu_vcpu.nbytes + self.memory_gib.nbytes + 200 * len(self.row_of))


TRACES: LruCache[TraceArrays] = LruCache(max_bytes=MOST_BYTES, size_of=lambda traces: traces.nbytes)


def demand(lab: Lab, trace_ids: Sequence[int | None], times_s: F64) -> tuple[F64, F64]:
    """The demand of each trace, CPU (vCPU) and memory (GiB), at lab times (seconds since 1970): (V, T) each.

    A trace that ended begins anew. Without a trace there is no demand. At most one query, none where all are cached.
    """
    wanted = [pk for pk in trace_ids if pk is not None]
    traces = _trace_arrays(lab, wanted)
    rows = np.array([-1 if pk is None else traces.row_of.get(pk, -1) for pk in trace_ids], dtype=np.intp)
    cpu, memory = np.zeros((len(rows), times_s.size)), np.zeros((len(rows), times_s.size))
    known = np.flatnonzero(rows >= 0)
    if known.size:
        at = _positions(traces, rows[known], times_s)
        cpu[known], memory[known] = traces.cpu_vcpu[at], traces.memory_gib[at]
    return cpu, memory


def demand_now(lab: Lab, guests: Sequence[GuestFacts], moment: datetime) -> tuple[F64, F64]:
    """The same of guests at one moment, (V, 1) each: a guest that is paused wants no CPU."""
    cpu, memory = demand(lab, [guest.trace_id for guest in guests], np.array([moment.timestamp()]))
    cpu[[guest.paused for guest in guests]] = 0.0
    return cpu, memory


def _positions(traces: TraceArrays, rows: Ints, times_s: F64) -> Ints:
    gone = np.floor((times_s[None, :] - traces.start_s[rows, None]) / traces.step_s[rows, None])
    samples = traces.samples[rows, None]
    place: Ints = traces.first[rows, None] + np.mod(gone, samples).astype(np.intp)
    return place


def _trace_arrays(lab: Lab, wanted: Sequence[int]) -> TraceArrays:
    traces = TRACES.get(lab.slug, lambda: _load(lab))
    if all(pk in traces.row_of for pk in wanted):
        return traces
    TRACES.forget(lab.slug)
    return TRACES.get(lab.slug, lambda: _load(lab))


def _load(lab: Lab) -> TraceArrays:
    rows = read_records(TraceRow, Trace.objects.filter(workload__lab=lab, samples__gt=0).order_by("pk"))
    samples = np.array([row.samples for row in rows], dtype=np.intp)
    return TraceArrays(
        row_of={row.pk: number for number, row in enumerate(rows)},
        first=np.cumsum(samples) - samples,
        samples=samples,
        start_s=np.array([row.start_at.timestamp() for row in rows]),
        step_s=np.array([float(row.step_s) for row in rows]),
        cpu_vcpu=np.frombuffer(b"".join(bytes(row.cpu_vcpu) for row in rows), dtype="<f4"),
        memory_gib=np.frombuffer(b"".join(bytes(row.memory_gib) for row in rows), dtype="<f4"),
    )
