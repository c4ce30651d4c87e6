"""The on-prem side of a lab at one moment of lab time, in a fixed number of queries whatever its size."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property

import numpy as np

from hosts.choices import HostState
from hosts.selectors.cost import Costs, costs
from hosts.selectors.demand import demand
from hosts.selectors.disks import Disk, disks_of
from hosts.selectors.facts import Facts, facts_of
from hosts.selectors.live_rows import ClusterLive, DatastoreLive, GuestLive, HostLive
from hosts.selectors.load import Frame, Loads, frame_of, loads, power_weights
from hosts.selectors.memory import Memory, memory_of
from hosts.selectors.promises import memory_ratio
from virtlab.engine.arrays import F64, Ints, sums
from virtlab.engine.overcommit import ready_class
from virtlab.engine.units import MIB_PER_GIB
from virtlab.engine.whole_split import split_whole
from virtlab.labs.models import Lab
from virtlab.labs.parameters import lab_values
from virtlab.web.kept import Kept

TENTHS = 10.0


@dataclass(frozen=True)
class Live:
    """Everything at `lab_at`, by primary key: hosts, guests (templates too), clusters, datastores.

    Watts are whole tenths and money whole cents, so that guests sum to their host and hosts to their cluster exactly.
    """

    lab_at: datetime
    facts: Facts
    frame: Frame
    load: Loads
    memory: Memory
    costs: Costs
    disks: list[Disk]

    @cached_property
    def host_tenths_w(self) -> Ints:
        """Tenths of a watt of each host (H,)."""
        return np.rint(self.load.power_w[:, 0] * TENTHS).astype(np.intp)

    @cached_property
    def guest_tenths_w(self) -> Ints:
        """Tenths of a watt of each guest (V,)."""
        return split_whole(self.host_tenths_w, power_weights(self.frame, self.load), self.load.active_host)

    @cached_property
    def hosts(self) -> dict[int, HostLive]:
        """Hosts by key, by cluster and name."""
        return {row.pk: row for row in _hosts(self)}

    @cached_property
    def guests(self) -> dict[int, GuestLive]:
        """Guests and templates by key, by name."""
        return {row.pk: row for row in _guests(self)}

    @cached_property
    def clusters(self) -> dict[int, ClusterLive]:
        """Clusters by key, by name."""
        return {row.pk: row for row in _clusters(self)}

    @cached_property
    def datastores(self) -> dict[int, DatastoreLive]:
        """Datastores by key, by name."""
        return {row.pk: row for row in _datastores(self)}


# A page that many look at computes once per revision, second of lab time and set of assumptions.
LIVES: Kept[tuple[object, ...], Live] = Kept(32, lambda _live: 1)


def live(lab: Lab, at: datetime | None = None) -> Live:
    """The lab's on-prem side at a lab time (what its clock shows now, where none is given): eight queries or fewer."""
    moment = (at or lab.lab_time()).replace(microsecond=0)
    values = lab_values(lab)
    key = (lab.pk, lab.revision, moment, tuple(sorted(values.items())))
    return LIVES.get(key, lambda: live_of(lab, facts_of(lab), moment, values))


def live_of(lab: Lab, facts: Facts, moment: datetime, values: dict[str, float]) -> Live:
    """The same from rows that are there already, such as those of an estate after a change."""
    frame = frame_of(facts, values)
    cpu, memory = demand(lab, [guest.trace_id for guest in facts.guests], np.array([moment.timestamp()]))
    load = loads(frame, cpu)
    disks = disks_of(facts.guests, facts.snapshots, moment, values["delta_pct_per_day"] / 100)
    return Live(
        lab_at=moment,
        facts=facts,
        frame=frame,
        load=load,
        memory=memory_of(facts, frame, load.active_host, memory[:, 0], values["touched_memory_pct"] / 100),
        costs=costs(facts, frame, np.array([disk.taken_gib for disk in disks]), values),
        disks=disks,
    )


def _hosts(now: Live) -> list[HostLive]:
    facts, frame, load = now.facts, now.frame, now.load
    count = len(facts.hosts)
    clusters = {cluster.pk: cluster for cluster in facts.clusters}
    placed = np.bincount(_placed(frame.host_of_guest), minlength=count)
    running = np.bincount(_placed(load.active_host), minlength=count)
    reserved = _by_host(load.active_host, frame.vcpu, count)
    wanted = _by_host(load.active_host, load.wanted_vcpu[:, 0], count)
    used = _by_host(load.active_host, load.used_vcpu[:, 0], count)
    unallocated_w = now.host_tenths_w - _by_host(load.active_host, now.guest_tenths_w.astype(float), count)
    bill, left = now.costs.host_cents, now.costs.unallocated_cents
    rows = []
    for n, host in enumerate(facts.hosts):
        cluster, works = clusters[host.cluster_id], host.state == HostState.ON
        threads, memory = host.cores * host.threads_per_core, host.memory_mib / MIB_PER_GIB
        promisable = threads * cluster.cpu_overcommit if works else 0.0
        kept = float(now.memory.kept_gib[n])
        memory_promisable = max(memory - kept, 0.0) * memory_ratio(cluster.hypervisor, cluster.memory_overcommit)
        reserved_gib = float(now.memory.reserved_gib[n])
        pressure = now.memory.pressure.get(n)
        taken = (pressure.ballooned_mib, pressure.compressed_mib, pressure.swapped_mib) if pressure else (0.0, 0.0, 0.0)
        ready = float(load.ready_share[n, 0])
        rows.append(
            HostLive(
                host.pk,
                host.name,
                host.cluster_id,
                host.state,
                host.rack,
                host.model,
                int(placed[n]),
                int(running[n]),
                host.cores,
                threads,
                promisable,
                float(reserved[n]),
                max(promisable - float(reserved[n]), 0.0),
                float(frame.guest_cores[n]),
                float(wanted[n]),
                float(used[n]),
                float(load.utilisation[n, 0]),
                ready,
                ready_class(ready),
                memory,
                kept,
                memory_promisable if works else 0.0,
                reserved_gib,
                max(memory_promisable - reserved_gib, 0.0) if works else 0.0,
                float(now.memory.used_gib[n]),
                float(now.memory.active_gib[n]),
                now.memory.state(n),
                *(mib / MIB_PER_GIB for mib in taken),
                pressure.stall_share if pressure else 0.0,
                int(now.host_tenths_w[n]) / TENTHS,
                int(unallocated_w[n]) / TENTHS,
                _usd(bill[n]),
                _usd(left[n]),
            )  # fmt: skip
        )
    return rows


