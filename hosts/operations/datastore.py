"""Adding a datastore to a cluster, and growing one."""

from collections.abc import Mapping, Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from hosts.live.facts import DatastoreFacts, EstateFacts
from hosts.live.what_if import CostAndPower, what_if
from hosts.models import Cluster, Datastore
from hosts.operations.fields import PlaceForm, check_one_line, require_not_asked_for
from hosts.operations.procurement import DISK_LEAD_TIME, delivery_notes, from_shelf_field, order_steps
from hosts.pricing.unit_prices import storage_price_usd
from hosts.services.deltas import keep_stalled
from virtlab.engine.units import tb_from_gib
from virtlab.jobs.choices import Side
from virtlab.jobs.operations.columns import restore_columns, set_columns
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.jobs.operations.form import OperationForm
from virtlab.jobs.operations.operation import PROVIDER, Operation
from virtlab.jobs.operations.plan import Change, Held, Plan, PlannedStep, Refusal
from virtlab.jobs.text import Text, say

MOST_GIB = 1e8
SHAPE = ("name", "capacity_gib", "mib_per_s")


def price_note(gib: float, values: Mapping[str, float]) -> Text:
    """What so much storage costs to buy."""
    usd = storage_price_usd(tb_from_gib(gib), values)
    text = _("Buying it: %(usd)s USD. It costs and draws power full or empty; VMs pay for what they take of it.")
    return say(text, usd=f"{usd:,.0f}")


@effect("datastore.add", names={"datastore.name": "name"})
def add_datastore(run: Run) -> None:
    """Makes it; StepFailed where the name was taken meanwhile."""
    p = run.params
    if Datastore.objects.filter(lab=run.lab, name=p["name"]).exists():
        raise StepFailed(_("There is a datastore called %(name)s already."), name=p["name"])
    cluster, shape = run.get(Cluster, p["cluster"]), {name: p[name] for name in SHAPE}
    run.touch(Datastore.objects.create(lab=run.lab, cluster=cluster, **shape))


@effect("datastore.unadd")
def unadd_datastore(run: Run) -> None:
    """Takes it away again while nothing is on it."""
    Datastore.objects.filter(lab=run.lab, name=run.params["name"], virtual_machines=None).delete()


class AddDatastoreForm(PlaceForm):
    """Name, size and speed."""

    name = forms.CharField(label=_("Name"), max_length=120, validators=[check_one_line])
    capacity_gib = forms.FloatField(label=_("Capacity (GiB)"), min_value=1, max_value=MOST_GIB, initial=2048)
    mib_per_s = forms.FloatField(label=_("Throughput (MiB/s)"), min_value=10, max_value=20_000, initial=500)
    from_shelf = from_shelf_field()
    field_order = ("name", "cluster", "capacity_gib", "mib_per_s", "from_shelf")

    def clean_name(self) -> str:
        """No other datastore has it."""
        name: str = self.cleaned_data["name"]
        if Datastore.objects.filter(lab=self.lab, name=name).exists():
            raise forms.ValidationError(_("There is a datastore called %(name)s already."), params={"name": name})
        require_not_asked_for(self.lab, "datastore.name", [name])
        return name


class AddDatastore(Operation):
    """A new datastore for a cluster."""

    name = "datastore.add"
    title = _("New datastore")
    side = Side.HOSTS
    counterpart = PROVIDER
    form_class = AddDatastoreForm

    def describe(self) -> Text:
        return say(_("Add datastore %(name)s"), name=self.values["name"])

    def changes(self) -> Sequence[Change]:
        return [Change(_("Capacity"), 0, self.values["capacity_gib"], "GiB")]

    def figures_of(self) -> str:
        return str(self.values["cluster"])

    def figures(self) -> CostAndPower:
        cluster, shape = self.values["cluster"].pk, {name: self.values[name] for name in SHAPE}
        new = DatastoreFacts(pk=-1, cluster_id=cluster, reduction=1.0, assumed=False, **shape)
        return what_if(self.lab, cluster, lambda facts: facts._replace(datastores=[*facts.datastores, new]))

    def notes(self) -> Sequence[Text]:
        price = price_note(self.values["capacity_gib"], self.lab_figures)
        return [price, *delivery_notes(self.lab_figures, DISK_LEAD_TIME, from_shelf=self.values["from_shelf"])]

    def plan(self) -> Plan:
        params = {"cluster": self.values["cluster"].pk, **{name: self.values[name] for name in SHAPE}}
        step = PlannedStep(
            "add", _("Set it up"), self.timings.reconfigure_s, add_datastore, undo=unadd_datastore, params=params
        )
        return Plan([*order_steps(self.lab_figures, DISK_LEAD_TIME, from_shelf=self.values["from_shelf"]), step])

    def holds(self) -> Sequence[Held]:
        """The cluster is mentioned."""
        return [Held(self.values["cluster"], exclusive=False)]


