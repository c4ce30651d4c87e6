"""Elastic IP: a public address that stays when the instance stops."""

from collections.abc import Sequence
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from instances.choices import InstanceState
from instances.models import Instance
from instances.operations.instance.base import InstanceOperation, pair
from instances.services.addresses import new_public_address
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.jobs.operations.plan import Change, Plan, PlannedStep, Preview, Refusal
from virtlab.jobs.text import Text, say


@effect("address.set")
def set_address(run: Run) -> None:
    """Gives the instance an Elastic IP or takes it away; a running instance has a public address either way."""
    instance = run.get(Instance)
    if instance.state == InstanceState.TERMINATED:
        raise StepFailed(_("%(name)s is terminated."), name=instance.name)
    run.remember(elastic_address=instance.elastic_address, public_address=instance.public_address)
    instance.elastic_address = run.params["elastic"]
    needed = instance.elastic_address or instance.running_since_lab_at is not None
    instance.public_address = new_public_address() if needed else None
    instance.save(update_fields=["elastic_address", "public_address"])


@effect("address.restore")
def restore_address(run: Run) -> None:
    """Gives back the address from before."""
    instance = run.get(Instance)
    instance.elastic_address = run.memory["elastic_address"]
    instance.public_address = run.memory["public_address"]
    instance.save(update_fields=["elastic_address", "public_address"])


class AddressOperation(InstanceOperation):
    """Elastic IP on or off."""

    elastic: ClassVar[bool]
    group = _("Address")

    def check_more(self) -> Sequence[Refusal]:
        """It must not be so already."""
        if self.instance.elastic_address == self.elastic:
            has = _("%(name)s has an Elastic IP already.") if self.elastic else _("%(name)s has no Elastic IP.")
            return [Refusal(say(has, name=self.instance.name))]
        return []

    def preview(self) -> Preview:
        """The address changes now; from then on it stays, or does not."""
        running = self.instance.running_since_lab_at is not None
        after = self.cost(addresses=int(self.elastic or running))
        address = _("a new one") if self.elastic or running else "–"
        return Preview(
            [Change(_("Public address"), self.instance.public_address or "–", address)],
            cost_usd_per_month=pair(self.cost(), after),
            notes=[_("Whoever knows the present address has to learn the new one.")],
        )

    def plan(self) -> Plan:
        """One call."""
        title = _("The cloud changes the address")
        params = {"elastic": self.elastic}
        return Plan([PlannedStep("address", title, self.timings.ec2_modify_s, set_address, restore_address, params)])


class AssociateAddress(AddressOperation):
    """Gives an instance an Elastic IP."""

    name = "address.associate"
    title = _("Give an Elastic IP")
    elastic = True

    def describe(self) -> Text:
        """The job's title."""
        return say(_("Give %(name)s an Elastic IP"), name=self.instance.name)

    @classmethod
    def offered_for(cls, subject: object) -> bool:
        """Where it has none."""
        return super().offered_for(subject) and not getattr(subject, "elastic_address", True)


class ReleaseAddress(AddressOperation):
    """Takes an instance's Elastic IP away."""

    name = "address.release"
    title = _("Release the Elastic IP")
    elastic = False

    def describe(self) -> Text:
        """The job's title."""
        return say(_("Release the Elastic IP of %(name)s"), name=self.instance.name)

    @classmethod
    def offered_for(cls, subject: object) -> bool:
        """Where it has one."""
        return super().offered_for(subject) and bool(getattr(subject, "elastic_address", False))
