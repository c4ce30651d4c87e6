"""The credit mode of a burstable instance, and what others say about CPU credits before they do something."""

from collections.abc import Sequence

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from instances.choices import CreditMode, InstanceState
from instances.live.credits import after_switch
from instances.models import Instance
from instances.operations.credit_notes import surplus_notes, switch_notes
from instances.operations.instance.base import InstanceOperation, pair
from instances.operations.needs import within_reach
from instances.pricing.credits import credit_mode
from instances.pricing.instance import CostQuery
from instances.rules.credits import NOT_SUPPORTED
from virtlab.jobs.operations.columns import set_columns
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.jobs.operations.form import OperationForm
from virtlab.jobs.operations.plan import Change, Pair, Plan, PlannedStep, Refusal
from virtlab.jobs.text import Text, say


@effect("instance.set_credit_mode")
def set_credit_mode(run: Run) -> None:
    """Sets the mode; credits are accounted on from here, and what is owed is charged with a switch to standard mode."""
    instance, mode = run.get(Instance), run.params["credit_mode"]
    if instance.state not in SetCreditMode.from_states:
        raise StepFailed(_("%(name)s is not in a state for this any more."), name=instance.name)
    set_columns(run, instance, {"credit_mode": mode, **after_switch(instance, mode, run.lab_time)})


class CreditForm(OperationForm):
    credit_mode = forms.ChoiceField(label=_("CPU credits"), choices=CreditMode.choices)

    def prepare(self) -> None:
        """As it is now."""
        if isinstance(self.subject, Instance):
            now = credit_mode(self.subject.instance_type, self.subject.credit_mode)
            self.fields["credit_mode"].initial = now or CreditMode.UNLIMITED


class SetCreditMode(InstanceOperation):
    """Says what a burstable instance does when its CPU credits are used up: slow down, or pay."""

    name = "instance.set_credit_mode"
    title = _("CPU credits")
    sentence = _("Set the credit mode of %(name)s")
    group = _("Settings")
    form_class = CreditForm
    downtime_s = 0.0
    refused_states = (InstanceState.PENDING, InstanceState.STOPPING)

    @classmethod
    def offered_for(cls, subject: models.Model) -> bool:
        return super().offered_for(subject) and isinstance(subject, Instance) and subject.instance_type.burstable

    @property
    def mode(self) -> CreditMode:
        """The mode afterwards."""
        return CreditMode(self.values["credit_mode"])

    def check_rules(self) -> Sequence[Refusal]:
        """Only burstable types have credits."""
        kind = self.instance.instance_type
        if kind.burstable:
            return []
        text = say(_("%(type)s has no CPU credits: only burstable types (T) do."), type=kind.pk)
        return [Refusal(text, "credit_mode", code=NOT_SUPPORTED)]

    def changes(self) -> Sequence[Change]:
        now = CreditMode(credit_mode(self.instance.instance_type, self.instance.credit_mode))
        return [Change(_("CPU credits"), now.label, self.mode.label)]

    def figures(self) -> tuple[Pair | None, None]:
        """The surplus of its mean load, while it runs."""
        return pair(self.cost(), self.cost(credit_mode=self.mode)), None

    def notes(self) -> Sequence[Text]:
        query = CostQuery.of(self.instance, running=True, credit_mode=self.mode)
        switch = switch_notes(self.instance, self.mode, self.ledger, self.lab_figures)
        return [*switch, *surplus_notes(query, self.lab_figures)]

    def plan(self) -> Plan:
        title, params = _("Change the instance"), {"credit_mode": str(self.mode)}
        lasts_s, needs = self.timings.ec2_modify_s, within_reach(self.instance)
        return Plan([PlannedStep("set", title, lasts_s, set_credit_mode, params=params, needs=needs)])
