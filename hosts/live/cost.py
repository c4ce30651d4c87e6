"""Money per month of hosts, datastores and guests in whole cents, line by line; every line splits to guests exactly.

A host's own lines (purchase, network, maintenance, rack, licences, administration, electricity at its mean load) go to
the guests that are installed on it, whether they run or not: by size (half vCPU, half memory), Windows licences to
those with Windows. Electricity alone goes to the guests that run, by the split of its watts. A datastore's lines are
by its capacity and go to guests by what they take; the rest is its unused space. What no guest can be charged with
stays the host's or the datastore's. A guest's own lines (storage, backups, administration, subscription) are added to
its host's. Formulas: docs/model.md, "On-prem cost".
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from hosts.choices import PowerState
from hosts.live.facts import EstateFacts
from hosts.live.load import LoadInputs, load_result, power_weights
from hosts.pricing import storage, unit_prices
from hosts.pricing.hypervisors import host_usd_per_year, is_windows_server, vm_usd_per_year
from hosts.pricing.licences import (
    SUBSCRIBED,
    SUBSCRIPTION_KEY,
    WindowsNeed,
    WindowsVms,
    linux_subscriptions,
    sql_host_cores,
    sql_vm_cores,
    windows_cores,
    windows_need,
)
from hosts.pricing.unit_prices import Values
from virtlab.engine.arrays import F64, Bools, Floats, Ints, sums
from virtlab.engine.power.split import allocated_share
from virtlab.engine.systems.databases import sql_servers
from virtlab.engine.units import MIB_PER_GIB, kwh_per_month, tb_from_gib
from virtlab.engine.whole_split import split_whole
from virtlab.labs.choices import LINUX_SYSTEMS, OperatingSystem


@dataclass(frozen=True)
class Costs:
    """Cents per month by line: what a host costs itself (H,), and what each guest has of that and of its own (V,); what
    a datastore costs (S,), and how much of that is for space that no guest takes (S,).
    """

    host_lines: dict[str, Ints]
    guest_lines: dict[str, Ints]
    own_lines: dict[str, Ints]
    host_of_guest: Ints
    store_lines: dict[str, Ints]
    unused_cents: Ints

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
    def store_cents(self) -> Ints:
        """Each datastore's whole bill (S,)."""
        return _sum(list(self.store_lines.values()), len(self.unused_cents))

    @property
    def unallocated_cents(self) -> Ints:
        """What no guest is charged with (H,)."""
        left = self.host_cents
        placed = self.host_of_guest >= 0
        np.subtract.at(left, self.host_of_guest[placed], self.guest_cents[placed])
        return left


def costs(facts: EstateFacts, inputs: LoadInputs, taken_gib: F64, values: Values) -> Costs:
    """The month's bill of everything in `facts`."""
    load, of = load_result(inputs, _mean(facts)), _Licensed.of(facts)
    lines = _host_lines(facts, load.power_w[:, 0], of, values)
    by_size = allocated_share(inputs.installed_host, len(inputs.on), inputs.vcpu, inputs.memory_gib)
    weights = {
        **dict.fromkeys(("windows", "windows_assurance"), by_size * of.under_windows(facts)),
        **dict.fromkeys(("sql_hosts", "sql_hosts_assurance"), by_size * of.sql),
        "linux_hosts": of.subscribed.astype(np.float64),
    }
    split = {key: split_whole(cents, weights.get(key, by_size), inputs.installed_host) for key, cents in lines.items()}
    split["electricity"] = split_whole(lines["electricity"], power_weights(inputs, load), load.active_host)
    own, stores = (
        _own_lines(facts, inputs, taken_gib, values) | _own_software(facts, of, values),
        _store_lines(facts, values),
    )
    parts, unused = _by_taken(inputs.store_of_guest, taken_gib, facts, stores)
    own["storage"] = own["storage"] + parts.pop("storage")
    return Costs(lines, split, own | parts, inputs.host_of_guest, stores, unused)


def total_cents(facts: EstateFacts, inputs: LoadInputs, taken_gib: F64, values: Values) -> int:
    """The sum of all bills, without splitting any."""
    power_w = load_result(inputs, _mean(facts)).power_w[:, 0]
    of = _Licensed.of(facts)
    lines = _host_lines(facts, power_w, of, values)
    own, stores = (
        _own_lines(facts, inputs, taken_gib, values) | _own_software(facts, of, values),
        _store_lines(facts, values),
    )
    return sum(int(line.sum()) for line in (*lines.values(), *own.values(), *stores.values()))


def windows_homes(facts: EstateFacts) -> Counter[tuple[int, int | None]]:
    """How many Windows guests are installed in each cluster on each host: licences of a whole cluster go by that."""
    guests = zip(facts.guests, _Licensed.of(facts).windows.tolist(), strict=True)
    return Counter((guest.cluster_id, guest.host_id) for guest, has in guests if has)


def _mean(facts: EstateFacts) -> F64:
    return np.array([[guest.cpu_mean_vcpu or 0.0] for guest in facts.guests]).reshape(-1, 1)


