"""What licences of Windows Server and SQL Server count on clusters."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from hosts.pricing.unit_prices import (
    Values,
    assurance_usd_per_month,
    cals_price_usd,
    is_assured,
    owned_licences_usd_per_month,
    spread_usd_per_month,
    windows_price_usd,
)
from virtlab.engine.arrays import F64, Bools, Ints
from virtlab.labs.choices import OperatingSystem

SUBSCRIPTION_KEY = "linux_pair_usd_per_year"
VMS_PER_SUBSCRIPTION = 2
"""VMs that one subscription of an enterprise Linux covers (Red Hat Enterprise Linux subscription guide)."""
SUBSCRIBED = (OperatingSystem.RHEL.value, OperatingSystem.SUSE.value)
EDITIONS = ("datacenter", "standard", "standard_by_vm")
DATACENTER, STANDARD, BY_VM = range(3)
NEEDS_ASSURANCE = EDITIONS[BY_VM]
"""What may only be licensed with Software Assurance or as a subscription (Microsoft, October 2022)."""
LEAST_VM_CORES = 8
"""Fewest cores that Windows Server counts for a VM that is licensed by itself (Microsoft, October 2022)."""
LEAST_SQL_CORES = 4.0
"""Fewest cores of SQL Server for a VM or a CPU (Microsoft, SQL Server 2022 licensing guide)."""
VMS_PER_STANDARD = 2
"""VMs that one Standard licence of all of a host's cores covers; it is stacked for more (Microsoft, Windows Server
licensing, "Standard edition", 2025)."""
MOST_COMBINATIONS = 128
"""Combinations of editions over clusters that are all compared: two editions on seven clusters, three on four."""
BIDS = (0.0, 0.5, 1.0)
"""Where more clusters share owned licences: prices tried, between an owned licence (0) and a new one (1)."""


def windows_cores(sockets: F64, cores: F64) -> F64:
    """Cores that Windows Server counts: every core, at least 8 a CPU and 16 a server."""
    counted: F64 = np.maximum(cores, np.maximum(8 * sockets, 16))
    return counted


@dataclass(frozen=True, slots=True)
class WindowsVms:
    """Windows VMs (V,): the cluster of each, its host, −1 where it is on none, and its vCPU."""

    cluster: Ints
    host: Ints
    vcpu: F64


@dataclass(frozen=True, slots=True)
class WindowsNeed:
    """Cores to license by edition and host (E, H), 0 in clusters without Windows; `cluster` (H,) numbers them.

    Datacenter covers any number of VMs. Standard is licensed once for every two VMs that a host may have to carry, or
    by VM: what the cluster's VMs have, in equal parts on its hosts. `alone` (H,): cores of hosts that are licensed for
    their own system only, since no VM of their cluster has Windows.
    """

    cluster: Ints
    cores: F64
    alone: F64

    def by_cluster(self) -> tuple[tuple[int, int, int], ...]:
        """Cores with each edition of each cluster that has Windows."""
        rows = zip(*self._of_clusters().tolist(), strict=True)
        return tuple((round(most), round(stacked), round(by_vm)) for most, stacked, by_vm in rows if most)

    def owned_usd_per_month(self, v: Values) -> F64:
        """What each host's licences cost (H,), beside their Software Assurance: of its cluster's cheapest edition."""
        prices = zip(EDITIONS, _prices_usd(self.cores, v), strict=True)
        usd = [owned_licences_usd_per_month(price, v, needed=edition == NEEDS_ASSURANCE) for edition, price in prices]
        return self._of_chosen(np.array(usd), v)

    def assurance_usd_per_month(self, v: Values) -> F64:
        """Software Assurance of each host's licences (H,)."""
        return self._of_chosen(_assurance_usd(self.cores, v), v)

    def _of_chosen(self, usd: F64, v: Values) -> F64:
        """What its cluster's cheapest edition costs each host (H,), of amounts by edition (E, H)."""
        if not self.cluster.size:
            return np.zeros(0)
        return _of(usd, cheapest_edition(self._of_clusters(), v)[self.cluster])

    def _of_clusters(self) -> F64:
        return np.array([np.bincount(self.cluster, cores) for cores in self.cores])


