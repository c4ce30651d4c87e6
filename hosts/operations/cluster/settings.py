"""New clusters, their settings, and their datastores."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hosts.choices import Hypervisor, PlacementPolicy
from hosts.live.live import live
from hosts.models import Cluster, Host
from hosts.operations.fields import check_one_line, require_not_asked_for
from hosts.rules.allocation_limits import memory_ratio, overcommit_risk, why_no_overcommit
from hosts.rules.capacity import rooms
from virtlab.jobs.choices import Side
from virtlab.jobs.operations.columns import restore_columns, set_columns
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.jobs.operations.form import OperationForm
from virtlab.jobs.operations.operation import PROVIDER, Operation
from virtlab.jobs.operations.plan import Change, Plan, PlannedStep, Refusal
from virtlab.jobs.text import Text, say

SETTINGS = ("policy", "cpu_overcommit", "memory_overcommit")


class SettingsForm(OperationForm):
    """Policy and overcommitment."""

    columns = SETTINGS
    policy = forms.ChoiceField(label=_("Placement"), choices=PlacementPolicy.choices, initial=PlacementPolicy.BEST_FIT)
    cpu_overcommit = forms.FloatField(
        label=_("CPU overcommit (vCPU per thread)"),
        min_value=0.1,
        max_value=32,
        initial=4.0,
        help_text=_(
            "A rule of your cluster, by thread as OpenStack Nova counts, which starts with 4.0 (2026.1). Where cores "
            "have two threads it is twice as many per physical core, by which the comparison and VMware count."
        ),
    )
    memory_overcommit = forms.FloatField(
        label=_("Memory overcommit"),
        min_value=0.1,
        max_value=4,
        initial=1.0,
        help_text=_("A rule of your cluster where the hypervisor takes memory back. OpenStack Nova starts with 1.0."),
    )


class AddClusterForm(SettingsForm):
    """A new cluster's name and hypervisor too."""

    name = forms.CharField(label=_("Name"), max_length=120, validators=[check_one_line])
    site = forms.CharField(label=_("Site"), max_length=80, initial=_("Main"))
    hypervisor = forms.ChoiceField(label=_("Hypervisor"), choices=Hypervisor.choices, initial=Hypervisor.KVM)
    field_order = ("name", "site", "hypervisor", *SETTINGS)

    def clean_name(self) -> str:
        """No other cluster has it."""
        name: str = self.cleaned_data["name"]
        if Cluster.objects.filter(lab=self.lab, name=name).exists():
            raise forms.ValidationError(_("There is a cluster called %(name)s already."), params={"name": name})
        require_not_asked_for(self.lab, "cluster.name", [name])
        return name


@effect("cluster.add", names={"cluster.name": "name"})
def add_cluster(run: Run) -> None:
    """Makes the cluster; StepFailed where the name was taken meanwhile."""
    if Cluster.objects.filter(lab=run.lab, name=run.params["name"]).exists():
        raise StepFailed(_("There is a cluster called %(name)s already."), name=run.params["name"])
    run.touch(Cluster.objects.create(lab=run.lab, **run.params))


@effect("cluster.unadd")
def unadd_cluster(run: Run) -> None:
    """Takes it away again while it is empty."""
    Cluster.objects.filter(lab=run.lab, name=run.params["name"], hosts=None).delete()


def _overcommit(hypervisor: str, values: Mapping[str, Any]) -> list[Refusal]:
    why = why_no_overcommit(hypervisor, values["memory_overcommit"])
    return [Refusal(why, "memory_overcommit")] if why else []


class AddCluster(Operation):
    """A new, empty cluster."""

    name = "cluster.add"
    title = _("New cluster")
    side = Side.HOSTS
    counterpart = PROVIDER
    form_class = AddClusterForm

    def describe(self) -> Text:
        return say(_("Add cluster %(name)s"), name=self.values["name"])

    def check(self) -> Sequence[Refusal]:
        """Memory is overcommitted only where the hypervisor can take it back."""
        return _overcommit(self.values["hypervisor"], self.values)

    def changes(self) -> Sequence[Change]:
        return [Change(_("Hypervisor"), "–", Hypervisor(self.values["hypervisor"]).label)]

    def notes(self) -> Sequence[Text]:
        """What a memory ratio above 1 risks."""
        v = self.values
        return overcommit_risk(v["hypervisor"], v["memory_overcommit"], self.lab_figures["host_swap_gib"])

    def plan(self) -> Plan:
        params = {name: self.values[name] for name in ("name", "site", "hypervisor", *SETTINGS)}
        step = PlannedStep(
            "add", _("Set it up"), self.timings.reconfigure_s, add_cluster, undo=unadd_cluster, params=params
        )
        return Plan([step])