@effect("datastore.grow")
def grow(run: Run) -> None:
    """Sets the larger capacity; StepFailed where it is larger already."""
    datastore = run.get(Datastore)
    if datastore.capacity_gib >= run.params["capacity_gib"]:
        raise StepFailed(_("%(datastore)s is as large already."), datastore=datastore.name)
    keep_stalled(datastore, run.lab_time)
    set_columns(run, datastore, run.params)


@effect("datastore.ungrow")
def ungrow(run: Run) -> None:
    """Gives back the capacity from before."""
    restore_columns(run, run.get(Datastore))


class GrowForm(OperationForm):
    """The capacity afterwards."""

    capacity_gib = forms.FloatField(label=_("Capacity (GiB)"), min_value=1, max_value=MOST_GIB)
    from_shelf = from_shelf_field()

    def prepare(self) -> None:
        """Proposes half as much again."""
        if isinstance(self.subject, Datastore):
            self.fields["capacity_gib"].initial = round(self.subject.capacity_gib * 1.5)


class GrowDatastore(Operation):
    """More space in a datastore, while guests use it."""

    name = "datastore.grow"
    title = _("Grow")
    primary = True
    side = Side.HOSTS
    counterpart = PROVIDER
    form_class = GrowForm
    subject_model = Datastore
    watched_fields = ("capacity_gib",)
    downtime_s = 0.0

    @property
    def datastore(self) -> Datastore:
        assert isinstance(self.subject, Datastore)
        return self.subject

    def describe(self) -> Text:
        gib = self.values["capacity_gib"]
        return say(_("Grow %(datastore)s to %(gib).0f GiB"), datastore=self.datastore.name, gib=gib)

    def check(self) -> Sequence[Refusal]:
        """It only grows."""
        if self.values["capacity_gib"] > self.datastore.capacity_gib:
            return []
        text = say(_("A datastore only grows: it has %(gib).0f GiB."), gib=self.datastore.capacity_gib)
        return [Refusal(text, "capacity_gib")]

    def changes(self) -> Sequence[Change]:
        return [Change(_("Capacity"), self.datastore.capacity_gib, self.values["capacity_gib"], "GiB")]

    def figures_of(self) -> str:
        return self.datastore.cluster.name

    def figures(self) -> CostAndPower:
        pk, capacity_gib = self.datastore.pk, self.values["capacity_gib"]

        def change(facts: EstateFacts) -> EstateFacts:
            stores = [s._replace(capacity_gib=capacity_gib) if s.pk == pk else s for s in facts.datastores]
            return facts._replace(datastores=stores)

        return what_if(self.lab, self.datastore.cluster_id, change)

    def notes(self) -> Sequence[Text]:
        """What the difference costs to buy."""
        price = price_note(self.values["capacity_gib"] - self.datastore.capacity_gib, self.lab_figures)
        return [price, *delivery_notes(self.lab_figures, DISK_LEAD_TIME, from_shelf=self.values["from_shelf"])]

    def plan(self) -> Plan:
        params = {"capacity_gib": self.values["capacity_gib"]}
        step = PlannedStep("grow", _("Add the space"), self.timings.reconfigure_s, grow, undo=ungrow, params=params)
        return Plan([*order_steps(self.lab_figures, DISK_LEAD_TIME, from_shelf=self.values["from_shelf"]), step])
