"""Money per month of hosts and guests in whole cents, line by line; every line of a host splits to its guests exactly.

A host's own lines (purchase, network, maintenance, rack, licences, administration, electricity at its mean load) go to
the guests that run on it: by allocation (half vCPU, half memory), electricity by the split of its watts, Windows
licences to the guests that run Windows. What no guest can be charged with stays the host's. A guest's own lines
(storage, backups, administration, subscription) are added to both. Formulas: docs/model.md, "On-prem cost".
"""

from dataclasses import dataclass

import numpy as np

from hosts.live.facts import EstateFacts
from hosts.live.load import LoadInputs, load_result, power_weights, runs
from hosts.pricing import unit_prices
from hosts.pricing.licences import LICENCE_KEYS, SUBSCRIBED, SUBSCRIPTION_KEY, hypervisor_cores, windows_cores
from hosts.pricing.unit_prices import Values
from virtlab.engine.arrays import F64, Bools, Floats, Ints
from virtlab.engine.power.split import allocated_share
from virtlab.engine.units import kwh_per_month, tb_from_gib
from virtlab.engine.whole_split import split_whole
from virtlab.labs.choices import OperatingSystem


@dataclass(frozen=True)
class Costs:
    """Cents per month by line: what a host costs itself (H,), and what each guest has of that and of its own (V,)."""

    host_lines: dict[str, Ints]
    guest_lines: dict[str, Ints]
    own_lines: dict[str, Ints]
    host_of_guest: Ints

    @property
    def guest_cents(self) -> Ints:
        """Each guest's whole bill (V,)."""
        return _sum([*self.guest_lines.values(), *self.own_lines.values()], len(self.host_of_guest))

    @property
    def host_cents(self) -> Ints:
        """Each host's whole bill (H,): its own lines and those of the guests on it."""
        own = _sum(list(self.host_lines.values()), len(next(iter(self.host_lines.values()))))
        placed = self.host_of_guest >= 0
        guests = _sum(list(self.own_lines.values()), len(self.host_of_guest))
        np.add.at(own, self.host_of_guest[placed], guests[placed])
        return own

    @property
    def unallocated_cents(self) -> Ints:
        """What no guest is charged with (H,)."""
        left = self.host_cents
        placed = self.host_of_guest >= 0
        np.subtract.at(left, self.host_of_guest[placed], self.guest_cents[placed])
        return left


def costs(facts: EstateFacts, inputs: LoadInputs, taken_gib: F64, values: Values) -> Costs:
    """The month's bill of everything in `facts`."""
    load, windows = load_result(inputs, _mean(facts)), _windows(facts)
    lines = _host_lines(facts, load.power_w[:, 0], _windows_hosts(facts, inputs, windows), values)
    by_allocation = allocated_share(load.active_host, len(inputs.on), inputs.vcpu, inputs.memory_gib)
    weights = {"electricity": power_weights(inputs, load), "windows": by_allocation * windows}
    split = {key: split_whole(cents, weights.get(key, by_allocation), load.active_host) for key, cents in lines.items()}
    return Costs(lines, split, _own_lines(facts, inputs.running, taken_gib, values), inputs.host_of_guest)


def total_cents(facts: EstateFacts, inputs: LoadInputs, taken_gib: F64, values: Values) -> int:
    """The sum of all bills, without splitting any."""
    power_w = load_result(inputs, _mean(facts)).power_w[:, 0]
    lines = _host_lines(facts, power_w, _windows_hosts(facts, inputs, _windows(facts)), values)
    own = _own_lines(facts, inputs.running, taken_gib, values)
    return sum(int(line.sum()) for line in (*lines.values(), *own.values()))


def windows_runs(facts: EstateFacts) -> bool:
    """Whether a guest that runs has Windows: its cluster's hosts are then licensed for it."""
    windows = OperatingSystem.WINDOWS.value
    return any(g.operating_system == windows and runs(g.power_state, template=g.is_template) for g in facts.guests)


def _mean(facts: EstateFacts) -> F64:
    return np.array([[guest.cpu_mean_vcpu or 0.0] for guest in facts.guests]).reshape(-1, 1)


