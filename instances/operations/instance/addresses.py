"""Elastic IP: a public address that stays when the instance stops."""

from collections.abc import Sequence
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from instances.choices import InstanceState
from instances.models import Instance
from instances.operations.instance.base import InstanceOperation, pair
from instances.services.addresses import new_public_address
from virtlab.jobs.operations.columns import restore_columns, set_columns
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.jobs.operations.plan import Change, Pair, Plan, PlannedStep, Refusal
from virtlab.jobs.text import say
from virtlab.web.lazy_text import LazyText


@effect("address.set")
def set_address(run: Run) -> None:
    """Gives the instance an Elastic IP or takes it away; a running instance has a public address either way."""
    instance = run.get(Instance)
    if instance.state == InstanceState.TERMINATED:
        raise StepFailed(_("%(name)s is terminated."), name=instance.name)
    elastic = run.params["elastic"]
    address = new_public_address() if elastic or instance.running_since_lab_at is not None else None
    set_columns(run, instance, {"elastic_address": elastic, "public_address": address})


@effect("address.restore")
def restore_address(run: Run) -> None:
    """Gives back the address from before."""
    restore_columns(run, run.get(Instance))


class AddressOperation(InstanceOperation):
    """Elastic IP on or off."""

    elastic: ClassVar[bool]
    group = _("Address")

    @property
    def needed(self) -> bool:
        """Whether the instance has a public address afterwards."""
        return self.elastic or self.instance.running_since_lab_at is not None

    def check_rules(self) -> Sequence[Refusal]:
        """It must not be so already."""
        if self.instance.elastic_address == self.elastic:
            has = _("%(name)s has an Elastic IP already.") if self.elastic else _("%(name)s has no Elastic IP.")
            return [Refusal(say(has, name=self.instance.name))]
        return []

    def changes(self) -> Sequence[Change]:
        """The address changes now; from then on it stays, or does not."""
        address = _("a new one") if self.needed else "–"
        return [Change(_("Public address"), self.instance.public_address or "–", address)]

    def figures(self) -> tuple[Pair | None, None]:
        return pair(self.cost(), self.cost(addresses=int(self.needed))), None

    def notes(self) -> Sequence[LazyText]:
        return [_("Whoever knows the present address has to learn the new one.")]

    def plan(self) -> Plan:
        title = _("The cloud changes the address")
        params = {"elastic": self.elastic}
        return Plan([PlannedStep("address", title, self.timings.ec2_modify_s, set_address, restore_address, params)])


class AssociateAddress(AddressOperation):
    """Gives an instance an Elastic IP."""

    name = "address.associate"
    title = _("Give an Elastic IP")
    sentence = _("Give %(name)s an Elastic IP")
    elastic = True
    refused_states = (InstanceState.PENDING,)

    @classmethod
    def offered_for(cls, subject: models.Model) -> bool:
        return super().offered_for(subject) and not getattr(subject, "elastic_address", True)


class ReleaseAddress(AddressOperation):
    """Takes an instance's Elastic IP away."""

    name = "address.release"
    title = _("Release the Elastic IP")
    sentence = _("Release the Elastic IP of %(name)s")
    elastic = False

    @classmethod
    def offered_for(cls, subject: models.Model) -> bool:
        return super().offered_for(subject) and bool(getattr(subject, "elastic_address", False))
