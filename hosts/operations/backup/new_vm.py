"""A new guest from a backup, whether the guest that it was taken of is there or gone."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hosts.choices import GuestHealth, PowerState
from hosts.inventory.rows import VmRow
from hosts.live.facts import GuestFacts
from hosts.models import Backup, Cluster, Datastore, VirtualMachine
from hosts.operations.backup.storage import RATE, to_disk
from hosts.operations.fields import NewNameForm
from hosts.operations.guest.made_effects import MAKE, start_made_steps, unmake
from hosts.operations.needs import made_on_host, room_for
from hosts.operations.new_guest import NewGuestOperation
from hosts.operations.refusals import no_host, no_space, too_large
from hosts.rules.capacity import Need
from hosts.rules.memory_file import takes_while_running
from hosts.rules.placement import PlacementRequest, best_of, candidates
from hosts.services.guests import make_guest, place, workload_from
from hosts.services.space import require_space
from virtlab.engine.hypervisors.table import HYPERVISORS
from virtlab.jobs.operations.effects import Run, effect
from virtlab.jobs.operations.plan import Held, Plan, PlannedStep, Refusal, flow_s
from virtlab.jobs.text import Text, say
from virtlab.labs.choices import WINDOWS_SYSTEMS

SIZE = ("vcpu", "memory_mib", "disk_gib", "disk_used_gib", "thin")
KEPT = (*SIZE, "anti_affinity", "health", "guest_version", "hot_add_cpu", "hot_add_memory")


def wanted_gib(kept: dict[str, Any]) -> float:
    """GiB that the disk takes of its datastore."""
    return float(kept["disk_used_gib"] if kept["thin"] else kept["disk_gib"])


def request_of(kept: dict[str, Any]) -> PlacementRequest:
    """What has to find room on a host."""
    return PlacementRequest(Need(kept["vcpu"], kept["memory_mib"]), kept["anti_affinity"])


@effect("backup.restore", breaks=("datastore.space",), names={"vm.name": "name", "vm.address": "address"})
def make_from_backup(run: Run) -> None:
    """Makes the guest's row on a host that has room; StepFailed where datastore or hosts have none, or the backup is
    gone.
    """
    p, backup = run.params, run.get(Backup, related=("cluster",))
    kept, cluster = backup.configuration, backup.cluster
    datastore = run.get(Datastore, p["datastore"]) if p["datastore"] else None
    require_space(datastore, wanted_gib(kept), run.lab_time)
    wanted = request_of(kept)
    best = place(cluster, wanted) if p["start"] else best_of(candidates(cluster, wanted))
    row = VmRow(name=p["name"], vcpu=kept["vcpu"], memory_mib=kept["memory_mib"], usage_from="assumed")
    workload = workload_from(run.lab, kept["workload"], row)
    where = {"cluster": cluster, "host": best and best.host, "datastore": datastore}
    called = {"name": p["name"], "hostname": p["hostname"], "address": p["address"] or None}
    make_guest(run, workload, **called, **where, **{name: kept[name] for name in KEPT})


class NewVmForm(NewNameForm):
    """The new guest's name and address."""

    start = forms.BooleanField(label=_("Start it"), required=False, initial=True)

    def prepare(self) -> None:
        if isinstance(self.subject, Backup):
            name = self.subject.vm_name
            taken = VirtualMachine.objects.filter(lab=self.lab, name=name).exists()
            self.fields["name"].initial = f"{name}-restored" if taken else name