@dataclass(frozen=True, slots=True)
class _Licensed:
    """Guests (V,) that are installed with Windows Server, or a Linux that is subscribed to, or run with SQL Server; the
    host of each by its place, −1 where it is on none.
    """

    windows: Bools
    sql: Bools
    subscribed: Bools
    host: Ints
    hosts: int

    def under_windows(self, facts: EstateFacts) -> Bools:
        """Guests (V,) that share licences of Windows Server: those that have it, of hosts that have it only for
        themselves all.
        """
        clusters = np.array([guest.cluster_id for guest in facts.guests], dtype=np.intp)
        return self.windows | ~np.isin(clusters, clusters[self.windows])

    @property
    def subscriptions(self) -> F64:
        """Of Linux by host (H,), and of guests on no host as the last (H + 1,)."""
        return linux_subscriptions(self.host[self.subscribed], self.hosts)

    @classmethod
    def of(cls, facts: EstateFacts) -> "_Licensed":
        guests = facts.guests
        installed = np.array([not guest.is_template for guest in guests], dtype=np.bool_)
        running = np.array([guest.power_state == PowerState.RUNNING.value for guest in guests], dtype=np.bool_)
        system = np.array([guest.operating_system or "" for guest in guests], dtype=np.str_)
        named = ((guest.name, guest.application or "") for guest in guests)
        place = {host.pk: n for n, host in enumerate(facts.hosts)}
        host = [-1 if guest.host_id is None else place.get(guest.host_id, -1) for guest in guests]
        return cls(
            installed & (system == OperatingSystem.WINDOWS.value),
            installed & running & sql_servers(named, np.isin(system, LINUX_SYSTEMS)),
            installed & np.isin(system, SUBSCRIBED),
            np.array(host, dtype=np.intp),
            len(facts.hosts),
        )


def _host_lines(facts: EstateFacts, power_w: F64, of: _Licensed, v: Values) -> dict[str, Ints]:
    each, kwh = np.ones(len(facts.hosts)), kwh_per_month(power_w) * v["pue_onprem"]
    lines = (
        _hardware(facts, each, v)
        | _microsoft(facts, of, v)
        | {
            "rack": unit_prices.rack_usd_per_month(np.array([float(h.rack_units) for h in facts.hosts]), v),
            "licence": _licences(facts, v),
            "host_administration": unit_prices.administration_usd_per_month(each, "admin_hours_per_server", v),
            "host_monitoring": unit_prices.licences_usd_per_month(each * v["monitoring_usd_per_host_year"]),
            "linux_hosts": unit_prices.licences_usd_per_month(of.subscriptions[:-1] * v[SUBSCRIPTION_KEY]),
            "electricity": unit_prices.electricity_usd(kwh, v),
        }
    )
    return {key: cents(usd) for key, usd in lines.items()}


def _hardware(facts: EstateFacts, each: F64, v: Values) -> dict[str, F64]:
    server = np.array(
        [unit_prices.server_price_usd(h.price_usd, h.cores, h.memory_mib / MIB_PER_GIB, v) for h in facts.hosts]
    )
    ports = unit_prices.ports_price_usd(each, v)
    return {
        "server": unit_prices.spread_usd_per_month(server, v),
        "network": unit_prices.spread_usd_per_month(ports, v),
        "maintenance": unit_prices.maintenance_usd_per_month(server + ports, v),
    }


def _licences(facts: EstateFacts, v: Values) -> F64:
    hypervisor_of = {cluster.pk: cluster.hypervisor for cluster in facts.clusters}
    usd = [host_usd_per_year(hypervisor_of[host.cluster_id], host.sockets, host.cores, v) for host in facts.hosts]
    return unit_prices.licences_usd_per_month(np.array(usd, dtype=np.float64))


def _microsoft(facts: EstateFacts, of: _Licensed, v: Values) -> dict[str, F64]:
    """What hosts (H,) are licensed for, with its assurance."""
    sockets, cores = (np.array([float(getattr(h, name)) for h in facts.hosts]) for name in ("sockets", "cores"))
    with_sql = {guest.cluster_id for guest, has in zip(facts.guests, of.sql, strict=True) if has}
    counted = sql_host_cores(sockets, cores) * np.array([host.cluster_id in with_sql for host in facts.hosts])
    windows = _windows_need(facts, of, windows_cores(sockets, cores), v)
    sql_usd = np.asarray(unit_prices.sql_price_usd(np.zeros(len(facts.hosts)), counted, v))
    return {
        "windows": windows.owned_usd_per_month(v),
        "windows_assurance": windows.assurance_usd_per_month(v),
        "sql_hosts": np.asarray(unit_prices.owned_licences_usd_per_month(sql_usd, v, needed=True)),
        "sql_hosts_assurance": np.asarray(unit_prices.assurance_usd_per_month(sql_usd, v, needed=True)),
    }


