"""Hosts and storage that are bought beside what is there, once workloads that grow have filled it.

A host more is as the alternative's hosts are on the mean, with its ports and the licences of Microsoft that count its
cores; a TB more has the price of storage. Both are bought at the start of the month in which the others would be full.
Licences of Microsoft that count VMs are bought month by month, with the workloads.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from hosts.choices import LicenceMetric
from hosts.pricing import unit_prices
from hosts.pricing.hypervisors import CHARGE_OF, CHARGES
from hosts.pricing.licences import BY_VM, DATACENTER, EDITIONS, STANDARD
from hosts.pricing.unit_prices import Values
from virtlab.compare.bills.growth import WITH_WORK, Driver, Parts, mixed, scaled
from virtlab.compare.bills.microsoft import LICENCE_NAMES
from virtlab.compare.bills.onprem.purchases import CARDS, NETWORK, SERVERS, STORAGE
from virtlab.compare.bills.onprem.quantities import AROUND_KEYS, OnPremQuantities, around_usd, ceiling
from virtlab.compare.bills.purchase import Purchase, bought, with_work
from virtlab.engine.arrays import F64

FAILOVER_KEY = "growth_keeps_failover"
ON_TOP = frozenset({"second_site"})
WITH_HOSTS: Parts = {Driver.HOSTS: 1.0}
WITH_STORAGE: Parts = {Driver.STORAGE: 1.0}
FIXED: Parts = {Driver.FIXED: 1.0}
ORDERED = tuple(charge for charge in CHARGE_OF.values() if charge.least_per_order)


@dataclass(frozen=True, slots=True)
class Expansion:
    """Hosts and TB of disks beyond those of today, by month (M,), and the same as factors of what there is;
    `order_factors`: of what fills up orders of licences today.
    """

    hosts: F64
    storage_tb: F64
    host_factors: F64
    storage_factors: F64
    order_factors: F64


def expansion(q: OnPremQuantities, v: Values, factors: F64) -> Expansion:
    """What workloads that are `factors` (M,) times today's need beyond what is there."""
    hosts, storage_tb = np.zeros(len(factors)), _more_tb(q, v, factors)
    for room in q.rooms:
        kept = room.keeping_failover(v["percentile"]) if v[FAILOVER_KEY] else room
        hosts += ceiling(kept.over_hosts(v["percentile"], factors))
    servers, disks_tb = q.servers, q.bought_tb(v) + q.backup_tb
    host_factors = 1 + hosts / servers if servers else np.ones(len(factors))
    return Expansion(
        hosts=hosts,
        storage_tb=storage_tb,
        host_factors=host_factors,
        storage_factors=1 + storage_tb / disks_tb if disks_tb else np.ones(len(factors)),
        order_factors=_order(q, v, host_factors),
    )


def _more_tb(q: OnPremQuantities, v: Values, factors: F64) -> F64:
    """Whole TB of disks: for what is held beyond the room, at the data reduction of what is bought anew, and for its
    backups.
    """
    return ceiling(q.disks.over_tb(factors) / v["data_reduction"] + q.backup_tb * (factors - 1))


def _order(q: OnPremQuantities, v: Values, host_factors: F64) -> F64:
    """What fills up orders of licences by month (M,), of that of today."""
    units = {charge: q.licensed.get(charge.price_key, 0) for charge in ORDERED}
    today = sum(charge.not_there(there, v) for charge, there in units.items())
    if not today:
        return np.ones(len(host_factors))
    later = [sum(charge.not_there(round(there * n), v) for charge, there in units.items()) for n in host_factors]
    return np.array(later) / today


def of_host(q: OnPremQuantities, v: Values) -> list[Purchase]:
    """What a host more is bought for: what is bought again, and licences under Software Assurance."""
    hardware = ((SERVERS, sum(group.price_usd(v) for group in q.bought)), (NETWORK, q.network_usd(v)))
    bought_now = [bought(usd, v, existing=False).named(name) for name, usd in hardware]
    each = 1 / q.servers if q.servers else 0.0
    of_all = (*bought_now, *_licences_anew(Driver.HOSTS, q, v))
    return [replace(purchase, usd=purchase.usd * each) for purchase in of_all if purchase.usd * each]