class RestoreAsNew(NewGuestOperation):
    """Makes a new guest from a backup: size, disk and system of that time, under a name of its own."""

    name = "backup.restore"
    title = _("Restore as a new VM")
    subject_model = Backup
    related = ("lab", "cluster", "vm")
    form_class = NewVmForm
    watched_fields = ("taken_lab_at",)
    downtime_s = 0.0

    @property
    def backup(self) -> Backup:
        assert isinstance(self.subject, Backup)
        return self.subject

    @property
    def cluster(self) -> Cluster:
        """Where it goes: where the guest was that was backed up."""
        return self.backup.cluster

    @property
    def kept(self) -> dict[str, Any]:
        """What the guest was."""
        kept: dict[str, Any] = self.backup.configuration
        return kept

    @property
    def request(self) -> PlacementRequest:
        return request_of(self.kept)

    @property
    def disk_taken_gib(self) -> float:
        return wanted_gib(self.kept)

    @property
    def memory_mib(self) -> int:
        return int(self.kept["memory_mib"])

    def describe(self) -> Text:
        return say(_("Restore backup %(backup)s as %(vm)s"), backup=self.backup.name, vm=self.values["name"])

    def check(self) -> Sequence[Refusal]:
        """The hypervisor supports the size; the datastore has room, and a host where it is to start."""
        kept, kind = self.kept, HYPERVISORS[self.cluster.hypervisor]
        return [
            *too_large(kind, kept["vcpu"], kept["memory_mib"], kept["disk_gib"]),
            *no_space(self, self.datastore, self.taken_gib),
            *(no_host(self.cluster, self.candidates, "start") if self.values["start"] else []),
        ]

    def planned(self, where: dict[str, Any]) -> GuestFacts:
        kept, mean_pct = self.kept, self.lab_figures["assumed_cpu_mean_pct"]
        size = {name: kept[name] for name in SIZE if name != "disk_used_gib"}
        return GuestFacts.planned(
            name=self.values["name"],
            **where,
            power_state=PowerState.RUNNING if self.values["start"] else PowerState.STOPPED,
            operating_system=kept["workload"].get("operating_system"),
            cpu_mean_vcpu=kept["vcpu"] * mean_pct / 100 if kept["workload"] else None,
            **size,
        )._replace(disk_used_gib=kept["disk_used_gib"], health=kept["health"])

    def notes(self) -> Sequence[Text]:
        """What comes back with it, and what does not."""
        notes = [say(_("vCPU, memory, disk and system are as they were then; snapshots are not in a backup."))]
        if self.values["start"]:
            notes += takes_while_running(self.vm)
        if self.kept["workload"]:
            notes.append(say(_("What it demanded is not in the backup: a typical day is assumed.")))
        if self.backup.health == GuestHealth.BROKEN:
            notes.append(say(_("The system in this backup is broken, and so is that of the new VM.")))
        return notes

    def plan(self) -> Plan:
        """Make room, copy the disk from the backup storage, register, and start where wanted."""
        names = {name: self.values[name] for name in ("name", "hostname", "address", "start")}
        params = {**names, "datastore": self.datastore.pk if self.datastore else None}
        gib, rate, needs = self.kept["disk_used_gib"], self.lab_figures[RATE], [made_on_host(name=self.values["name"])]
        flow = to_disk(self.vm, gib, self.timings, rate)
        physics, title = {"kind": "copy", "disk_gib": gib}, _("Copy the disk from the backup storage")
        copy = PlannedStep("copy", title, flow_s(flow, gib, rate), physics=physics, needs=needs, flow=flow, final=True)
        room = room_for(self.datastore, self.taken_gib)
        make = PlannedStep(MAKE, _("Make room for it"), 0.0, make_from_backup, undo=unmake, params=params, needs=room)
        register = PlannedStep("register", _("Register it"), self.timings.reconfigure_s, final=True)
        if not self.values["start"]:
            return Plan([make, copy, register])
        windows = self.kept["workload"].get("operating_system") in WINDOWS_SYSTEMS
        start = start_made_steps(self.vm, self.timings, windows=windows)
        return Plan([make, copy, register, *start])

    def holds(self) -> Sequence[Held]:
        """The backup; the cluster is mentioned. The guest is held once it is there."""
        return [Held(self.backup), Held(self.cluster, exclusive=False)]