def _windows_need(facts: EstateFacts, of: _Licensed, counted_cores: F64, v: Values) -> WindowsNeed:
    """What the guests with Windows Server, and hosts that have one themselves, ask of the hosts."""
    clusters = {row.cluster_id for row in facts.hosts} | {guest.cluster_id for guest in facts.guests}
    cluster = {pk: n for n, pk in enumerate(sorted(clusters))}
    guests = [guest for guest, has in zip(facts.guests, of.windows, strict=True) if has]
    vms = WindowsVms(
        cluster=np.array([cluster[guest.cluster_id] for guest in guests], dtype=np.intp),
        host=of.host[of.windows],
        vcpu=np.array([float(guest.vcpu) for guest in guests]),
    )
    of_hosts = np.array([cluster[row.cluster_id] for row in facts.hosts], dtype=np.intp)
    hypervisor_of = {row.pk: row.hypervisor for row in facts.clusters}
    own = [is_windows_server(hypervisor_of[row.cluster_id], v) for row in facts.hosts]
    return windows_need(counted_cores, of_hosts, vms, np.array(own, dtype=np.bool_))


def _own_software(facts: EstateFacts, of: _Licensed, v: Values) -> dict[str, Ints]:
    """Of guests (V,): SQL Server licensed by VM, with its assurance; subscriptions of those on no host together."""
    homeless = np.where(of.subscribed & (of.host < 0), 0, -1)
    linux = cents(unit_prices.licences_usd_per_month(of.subscriptions[-1:] * v[SUBSCRIPTION_KEY]))
    counted = sql_vm_cores(np.array([float(guest.vcpu) for guest in facts.guests])) * of.sql
    price_usd = unit_prices.sql_price_usd(counted, np.zeros(len(facts.guests)), v)
    return {
        "linux": split_whole(linux, np.ones(len(homeless)), homeless.astype(np.intp)),
        "sql": cents(unit_prices.owned_licences_usd_per_month(price_usd, v, needed=True)),
        "sql_assurance": cents(unit_prices.assurance_usd_per_month(price_usd, v, needed=True)),
    }


def _own_lines(facts: EstateFacts, inputs: LoadInputs, taken_gib: F64, v: Values) -> dict[str, Ints]:
    """Of guests that are installed (V,). Storage: of those alone whose datastore is not known."""
    installed = np.array([not g.is_template for g in facts.guests], dtype=np.float64)
    used_gib = np.array([g.disk_used_gib for g in facts.guests]) * installed
    by_vm = np.array([vm_usd_per_year(g.hypervisor, v) for g in facts.guests])
    lines = {
        "storage": storage.usd_per_month(taken_gib * (inputs.store_of_guest < 0), v),
        "backup": storage.usd_per_month(used_gib, v) * v["backup_share_pct"] / 100,
        "vm_administration": unit_prices.administration_usd_per_month(installed, "admin_hours_per_guest", v),
        "vm_licence": unit_prices.licences_usd_per_month(installed * by_vm),
        "backup_software": _backup_software(installed, used_gib, v),
        "vm_monitoring": unit_prices.licences_usd_per_month(installed * v["monitoring_usd_per_vm_year"]),
    }
    return {key: cents(usd) for key, usd in lines.items()}


def _backup_software(installed: F64, used_gib: F64, v: Values) -> F64:
    by_vm = unit_prices.licences_usd_per_month(installed * v["backup_software_usd_per_vm_year"])
    return by_vm + unit_prices.licences_usd_per_month(tb_from_gib(used_gib) * v["backup_software_usd_per_tb_year"])


def _store_lines(facts: EstateFacts, v: Values) -> dict[str, Ints]:
    """Of datastores (S,): they are bought and powered whole, full or empty."""
    capacity_gib = np.array([store.capacity_gib for store in facts.datastores])
    kwh = kwh_per_month(storage.power_w(capacity_gib, v)) * v["pue_onprem"]
    lines = {
        "storage": storage.usd_per_month(capacity_gib, v),
        "storage_electricity": unit_prices.electricity_usd(kwh, v),
    }
    return {key: cents(usd) for key, usd in lines.items()}


def _by_taken(store: Ints, taken_gib: F64, facts: EstateFacts, lines: dict[str, Ints]) -> tuple[dict[str, Ints], Ints]:
    """Each guest's part of its datastore's lines (V,), and what of them is left for unused space (S,)."""
    room_gib = np.array([row.room_gib for row in facts.datastores])
    on_one = store >= 0
    unused_gib = np.maximum(room_gib - sums(store[on_one], taken_gib[on_one], len(room_gib)), 0.0)
    # Unused space takes its part like one more guest of each datastore.
    group = np.concatenate([store, np.arange(len(room_gib), dtype=np.intp)])
    weights = np.concatenate([taken_gib, unused_gib])
    split = {key: split_whole(amounts, weights, group) for key, amounts in lines.items()}
    parts = {key: amounts[: len(store)] for key, amounts in split.items()}
    return parts, _sum([amounts[len(store) :] for amounts in split.values()], len(room_gib))


def cents(usd: Floats) -> Ints:
    """Whole cents."""
    return np.rint(np.asarray(usd, dtype=np.float64) * 100).astype(np.intp)


def _sum(lines: list[Ints], size: int) -> Ints:
    total = np.zeros(size, dtype=np.intp)
    for line in lines:
        total += line
    return total
