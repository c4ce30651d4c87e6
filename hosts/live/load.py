"""Demand and use of guests at some lab times: CPU, CPU ready, watts. Arrays by guest (V, T) and by host (H, T).

Guest work d costs d × (1 + the hypervisor's extra CPU) on the cores left for guests; what more vCPU than cores want at
once waits (engine.load.overcommit), no more runs than there are cores. A host's guests wait the same part of the time.
Watts: the host's curve at its utilisation. docs/model-operations.md, "Hypervisors" and "Overcommitment".
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from hosts.choices import GuestHealth, HostState, PowerState
from hosts.live.facts import EstateFacts
from hosts.pricing import storage
from virtlab.engine.arrays import F64, Bools, Ints, ratio, sums
from virtlab.engine.hypervisors.table import HYPERVISORS
from virtlab.engine.load.overcommit import cpu_ready_shares
from virtlab.engine.power.split import allocated_share
from virtlab.engine.power.watts import HostPower, PowerCurve
from virtlab.engine.units import MIB_PER_GIB

TENTHS = 10.0
DEFAULT_SMT_GAIN = 1.25
RUNNING = PowerState.RUNNING.value
WORKING = (HostState.ON.value, HostState.MAINTENANCE.value)


@dataclass(frozen=True)
class LoadInputs:
    """The fixed part: which guest is where and runs, and what each host has. Index −1: on no host, no datastore.

    `installed_host`: the host of each guest, whether it runs or not; templates are on none. `works`: whether its
    system starts, so that its workload is there to ask for anything.
    """

    host_of_guest: Ints
    installed_host: Ints
    store_of_guest: Ints
    running: Bools
    works: Bools
    vcpu: F64
    memory_gib: F64
    on: Bools
    guest_cores: F64
    overhead: F64
    power: HostPower
    store_power_w: F64

    @property
    def active_host(self) -> Ints:
        """The host of each guest that runs on one that is on, else −1 (V,)."""
        placed = self.host_of_guest >= 0
        works = placed & self.running & self.on[np.where(placed, self.host_of_guest, 0)] if self.on.size else placed
        return np.where(works, self.host_of_guest, -1)


@dataclass(frozen=True)
class LoadResult:
    """demand, used: vCPU by guest (V, T); ready, utilisation, power_w by host (H, T)."""

    demand_vcpu: F64
    used_vcpu: F64
    ready_share: F64
    utilisation: F64
    power_w: F64
    active_host: Ints


def load_inputs(facts: EstateFacts, values: dict[str, float]) -> LoadInputs:
    """The fixed part of a lab's load."""
    place = {host.pk: number for number, host in enumerate(facts.hosts)}
    store = {datastore.pk: number for number, datastore in enumerate(facts.datastores)}
    host_of_guest = np.array([place.get(g.host_id or 0, -1) for g in facts.guests], dtype=np.intp)
    templates = np.array([g.is_template for g in facts.guests], dtype=np.bool_)
    kinds = {cluster.pk: HYPERVISORS[cluster.hypervisor] for cluster in facts.clusters}
    smt = values.get("smt_gain", DEFAULT_SMT_GAIN)
    cores = [kinds[h.cluster_id].guest_cores(h.cores * (smt if h.threads_per_core > 1 else 1.0)) for h in facts.hosts]
    return LoadInputs(
        host_of_guest=host_of_guest,
        installed_host=np.where(templates, -1, host_of_guest),
        store_of_guest=np.array([store.get(g.datastore_id or 0, -1) for g in facts.guests], dtype=np.intp),
        running=np.array([runs(g.power_state, template=g.is_template) for g in facts.guests], dtype=np.bool_),
        works=np.array([g.health == GuestHealth.WELL.value for g in facts.guests], dtype=np.bool_),
        vcpu=np.array([float(g.vcpu) for g in facts.guests]),
        memory_gib=np.array([g.memory_mib / MIB_PER_GIB for g in facts.guests]),
        on=np.array([host.state in WORKING for host in facts.hosts], dtype=np.bool_),
        guest_cores=np.array(cores),
        overhead=np.array([kinds[host.cluster_id].cpu_overhead.value for host in facts.hosts]),
        power=_power(facts, values),
        store_power_w=storage.power_w(np.array([row.capacity_gib for row in facts.datastores]), values),
    )