@effect("cluster.set")
def set_cluster(run: Run) -> None:
    """Sets policy and ratios; StepFailed where a host has allocated more by now."""
    cluster = run.get(Cluster)
    if why := why_overallocated(cluster, run.params["cpu_overcommit"], run.params["memory_overcommit"]):
        raise StepFailed(why)
    set_columns(run, cluster, run.params)


@effect("cluster.restore")
def restore_cluster(run: Run) -> None:
    """Gives back policy and ratios from before."""
    restore_columns(run, run.get(Cluster))


def why_overallocated(cluster: Cluster, cpu: float, memory: float) -> Text | None:
    """Which host has allocated more than these ratios allow, in words; None where none has.

    What is beyond the present ratios already may stay as it is.
    """
    for room in rooms(Host.objects.filter(cluster=cluster).select_related("cluster").order_by("name")):
        ratio = memory_ratio(cluster.hypervisor, memory)
        less = (cpu < room.cpu.ratio, ratio < room.memory.ratio)
        if less[0] and room.cpu.allocated > room.cpu.capacity * cpu:
            message = _("Host %(host)s has allocated %(vcpu)s vCPU already; it would be allowed %(most)s.")
            return say(message, host=room.host.name, vcpu=int(room.cpu.allocated), most=int(room.cpu.capacity * cpu))
        if less[1] and room.memory.allocated > room.memory.capacity * ratio * (1 + 1e-12):
            message = _("Host %(host)s has allocated %(gib).1f GiB already; it would be allowed %(most).1f GiB.")
            return say(message, host=room.host.name, gib=room.memory.allocated, most=room.memory.capacity * ratio)
    return None


class SetCluster(Operation):
    """Changes policy and overcommitment."""

    name = "cluster.settings"
    title = _("Settings")
    sentence = _("Change the settings of %(cluster)s")
    called = "cluster"
    primary = True
    side = Side.HOSTS
    counterpart = PROVIDER
    form_class = SettingsForm
    subject_model = Cluster
    watched_fields = SETTINGS
    downtime_s = 0.0

    @property
    def cluster(self) -> Cluster:
        assert isinstance(self.subject, Cluster)
        return self.subject

    def check(self) -> Sequence[Refusal]:
        """No host may have allocated more; memory is overcommitted only where the hypervisor can take it back."""
        if refusals := _overcommit(self.cluster.hypervisor, self.values):
            return refusals
        why = why_overallocated(self.cluster, self.values["cpu_overcommit"], self.values["memory_overcommit"])
        return [Refusal(why)] if why else []

    def changes(self) -> Sequence[Change]:
        now, then = self.cluster, self.values
        row = live(self.lab).clusters.get(now.pk)
        cpu = [now.cpu_overcommit, then["cpu_overcommit"]]
        memory = [memory_ratio(now.hypervisor, each) for each in (now.memory_overcommit, then["memory_overcommit"])]
        # What its hosts that are on may allocate now, as its page says; in proportion to the ratios.
        vcpu = [round(row.vcpu_allocatable * ratio / cpu[0]) if row else 0 for ratio in cpu]
        gib = [round(row.memory_allocatable_gib * ratio / memory[0]) if row else 0 for ratio in memory]
        policies = [PlacementPolicy(name).label for name in (now.policy, then["policy"])]
        return [
            Change(_("Placement"), *policies),
            Change(_("vCPU that may be allocated"), vcpu[0], vcpu[1]),
            Change(_("Memory that may be allocated"), gib[0], gib[1], "GiB"),
        ]

    def notes(self) -> Sequence[Text]:
        """What a memory ratio above 1 risks."""
        ratio, swap_gib = self.values["memory_overcommit"], self.lab_figures["host_swap_gib"]
        return overcommit_risk(self.cluster.hypervisor, ratio, swap_gib)

    def plan(self) -> Plan:
        params = {name: self.values[name] for name in SETTINGS}
        title, set_s = _("Change the settings"), self.timings.reconfigure_s
        return Plan([PlannedStep("set", title, set_s, set_cluster, undo=restore_cluster, params=params)])
