"""Whether a host has room for a guest: threads times the cluster's overcommitment, and the memory that its hypervisor
leaves. Memory and vCPU are allocated to guests that run or are on their way to, not to those that are stopped.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils.translation import gettext_lazy as _

from hosts.choices import PowerState
from hosts.models import Cluster, Host, VirtualMachine
from hosts.rules.allocation_limits import guest_room_gib, memory_ratio
from hosts.rules.coming_up import Then, coming_up, then
from hosts.rules.host_power import bare_metal, why_not_open
from virtlab.engine.hypervisors.hypervisor import Feature
from virtlab.engine.hypervisors.table import HYPERVISORS
from virtlab.engine.placement.admission import Refusal, Resource, Room, refusals
from virtlab.engine.units import MIB_PER_GIB
from virtlab.jobs.text import Text, say
from virtlab.web.records import read_records


class Need(NamedTuple):
    """What a guest wants allocated."""

    vcpu: int
    memory_mib: int

    @classmethod
    def of(cls, vm: VirtualMachine) -> "Need":
        """What a guest has now."""
        return cls(vm.vcpu, vm.memory_mib)


@dataclass(frozen=True, slots=True)
class HostRoom:
    """What a host has left; `guests` counts all that are registered on it, running or not, without templates; `closed`:
    why none starts there, in words.
    """

    host: Host
    cpu: Room
    memory: Room
    guests: int
    closed: Text | None

    def why_not(self, need: Need) -> Text | None:
        """Why a guest of that size may not run here, in words; None where it may."""
        if self.closed:
            return self.closed
        if bare_metal(self.host.cluster.hypervisor) and self.guests:
            message = _("Host %(host)s has a workload already; without virtualization it carries one.")
            return say(message, host=self.host.name)
        needs = {Resource.CPU: float(need.vcpu), Resource.MEMORY: need.memory_mib / MIB_PER_GIB}
        rules = HYPERVISORS[self.host.cluster.hypervisor].rules
        soft = [Resource.CPU] if rules.vcpu_beyond_threads else []
        refused = refusals(needs, {Resource.CPU: self.cpu, Resource.MEMORY: self.memory}, soft)
        if not refused:
            return None
        why = self._words(need, refused[0].resource)
        return say(_("%(why)s %(whose)s"), why=why, whose=self._whose_limit(refused[0]))

    def _whose_limit(self, refused: Refusal) -> Text:
        """Whether a rule that the cluster's settings change stands in the way, or the hardware."""
        kind = HYPERVISORS[self.host.cluster.hypervisor]
        if refused.beyond_capacity:
            return say(_("A physical wall: no more is installed."))
        if refused.resource is Resource.CPU:
            return say(_("A rule of your cluster: %(ratio)g vCPU for each thread."), ratio=self.cpu.ratio)
        if not kind.can(Feature.OVERCOMMIT_MEMORY):
            return say(_("A rule of %(kind)s: every VM gets its memory in full."), kind=kind.name)
        return say(_("A rule of your cluster: memory is allocated %(ratio)g times."), ratio=self.memory.ratio)

    def _words(self, need: Need, resource: Resource) -> Text:
        if resource is Resource.CPU:
            return say(
                _("Needs %(wanted)s vCPU; host %(host)s has %(free)s left to allocate and %(capacity)s threads."),
                wanted=need.vcpu,
                host=self.host.name,
                free=int(self.cpu.free),
                capacity=int(self.cpu.capacity),
            )
        return say(
            _("Needs %(wanted).1f GiB of memory; host %(host)s has %(free).1f GiB left of %(capacity).1f GiB."),
            wanted=need.memory_mib / MIB_PER_GIB,
            host=self.host.name,
            free=self.memory.free,
            capacity=self.memory.allocatable,
        )


NOTHING_ELSE = Then(None, None, None)


class GuestRow(NamedTuple):
    """What counts of a guest; `comes_up`: a job has been admitted that lets it run."""

    pk: int
    host_id: int | None
    power_state: str
    vcpu: int
    memory_mib: int
    comes_up: bool

    @property
    def allocated(self) -> bool:
        """Whether memory and vCPU are allocated to it."""
        return self.power_state == PowerState.RUNNING or self.comes_up