def _windows(facts: EstateFacts) -> Bools:
    return np.array([g.operating_system == OperatingSystem.WINDOWS.value for g in facts.guests], dtype=np.bool_)


def _host_lines(facts: EstateFacts, power_w: F64, windows: Bools, v: Values) -> dict[str, Ints]:
    sockets, cores = (np.array([float(getattr(h, name)) for h in facts.hosts]) for name in ("sockets", "cores"))
    windows_usd = unit_prices.windows_price_usd(windows_cores(sockets, cores) * windows, "datacenter", v)
    each, kwh = np.ones(len(facts.hosts)), kwh_per_month(power_w) * v["pue_onprem"]
    lines = _hardware(facts, each, v) | {
        "rack": unit_prices.rack_usd_per_month(np.array([float(h.rack_units) for h in facts.hosts]), v),
        "licence": _licences(facts, v),
        "windows": unit_prices.spread_usd_per_month(windows_usd, v),
        "host_administration": unit_prices.administration_usd_per_month(each, "admin_hours_per_server", v),
        "electricity": unit_prices.electricity_usd(kwh, v),
    }
    return {key: cents(usd) for key, usd in lines.items()}


def _hardware(facts: EstateFacts, each: F64, v: Values) -> dict[str, F64]:
    server = np.array([unit_prices.server_price_usd(h.price_usd, v) for h in facts.hosts])
    ports = unit_prices.ports_price_usd(each, v)
    return {
        "server": unit_prices.spread_usd_per_month(server, v),
        "network": unit_prices.spread_usd_per_month(ports, v),
        "maintenance": unit_prices.maintenance_usd_per_month(server + ports, v),
    }


def _licences(facts: EstateFacts, v: Values) -> F64:
    hypervisor_of = {cluster.pk: cluster.hypervisor for cluster in facts.clusters}
    usd = np.zeros(len(facts.hosts))
    for row, host in enumerate(facts.hosts):
        hypervisor = hypervisor_of[host.cluster_id]
        cores = hypervisor_cores(hypervisor, host.sockets, host.cores, int(v["licence_min_cores_per_cpu"]))
        if cores:
            usd[row] = unit_prices.licences_usd_per_month(cores, LICENCE_KEYS[hypervisor], v)
    return usd


def _windows_hosts(facts: EstateFacts, inputs: LoadInputs, windows: Bools) -> Bools:
    """Hosts of clusters in which a Windows guest runs: it may come to any of them."""
    clusters = {g.cluster_id for g, w, runs in zip(facts.guests, windows, inputs.running, strict=True) if w and runs}
    return np.array([host.cluster_id in clusters for host in facts.hosts], dtype=np.bool_)


def _own_lines(facts: EstateFacts, running: Bools, taken_gib: F64, v: Values) -> dict[str, Ints]:
    used_gib = np.array([0.0 if g.is_template else g.disk_used_gib for g in facts.guests])
    subscribed = np.array([g.operating_system in SUBSCRIBED for g in facts.guests], dtype=np.bool_)
    on = running.astype(np.float64)
    lines = {
        "storage": _storage(taken_gib, v),
        "backup": _storage(used_gib, v) * v["backup_share_pct"] / 100,
        "vm_administration": unit_prices.administration_usd_per_month(on, "admin_hours_per_guest", v),
        "linux": unit_prices.licences_usd_per_month(on * subscribed, SUBSCRIPTION_KEY, v),
    }
    return {key: cents(usd) for key, usd in lines.items()}


def _storage(size_gib: F64, v: Values) -> F64:
    price_usd = unit_prices.storage_price_usd(tb_from_gib(size_gib), v)
    return unit_prices.spread_usd_per_month(price_usd, v) + unit_prices.maintenance_usd_per_month(price_usd, v)


def cents(usd: Floats) -> Ints:
    """Whole cents."""
    return np.rint(np.asarray(usd, dtype=np.float64) * 100).astype(np.intp)


def _sum(lines: list[Ints], size: int) -> Ints:
    total = np.zeros(size, dtype=np.intp)
    for line in lines:
        total += line
    return total
