"""New clusters, their settings, and their datastores."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from hosts.choices import Hypervisor, PlacementPolicy
from hosts.models import Cluster, Host
from hosts.operations.fields import check_one_line
from hosts.rules.allocation_limits import memory_ratio
from hosts.rules.capacity import rooms
from virtlab.engine.hypervisors.hypervisor import Feature
from virtlab.engine.hypervisors.table import HYPERVISORS
from virtlab.jobs.choices import Side
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.jobs.operations.operation import Operation, OperationForm
from virtlab.jobs.operations.plan import Change, Plan, PlannedStep, Preview, Refusal
from virtlab.jobs.text import Text, say

RATIOS = ("policy", "cpu_overcommit", "memory_overcommit")


class SettingsForm(OperationForm):
    """Policy and overcommitment."""

    policy = forms.ChoiceField(label=_("Placement"), choices=PlacementPolicy.choices, initial=PlacementPolicy.BEST_FIT)
    cpu_overcommit = forms.FloatField(
        label=_("CPU overcommit (vCPU per thread)"), min_value=0.1, max_value=32, initial=4.0
    )
    memory_overcommit = forms.FloatField(label=_("Memory overcommit"), min_value=0.1, max_value=4, initial=1.0)

    def prepare(self) -> None:
        """Fills in what is now."""
        if isinstance(self.subject, Cluster):
            for name in RATIOS:
                self.fields[name].initial = getattr(self.subject, name)


class AddClusterForm(SettingsForm):
    """A new cluster's name and hypervisor too."""

    name = forms.CharField(label=_("Name"), max_length=120, validators=[check_one_line])
    site = forms.CharField(label=_("Site"), max_length=80, initial=_("Main"))
    hypervisor = forms.ChoiceField(label=_("Hypervisor"), choices=Hypervisor.choices, initial=Hypervisor.KVM)
    field_order = ("name", "site", "hypervisor", *RATIOS)

    def clean_name(self) -> str:
        """No other cluster has it."""
        name: str = self.cleaned_data["name"]
        if Cluster.objects.filter(lab=self.lab, name=name).exists():
            raise forms.ValidationError(_("There is a cluster called %(name)s already."), params={"name": name})
        return name


@effect("cluster.add")
def add_cluster(run: Run) -> None:
    """Makes the cluster; StepFailed where the name was taken meanwhile."""
    if Cluster.objects.filter(lab=run.lab, name=run.params["name"]).exists():
        raise StepFailed(_("There is a cluster called %(name)s already."), name=run.params["name"])
    run.touch(Cluster.objects.create(lab=run.lab, **run.params))


@effect("cluster.unadd")
def unadd_cluster(run: Run) -> None:
    """Takes it away again while it is empty."""
    Cluster.objects.filter(lab=run.lab, name=run.params["name"], hosts=None).delete()


class AddCluster(Operation):
    """A new, empty cluster."""

    name = "cluster.add"
    title = _("New cluster")
    side = Side.HOSTS
    form_class = AddClusterForm

    def describe(self) -> Text:
        """The job's title."""
        return say(_("Add cluster %(name)s"), name=self.values["name"])

    def preview(self) -> Preview:
        """What it will be."""
        return Preview([Change(_("Hypervisor"), "–", Hypervisor(self.values["hypervisor"]).label)])

    def plan(self) -> Plan:
        """One step."""
        params = {name: self.values[name] for name in ("name", "site", "hypervisor", *RATIOS)}
        step = PlannedStep("add", _("Set it up"), self.timings.reconfigure_s, add_cluster, unadd_cluster, params)
        return Plan([step])


@effect("cluster.set")
def set_cluster(run: Run) -> None:
    """Sets policy and ratios; StepFailed where a host has promised more by now."""
    cluster = run.get(Cluster)
    if why := why_promised(cluster, run.params["cpu_overcommit"], run.params["memory_overcommit"]):
        raise StepFailed(why)
    run.remember(**{name: getattr(cluster, name) for name in RATIOS})
    _save(cluster, run.params)