def guests_of(cluster: Cluster) -> list[GuestRow]:
    """All guests of a cluster without templates, each as large as it is or will be, whichever is more; one that is
    moved is on both hosts (two queries).
    """
    return _guest_rows(cluster.lab_id, Q(cluster=cluster), then(cluster.lab_id))


def _guest_rows(lab: int, which: Q, plans: Mapping[int, Then]) -> list[GuestRow]:
    comes_up = ExpressionWrapper(Q(pk__in=coming_up(lab)), output_field=BooleanField())
    rows = VirtualMachine.objects.filter(which, is_template=False).order_by()
    return planned(read_records(GuestRow, rows.annotate(comes_up=comes_up)), plans)


def planned(guests: Iterable[GuestRow], plans: Mapping[int, Then]) -> list[GuestRow]:
    """Guests as they have to be counted that will be something else, by their keys."""
    rows: list[GuestRow] = []
    for guest in guests:
        becomes = plans.get(guest.pk, NOTHING_ELSE)
        vcpu = max(guest.vcpu, becomes.vcpu or 0)
        row = guest._replace(vcpu=vcpu, memory_mib=max(guest.memory_mib, becomes.memory_mib or 0))
        rows.append(row)
        if becomes.host and becomes.host != guest.host_id:
            rows.append(row._replace(host_id=becomes.host))
    return rows


def rooms(
    hosts: Iterable[Host], without: VirtualMachine | None = None, guests: Sequence[GuestRow] | None = None
) -> list[HostRoom]:
    """The room of each host (with its cluster loaded), not counting the guest `without`: two queries, none where the
    guests are given.
    """
    every = list(hosts)
    vcpu: dict[int, int] = defaultdict(int)
    memory: dict[int, int] = defaultdict(int)
    count: dict[int, int] = defaultdict(int)
    if guests is None:
        guests = guests_on(every)
    for guest in guests:
        if without is not None and guest.pk == without.pk:
            continue
        count[guest.host_id or 0] += 1
        if guest.allocated:
            vcpu[guest.host_id or 0] += guest.vcpu
            memory[guest.host_id or 0] += guest.memory_mib
    return [
        _room(host, Need(vcpu[host.pk], memory[host.pk]), count[host.pk], why_not_open(host, without)) for host in every
    ]


def guests_on(hosts: Sequence[Host]) -> list[GuestRow]:
    """The guests that are on some hosts of one lab, or on their way there (two queries)."""
    if not hosts:
        return []
    plans = then(hosts[0].lab_id)
    moving = [guest for guest, becomes in plans.items() if becomes.host]
    return _guest_rows(hosts[0].lab_id, Q(host__in=hosts) | Q(pk__in=moving), plans)


def _room(host: Host, allocated: Need, guests: int, closed: Text | None) -> HostRoom:
    cluster, vcpu = host.cluster, allocated.vcpu
    threads = float(host.cores * host.threads_per_core)
    capacity = guest_room_gib(cluster.hypervisor, host.memory_mib / MIB_PER_GIB)
    allocated_gib = allocated.memory_mib / MIB_PER_GIB
    return HostRoom(
        host,
        Room(threads, vcpu, vcpu, cluster.cpu_overcommit),
        Room(capacity, allocated_gib, allocated_gib, memory_ratio(cluster.hypervisor, cluster.memory_overcommit)),
        guests,
        closed,
    )


def room_of(host: Host, without: VirtualMachine | None = None) -> HostRoom:
    """The room of one host."""
    return rooms([host], without)[0]


def why_full(host: Host, need: Need, without: VirtualMachine | None = None) -> Text | None:
    """Why a guest of that size may not run on a host, in words; None where it may."""
    return room_of(host, without).why_not(need)


def why_slow(host: Host, vcpu: int) -> Text | None:
    """That a guest has more vCPU than its host has threads, in words; None where it has not."""
    threads = host.cores * host.threads_per_core
    if vcpu <= threads:
        return None
    message = _("More vCPU than host %(host)s has threads (%(threads)s): they wait for one another, which is slow.")
    return say(message, host=host.name, threads=threads)
