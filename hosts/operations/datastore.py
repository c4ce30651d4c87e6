"""Adding a datastore to a cluster, and growing one."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from hosts.models import Cluster, Datastore
from hosts.operations.fields import PlaceForm, check_one_line
from hosts.pricing.unit_prices import storage_price_usd
from virtlab.engine.units import tb_from_gib
from virtlab.jobs.choices import Side
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.jobs.operations.operation import Operation, OperationForm
from virtlab.jobs.operations.plan import Change, Held, Plan, PlannedStep, Preview, Refusal
from virtlab.jobs.text import Text, say
from virtlab.labs.models import Lab
from virtlab.labs.parameters import lab_values

MOST_GIB = 1e8


def price_note(lab: Lab, gib: float) -> Text:
    """What so much storage costs to buy."""
    usd = storage_price_usd(tb_from_gib(gib), lab_values(lab))
    return say(_("Buying it: %(usd).0f USD. Guests pay for what they take of it."), usd=usd)


@effect("datastore.add")
def add_datastore(run: Run) -> None:
    """Makes it; StepFailed where the name was taken meanwhile."""
    p = run.params
    if Datastore.objects.filter(lab=run.lab, name=p["name"]).exists():
        raise StepFailed(_("There is a datastore called %(name)s already."), name=p["name"])
    cluster = run.get(Cluster, p["cluster"])
    run.touch(
        Datastore.objects.create(
            lab=run.lab, cluster=cluster, name=p["name"], capacity_gib=p["capacity_gib"], mib_per_s=p["mib_per_s"]
        )
    )


@effect("datastore.unadd")
def unadd_datastore(run: Run) -> None:
    """Takes it away again while nothing is on it."""
    Datastore.objects.filter(lab=run.lab, name=run.params["name"], virtual_machines=None).delete()


class AddDatastoreForm(PlaceForm):
    """Name, size and speed."""

    name = forms.CharField(label=_("Name"), max_length=120, validators=[check_one_line])
    capacity_gib = forms.FloatField(label=_("Capacity (GiB)"), min_value=1, max_value=MOST_GIB, initial=2048)
    mib_per_s = forms.FloatField(label=_("Throughput (MiB/s)"), min_value=10, max_value=20_000, initial=500)
    field_order = ("name", "cluster", "capacity_gib", "mib_per_s")

    def clean_name(self) -> str:
        """No other datastore has it."""
        name: str = self.cleaned_data["name"]
        if Datastore.objects.filter(lab=self.lab, name=name).exists():
            raise forms.ValidationError(_("There is a datastore called %(name)s already."), params={"name": name})
        return name


class AddDatastore(Operation):
    """A new datastore for a cluster."""

    name = "datastore.add"
    title = _("New datastore")
    side = Side.HOSTS
    form_class = AddDatastoreForm

    def describe(self) -> Text:
        """The job's title."""
        return say(_("Add datastore %(name)s"), name=self.values["name"])

    def preview(self) -> Preview:
        """Its size, and what it costs to buy."""
        gib = self.values["capacity_gib"]
        return Preview([Change(_("Capacity"), 0, gib, "GiB")], notes=[price_note(self.lab, gib)])

    def plan(self) -> Plan:
        """One step."""
        v = self.values
        params = {"name": v["name"], "cluster": v["cluster"].pk, "capacity_gib": v["capacity_gib"],
                  "mib_per_s": v["mib_per_s"]}  # fmt: skip
        step = PlannedStep("add", _("Set it up"), self.timings.reconfigure_s, add_datastore, unadd_datastore, params)
        return Plan([step])

    def holds(self) -> Sequence[Held]:
        """The cluster is mentioned."""
        return [Held(self.values["cluster"], exclusive=False)]


@effect("datastore.grow")
def grow(run: Run) -> None:
    """Sets the larger capacity; StepFailed where it is larger already."""
    datastore = run.get(Datastore)
    if datastore.capacity_gib >= run.params["capacity_gib"]:
        raise StepFailed(_("%(datastore)s is as large already."), datastore=datastore.name)
    run.remember(capacity_gib=datastore.capacity_gib)
    datastore.capacity_gib = run.params["capacity_gib"]
    datastore.save(update_fields=["capacity_gib"])


@effect("datastore.ungrow")
def ungrow(run: Run) -> None:
    """Gives back the capacity from before."""
    datastore = run.get(Datastore)
    datastore.capacity_gib = run.memory["capacity_gib"]
    datastore.save(update_fields=["capacity_gib"])


class GrowForm(OperationForm):
    """The capacity afterwards."""

    capacity_gib = forms.FloatField(label=_("Capacity (GiB)"), min_value=1, max_value=MOST_GIB)

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
    form_class = GrowForm
    subject_model = Datastore
    counterpart = "volume.modify"
    watched_fields = ("capacity_gib",)

    @property
    def datastore(self) -> Datastore:
        """The datastore."""
        assert isinstance(self.subject, Datastore)
        return self.subject

    def describe(self) -> Text:
        """The job's title."""
        gib = self.values["capacity_gib"]
        return say(_("Grow %(datastore)s to %(gib).0f GiB"), datastore=self.datastore.name, gib=gib)

    def check(self) -> Sequence[Refusal]:
        """It only grows."""
        if self.values["capacity_gib"] > self.datastore.capacity_gib:
            return []
        return [Refusal(say(_("A datastore only grows: it has %(gib).0f GiB."), gib=self.datastore.capacity_gib),
                        "capacity_gib")]  # fmt: skip

    def preview(self) -> Preview:
        """Its size, and what the difference costs to buy."""
        before, after = self.datastore.capacity_gib, self.values["capacity_gib"]
        changes = [Change(_("Capacity"), before, after, "GiB")]
        return Preview(changes, downtime_s=0.0, notes=[price_note(self.lab, after - before)])

    def plan(self) -> Plan:
        """One step."""
        params = {"capacity_gib": self.values["capacity_gib"]}
        return Plan([PlannedStep("grow", _("Add the space"), self.timings.reconfigure_s, grow, ungrow, params)])
