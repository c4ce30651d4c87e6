"""Money per month of hosts and guests in whole cents, line by line; every line of a host splits to its guests exactly.

A host's own lines (server, network, maintenance, rack, licences, care, electricity at its mean load) go to the guests
that run on it: by reservation (half vCPU, half memory), electricity by the split of its watts, Windows licences to the
guests that run Windows. What no guest can be charged with stays the host's. A guest's own lines (storage, backups,
care, subscription) are added to both. Formulas: docs/model.md, "On-prem cost".
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from hosts.live.facts import Facts
from hosts.live.load import Frame, loads, power_weights, runs
from hosts.pricing.licences import LICENCE_KEYS, SUBSCRIBED, hypervisor_cores, windows_cores
from virtlab.engine.arrays import F64, Bools, Floats, Ints
from virtlab.engine.power.split import reserved_share
from virtlab.engine.units import GB_PER_GIB, GB_PER_TB, HOURS_PER_MONTH, MONTHS_PER_YEAR, WATTS_PER_KW
from virtlab.engine.whole_split import split_whole
from virtlab.labs.choices import OperatingSystem

Values = Mapping[str, float]


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


def costs(facts: Facts, frame: Frame, taken_gib: F64, values: Values) -> Costs:
    """The month's bill of everything in `facts`."""
    load, windows = loads(frame, _mean(facts)), _windows(facts)
    lines = _host_lines(facts, load.power_w[:, 0], _windows_hosts(facts, frame, windows), values)
    by_reservation = reserved_share(load.active_host, len(frame.on), frame.vcpu, frame.memory_gib)
    weights = {"electricity": power_weights(frame, load), "windows": by_reservation * windows}
    split = {
        key: split_whole(cents, weights.get(key, by_reservation), load.active_host) for key, cents in lines.items()
    }
    return Costs(lines, split, _own_lines(facts, frame.running, taken_gib, values), frame.host_of_guest)


def total_cents(facts: Facts, frame: Frame, taken_gib: F64, values: Values) -> int:
    """The sum of all bills, without splitting any."""
    power_w = loads(frame, _mean(facts)).power_w[:, 0]
    lines = _host_lines(facts, power_w, _windows_hosts(facts, frame, _windows(facts)), values)
    own = _own_lines(facts, frame.running, taken_gib, values)
    return sum(int(line.sum()) for line in (*lines.values(), *own.values()))


def windows_runs(facts: Facts) -> bool:
    """Whether a guest that runs has Windows: its cluster's hosts are then licensed for it."""
    windows = OperatingSystem.WINDOWS.value
    return any(g.operating_system == windows and runs(g.power_state, template=g.is_template) for g in facts.guests)


def _mean(facts: Facts) -> F64:
    return np.array([[guest.cpu_mean_vcpu or 0.0] for guest in facts.guests]).reshape(-1, 1)


def _windows(facts: Facts) -> Bools:
    return np.array([g.operating_system == OperatingSystem.WINDOWS.value for g in facts.guests], dtype=np.bool_)


def _host_lines(facts: Facts, power_w: F64, windows: Bools, v: Values) -> dict[str, Ints]:
    price = np.array([float(h.price_usd or v["server_price_usd"]) for h in facts.hosts])
    ports = v["network_ports_per_server"] * v["network_port_usd"]
    months, count = v["server_lifetime_years"] * MONTHS_PER_YEAR, len(facts.hosts)
    cores = np.array([float(h.cores) for h in facts.hosts])
    counted = windows_cores(np.array([float(h.sockets) for h in facts.hosts]), cores) * windows
    kwh = power_w * HOURS_PER_MONTH / WATTS_PER_KW * v["pue_onprem"]
    lines = {
        "server": price / months,
        "network": np.full(count, ports / months),
        "maintenance": (price + ports) * v["maintenance_pct"] / 100 / MONTHS_PER_YEAR,
        "rack": np.array([h.rack_units * v["rack_unit_usd_per_month"] for h in facts.hosts]),
        "licence": np.array(_licences(facts, v)),
        "windows": counted / 16 * v["windows_datacenter_usd_per_16_cores"] / months,
        "server_care": np.full(count, v["admin_hours_per_server"] * v["admin_usd_per_hour"]),
        "electricity": kwh * v["electricity_usd_per_kwh"],
    }
    return {key: cents(usd) for key, usd in lines.items()}


def _licences(facts: Facts, v: Values) -> list[float]:
    kind = {cluster.pk: cluster.hypervisor for cluster in facts.clusters}
    found = []
    for host in facts.hosts:
        hypervisor = kind[host.cluster_id]
        counted = hypervisor_cores(hypervisor, host.sockets, host.cores, int(v["licence_min_cores_per_cpu"]))
        found.append(counted * v[LICENCE_KEYS[hypervisor]] / MONTHS_PER_YEAR if counted else 0.0)
    return found


def _windows_hosts(facts: Facts, frame: Frame, windows: Bools) -> Bools:
    """Hosts of clusters in which a Windows guest runs: it may come to any of them."""
    clusters = {g.cluster_id for g, w, runs in zip(facts.guests, windows, frame.running, strict=True) if w and runs}
    return np.array([host.cluster_id in clusters for host in facts.hosts], dtype=np.bool_)


def _own_lines(facts: Facts, running: Bools, taken_gib: F64, v: Values) -> dict[str, Ints]:
    per_tb = v["storage_usd_per_tb"] / v["server_lifetime_years"] / MONTHS_PER_YEAR
    per_tb += v["storage_usd_per_tb"] * v["maintenance_pct"] / 100 / MONTHS_PER_YEAR
    per_gib = per_tb * GB_PER_GIB / GB_PER_TB
    used = np.array([0.0 if g.is_template else g.disk_used_gib for g in facts.guests])
    subscribed = np.array([g.operating_system in SUBSCRIBED for g in facts.guests], dtype=np.bool_)
    lines = {
        "storage": taken_gib * per_gib,
        "backup": used * per_gib * v["backup_share_pct"] / 100,
        "guest_care": running * v["admin_hours_per_guest"] * v["admin_usd_per_hour"],
        "linux": running * subscribed * v["linux_subscription_usd_per_year"] / MONTHS_PER_YEAR,
    }
    return {key: cents(usd) for key, usd in lines.items()}


def cents(usd: Floats) -> Ints:
    """Whole cents."""
    return np.rint(np.asarray(usd, dtype=np.float64) * 100).astype(np.intp)


def _sum(lines: list[Ints], size: int) -> Ints:
    total = np.zeros(size, dtype=np.intp)
    for line in lines:
        total += line
    return total
