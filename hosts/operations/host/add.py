"""Adding hosts to a cluster, and taking one away."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hosts.choices import HostState, Hypervisor
from hosts.live.facts import EstateFacts, HostFacts
from hosts.live.what_if import CostAndPower, what_if
from hosts.models import Cluster, Host, ServerModel
from hosts.operations.fields import NAME_LENGTH, PlaceForm, check_one_line, numbered_names, require_free_names
from hosts.operations.host.base import HostOperation
from hosts.operations.host.needing import HostsInUse
from hosts.operations.host.power import shutdown_steps, ways_to_empty
from hosts.operations.in_use import closed, closing_job
from hosts.operations.procurement import SERVER_LEAD_TIME, delivery_notes, from_shelf_field, order_steps
from hosts.pricing.unit_prices import server_price_usd
from virtlab.engine.units import MIB_PER_GIB
from virtlab.jobs.choices import Side
from virtlab.jobs.operations.effects import NotYet, Run, StepFailed, effect
from virtlab.jobs.operations.operation import PROVIDER, Operation
from virtlab.jobs.operations.plan import Change, Held, Plan, PlannedStep, Refusal
from virtlab.jobs.text import Text, say

MOST_HOSTS = 64
# What a host has as its model's.
SHAPE = ("sockets", "cores", "threads_per_core")


@effect("host.await_cluster", reads_jobs=True)
def await_cluster(run: Run) -> None:
    """What is delivered waits where the cluster's hosts are being installed anew."""
    if job := closing_job(run.get(Cluster, run.params["cluster"])):
        raise NotYet(job.ends_lab_at, _("Waits for “%(job)s”."), job=job.title)


@effect("host.add", names={"host.name": "names"})
def add_hosts(run: Run) -> None:
    """Adds the hosts; StepFailed where a name was taken meanwhile."""
    p = run.params
    if taken := Host.objects.filter(lab=run.lab, name__in=p["names"]).first():
        raise StepFailed(_("There is a host called %(name)s already."), name=taken.name)
    model, cluster = run.get(ServerModel, p["model"]), run.get(Cluster, p["cluster"])
    shape = {column: getattr(model, column) for column in SHAPE}
    shape |= {"memory_mib": p["memory_mib"], "rack": p["rack"], "state": HostState.ON}
    shape["purchased_on"] = run.lab_time.date()
    hosts = [Host(lab=run.lab, cluster=cluster, name=name, model=model, **shape) for name in p["names"]]
    run.touch(*Host.objects.bulk_create(hosts))


@effect("host.unadd")
def unadd_hosts(run: Run) -> None:
    """Takes them away again."""
    Host.objects.filter(lab=run.lab, name__in=run.params["names"]).delete()


class AddForm(PlaceForm):
    """Which, how many, where, called what."""

    model = forms.ModelChoiceField(label=_("Server model"), queryset=ServerModel.objects.order_by("name"))
    count = forms.IntegerField(label=_("Hosts"), min_value=1, max_value=MOST_HOSTS, initial=1)
    pattern = forms.CharField(
        label=_("Names"), max_length=NAME_LENGTH, validators=[check_one_line], help_text=_("For example kvm-{n:02}.")
    )
    first = forms.IntegerField(label=_("First number"), min_value=0, max_value=99_999, initial=1)
    memory_gib = forms.FloatField(
        label=_("Memory (GiB)"), min_value=1, max_value=65_536, required=False, help_text=_("Empty: as measured.")
    )
    rack = forms.CharField(label=_("Rack"), max_length=40, required=False)
    from_shelf = from_shelf_field()

    def clean(self) -> dict[str, Any]:
        """Adds the names; none may be taken."""
        data = self.cleaned_data
        if not {"count", "pattern", "first"} <= data.keys():
            return data
        try:
            wanted = numbered_names(data["pattern"], data["first"], data["count"])
            data["names"] = require_free_names(self.lab, Host, wanted)
        except ValidationError as error:
            self.add_error("pattern", error)
        return data