def _licences_anew(driver: Driver, q: OnPremQuantities, v: Values) -> Iterator[Purchase]:
    """All licences of Microsoft that grow with a driver, were they bought now."""
    shares = _licences(q, v)
    for key, licences in q.licences(v).items():
        if usd := licences.usd * shares[key].get(driver, 0.0):
            yield licences.anew(usd, v).named(LICENCE_NAMES[key])


def bought_later(q: OnPremQuantities, v: Values, more: Expansion, factors: F64) -> Iterator[Purchase]:
    """Hosts and storage in the months in which they are bought, licences and GPU cards of VMs with the workloads, that
    are `factors` (M,) times today's; again after each lifetime, but for licences under Software Assurance.
    """
    cards = [bought(q.cards_usd(v), v, existing=False).named(CARDS)] if q.gpu_cards else []
    for with_vms in (*cards, *_licences_anew(Driver.WORK, q, v)):
        yield from with_work(with_vms, factors)
    terabyte = bought(unit_prices.storage_usd_per_tb(v), v, existing=False).named(STORAGE)
    for driver, units, each in (
        (Driver.HOSTS, more.hosts, of_host(q, v)),
        (Driver.STORAGE, more.storage_tb, [terabyte]),
    ):
        steps = np.diff(units, prepend=0.0)
        for month in np.flatnonzero(steps > 0).tolist():
            yield from (replace(unit, usd=float(steps[month]) * unit.usd, first=month, grows=driver) for unit in each)


def shares_of(q: OnPremQuantities, v: Values, power: Parts) -> dict[str, Parts]:
    """What each line grows with; `power`: shares of the watts."""
    hardware_usd = q.hardware_usd(v)
    parts = {
        Driver.HOSTS: hardware_usd - q.cards_usd(v) - q.storage_usd(v) - around_usd(v),
        Driver.WORK: q.cards_usd(v),
        Driver.STORAGE: q.storage_usd(v),
        Driver.FIXED: around_usd(v),
    }
    with_hosts = ("servers", "priced_servers", "network", "switches", "rack", "floor")
    return {
        **dict.fromkeys((*with_hosts, "monitoring_host", "admin_servers"), WITH_HOSTS),
        **_licences(q, v),
        "assurance": _shares(_by_driver(q, v)),
        **dict.fromkeys(("storage", "backup"), WITH_STORAGE),
        **dict.fromkeys(AROUND_KEYS, FIXED),
        **_hypervisors(),
        "maintenance": _shares(parts),
        **dict.fromkeys(("electricity", "cooling"), power),
    }


def _licences(q: OnPremQuantities, v: Values) -> dict[str, Parts]:
    """What lines of Microsoft's licences grow with: those that count hosts' cores with these; Standard, which is
    stacked for VMs but for hosts that have it for themselves, and those by VM with the workloads. CALs are of users.
    """
    by_host = unit_prices.sql_edition(v) == unit_prices.SQL_BY_HOST
    cores = q.licensed_for_windows(EDITIONS[STANDARD], v)
    of_hosts = min(q.hyperv_cores / cores, 1.0) if cores else 0.0
    return {
        f"windows_{EDITIONS[DATACENTER]}": WITH_HOSTS,
        f"windows_{EDITIONS[STANDARD]}": {Driver.HOSTS: of_hosts, Driver.WORK: 1 - of_hosts},
        f"windows_{EDITIONS[BY_VM]}": WITH_WORK,
        "sql": WITH_HOSTS if by_host else WITH_WORK,
        "windows_cals": FIXED,
    }


def _by_driver(q: OnPremQuantities, v: Values) -> dict[Driver, float]:
    """USD of licences under Software Assurance by what they grow with."""
    shares = _licences(q, v)
    return mixed(scaled(shares[key], own.usd) for key, own in q.licences(v).items() if own.assured)


def _shares(usd: Parts) -> dict[Driver, float]:
    """Shares of amounts in their sum."""
    whole_usd = sum(usd.values())
    return scaled(usd, 1 / whole_usd if whole_usd else 0.0)


def _hypervisors() -> dict[str, Parts]:
    """Lines of hypervisors by the metric of their licences; what fills up an order is less with more of them."""
    charges = [charge for every in CHARGES.values() for charge in every]
    by_host = [charge for charge in charges if charge.metric != LicenceMetric.VM]
    lines = {f"hypervisor_{charge.price_key}": WITH_HOSTS for charge in by_host}
    return {**lines, **{f"{key}_order": {Driver.ORDER: 1.0} for key in lines}}
