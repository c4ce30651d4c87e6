"""A new guest, blank, on the host that the cluster's policy chooses."""

from collections.abc import Sequence
from functools import cached_property

from django import forms
from django.utils.translation import gettext_lazy as _

from hosts.choices import PowerState
from hosts.inventory.rows import VmRow
from hosts.live.facts import EstateFacts, GuestFacts
from hosts.live.space import allocated_gib, require_space, roomiest, why_thin
from hosts.live.what_if import CostAndPower, what_if
from hosts.models import Cluster, Datastore, Host
from hosts.operations.fields import PlaceForm, disk_field, memory_field, name_field, require_free_name, vcpu_field
from hosts.operations.guest.made_effects import MAKE, start_made, stop_made, unmake
from hosts.operations.in_use import closed
from hosts.operations.needs import room_for
from hosts.operations.refusals import no_host, no_space, too_large
from hosts.rules.capacity import Need, why_slow
from hosts.rules.coming_up import lets_run
from hosts.rules.placement import HostCandidate, PlacementRequest, candidates, chosen, place
from hosts.services.guests import give_typical_day, make_guest, new_workload
from virtlab.engine.hypervisors.table import HYPERVISORS
from virtlab.jobs.choices import Side
from virtlab.jobs.operations.effects import Run, effect
from virtlab.jobs.operations.operation import Operation
from virtlab.jobs.operations.plan import Change, Held, Plan, PlannedStep, Refusal
from virtlab.jobs.text import Text, say
from virtlab.labs.choices import OperatingSystem

SHOWN = 12
SHAPE = ("name", "vcpu", "memory_mib", "disk_gib", "thin")


@effect("vm.create", breaks=("datastore.space",))
def create_guest(run: Run) -> None:
    """Chooses the host anew, as things are now, and makes the guest; StepFailed where nothing has room any more."""
    p = run.params
    cluster = run.get(Cluster, p["cluster"])
    only = run.get(Host, p["host"]) if p["host"] else None
    wanted = PlacementRequest(Need(p["vcpu"], p["memory_mib"]), p["group"], only)
    host = place(cluster, wanted)
    datastore = run.get(Datastore, p["datastore"]) if p["datastore"] else None
    require_space(datastore, 0.0 if p["thin"] else p["disk_gib"], run.lab_time)
    workload = new_workload(run.lab, p["name"], p["system"])
    where = {"cluster": cluster, "host": host, "datastore": datastore}
    rules = {"pinned": only is not None, "anti_affinity": p["group"]}
    make_guest(run, workload, **{name: p[name] for name in SHAPE}, **where, **rules)
    row = VmRow(name=p["name"], vcpu=p["vcpu"], memory_mib=p["memory_mib"], usage_from="assumed")
    give_typical_day(run.lab, row, workload)
    best = chosen(candidates(cluster, wanted))
    run.log(best.reason if best else say(_("Placed on %(host)s."), host=host.name))


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


class CreateVm(Operation):
    """Makes a guest from nothing."""

    name = "vm.create"
    title = _("New virtual machine")
    side = Side.HOSTS
    form_class = CreateForm
    counterpart = "instance.launch"

    @property
    def cluster(self) -> Cluster:
        """Where it goes."""
        cluster: Cluster = self.values["cluster"]
        return cluster

    @cached_property
    def datastore(self) -> Datastore | None:
        """Where its disk goes: where most is free."""
        return roomiest(self.lab, self.cluster.pk, self.lab.lab_time())

    @cached_property
    def candidates(self) -> list[HostCandidate]:
        """Every host with the reason."""
        v = self.values
        return candidates(
            self.cluster, PlacementRequest(Need(v["vcpu"], v["memory_mib"]), v["anti_affinity"], v["host"])
        )

    @property
    def best(self) -> HostCandidate | None:
        """The host that is chosen."""
        return chosen(self.candidates)

    def describe(self) -> Text:
        return say(_("Create %(vm)s"), vm=self.values["name"])

    def check_place(self) -> Sequence[Refusal]:
        return closed(self.cluster)

    def check(self) -> Sequence[Refusal]:
        """The hypervisor supports the size, a host and a datastore have room."""
        v, kind = self.values, HYPERVISORS[self.cluster.hypervisor]
        return [
            *too_large(kind, v["vcpu"], v["memory_mib"], v["disk_gib"]),
            *no_host(self.cluster, self.candidates, "cluster"),
            *no_space(self.lab, self.datastore, 0.0 if v["thin"] else v["disk_gib"], "disk_gib"),
        ]

    def changes(self) -> Sequence[Change]:
        return [
            Change(_("Host"), "–", self.best.host.name if self.best else "–"),
            Change(_("Datastore"), "–", self.datastore.name if self.datastore else "–"),
        ]

    def figures_of(self) -> str:
        return self.cluster.name

    def figures(self) -> CostAndPower:
        return what_if(self.lab, self.cluster.pk, self._with)

    def notes(self) -> Sequence[Text]:
        """Why this host, and why no other; what its thin disk may grow to."""
        slow = why_slow(self.best.host, self.values["vcpu"]) if self.best else None
        return [*([slow] if slow else []), *self._thin(), *(candidate.reason for candidate in self.candidates[:SHOWN])]

    def _thin(self) -> list[Text]:
        if self.datastore is None or not self.values["thin"]:
            return []
        why = why_thin(self.datastore, allocated_gib(self.datastore) + self.values["disk_gib"])
        return [why] if why else []

    def _with(self, facts: EstateFacts) -> EstateFacts:
        v = self.values
        guest = GuestFacts.planned(
            cluster_id=self.cluster.pk,
            host_id=self.best.host.pk if self.best else None,
            datastore_id=self.datastore.pk if self.datastore else None,
            power_state=PowerState.RUNNING if v["start"] else PowerState.STOPPED,
            cpu_mean_vcpu=v["vcpu"] * self.lab_figures["assumed_cpu_mean_pct"] / 100,
            **{name: v[name] for name in ("name", "vcpu", "memory_mib", "disk_gib", "thin", "operating_system")},
        )
        return facts._replace(guests=[*facts.guests, guest])

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
        make = PlannedStep(MAKE, _("Choose a host and make it"), make_s, create_guest, unmake, params, needs=room)
        return Plan([make, *(self._start_steps() if v["start"] else [])])

    def _start_steps(self) -> list[PlannedStep]:
        boot_s = self.timings.boot_s(windows=self.values["operating_system"] == OperatingSystem.WINDOWS)
        return [
            PlannedStep("install", _("Install its system by hand"), self.timings.install_by_hand_s, varies=True),
            PlannedStep("start", _("Start it"), boot_s, start_made, stop_made, lets_run(), varies=True),
        ]

    def holds(self) -> Sequence[Held]:
        """Nothing yet; the cluster is mentioned."""
        return [Held(self.cluster, exclusive=False)]
