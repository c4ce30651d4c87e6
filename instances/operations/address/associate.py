"""Associating an Elastic IP with an instance, and taking it off."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from instances.choices import InstanceState
from instances.models import ElasticAddress, Instance
from instances.operations.address.base import AddressOperation
from instances.operations.needs import within_reach
from instances.operations.refusals import WRONG_STATE, unreachable, wrong_state
from instances.rules.addresses import NEEDS_ELASTIC, auto_assigned
from instances.services import addresses
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.jobs.operations.form import OperationForm
from virtlab.jobs.operations.plan import Change, Held, Pair, Plan, PlannedStep, Refusal, WayOut
from virtlab.jobs.text import Text, say
from virtlab.web.lazy_text import LazyText

ASSOCIABLE = (InstanceState.RUNNING, InstanceState.STOPPED)
ALREADY = "Resource.AlreadyAssociated"

if TYPE_CHECKING:
    InstanceChoice = forms.ModelChoiceField[Instance]
else:
    InstanceChoice = forms.ModelChoiceField


@effect("address.associate")
def associate(run: Run) -> None:
    """Gives the address to an instance; StepFailed where that is not there for it any more."""
    address, instance = run.get(ElasticAddress), run.get(Instance, run.params["instance"])
    if instance.state not in ASSOCIABLE:
        raise StepFailed(wrong_state(instance, ASSOCIABLE).text)
    addresses.associate(address, instance)


@effect("address.disassociate")
def disassociate(run: Run) -> None:
    """Takes the address off its instance."""
    addresses.disassociate(run.get(ElasticAddress, related=("instance",)))


class InstanceField(InstanceChoice):
    """An instance by its name, ID and state."""

    def label_from_instance(self, obj: Instance) -> str:
        return f"{obj.name} · {obj.instance_id} · {obj.get_state_display()}"


class AssociateForm(OperationForm):
    """Which instance gets the address."""

    instance = InstanceField(label=_("Instance"), queryset=Instance.objects.none())
    allow_reassociation = forms.BooleanField(
        label=_("Take it off the instance that has it"),
        required=False,
        help_text=_("An Elastic IP belongs to one instance at a time."),
    )

    def prepare(self) -> None:
        """The lab's instances in the address's region; whether it may move is asked of one that is in use."""
        if isinstance(self.subject, ElasticAddress) and self.lab:
            there = Instance.objects.filter(lab=self.lab, region=self.subject.region_id)
            field = self.fields["instance"]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = there.exclude(state=InstanceState.TERMINATED).select_related("elastic")
            if self.subject.instance_id is None:
                self.fields["allow_reassociation"].widget = forms.HiddenInput()


class AssociateAddress(AddressOperation):
    """Makes an Elastic IP the public address of an instance; one that is in use moves."""

    name = "address.associate"
    title = _("Associate with an instance")
    form_class = AssociateForm
    downtime_s = 0.0

    @property
    def target(self) -> Instance:
        """The instance that gets it."""
        target: Instance = self.values["instance"]
        return target

    def describe(self) -> Text:
        message = _("Associate %(address)s with %(name)s")
        return say(message, address=self.address.address, name=self.target.name)

    def check(self) -> Sequence[Refusal]:
        """The instance must run or stand still, and nobody else lose the address unasked."""
        if self.target.state not in ASSOCIABLE:
            pending = self.target.state == InstanceState.PENDING
            return [wrong_state(self.target, ASSOCIABLE, WRONG_STATE if pending else "")]
        if refusal := unreachable(self.target, self.faults):
            return [refusal]
        if self.instance is None or (self.instance != self.target and self.values["allow_reassociation"]):
            return []
        return [self._taken(self.instance)]

    def _taken(self, owner: Instance) -> Refusal:
        words = {"name": owner.name, "address": self.address.address}
        if owner == self.target:
            return Refusal(say(_("%(name)s has %(address)s already."), **words), "instance")
        text = say(_("%(address)s is the address of %(name)s, which would lose it."), **words)
        params = {"instance": self.target.pk, "allow_reassociation": "on"}
        way = WayOut(self.name, self.address, say(_("Take it off %(name)s"), **words), params)
        return Refusal(text, "allow_reassociation", [way], code=ALREADY)

    def changes(self) -> Sequence[Change]:
        """Who has it, and the addresses of both."""
        before = self.target.public_address or "–"
        return [self.associated(self.target), Change(_("Public address"), before, self.address.address)]

    def figures(self) -> tuple[Pair | None, None]:
        """The address from the pool that the instance gives back is charged no more; who loses this one gets one."""
        given_back = bool(self.target.public_address) and not self.target.elastic_address
        another = self.instance is not None and addresses.gets_another(self.instance)
        return self.paid(1 + int(given_back), 1 + int(another))

    def notes(self) -> Sequence[Text | LazyText]:
        notes: list[Text | LazyText] = []
        if self.target.elastic_address:
            notes.append(say(_("%(address)s stays allocated and charged."), address=self.target.public_address or "–"))
        if self.target.public_address:
            notes.append(_("Whoever knows the present address has to learn the new one."))
        return notes

    def holds(self) -> Sequence[Held]:
        """The address, who gets it and who loses it."""
        return [*super().holds(), *([Held(self.target)] if self.target != self.instance else [])]

    def plan(self) -> Plan:
        title, params = _("The cloud changes the address"), {"instance": self.target.pk}
        lasts_s, needs = self.timings.ec2_api_s, within_reach(self.target)
        return Plan([PlannedStep("associate", title, lasts_s, associate, params=params, needs=needs)])


class DisassociateAddress(AddressOperation):
    """Takes an Elastic IP off its instance; it stays the lab's own, and charged."""

    name = "address.disassociate"
    title = _("Disassociate")
    sentence = _("Disassociate %(address)s")
    downtime_s = 0.0

    @classmethod
    def offered_for(cls, subject: models.Model) -> bool:
        return super().offered_for(subject) and getattr(subject, "instance_id", None) is not None

    def check(self) -> Sequence[Refusal]:
        """An instance must have it."""
        if self.instance is None:
            return [Refusal(say(_("No instance uses %(address)s."), address=self.address.address))]
        if refusal := unreachable(self.instance, self.faults):
            return [refusal]
        if self.instance.state != InstanceState.SHUTTING_DOWN:
            return []
        text = _("%(name)s is being terminated: %(address)s is free once that has come to its end.")
        return [Refusal(say(text, name=self.instance.name, address=self.address.address))]

    @property
    def another(self) -> bool:
        """Whether the instance gets an address from the pool."""
        return self.instance is not None and addresses.gets_another(self.instance)

    def changes(self) -> Sequence[Change]:
        address = _("a new one") if self.another else "–"
        return [self.associated(None), Change(_("Public address"), self.address.address, address)]

    def figures(self) -> tuple[Pair | None, None]:
        return self.paid(1, 1 + int(self.another))

    def notes(self) -> Sequence[LazyText]:
        stays = _("It stays allocated and charged until it is released.")
        needs = self.instance is not None and not auto_assigned(self.instance.network_interfaces)
        return [stays, *([NEEDS_ELASTIC] if needs else [])]

    def plan(self) -> Plan:
        title, needs = _("The cloud changes the address"), within_reach(self.instance) if self.instance else []
        return Plan([PlannedStep("disassociate", title, self.timings.ec2_api_s, disassociate, needs=needs)])
