"""The last hours of lab time of a guest or a host, for charts: as things stand now, replayed from the traces.

What ran where in the past is not kept sample by sample: the series shows today's guests on today's hosts.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from hosts.live.facts import EstateFacts, facts_of
from hosts.live.load import LoadResult, load_inputs, load_result, power_weights
from hosts.live.traces import demand
from hosts.models import Host, VirtualMachine
from virtlab.engine.arrays import F64, ratio
from virtlab.engine.units import MIB_PER_GIB, SAMPLE_S, SECONDS_PER_HOUR
from virtlab.labs.models import Lab
from virtlab.labs.parameters import lab_values

MOST_HOURS = 24 * 31


@dataclass(frozen=True)
class History:
    """Series (T,) at `times`: CPU demand and use (vCPU), CPU ready (0 … 1), active memory (GiB), watts."""

    times: list[datetime]
    demand_vcpu: F64
    used_vcpu: F64
    ready_share: F64
    memory_gib: F64
    power_w: F64
    vcpu: float
    allocated_gib: float


def history_of_guest(vm: VirtualMachine, hours: float = 24.0) -> History:
    """The last hours of a guest: eight queries or fewer."""
    facts, times, load, memory, watts = _replayed(vm.lab, _around(vm), hours)
    row = next((n for n, guest in enumerate(facts.guests) if guest.pk == vm.pk), None)
    if row is None:
        return _empty(times)
    host = load.active_host[row]
    ready = load.ready_share[host] if host >= 0 else np.zeros(len(times))
    return History(
        times=times,
        demand_vcpu=load.demand_vcpu[row],
        used_vcpu=load.used_vcpu[row],
        ready_share=ready,
        memory_gib=memory[row] * (host >= 0),
        power_w=watts[row],
        vcpu=vm.vcpu,
        allocated_gib=vm.memory_mib / MIB_PER_GIB,
    )


def history_of_host(host: Host, hours: float = 24.0) -> History:
    """The last hours of a host, all its guests together: eight queries or fewer."""
    facts = _only(facts_of(host.lab, host.cluster_id), host.pk)
    _facts, times, load, memory, _watts = _replayed(host.lab, facts, hours)
    active = load.active_host >= 0
    return History(
        times=times,
        demand_vcpu=load.demand_vcpu.sum(axis=0),
        used_vcpu=load.used_vcpu.sum(axis=0),
        ready_share=load.ready_share[0],
        memory_gib=memory[active].sum(axis=0),
        power_w=load.power_w[0],
        vcpu=host.cores * host.threads_per_core,
        allocated_gib=host.memory_mib / MIB_PER_GIB,
    )


def _around(vm: VirtualMachine) -> EstateFacts:
    facts = facts_of(vm.lab, vm.cluster_id)
    if vm.host_id is None:
        return facts._replace(guests=[guest for guest in facts.guests if guest.pk == vm.pk])
    return _only(facts, vm.host_id)


def _only(facts: EstateFacts, host: int) -> EstateFacts:
    return facts._replace(
        hosts=[row for row in facts.hosts if row.pk == host],
        guests=[guest for guest in facts.guests if guest.host_id == host],
    )


def _replayed(lab: Lab, facts: EstateFacts, hours: float) -> tuple[EstateFacts, list[datetime], LoadResult, F64, F64]:
    until = lab.lab_time()
    count = int(min(max(hours, 1.0), MOST_HOURS) * SECONDS_PER_HOUR / SAMPLE_S) + 1
    times = [until - timedelta(seconds=SAMPLE_S * (count - 1 - n)) for n in range(count)]
    inputs = load_inputs(facts, lab_values(lab))
    cpu, memory = demand(lab, [guest.trace_id for guest in facts.guests], np.array([t.timestamp() for t in times]))
    load = load_result(inputs, cpu)
    memory = np.minimum(memory, inputs.memory_gib[:, None])
    return facts, times, load, memory, _watts(load, power_weights(inputs, load), inputs.power.idle_w)


def _watts(load: LoadResult, weights: F64, idle_w: F64) -> F64:
    """Watts of each guest over time: its part of the host's idle watts, and of the rest by CPU used."""
    watts = np.zeros_like(load.used_vcpu)
    rows = np.flatnonzero(load.active_host >= 0)
    if not rows.size:
        return watts
    host = load.active_host[rows]
    total = np.zeros_like(load.power_w)
    np.add.at(total, host, load.used_vcpu[rows])
    dynamic = np.maximum(load.power_w - idle_w[:, None], 0.0)
    first = np.maximum(weights[rows] - ratio(load.used_vcpu[rows, 0], total[host, 0]) * dynamic[host, 0], 0.0)
    watts[rows] = first[:, None] + ratio(load.used_vcpu[rows], total[host]) * dynamic[host]
    return watts


def _empty(times: list[datetime]) -> History:
    nothing = dict.fromkeys(("demand_vcpu", "used_vcpu", "ready_share", "memory_gib", "power_w"), np.zeros(len(times)))
    return History(times=times, vcpu=0.0, allocated_gib=0.0, **nothing)


@dataclass(frozen=True)
class GuestSeries:
    """One guest of a host over time (T,): vCPU used, GiB active, watts."""

    name: str
    used_vcpu: F64
    memory_gib: F64
    power_w: F64


def series_of_guests(host: Host, hours: float = 24.0) -> tuple[list[datetime], list[GuestSeries]]:
    """The last hours of every guest that runs on a host, largest mean CPU first: eight queries or fewer."""
    facts = _only(facts_of(host.lab, host.cluster_id), host.pk)
    _facts, times, load, memory, watts = _replayed(host.lab, facts, hours)
    rows = [n for n in range(len(facts.guests)) if load.active_host[n] >= 0]
    rows.sort(key=lambda n: -float(load.used_vcpu[n].mean()))
    return times, [GuestSeries(facts.guests[n].name, load.used_vcpu[n], memory[n], watts[n]) for n in rows]