def _prices_usd(cores: F64, v: Values) -> F64:
    return np.array([windows_price_usd(of, edition, v) for edition, of in zip(EDITIONS, cores, strict=True)])


def _assurance_usd(cores: F64, v: Values) -> F64:
    prices = zip(EDITIONS, _prices_usd(cores, v), strict=True)
    return np.array([assurance_usd_per_month(usd, v, needed=edition == NEEDS_ASSURANCE) for edition, usd in prices])


def cheapest_edition(cores: F64, v: Values) -> Ints:
    """The edition (C, …), as its place in EDITIONS, that an estate's clusters with so many cores of each (E, C, …) pay
    least for in a month of the lifetime after they are bought, Software Assurance included; prices may be as many as
    the last axis has.

    Standard where it is no dearer than Datacenter; by VM only where that is allowed, and saves all clusters together
    more than the Software Assurance that all users' CALs need with it.
    """
    usd = spread_usd_per_month(_prices_usd(cores, v), v) + _assurance_usd(cores, v)
    by_host, any_way = (_cheapest(usd, order) for order in ((STANDARD, DATACENTER), (STANDARD, DATACENTER, BY_VM)))
    saves = (_of(usd, by_host) - _of(usd, any_way)).sum(axis=0) > _cals_assurance_usd(v)
    return np.where(saves, any_way, by_host) if v["windows_by_vm"] else by_host


def edition_to_pay(cores: F64, owned: F64, to_pay: F64 | float, v: Values) -> Ints:
    """The edition (C, D) that an estate's clusters with so many cores of each (E, C, D) pay least for in a month, where
    so many cores of each are owned (E, D), of whose price only a part is still to be paid (0 … 1): nothing under
    Software Assurance. What is new is paid over a lifetime.

    Owned licences stay with their edition, and go to whichever cluster has it. Up to MOST_COMBINATIONS are all
    compared, so that more cores never cost less; of more clusters each takes the cheapest at the same BIDS. What would
    be cheapest were all bought anew is among them, and stays where nothing costs less.
    """
    core = np.ones((len(EDITIONS), cores.shape[-1]))
    price, assurance = np.asarray(spread_usd_per_month(_prices_usd(core, v), v)), _assurance_usd(core, v)
    anew, left = cheapest_edition(cores, v), np.where(assured_editions(v), 0.0, to_pay)
    tried = np.array([anew, *_combinations(cores, (price, assurance), left, v)], dtype=np.int8)
    licensed = np.array([np.einsum("kcd,cd->kd", tried == which, of) for which, of in enumerate(cores)])
    paid = licensed - np.minimum(licensed, owned[:, None]) * (1 - left[:, None])
    usd = (price[:, None] * paid + assurance[:, None] * licensed).sum(axis=0)
    usd += np.where((tried == BY_VM).any(axis=1), _cals_beyond_usd(owned[BY_VM], to_pay, v), 0.0)
    # To a millionth: sums of the same amounts are equal whatever their order.
    best = usd.round(6).argmin(axis=0)
    return np.asarray(np.take_along_axis(tried, best[None, None], axis=0)[0], dtype=np.intp)


def licensed_cores(cores: F64, chosen: Ints) -> F64:
    """Cores licensed by edition (E, D), of those that clusters need with each (E, C, D) and the one chosen (C, D)."""
    return np.array([np.where(chosen == which, of, 0.0).sum(axis=0) for which, of in enumerate(cores)])


def assured_editions(v: Values) -> Bools:
    """Which editions are under Software Assurance (E, 1)."""
    return np.array([[is_assured(v, needed=edition == NEEDS_ASSURANCE)] for edition in EDITIONS])


def _combinations(cores: F64, usd_per_core: tuple[F64, F64], to_pay: F64, v: Values) -> Iterator[Ints]:
    """Editions of the clusters (C, D) to compare; `usd_per_core`: price of a month and Software Assurance (E, D);
    `to_pay`: the part of an owned licence's price (E, D).
    """
    clusters, by_host = cores.shape[1], (STANDARD, DATACENTER)
    choices = [by_host, (*by_host, BY_VM)] if v["windows_by_vm"] else [by_host]
    if len(choices[-1]) ** clusters <= MOST_COMBINATIONS:
        for chosen in product(choices[-1], repeat=clusters):
            yield np.broadcast_to(np.array(chosen, dtype=np.intp)[:, None], cores.shape[1:])
        return
    price, assurance = usd_per_core
    for bids in product(BIDS, repeat=len(EDITIONS)):
        asked = price * (to_pay + (1 - to_pay) * np.array(bids)[:, None]) + assurance
        yield from (_cheapest(asked[:, None] * cores, editions) for editions in choices)