class AddHosts(Operation):
    """Buys hosts, puts them in a rack and installs the cluster's hypervisor."""

    name = "host.add"
    title = _("Add hosts")
    side = Side.HOSTS
    counterpart = PROVIDER
    form_class = AddForm

    @property
    def cluster(self) -> Cluster:
        """Where they go."""
        cluster: Cluster = self.values["cluster"]
        return cluster

    @property
    def model(self) -> ServerModel:
        """What is bought."""
        model: ServerModel = self.values["model"]
        return model

    @property
    def memory_mib(self) -> int:
        return int((self.values["memory_gib"] or self.model.memory_gib) * MIB_PER_GIB)

    def describe(self) -> Text:
        words = {"count": self.values["count"], "model": self.model.name, "cluster": self.cluster.name}
        return say(_("Add %(count)s × %(model)s to %(cluster)s"), **words)

    def check_place(self) -> Sequence[Refusal]:
        return closed(self.cluster)

    def changes(self) -> Sequence[Change]:
        hosts, count = list(Host.objects.filter(cluster=self.cluster)), self.values["count"]
        cores, memory = sum(host.cores for host in hosts), sum(host.memory_mib for host in hosts) // MIB_PER_GIB
        return [
            Change(_("Hosts"), len(hosts), len(hosts) + count),
            Change(_("Cores"), cores, cores + count * self.model.cores),
            Change(_("Memory"), memory, memory + count * self.memory_mib // MIB_PER_GIB, "GiB"),
        ]

    def figures_of(self) -> str:
        return self.cluster.name

    def figures(self) -> CostAndPower:
        return what_if(self.lab, self.cluster.pk, self._with)

    def notes(self) -> Sequence[Text]:
        gib = self.memory_mib / MIB_PER_GIB
        each_usd = server_price_usd(self.model.price_usd, self.model.cores, gib, self.lab_figures)
        usd = each_usd * self.values["count"]
        paid = say(_("Paid at once: %(usd)s USD, spread over the servers' lifetime in the figures."), usd=f"{usd:,.0f}")
        return [paid, *delivery_notes(self.lab_figures, SERVER_LEAD_TIME, from_shelf=self.values["from_shelf"])]

    def _with(self, facts: EstateFacts) -> EstateFacts:
        new = [
            HostFacts.planned(
                self.model,
                pk=-1 - n,
                name=name,
                cluster_id=self.cluster.pk,
                rack=self.values["rack"],
                memory_mib=self.memory_mib,
            )
            for n, name in enumerate(self.values["names"])
        ]
        return facts._replace(hosts=[*facts.hosts, *new])

    def plan(self) -> Plan:
        params = {
            "names": self.values["names"],
            "model": self.model.pk,
            "cluster": self.cluster.pk,
            "rack": self.values["rack"],
            "memory_mib": self.memory_mib,
        }
        install_s = 0.0 if self.cluster.hypervisor == Hypervisor.NONE else self.lab_figures["host_install_s"]
        title, boot_s = _("Boot and join the cluster"), self.timings.host_boot_s
        boot = PlannedStep("boot", title, boot_s, add_hosts, undo=unadd_hosts, params=params, varies=True)
        order = order_steps(self.lab_figures, SERVER_LEAD_TIME, from_shelf=self.values["from_shelf"])
        order = [replace(step, effect=await_cluster, params=params) for step in order]
        return Plan([*order, PlannedStep("install", _("Install the hypervisor"), install_s, varies=True), boot])

    def holds(self) -> Sequence[Held]:
        """The cluster is mentioned."""
        return [Held(self.cluster, exclusive=False)]


@effect("host.remove")
def remove_host(run: Run) -> None:
    """Takes it away; StepFailed where a guest is on it by now."""
    host = run.get(Host)
    if why := HostsInUse([host]).why_not_empty(host):
        raise StepFailed(why)
    host.delete()


class RemoveHost(HostOperation):
    """Takes an empty host out of its cluster and its rack."""

    name = "host.remove"
    title = _("Remove")
    sentence = _("Remove %(host)s")
    danger = True

    def check(self) -> Sequence[Refusal]:
        """No guest may be on it, and no job need it."""
        why = self.uses.why_not_empty(self.host)
        taken = [Refusal(why, "", ways_to_empty(self.uses.guests[self.host.pk]))] if why else []
        return [*taken, *self.uses.used_by(self.host)]

    def changes(self) -> Sequence[Change]:
        pk = self.host.cluster_id
        count = self.once(f"hosts-{pk}", lambda: Host.objects.filter(cluster=pk).count())
        return [Change(_("Hosts"), count, count - 1), Change(_("Cores"), self.host.cores, 0)]

    def figures(self) -> CostAndPower:
        return self.figures_after(self._without)

    def _without(self, facts: EstateFacts) -> EstateFacts:
        return facts._replace(hosts=[host for host in facts.hosts if host.pk != self.host.pk])

    def plan(self) -> Plan:
        """Shut it down where it is on, take it away."""
        remove = PlannedStep("remove", _("Take it away"), 0.0, remove_host)
        return Plan([*shutdown_steps(self.host, self.timings), remove])
