"""What operations on a guest have in common."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from django.db import models

from hosts.choices import HostState, PowerState
from hosts.live.disks import Fullness, Growth, fullness_of
from hosts.live.facts import EstateFacts
from hosts.live.memory import active_gib, used_gib
from hosts.live.space import Deltas, allocated_gib, seen_gib, why_stands_still, why_thin
from hosts.live.what_if import ChangeScope, CostAndPower, what_if_of
from hosts.models import Cluster, Host, VirtualMachine
from hosts.operations.in_cluster import InClusterOperation
from hosts.operations.in_use import closed, holding_job
from hosts.operations.refusals import no_space
from hosts.operations.ways_on import ways_from
from hosts.operations.ways_out import largest_on, make_room
from hosts.rules.anti_affinity import GroupMember, group_members
from hosts.rules.capacity import GuestRow, Need, guests_of, planned, rooms
from hosts.rules.coming_up import Then
from hosts.rules.host_power import own_server
from hosts.rules.memory_file import file_now_gib
from hosts.rules.reserved_space import space_needed
from virtlab.engine.hypervisors.hypervisor import Feature
from virtlab.engine.hypervisors.hypervisor import Hypervisor as Kind
from virtlab.engine.hypervisors.table import HYPERVISORS
from virtlab.engine.units import MIB_PER_GIB
from virtlab.jobs.models import Job
from virtlab.jobs.operations.operation import Operation
from virtlab.jobs.operations.plan import Plan, Preview, Refusal, WayOut
from virtlab.jobs.text import Text
from virtlab.labs.choices import WINDOWS_SYSTEMS

LEAST_MEMORY_GIB = 0.0625
"""Also of a guest that has only just begun something is written: its kernel, the state of its devices."""


class VmOrTemplateOperation(InClusterOperation):
    """An operation on a guest or a template, which it holds."""

    subject_model = VirtualMachine
    called = "vm"
    runs_on: ClassVar[bool] = False
    """Whether the guest runs after it: its preview says so where its datastore is full."""
    related = ("host__cluster", "cluster", "datastore", "workload", "lab")

    @property
    def vm(self) -> VirtualMachine:
        assert isinstance(self.subject, VirtualMachine)
        return self.subject

    @property
    def cluster(self) -> Cluster:
        return self.vm.cluster

    @property
    def kind(self) -> Kind:
        """Its cluster's hypervisor."""
        return HYPERVISORS[self.vm.cluster.hypervisor]

    def can(self, feature: Feature) -> bool:
        """Whether its hypervisor has a feature."""
        return self.kind.can(feature)

    @property
    def windows(self) -> bool:
        """Whether the guest runs Windows, which takes longer."""
        return runs_windows(self.vm)

    def preview(self) -> Preview:
        """As every operation's; with what a full datastore means for a guest that runs on there."""
        preview = super().preview()
        return replace(preview, notes=[*preview.notes, *self._on_full_datastore()])

    def _on_full_datastore(self) -> list[Text]:
        vm = self.vm
        runs = PowerState.RUNNING in {vm.power_state, getattr(self, "to_state", None)}
        if not self.runs_on or not runs or vm.datastore is None:
            return []
        stores = self.once(f"fullness-{vm.cluster_id}", self._fullness)
        why = why_stands_still(vm, vm.datastore.name, stores[vm.datastore.pk], vm.suspended_gib)
        return [why] if why else []

    def _fullness(self) -> dict[int, Fullness]:
        now = self.present()
        return fullness_of(now.facts, Growth.of(now.lab_at, now.values))

    def check_place(self) -> Sequence[Refusal]:
        """Its cluster's hosts may be being installed anew (read once for all objects of a request)."""
        cluster = self.vm.cluster
        return self.once(f"closed-{cluster.pk}", lambda: closed(cluster))

    @property
    def guests(self) -> list[GuestRow]:
        """The guests of its cluster, read once for all objects of a request."""
        cluster = self.vm.cluster
        return self.once(f"guests-{cluster.pk}", lambda: guests_of(cluster))

    @property
    def active_gib(self) -> float:
        """Memory that the guest uses now, read once for all objects of a request."""
        pk = self.vm.cluster_id
        active = self.once(f"active-{pk}", lambda: active_gib(self.lab, pk, self.lab.lab_time()))
        return min(active.get(self.vm.pk, 0.0), self.vm.memory_mib / MIB_PER_GIB)

    @property
    def seen_gib(self) -> float:
        """GiB in use of the whole disk now; what is the same for all objects of a request is read once."""
        lab_at = self.lab.lab_time()
        return seen_gib(self.vm, lab_at, self.once("deltas", lambda: Deltas(self.lab, lab_at)))

    def holder_of(self, host: Host) -> Job | None:
        """The job that has a host for itself, read once for all objects of a request."""
        return self.once(f"holder-{host.pk}", lambda: holding_job(host))

    @property
    def written_memory_gib(self) -> float:
        """What is written of the running guest's memory where that is kept: all of it, or what it has in use, as its
        hypervisor does.
        """
        vm, whole_gib = self.vm, self.vm.memory_mib / MIB_PER_GIB
        if self.kind.rules.memory_whole:
            return whole_gib
        active = np.array([self.active_gib])
        in_use = used_gib([vm], np.array([whole_gib]), active, self.lab.lab_time(), self.lab_figures)
        return max(float(in_use[0]), LEAST_MEMORY_GIB)

    def thin_notes(self, more_gib: float) -> list[Text]:
        """That its datastore has allocated more than it has once thin disks may grow by so much more (what it has
        allocated is read once for all objects of a request).
        """
        datastore = self.vm.datastore
        if datastore is None:
            return []
        allocated = self.once(f"allocated-{datastore.pk}", lambda: allocated_gib(datastore))
        why = why_thin(datastore, allocated + more_gib)
        return [why] if why else []

    def why_full(self, host: Host, need: Need) -> Text | None:
        """Why it may not run on a host with that size, in words; None where it may."""
        return rooms([host], self.vm, self.guests)[0].why_not(need)

    def make_room(self) -> list[WayOut]:
        """How room could be made for it where it does not fit its host."""
        pk = self.vm.host_id
        return make_room(self.vm, self.once(f"largest-{pk}", lambda: largest_on(pk)))

    def members(self, group: str) -> list[GroupMember]:
        """Who is in an anti-affinity group, read once for all objects of a request."""
        return self.once(f"group-{group}", lambda: group_members(self.lab.pk, [group]))

    def check_beside(self, others: Sequence[Operation]) -> Sequence[Refusal]:
        """Space that the others will write is gone, and room that they will take with another size or host."""
        beside = [other for other in others if isinstance(other, VmOrTemplateOperation)]
        return self._no_space_beside(beside) or self._no_room_beside(beside)

    def _no_space_beside(self, others: Sequence["VmOrTemplateOperation"]) -> list[Refusal]:
        datastore, wanted_gib = self.vm.datastore, self._written_gib()
        if datastore is None or not wanted_gib:
            return []
        beside_gib = sum(other._written_gib() for other in others if other.vm.datastore_id == datastore.pk)
        return no_space(self, datastore, wanted_gib, beside_gib=beside_gib)

    def _no_room_beside(self, others: Sequence["VmOrTemplateOperation"]) -> list[Refusal]:
        vm, mine = self.vm, self._becomes()
        if mine is None or vm.host is None or vm.power_state != PowerState.RUNNING:
            return []
        beside = {other.vm.pk: becomes for other in others if (becomes := other._becomes())}
        host = vm.host if mine.host is None else self._host(mine.host)
        need = Need(mine.vcpu or vm.vcpu, mine.memory_mib or vm.memory_mib)
        why = rooms([host], vm, planned(self.guests, beside))[0].why_not(need)
        return [Refusal(why, "", self.make_room())] if why else []

    def _host(self, pk: int) -> Host:
        return self.once(f"host-{pk}", lambda: Host.objects.select_related("cluster").get(pk=pk))

    def _planned(self) -> Plan:
        """Its plan, made once for all objects of a request."""
        return self.once(f"plan-{self.name}-{self.vm.pk}", self.plan)

    def _becomes(self) -> Then | None:
        return Then.of(step.params for step in self._planned().steps if step.params.get("source") != self.vm.pk)

    def _written_gib(self) -> float:
        """What it will write to its guest's datastore."""
        needs = (need for step in self._planned().steps for need in step.needs)
        return space_needed(needs, {self.vm.pk: file_now_gib(self.vm)}).get(self.vm.datastore_id or 0, 0.0)

    def ways_on(self, job: Job) -> Sequence[WayOut]:
        asked = getattr(self, "to_state", None)
        return [] if asked == self.vm.power_state else ways_from(self.vm)

    def figures_with(self, **changes: Any) -> CostAndPower:
        """Money and watts of its cluster before and after these columns of the guest change."""
        pk = self.vm.pk

        def change(facts: EstateFacts) -> EstateFacts:
            guests = [g._replace(**changes) if g.pk == pk else g for g in facts.guests]
            servers = self._servers_with(changes)
            states = [h._replace(state=servers.get(h.pk, h.state)) for h in facts.hosts] if servers else facts.hosts
            return facts._replace(guests=guests, hosts=states)

        hosts = {self.vm.host_id, changes.get("host_id", self.vm.host_id)}
        return what_if_of(self.lab, change, self.present(), ChangeScope(pk, hosts))

    def _servers_with(self, changes: Mapping[str, Any]) -> dict[int, str]:
        """Without virtualization a server goes on and off with its OS: states of hosts, by key."""
        vm = self.vm
        if own_server(vm) is None or not changes.keys() & {"power_state", "host_id"}:
            return {}
        runs = changes.get("power_state", vm.power_state) == PowerState.RUNNING
        there = {changes.get("host_id", vm.host_id): str(HostState.ON if runs else HostState.OFF)}
        moved = {vm.host_id: str(HostState.OFF)} if runs else {}
        return {pk: state for pk, state in (moved | there).items() if pk and (runs or "power_state" in changes)}

    def figures_without(self, pk: int) -> CostAndPower:
        """The same before and after a guest is gone."""

        def change(facts: EstateFacts) -> EstateFacts:
            return facts._replace(guests=[guest for guest in facts.guests if guest.pk != pk])

        return what_if_of(self.lab, change, self.present(), ChangeScope(pk, {self.vm.host_id}))

    def figures_with_copies(
        self, hosts: Sequence[int | None], state: PowerState, *, linked: bool, **changes: Any
    ) -> CostAndPower:
        """The same before and after copies of the guest are there, one for each of `hosts`."""
        seen_gib = self.seen_gib
        new: dict[str, Any] = {
            "power_state": str(state),
            "is_template": False,
            "base_id": self.vm.pk if linked else None,
            "below_gib": seen_gib if linked else 0.0,
            "below_deltas_gib": [],
            "snapshot_id": None,
            "delta_gib": 0.0,
            "delta_lab_at": None,
            "disk_used_gib": 0.0 if linked else seen_gib,
        }
        new |= {"suspended_gib": 0.0, "thin": linked or self.vm.thin, **changes}

        def change(facts: EstateFacts) -> EstateFacts:
            original = next(guest for guest in facts.guests if guest.pk == self.vm.pk)
            copies = [original._replace(pk=-1 - n, host_id=host, **new) for n, host in enumerate(hosts)]
            return facts._replace(guests=[*facts.guests, *copies])

        return what_if_of(self.lab, change, self.present(), ChangeScope(self.vm.pk, {self.vm.host_id, *hosts}))


class VmOperation(VmOrTemplateOperation):
    """An operation that templates do not have."""

    @classmethod
    def offered_for(cls, subject: models.Model) -> bool:
        return isinstance(subject, VirtualMachine) and not subject.is_template


class TemplateOperation(VmOrTemplateOperation):
    """An operation that only templates have."""

    @classmethod
    def offered_for(cls, subject: models.Model) -> bool:
        return isinstance(subject, VirtualMachine) and subject.is_template


def runs_windows(vm: VirtualMachine) -> bool:
    """Whether the guest runs Windows, which takes longer to stop and to start."""
    return vm.workload is not None and vm.workload.operating_system in WINDOWS_SYSTEMS