def _power(facts: EstateFacts, values: dict[str, float]) -> HostPower:
    curves = [_curve(tuple(host.watts), host.measured_gib) for host in facts.hosts]
    if not curves:
        return HostPower(np.zeros((0, 11)), linear=True)
    memory_gib = np.array([host.memory_mib / MIB_PER_GIB for host in facts.hosts])
    return HostPower.of(curves, memory_gib, values["extra_memory_w_per_gib"])


@lru_cache(256)
def _curve(watts: tuple[float, ...], measured_gib: float) -> PowerCurve:
    """Of a server model: made once, since an estate has few models and many hosts."""
    return PowerCurve(tuple(map(float, watts)), measured_gib)


def runs(power_state: str, *, template: bool) -> bool:
    """Whether a guest is running and no template."""
    return power_state == RUNNING and not template


def load_result(inputs: LoadInputs, demand_vcpu: F64) -> LoadResult:
    """What guests use of their demand (V, T)."""
    active, hosts = inputs.active_host, len(inputs.on)
    asks = inputs.works & (active >= 0)
    demand = np.where(asks[:, None], np.minimum(demand_vcpu, inputs.vcpu[:, None]), 0.0)
    of_host = _by_host(active, demand, hosts) * (1.0 + inputs.overhead)[:, None]
    vcpu = np.bincount(active[active >= 0], weights=inputs.vcpu[active >= 0], minlength=hosts).astype(np.intp)
    ready = _ready(of_host, vcpu, inputs.guest_cores)
    used = np.minimum(of_host * (1.0 - ready), inputs.guest_cores[:, None])
    ready = np.where(of_host > 0, 1.0 - ratio(used, of_host), 0.0)
    busy = np.minimum(ratio(used, np.broadcast_to(inputs.guest_cores[:, None], used.shape)), 1.0)
    power = inputs.power.power_w(busy) * inputs.on[:, None] if hosts else busy
    served = 1.0 - ready[np.where(active >= 0, active, 0)] if hosts else np.ones_like(demand)
    return LoadResult(demand, demand * served, ready, busy, power, active)


def tenths_w(power_w: F64) -> Ints:
    """Whole tenths of a watt."""
    return np.rint(power_w * TENTHS).astype(np.intp)


def power_weights(inputs: LoadInputs, load: LoadResult) -> F64:
    """What each guest has of its host's watts at the first sample (V,): idle by allocation, the rest by CPU used."""
    active, hosts = load.active_host, len(inputs.on)
    allocated = allocated_share(active, hosts, inputs.vcpu, inputs.memory_gib)
    used = load.used_vcpu[:, 0]
    place = np.where(active >= 0, active, 0)
    if not hosts:
        return np.zeros(len(active))
    total = sums(place, np.where(active >= 0, used, 0.0), hosts)
    by_use = np.where(total[place] > 0, ratio(used, total[place]), allocated)
    idle = inputs.power.idle_w[place]
    dynamic = np.maximum(load.power_w[place, 0] - idle, 0.0)
    weights: F64 = np.where(active >= 0, allocated * idle + by_use * dynamic, 0.0)
    return weights


def _by_host(host: Ints, amounts: F64, hosts: int) -> F64:
    total = np.zeros((hosts, amounts.shape[1]))
    placed = host >= 0
    np.add.at(total, host[placed], amounts[placed])
    return total


def _ready(demand: F64, vcpu: Ints, cores: F64) -> F64:
    busy = np.minimum(ratio(demand, np.broadcast_to(vcpu[:, None].astype(np.float64), demand.shape)), 1.0)
    if not demand.size:
        return busy
    samples = demand.shape[1]
    return cpu_ready_shares(np.repeat(vcpu, samples), busy.ravel(), np.repeat(cores, samples)).reshape(demand.shape)
