"""Replay: what VMs ask for, host by host and sample by sample, and what a contended host cannot give.

Model (docs/model.md, "Replay"): load L[h,t] = Σ demand of the VMs on h + overhead. Where L exceeds the capacity C, each
VM gets demand × C ÷ L, or a max-min share by weight where shares are set. What is missing is CPU ready (steal): work
that is lost, not queued.

`replay_segments` with several stretches: used by balance over a trace (not yet by a page).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from virtlab.engine.arrays import (
    F64,
    Bools,
    Floats,
    Ints,
    Real,
    bad_rows,
    check_map,
    non_negative,
    positive,
    ratio,
    rows_text,
)
from virtlab.engine.load.gather import add_by_host, as_demand, order_by_host, subset_sum
from virtlab.engine.load.shares import max_min_delivered


class Segment(NamedTuple):
    """A stretch of samples with one map: from sample `start` on, VM v runs on host `host_of_vm[v]` (−1: on none)."""

    start: int
    host_of_vm: npt.ArrayLike


@dataclass(frozen=True)
class Span:
    """A checked segment: samples start … stop − 1, the map (V,), and its VMs sorted by host."""

    start: int
    stop: int
    host_of_vm: Ints
    order: Ints
    hosts: Ints

    def vms_on(self, host: int) -> Ints:
        """VM numbers on one host during this span."""
        first, last = np.searchsorted(self.hosts, [host, host + 1])
        return self.order[first:last]


@dataclass(frozen=True)
class Replay:
    """Result of a replay of V VMs on H hosts over T samples. Arrays beyond the load are made when first asked for.

    host_load_vcpu (H, T): the demand, overhead included. capacity_vcpu, overhead_vcpu (H,).
    unplaced: VMs that had no host in at least one span; unplaced_load_vcpu (T,): their demand while they had none.
    """

    host_load_vcpu: F64
    capacity_vcpu: F64
    overhead_vcpu: F64
    unplaced: Ints
    unplaced_load_vcpu: F64
    demand_vcpu: Floats = field(repr=False)
    spans: tuple[Span, ...] = field(repr=False)
    shares: F64 | None = field(default=None, repr=False)

    @cached_property
    def contended_hosts(self) -> Bools:
        """Hosts whose demand is more than they have at any time (H,)."""
        return np.asarray(self.host_load_vcpu.max(axis=1, initial=0.0) > self.capacity_vcpu)

    @cached_property
    def host_used_vcpu(self) -> F64:
        """What ran, min(L, C), vCPU (H, T)."""
        return np.minimum(self.host_load_vcpu, self.capacity_vcpu[:, None])

    @cached_property
    def host_utilisation(self) -> F64:
        """Used ÷ capacity, 0 … 1 (H, T)."""
        share = self.host_load_vcpu / self.capacity_vcpu[:, None]
        return np.minimum(share, 1.0, out=share)

    @cached_property
    def host_delivered_fraction(self) -> F64:
        """Delivered ÷ asked (H, T): C ÷ L where contended, else 1."""
        room = self.capacity_vcpu[:, None]
        if not self.contended_hosts.any():
            return np.broadcast_to(1.0, self.host_load_vcpu.shape)
        larger = np.maximum(self.host_load_vcpu, room)
        return np.divide(room, larger, out=larger)

    @cached_property
    def host_ready_vcpu(self) -> F64:
        """Demand that could not run, vCPU (H, T)."""
        return self.host_load_vcpu - self.host_used_vcpu

    @cached_property
    def host_ready_fraction(self) -> F64:
        """Share of each host's demand over the whole replay that could not run (H,); the oracles' figure."""
        demand = self.host_load_vcpu.sum(axis=1)
        return ratio(self.host_ready_vcpu.sum(axis=1), demand)

    def vm_delivered(self, span: Span, host: int) -> tuple[Ints, F64]:
        """VMs of a host in a span and what each was given, vCPU (n, samples of the span)."""
        vms = span.vms_on(host)
        demand = self.demand_vcpu[vms, span.start : span.stop].astype(np.float64)
        if self.shares is None:
            return vms, demand * self.host_delivered_fraction[host, span.start : span.stop]
        room = max(0.0, float(self.capacity_vcpu[host] - self.overhead_vcpu[host]))
        return vms, max_min_delivered(demand, self.shares[vms], np.full(demand.shape[1], room))

    def vm_ready_vcpu(self) -> F64:
        """Mean vCPU of demand that each VM could not use, over all samples (V,); not counted while it has no host."""
        missing = np.zeros(len(self.demand_vcpu))
        for span, host in self._contended():
            vms, given = self.vm_delivered(span, host)
            demand = self.demand_vcpu[vms, span.start : span.stop]
            missing[vms] += demand.sum(axis=1, dtype=np.float64) - given.sum(axis=1)
        missing /= max(1, self.demand_vcpu.shape[1])
        return np.maximum(missing, 0.0)

    def vm_ready_fraction(self) -> F64:
        """Share of each VM's asked-for work that did not run though it had a host (V,): CPU ready, or steal."""
        demand = self.demand_vcpu.sum(axis=1, dtype=np.float64) / max(1, self.demand_vcpu.shape[1])
        return ratio(self.vm_ready_vcpu(), demand)

    def _contended(self) -> Iterator[tuple[Span, int]]:
        for host in np.flatnonzero(self.contended_hosts).tolist():
            over = self.host_load_vcpu[host] > self.capacity_vcpu[host]
            yield from ((span, host) for span in self.spans if over[span.start : span.stop].any())