def _cheapest(usd: F64, editions: tuple[int, ...]) -> Ints:
    """Of these editions the one with the least of `usd` (E, C); the first of equal ones."""
    order = np.array(editions)
    return np.asarray(order[usd[order].argmin(axis=0)], dtype=np.intp)


def _of(usd: F64, chosen: Ints) -> F64:
    return np.asarray(np.take_along_axis(usd, chosen[None], axis=0)[0])


def _cals_assurance_usd(v: Values) -> float:
    """What CALs cost more in a month where licences by VM need their Software Assurance."""
    with_it, without = (assurance_usd_per_month(cals_price_usd(v), v, needed=needed) for needed in (True, False))
    return float(with_it - without)


def _cals_beyond_usd(owned_by_vm: F64, to_pay: F64 | float, v: Values) -> F64:
    """The same where CALs are owned, of whose price a part is still to be paid (D,): those without Software Assurance
    are then bought anew, as it is only sold with them; where licences by VM are owned, they have it.
    """
    always, needed = (is_assured(v, needed=needed) for needed in (False, True))
    if always or not needed:
        return np.zeros(len(owned_by_vm))
    more = np.where(owned_by_vm > 0, 0.0, 1.0) - to_pay
    return np.asarray(spread_usd_per_month(cals_price_usd(v), v) * more + _cals_assurance_usd(v))


def windows_need(counted_cores: F64, cluster_of_host: Ints, vms: WindowsVms, own: Bools) -> WindowsNeed:
    """What the Windows VMs ask of the hosts (H,), each with its cluster, and what those do that run Windows Server
    themselves (`own`), which are licensed once whatever their VMs have: by VM only VMs are.

    A VM may come to any host of its cluster, so all are licensed: each for the VMs that are on it, or for an even share
    of the cluster's with one host lost, whichever is more. Standard for two VMs covers the host's own system that only
    runs and manages them.
    """
    clusters = int(max(cluster_of_host.max(initial=-1), vms.cluster.max(initial=-1))) + 1
    hosts, guests = (np.bincount(of, minlength=clusters) for of in (cluster_of_host, vms.cluster))
    here = np.bincount(vms.host[vms.host >= 0], minlength=len(cluster_of_host))
    share = np.ceil(guests / np.maximum(hosts - 1, 1))[cluster_of_host]
    stacks = np.maximum(np.ceil(np.maximum(here, share) / VMS_PER_STANDARD), own)
    with_vms = (guests > 0)[cluster_of_host]
    licensed = counted_cores * (with_vms | own)
    counted_vcpu = np.bincount(vms.cluster, np.maximum(vms.vcpu, LEAST_VM_CORES), clusters)
    by_vm = (counted_vcpu / np.maximum(hosts, 1))[cluster_of_host] + counted_cores * own
    return WindowsNeed(cluster_of_host, np.array([licensed, licensed * stacks, by_vm]), licensed * ~with_vms)


def linux_subscriptions(host: Ints, hosts: int) -> F64:
    """Subscriptions of enterprise Linux by host (H + 1,) that its systems' hosts (n,) ask for: one for each two on a
    host, rounded up. The last are of systems on no host (−1).
    """
    systems = np.bincount(np.where(host < 0, hosts, host), minlength=hosts + 1)
    return np.asarray(np.ceil(systems / VMS_PER_SUBSCRIPTION))


def sql_vm_cores(vcpu: F64) -> F64:
    """Cores of SQL Server that VMs count (V,): packs of two, at least two of them."""
    return np.asarray(np.maximum(np.ceil(vcpu / 2) * 2, LEAST_SQL_CORES))


def sql_host_cores(sockets: F64, cores: F64) -> F64:
    """Cores of SQL Server that hosts count (H,): every core, at least four a CPU."""
    return np.asarray(np.maximum(cores, LEAST_SQL_CORES * sockets))
