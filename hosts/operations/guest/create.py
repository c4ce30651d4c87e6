"""A new guest, blank, on the host that the cluster's policy chooses."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hosts.choices import GuestHealth, PowerState
from hosts.inventory.rows import VmRow
from hosts.live.facts import GuestFacts
from hosts.live.space import allocated_gib, why_thin
from hosts.models import Cluster, Datastore, Host
from hosts.operations.fields import PlaceForm, disk_field, memory_field, name_field, require_free_name, vcpu_field
from hosts.operations.flows import moved
from hosts.operations.guest.made_effects import MAKE, install_made, start_made_steps, unmake
from hosts.operations.needs import made_on_host, room_for
from hosts.operations.new_guest import NewGuestOperation
from hosts.operations.refusals import NO_SYSTEM, no_host, no_space, too_large
from hosts.rules.capacity import Need, why_slow
from hosts.rules.memory_file import takes_while_running
from hosts.rules.placement import PlacementRequest
from hosts.services.guests import give_typical_day, make_guest, new_workload, place
from hosts.services.space import require_space
from virtlab.engine.hypervisors.table import HYPERVISORS
from virtlab.jobs.operations.effects import Run, effect
from virtlab.jobs.operations.plan import Held, Plan, PlannedStep, Refusal, flow_s
from virtlab.jobs.text import Text, say
from virtlab.labs.choices import WINDOWS_SYSTEMS, OperatingSystem

SHOWN = 12
SHAPE = ("name", "vcpu", "memory_mib", "disk_gib", "thin")


@effect("vm.create", breaks=("datastore.space",), names={"vm.name": "name"})
def create_guest(run: Run) -> None:
    """Chooses the host anew, as things are now, and makes the guest; StepFailed where nothing has room any more."""
    p = run.params
    cluster = run.get(Cluster, p["cluster"])
    only = run.get(Host, p["host"]) if p["host"] else None
    wanted = PlacementRequest(Need(p["vcpu"], p["memory_mib"]), p["group"], only)
    best = place(cluster, wanted)
    datastore = run.get(Datastore, p["datastore"]) if p["datastore"] else None
    require_space(datastore, 0.0 if p["thin"] else p["disk_gib"], run.lab_time)
    workload = new_workload(run.lab, p["name"], p["system"])
    where = {"cluster": cluster, "host": best.host, "datastore": datastore}
    rules = {"pinned": only is not None, "anti_affinity": p["group"]}
    make_guest(run, workload, **{name: p[name] for name in SHAPE}, **where, **rules, health=GuestHealth.NONE)
    row = VmRow(name=p["name"], vcpu=p["vcpu"], memory_mib=p["memory_mib"], usage_from="assumed")
    give_typical_day(run.lab, row, workload)
    run.log(best.reason)


class CreateForm(PlaceForm):
    """Name, place and size."""

    name = name_field()
    vcpu = vcpu_field(initial=2)
    memory_mib = memory_field(initial=4096)
    disk_gib = disk_field(initial=40.0)
    thin = forms.BooleanField(label=_("Thin disk: takes what is written"), required=False, initial=True)
    operating_system = forms.ChoiceField(label=_("System"), choices=OperatingSystem.choices, initial="linux")
    host = forms.ModelChoiceField(
        label=_("Pinned to host"), queryset=Host.objects.none(), required=False, empty_label=_("By the policy")
    )
    anti_affinity = forms.CharField(label=_("Anti-affinity group"), max_length=40, required=False)
    start = forms.BooleanField(label=_("Install its system and start it"), required=False, initial=True)
    field_order = ("name", "cluster", *SHAPE[1:], "operating_system", "host", "anti_affinity", "start")

    def clean_name(self) -> str:
        return require_free_name(self.lab, self.cleaned_data["name"])

    def clean(self) -> None:
        """A pinned host is of the cluster."""
        host, cluster = self.cleaned_data.get("host"), self.cleaned_data.get("cluster")
        if host and cluster and host.cluster_id != cluster.pk:
            self.add_error("host", _("This host is of another cluster."))


class CreateVm(NewGuestOperation):
    """Makes a guest from nothing."""

    name = "vm.create"
    title = _("New virtual machine")
    form_class = CreateForm
    counterpart = "instance.launch"

    @property
    def cluster(self) -> Cluster:
        cluster: Cluster = self.values["cluster"]
        return cluster

    @property
    def request(self) -> PlacementRequest:
        v = self.values
        return PlacementRequest(Need(v["vcpu"], v["memory_mib"]), v["anti_affinity"], v["host"])

    @property
    def windows(self) -> bool:
        """Whether it is to run Windows."""
        return self.values["operating_system"] in WINDOWS_SYSTEMS

    @property
    def health(self) -> GuestHealth:
        """Whether a system is on its disk at the end."""
        return GuestHealth.WELL if self.values["start"] else GuestHealth.NONE

    @property
    def installed_gib(self) -> float:
        """What the installation of its system writes; 0 where none is installed."""
        if not self.values["start"]:
            return 0.0
        return self.lab_figures["install_windows_gib" if self.windows else "install_linux_gib"]

    @property
    def memory_mib(self) -> int:
        return int(self.values["memory_mib"])

    @property
    def disk_taken_gib(self) -> float:
        return self.installed_gib if self.values["thin"] else float(self.values["disk_gib"])

    def describe(self) -> Text:
        return say(_("Create %(vm)s"), vm=self.values["name"])

    def check(self) -> Sequence[Refusal]:
        """The hypervisor supports the size, a host and a datastore have room, its system fits its disk."""
        v, kind = self.values, HYPERVISORS[self.cluster.hypervisor]
        return [
            *too_large(kind, v["vcpu"], v["memory_mib"], v["disk_gib"]),
            *no_host(self.cluster, self.candidates, "cluster"),
            *no_space(self, self.datastore, self.taken_gib, "disk_gib"),
            *self._too_small(),
        ]

    def _too_small(self) -> list[Refusal]:
        wanted_gib = self.installed_gib
        if self.values["disk_gib"] >= wanted_gib:
            return []
        message = _("The installation of its system writes %(gib).1f GiB: the disk is too small for it.")
        return [Refusal(say(message, gib=wanted_gib), "disk_gib")]

    def notes(self) -> Sequence[Text]:
        """Why this host, and why no other; what its thin disk may grow to."""
        v = self.values
        slow = why_slow(self.best.host, v["vcpu"]) if self.best else None
        file = takes_while_running(self.vm) if v["start"] else [say(NO_SYSTEM, vm=v["name"])]
        return [
            *([slow] if slow else []),
            *file,
            *self._thin(),
            *(candidate.reason for candidate in self.candidates[:SHOWN]),
        ]

    def _thin(self) -> list[Text]:
        if self.datastore is None or not self.values["thin"]:
            return []
        why = why_thin(self.datastore, allocated_gib(self.datastore) + self.values["disk_gib"])
        return [why] if why else []

    def planned(self, where: dict[str, Any]) -> GuestFacts:
        v = self.values
        return GuestFacts.planned(
            **where,
            power_state=PowerState.RUNNING if v["start"] else PowerState.STOPPED,
            cpu_mean_vcpu=v["vcpu"] * self.lab_figures["assumed_cpu_mean_pct"] / 100,
            **{name: v[name] for name in ("name", "vcpu", "memory_mib", "disk_gib", "thin", "operating_system")},
        )._replace(disk_used_gib=self.installed_gib, health=self.health.value)

    def plan(self) -> Plan:
        """Make it; install and start it where that is wanted."""
        v = self.values
        params = {
            "cluster": self.cluster.pk,
            "host": v["host"].pk if v["host"] else None,
            "group": v["anti_affinity"],
            "datastore": self.datastore.pk if self.datastore else None,
            "system": v["operating_system"],
            **{name: v[name] for name in SHAPE},
        }
        make_s = self.timings.reconfigure_s
        room = room_for(self.datastore, 0.0 if v["thin"] else v["disk_gib"])
        make = PlannedStep(
            MAKE, _("Choose a host and make it"), make_s, create_guest, undo=unmake, params=params, needs=room
        )
        return Plan([make, *(self._start_steps() if v["start"] else [])])

    def _start_steps(self) -> list[PlannedStep]:
        """The installer writes what it brings as fast as the disk takes it, and lasts as long as it does by hand in
        all. Once the system is there the guest stays, whatever becomes of its start.
        """
        v, gib = self.values, self.installed_gib
        needs = [made_on_host(name=v["name"])]
        flow = moved(gib, self.timings, self.vm, writes=self.datastore)
        write_s = flow_s(flow, gib, self.timings.datastore_mib_per_s)
        rest_s = max(self.timings.install_by_hand_s - write_s, 0.0)
        physics, room = {"kind": "install", "disk_gib": gib}, room_for(self.datastore, gib if v["thin"] else 0.0)
        title = _("Write its system to its disk")
        write = PlannedStep("write", title, write_s, install_made, params={"gib": gib}, needs=[*needs, *room])
        title = _("Install its system by hand")
        install = PlannedStep("install", title, rest_s, needs=needs, varies=True, final=True)
        start = start_made_steps(self.vm, self.timings, windows=self.windows)
        return [replace(write, physics=physics, flow=flow), install, *start]

    def holds(self) -> Sequence[Held]:
        """Nothing yet; the cluster is mentioned."""
        return [Held(self.cluster, exclusive=False)]