def replay(
    demand_vcpu: npt.ArrayLike,
    host_of_vm: npt.ArrayLike,
    capacity_vcpu: Real,
    *,
    overhead_vcpu: Real = 0.0,
    shares: Real | None = None,
) -> Replay:
    """Replay demand (V, T) in vCPU on hosts of `capacity_vcpu` (H,), the VM → host map (V,) being the same throughout.

    `overhead_vcpu` (H,) or one number is the hypervisor's own use. `shares` (V,) are weights for max-min sharing of a
    contended host; without them each VM is cut by the same factor.
    Raises ValueError, naming rows, for NaN, infinite or negative numbers, and for hosts that do not exist.
    """
    only = [Segment(0, host_of_vm)]
    return replay_segments(demand_vcpu, only, capacity_vcpu, overhead_vcpu=overhead_vcpu, shares=shares)


def replay_segments(
    demand_vcpu: npt.ArrayLike,
    segments: Sequence[Segment],
    capacity_vcpu: Real,
    *,
    overhead_vcpu: Real = 0.0,
    shares: Real | None = None,
) -> Replay:
    """As `replay`, with a map that changes at given samples (migrations); the first segment starts at sample 0.

    The load is summed once under the first map; in a later segment only hosts whose VMs differ are summed again.
    """
    demand = as_demand(demand_vcpu)
    count = np.asarray(capacity_vcpu).size
    capacity, overhead = positive("Capacity", capacity_vcpu, count), non_negative("Overhead", overhead_vcpu, count)
    weights = None if shares is None else positive("Shares", shares, len(demand))
    spans = _spans(segments, len(demand), demand.shape[1], count)
    load = np.zeros((count, demand.shape[1]))
    lost, unplaced = _fill(demand, spans, load)
    if overhead.any():
        load += overhead[:, None]
    return Replay(
        host_load_vcpu=load,
        capacity_vcpu=capacity,
        overhead_vcpu=overhead,
        unplaced=unplaced,
        unplaced_load_vcpu=lost,
        demand_vcpu=demand,
        spans=spans,
        shares=weights,
    )


def _spans(segments: Sequence[Segment], vms: int, samples: int, hosts: int) -> tuple[Span, ...]:
    starts = [segment.start for segment in segments]
    if not starts or starts[0] != 0 or any(a >= b for a, b in pairwise(starts)):
        raise ValueError(f"Segments must start at sample 0 and rise; they start at {starts}.")
    if starts[-1] > max(0, samples - 1):
        raise ValueError(f"The last segment starts at sample {starts[-1]}, past the {samples} samples there are.")
    stops = [*starts[1:], samples]
    maps = [check_map(segment.host_of_vm, vms, hosts) for segment in segments]
    return tuple(map(_span, starts, stops, maps))


def _span(start: int, stop: int, host_of_vm: Ints) -> Span:
    order = order_by_host(host_of_vm)
    return Span(start, stop, host_of_vm, order, host_of_vm[order])


def _fill(demand: Floats, spans: tuple[Span, ...], load: F64) -> tuple[F64, Ints]:
    base = spans[0]
    placed = int(np.searchsorted(base.hosts, 0))
    suspects = [add_by_host(demand, base.order[placed:], base.hosts[placed:], load)]
    lost, unclean = subset_sum(demand, base.order[:placed])
    _refuse(demand, np.concatenate([*suspects, unclean]))
    for span in spans[1:]:
        _refill(demand, base, span, load, lost)
    unplaced = np.unique(np.concatenate([np.flatnonzero(span.host_of_vm < 0) for span in spans]))
    return lost, unplaced


def _refill(demand: Floats, base: Span, span: Span, load: F64, lost: F64) -> None:
    """Sum again, in the samples of `span`, the hosts that hold other VMs than in `base`."""
    moved = span.host_of_vm != base.host_of_vm
    touched = np.zeros(len(load) + 1, dtype=np.bool_)  # the last entry stands for host −1, "none"
    touched[span.host_of_vm[moved]] = touched[base.host_of_vm[moved]] = True
    part, window = demand[:, span.start : span.stop], load[:, span.start : span.stop]
    window[touched[:-1]] = 0.0
    again = np.flatnonzero(touched[span.hosts] & (span.hosts >= 0))
    add_by_host(part, span.order[again], span.hosts[again], window)
    if touched[-1]:
        lost[span.start : span.stop] = subset_sum(part, np.flatnonzero(span.host_of_vm < 0))[0]


def _refuse(demand: Floats, suspects: Ints) -> None:
    if not suspects.size:
        return
    wrong = bad_rows(demand[suspects])
    rows = suspects[wrong] if wrong.size else suspects  # each finite, their sum not
    raise ValueError(f"Demand must be finite and not negative; see VMs {rows_text(np.sort(rows))}.")