def _guests(now: Live) -> list[GuestLive]:
    facts, load = now.facts, now.load
    bill = now.costs.guest_cents.tolist()
    tenths, wanted, used = now.guest_tenths_w.tolist(), load.wanted_vcpu[:, 0].tolist(), load.used_vcpu[:, 0].tolist()
    memory_used, memory_active = now.memory.guest_used_gib.tolist(), now.memory.guest_active_gib.tolist()
    hosts, ready = load.active_host.tolist(), load.ready_share[:, 0].tolist()
    taken_back = _taken_back(now)
    rows = []
    for n, guest in enumerate(facts.guests):
        disk, waits = now.disks[n], ready[hosts[n]] if hosts[n] >= 0 else 0.0
        rows.append(
            GuestLive(
                guest.pk,
                guest.name,
                guest.cluster_id,
                guest.host_id,
                guest.datastore_id,
                guest.power_state,
                guest.is_template,
                guest.health,
                guest.operating_system or "",
                guest.vcpu,
                guest.memory_mib / MIB_PER_GIB,
                wanted[n],
                used[n],
                used[n] / guest.vcpu if guest.vcpu else 0.0,
                waits,
                ready_class(waits),
                memory_used[n],
                memory_active[n],
                memory_used[n] * taken_back.get(hosts[n], 0.0),
                guest.disk_gib,
                guest.disk_used_gib,
                *disk,
                tenths[n] / TENTHS,
                _usd(bill[n]),
            )  # fmt: skip
        )
    return rows


def _taken_back(now: Live) -> dict[int, float]:
    """By host: the share of its guests' memory in use that is ballooned, compressed or swapped."""
    return {
        n: (found.ballooned_mib + found.compressed_mib + found.swapped_mib) / MIB_PER_GIB / now.memory.used_gib[n]
        for n, found in now.memory.pressure.items()
    }


def _clusters(now: Live) -> list[ClusterLive]:
    hosts: dict[int, list[HostLive]] = defaultdict(list)
    for host in now.hosts.values():
        hosts[host.cluster_id].append(host)
    guests, running, homeless = defaultdict(int), defaultdict(int), defaultdict(Decimal)
    for number, guest in enumerate(now.guests.values()):
        guests[guest.cluster_id] += not guest.is_template
        running[guest.cluster_id] += int(now.load.active_host[number] >= 0)
        homeless[guest.cluster_id] += guest.cost_usd_per_month if now.frame.host_of_guest[number] < 0 else 0
    rows = []
    for cluster in now.facts.clusters:
        mine = hosts[cluster.pk]
        placed = sum((host.cost_usd_per_month for host in mine), Decimal(0))
        rows.append(
            ClusterLive(
                cluster.pk,
                cluster.name,
                cluster.site,
                cluster.hypervisor,
                len(mine),
                sum(host.state == HostState.ON for host in mine),
                guests[cluster.pk],
                running[cluster.pk],
                *(sum(getattr(host, name) for host in mine) for name in _SUMMED),
                round(sum(host.power_w for host in mine), 1),
                placed + homeless[cluster.pk],
                placed,
            )  # fmt: skip
        )
    return rows


_SUMMED = (
    "vcpu_promisable", "vcpu_reserved", "vcpu_free", "guest_cores", "cpu_used_vcpu", "memory_gib",
    "memory_promisable_gib", "memory_reserved_gib", "memory_free_gib", "memory_used_gib",
)  # fmt: skip


def _datastores(now: Live) -> list[DatastoreLive]:
    promised, taken, count = defaultdict(float), defaultdict(float), defaultdict(int)
    for guest, disk in zip(now.facts.guests, now.disks, strict=True):
        key = guest.datastore_id or 0
        promised[key] += guest.disk_gib
        taken[key] += disk.taken_gib
        count[key] += 1
    return [
        DatastoreLive(
            d.pk,
            d.name,
            d.cluster_id,
            d.capacity_gib,
            promised[d.pk],
            taken[d.pk],
            max(d.capacity_gib - taken[d.pk], 0.0),
            d.mib_per_s,
            count[d.pk],
        )  # fmt: skip
        for d in now.facts.datastores
    ]


def _placed(host: Ints) -> Ints:
    return host[host >= 0]


def _by_host(host: Ints, amounts: F64, count: int) -> F64:
    placed = host >= 0
    return sums(host[placed], amounts[placed], count)


def _usd(cents: int) -> Decimal:
    return Decimal(int(cents)) / 100