@effect("cluster.restore")
def restore_cluster(run: Run) -> None:
    """Gives back policy and ratios from before."""
    _save(run.get(Cluster), run.memory)


def _save(cluster: Cluster, values: dict[str, object]) -> None:
    for name in RATIOS:
        setattr(cluster, name, values[name])
    cluster.save(update_fields=RATIOS)


def why_promised(cluster: Cluster, cpu: float, memory: float) -> Text | None:
    """Which host has promised more than these ratios allow, in words; None where none has.

    What is beyond the present ratios already may stay as it is.
    """
    for room in rooms(Host.objects.filter(cluster=cluster).select_related("cluster").order_by("name")):
        ratio = memory_ratio(cluster.hypervisor, memory)
        less = (cpu < room.cpu.ratio, ratio < room.memory.ratio)
        if less[0] and room.cpu.reserved > room.cpu.capacity * cpu:
            return say(_("Host %(host)s has promised %(vcpu)s vCPU already; it would be allowed %(most)s."),
                       host=room.host.name, vcpu=int(room.cpu.reserved), most=int(room.cpu.capacity * cpu))  # fmt: skip
        if less[1] and room.memory.reserved > room.memory.capacity * ratio * (1 + 1e-12):
            return say(_("Host %(host)s has promised %(gib).1f GiB already; it would be allowed %(most).1f GiB."),
                       host=room.host.name, gib=room.memory.reserved, most=room.memory.capacity * ratio)  # fmt: skip
    return None


class SetCluster(Operation):
    """Changes policy and overcommitment."""

    name = "cluster.settings"
    title = _("Settings")
    primary = True
    side = Side.HOSTS
    form_class = SettingsForm
    subject_model = Cluster
    watched_fields = RATIOS

    @property
    def cluster(self) -> Cluster:
        """The cluster."""
        assert isinstance(self.subject, Cluster)
        return self.subject

    def describe(self) -> Text:
        """The job's title."""
        return say(_("Change the settings of %(cluster)s"), cluster=self.cluster.name)

    def check(self) -> Sequence[Refusal]:
        """No host may have promised more; memory is overcommitted only where the hypervisor can take it back."""
        kind = HYPERVISORS[self.cluster.hypervisor]
        if self.values["memory_overcommit"] > 1 and not kind.can(Feature.OVERCOMMIT_MEMORY):
            text = say(_("%(kind)s cannot take memory back from guests: promise it once."), kind=kind.name)
            return [Refusal(text, "memory_overcommit")]
        why = why_promised(self.cluster, self.values["cpu_overcommit"], self.values["memory_overcommit"])
        return [Refusal(why)] if why else []

    def preview(self) -> Preview:
        """What may be promised before and after."""
        found = rooms(Host.objects.filter(cluster=self.cluster).select_related("cluster"))
        cpu, memory = sum(room.cpu.capacity for room in found), sum(room.memory.capacity for room in found)
        now, then = self.cluster, self.values
        vcpu = [round(cpu * ratio) for ratio in (now.cpu_overcommit, then["cpu_overcommit"])]
        gib = [round(memory * ratio) for ratio in (now.memory_overcommit, then["memory_overcommit"])]
        policies = [PlacementPolicy(name).label for name in (now.policy, then["policy"])]
        changes = [
            Change(_("Placement"), *policies),
            Change(_("vCPU that may be promised"), vcpu[0], vcpu[1]),
            Change(_("Memory that may be promised"), gib[0], gib[1], "GiB"),
        ]
        return Preview(changes, downtime_s=0.0)

    def plan(self) -> Plan:
        """One step."""
        params = {name: self.values[name] for name in RATIOS}
        step = PlannedStep(
            "set", _("Change the settings"), self.timings.reconfigure_s, set_cluster, restore_cluster, params
        )
        return Plan([step])
