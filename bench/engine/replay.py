"""Replay with contention and power: beside a plain numpy sum of the same arrays, and beside LEAF on the same job."""

import os
import time
import tracemalloc
from collections.abc import Generator, Iterator

import numpy as np
import simpy
from leaf.infrastructure import Node
from leaf.power import PowerMeter, PowerModelNode

from bench import Figure
from bench.support.clock import best_pair_s, best_s
from bench.support.planetlab import PER_HOST, STEP_S, demand_vcpu, hosts_of
from virtlab.engine.arrays import F64, Ints
from virtlab.engine.load.replay import replay
from virtlab.engine.power.watts import HostPower

DAY, WEEK = 288, 2016


def figures() -> Iterator[Figure]:
    """Milliseconds for a day and a week of 10,000 VMs, memory, growth to 100,000 VMs, and the peer."""
    smoke = bool(os.environ.get("BENCH_SMOKE"))
    vms = 1_600 if smoke else 10_000
    day = demand_vcpu(vms)
    task = (day, *hosts_of(vms))
    yield from _day(vms, day, task)
    yield _memory(task)
    yield from _growth(task, 1 if smoke else 10)
    yield _week(day, hosts_of(vms))
    yield _peer(160 if smoke else vms, task)


Task = tuple[F64, Ints, F64, HostPower]


def _job(task: Task) -> float:
    """Loads, what each host delivers, utilisation, energy: kWh."""
    demand, host, capacity, power = task
    result = replay(demand, host, capacity)
    assert result.host_delivered_fraction.size
    return float(power.energy_kwh(result.host_utilisation, STEP_S).sum())


def _plain_sum(demand: F64) -> F64:
    whole = demand[: len(demand) // PER_HOST * PER_HOST]
    return np.asarray(whole.reshape(-1, PER_HOST, demand.shape[1]).sum(axis=1))


def _day(vms: int, day: F64, task: Task) -> Iterator[Figure]:
    ours, plain = best_pair_s(lambda: _job(task), lambda: _plain_sum(day), 25)
    note = f"contention and power included; plain sum {plain * 1e3:.2f} ms"
    yield Figure(f"replay.day_{vms}", ours * 1e3, "ms", "<= 10", ours <= 0.010, note)
    yield Figure("replay.over_plain_sum", ours / plain, "times", "<= 4", ours <= 4 * plain, "the same arrays, in turns")
    mixed = np.random.default_rng(7).permutation(task[1])
    shuffled = best_s(lambda: _job((day, mixed, *task[2:])), 15)
    yield Figure("replay.day_shuffled", shuffled * 1e3, "ms", "-", True, "VMs of a host far apart in memory")


def _memory(task: Task) -> Figure:
    tracemalloc.start()
    _job(task)
    extra = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    total = 1 + extra / task[0].nbytes
    return Figure("replay.memory", total, "inputs", "<= 2", total <= 2, "input and all made from it, at the peak")


def _growth(task: Task, times: int) -> Iterator[Figure]:
    demand = np.concatenate([task[0]] * times)
    large = (demand, *hosts_of(len(demand)))
    small_s, large_s = best_s(lambda: _job(task), 9), best_s(lambda: _job(large), 3)
    ratio = large_s / small_s
    plain = best_s(lambda: _plain_sum(demand), 5) / best_s(lambda: _plain_sum(task[0]), 9)
    note = (
        f"{large_s * 1e3:.1f} ms for {len(demand)} VMs; the plain sum grows {plain:.0f} times: the cache ends between"
    )
    yield Figure("replay.growth", ratio, "times", "<= 10", ratio <= max(10, times), note)


def _week(day: F64, hosts: tuple[Ints, F64, HostPower]) -> Figure:
    week = np.tile(day, (1, WEEK // DAY))
    took = best_s(lambda: _job((week, *hosts)), 5)
    return Figure("replay.week", took * 1e3, "ms", "<= 120", took <= 0.120, f"{len(week)} VMs × {WEEK} samples")


def _peer(vms: int, task: Task) -> Figure:
    """LEAF, the fastest simulator known, on the same job in this process."""
    demand, host, capacity, power = (task[0][:vms], *hosts_of(vms))
    ours = best_s(lambda: _job((demand, host, capacity, power)), 7)
    start = time.perf_counter()
    kwh = _leaf_kwh(demand, len(capacity))
    theirs = time.perf_counter() - start
    same = abs(kwh - _job((demand, host, capacity, power))) < 0.001
    note = f"LEAF {theirs:.2f} s for {vms} VMs, the same {kwh:.3f} kWh" if same else f"LEAF says {kwh:.3f} kWh"
    return Figure("replay.times_faster_than_leaf", theirs / ours, "times", "> 1", same and theirs > ours, note)


def _leaf_kwh(demand: F64, hosts: int) -> float:
    """The job in LEAF as fast as it goes: each step numpy sums the VMs of a node, LEAF does clock, power and meter."""
    env = simpy.Environment()
    nodes = [
        Node(f"host{h}", cu=PER_HOST, power_model=PowerModelNode(max_power=250, static_power=100)) for h in range(hosts)
    ]
    starts = np.arange(0, len(demand), PER_HOST)

    def follow() -> Generator[simpy.Event, None, None]:
        for column in demand.T:
            loads = np.add.reduceat(column, starts).tolist()
            for node, load in zip(nodes, loads, strict=True):
                node.used_cu = load
            yield env.timeout(STEP_S)

    meter = PowerMeter(nodes, measurement_interval=STEP_S)
    env.process(follow())
    env.process(meter.run(env, delay=STEP_S / 2))
    env.run(until=demand.shape[1] * STEP_S)
    return sum(float(watts) for watts in meter.measurements) * STEP_S / 3.6e6
