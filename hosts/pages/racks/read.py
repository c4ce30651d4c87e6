"""Reads a lab's racks at the moment its clock shows: a fixed number of queries, however many VMs."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from hosts.choices import GuestHealth, Hypervisor, PowerState
from hosts.live.live import Live, live, live_for_hosts
from hosts.live.rows import GuestLive
from hosts.live.totals import EstateTotals, estate_totals
from hosts.pages.holding_jobs import HoldingJob, busy_vms
from hosts.pages.racks.records import Rack, RackHost, RackPage, RackVm
from virtlab.engine.units import SAMPLE_S
from virtlab.labs.models import Lab
from virtlab.web import formats

# A row has 24 columns (48 on a wide page). Blocks narrower than three could not be read.
COLUMNS_PER_VCPU = 0.75
GIB_PER_VCPU = 4.0
FEWEST_COLUMNS, MOST_COLUMNS = 3, 24
BY_VCPU, BY_MEMORY = "vcpu", "memory"

Measure = Callable[[GuestLive], float]
MEASURES: dict[str, Measure] = {
    BY_VCPU: lambda guest: guest.vcpu,
    BY_MEMORY: lambda guest: guest.memory_gib / GIB_PER_VCPU,
}


def rack_view(lab: Lab, shown: Collection[int] | None = None, size: str = BY_VCPU) -> RackPage:
    """A lab's hosts by cluster and name with the VMs on them, largest first.

    `shown` are the hosts (by key) that are drawn, all where none are given; the totals are of all. Blocks are as wide
    as their vCPU, or with BY_MEMORY as their memory (4 GiB as one vCPU).
    """
    moment = _last_sample(lab.lab_time())
    part = live(lab, moment) if shown is None else live_for_hosts(lab, shown)
    measure = MEASURES.get(size, MEASURES[BY_VCPU])
    busy = busy_vms(lab)
    by_host = _by_host(part, measure)
    slabs = [RackHost(host, _blocks(by_host.get(host.pk, ()), measure, busy)) for host in part.hosts.values()]
    return _estate(estate_totals(lab, moment), _racks(part, slabs), _blocks(by_host.get(0, ()), measure, busy))


def _last_sample(moment: datetime) -> datetime:
    """The last full five minutes: demand changes no oftener, so that many looks at a large estate compute it once."""
    return datetime.fromtimestamp(moment.timestamp() // SAMPLE_S * SAMPLE_S, UTC)


def _by_host(now: Live, measure: Measure) -> Mapping[int, Sequence[GuestLive]]:
    """The guests of each host, largest first; under 0 those that are on none."""
    guests_of: dict[int, list[GuestLive]] = defaultdict(list)
    for guest in now.guests.values():
        guests_of[guest.host_id or 0].append(guest)
    for guests in guests_of.values():
        guests.sort(key=lambda guest: (-measure(guest), guest.name))
    return guests_of


def _blocks(guests: Sequence[GuestLive], measure: Measure, busy: Mapping[int, HoldingJob]) -> list[RackVm]:
    return [_block(guest, measure(guest), busy.get(guest.pk)) for guest in guests]


def _block(guest: GuestLive, vcpu: float, job: HoldingJob | None) -> RackVm:
    span = min(MOST_COLUMNS, max(FEWEST_COLUMNS, round(vcpu * COLUMNS_PER_VCPU)))
    size = f"{guest.vcpu} · {formats.number(guest.memory_gib)}"
    state, note = _state(guest)
    return RackVm(
        pk=guest.pk,
        name=guest.name,
        size=size,
        note=job.words if job else note,
        span=span,
        used=guest.cpu_share if job or state == PowerState.RUNNING else 0.0,
        state=state,
        busy=job is not None,
    )


def _state(guest: GuestLive) -> tuple[str, str]:
    """Its state, and in words why it does not run: empty where all is well."""
    if guest.is_template:
        return "template", _("template")
    if guest.power_state != PowerState.RUNNING:
        return guest.power_state, str(PowerState(guest.power_state).label)
    if guest.paused:
        return "paused", _("Paused")
    if guest.health != GuestHealth.WELL:
        return guest.health, str(GuestHealth(guest.health).label)
    return guest.power_state, ""


def _racks(now: Live, slabs: Sequence[RackHost]) -> list[Rack]:
    clusters = {cluster.pk: cluster for cluster in now.facts.clusters}
    racks: dict[tuple[int, str], Rack] = {}
    for slab in slabs:
        cluster = clusters[slab.host.cluster_id]
        kind = str(Hypervisor(cluster.hypervisor).label)
        new = Rack(cluster.pk, cluster.name, slab.host.rack, cluster.site, kind)
        racks.setdefault((cluster.pk, slab.host.rack), new).slabs.append(slab)
    return list(racks.values())


def _estate(now: EstateTotals, racks: list[Rack], unplaced: list[RackVm]) -> RackPage:
    return RackPage(
        racks=racks,
        unplaced=unplaced,
        host_count=now.hosts,
        vm_count=now.guests,
        allocated_vcpu=now.allocated_vcpu,
        cores=now.cores,
        allocated_gib=now.allocated_gib,
        memory_gib=now.memory_gib,
        used_gib=now.used_gib,
        cpu_share=now.cpu_share,
        power_w=now.total.tenths_w / 10,
        cost_usd_per_month=now.total.cents / 100,
    )
