"""The demand of guests at any lab times: their traces, cycled over lab time, kept in memory by trace."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from virtlab.engine.arrays import F32, F64, Ints
from virtlab.labs.models import Lab, Trace
from virtlab.web.cache import LruCache

MOST_BYTES = 192 * 1024 * 1024


@dataclass(frozen=True)
class Book:
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


TRACES: LruCache[Book] = LruCache(max_bytes=MOST_BYTES, size_of=lambda traces: traces.nbytes)


def demand(lab: Lab, trace_ids: Sequence[int | None], times_s: F64) -> tuple[F64, F64]:
    """CPU (vCPU) and memory (GiB) that each trace asks for at lab times (seconds since 1970): (V, T) each.

    A trace that ended begins anew. Without a trace nothing is asked for. At most one query, none where all are kept.
    """
    wanted = [pk for pk in trace_ids if pk is not None]
    book = _book(lab, wanted)
    rows = np.array([-1 if pk is None else book.row_of.get(pk, -1) for pk in trace_ids], dtype=np.intp)
    cpu, memory = np.zeros((len(rows), times_s.size)), np.zeros((len(rows), times_s.size))
    known = np.flatnonzero(rows >= 0)
    if known.size:
        at = _places(book, rows[known], times_s)
        cpu[known], memory[known] = book.cpu_vcpu[at], book.memory_gib[at]
    return cpu, memory


def _places(book: Book, rows: Ints, times_s: F64) -> Ints:
    gone = np.floor((times_s[None, :] - book.start_s[rows, None]) / book.step_s[rows, None])
    samples = book.samples[rows, None]
    place: Ints = book.first[rows, None] + np.mod(gone, samples).astype(np.intp)
    return place


def _book(lab: Lab, wanted: Sequence[int]) -> Book:
    book = TRACES.get(lab.slug, lambda: _load(lab))
    if all(pk in book.row_of for pk in wanted):
        return book
    TRACES.forget(lab.slug)
    return TRACES.get(lab.slug, lambda: _load(lab))


def _load(lab: Lab) -> Book:
    found = Trace.objects.filter(workload__lab=lab, samples__gt=0).order_by("pk")
    rows = list(found.values_list("pk", "samples", "start_at", "step_s", "cpu_vcpu", "memory_gib"))
    samples = np.array([row[1] for row in rows], dtype=np.intp)
    return Book(
        row_of={row[0]: number for number, row in enumerate(rows)},
        first=np.cumsum(samples) - samples,
        samples=samples,
        start_s=np.array([_seconds(row[2]) for row in rows]),
        step_s=np.array([float(row[3]) for row in rows]),
        cpu_vcpu=np.frombuffer(b"".join(bytes(row[4]) for row in rows), dtype="<f4"),
        memory_gib=np.frombuffer(b"".join(bytes(row[5]) for row in rows), dtype="<f4"),
    )


def _seconds(moment: datetime) -> float:
    return moment.timestamp()
