"""When a host was bought: a comparison counts it as paid for until its refresh."""

from collections.abc import Sequence

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hosts.models import Host
from hosts.operations.host.base import HostOperation
from virtlab.jobs.operations.columns import restore_columns, set_columns
from virtlab.jobs.operations.effects import Run, effect
from virtlab.jobs.operations.form import OperationForm
from virtlab.jobs.operations.plan import Change, Plan, PlannedStep
from virtlab.web import formats


@effect("host.set_purchase")
def set_purchase(run: Run) -> None:
    """Writes the day down."""
    set_columns(run, run.get(Host), run.params)


@effect("host.restore_purchase")
def restore_purchase(run: Run) -> None:
    """Gives back the day from before."""
    restore_columns(run, run.get(Host))


class PurchaseForm(OperationForm):
    """The day of the purchase."""

    columns = ("purchased_on",)
    purchased_on = forms.DateField(
        label=_("Purchased on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The comparison counts it as paid for until the end of its lifetime."),
    )

    def clean_purchased_on(self) -> object:
        """A day that has come."""
        day = self.cleaned_data["purchased_on"]
        if day > timezone.localdate():
            raise ValidationError(_("This day is still to come."))
        return day


class SetPurchase(HostOperation):
    """Says when a host was bought."""

    name = "host.purchase"
    title = _("Date of purchase")
    sentence = _("Set the date of purchase of %(host)s")
    form_class = PurchaseForm
    watched_fields = ("purchased_on", "state")
    downtime_s = 0.0

    def changes(self) -> Sequence[Change]:
        before = self.host.purchased_on
        days = [formats.day(day) if day else "–" for day in (before, self.values["purchased_on"])]
        return [Change(_("Purchased on"), *days)]

    def plan(self) -> Plan:
        params = {"purchased_on": self.values["purchased_on"].isoformat()}
        title, set_s = _("Write it down"), self.timings.reconfigure_s
        return Plan([PlannedStep("set", title, set_s, set_purchase, undo=restore_purchase, params=params)])
