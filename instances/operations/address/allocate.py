"""Allocating an Elastic IP, and releasing it for good."""

from collections.abc import Sequence

from django.db import models
from django.utils.translation import gettext_lazy as _

from instances.models import ElasticAddress
from instances.operations.address.base import AddressOperation
from instances.operations.base import CloudOperation
from instances.operations.fields import RegionForm
from instances.operations.needs import region_up
from instances.operations.refusals import beyond_address_limit
from instances.pricing.instance import addresses_usd_per_hour, month_usd
from instances.rules.addresses import AddressUse, address_use
from instances.services import addresses
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.jobs.operations.plan import Change, Pair, Plan, PlannedStep, Refusal, WayOut
from virtlab.jobs.text import Text, say
from virtlab.labs.parameters import lab_values
from virtlab.web.lazy_text import LazyText

IN_USE = "InvalidIPAddress.InUse"


@effect("address.allocate")
def allocate(run: Run) -> None:
    """Takes an address out of the cloud's pool; StepFailed at the limit."""
    region = run.params["region"]
    if refusal := beyond_address_limit(address_use(run.lab, region, lab_values(run.lab)), region):
        raise StepFailed(refusal.text)
    [address] = addresses.allocate(run.lab, region, 1, run.lab_time)
    run.remember(address=address.pk)
    run.touch(address)


@effect("address.release")
def release(run: Run) -> None:
    """Gives the address back to the cloud, for good; StepFailed where an instance uses it by now."""
    address = run.get(ElasticAddress, related=("instance",))
    if address.instance is not None:
        raise StepFailed(_("%(address)s is used by %(name)s."), address=address.address, name=address.instance.name)
    address.delete()


class AllocateAddress(CloudOperation):
    """Makes a public address the lab's own."""

    name = "address.allocate"
    title = _("Allocate an Elastic IP")
    form_class = RegionForm

    @property
    def region(self) -> str:
        """The region asked for."""
        return str(self.values["region"].pk)

    @property
    def now(self) -> AddressUse:
        """Limit and use as they are."""
        return self.once(f"addresses {self.region}", lambda: address_use(self.lab, self.region, self.lab_figures))

    def describe(self) -> Text:
        return say(_("Allocate an Elastic IP in %(region)s"), region=self.region)

    def check(self) -> Sequence[Refusal]:
        """The region must be within reach, and the limit not used up."""
        refusals = [self.beyond_reach(self.region, "region"), beyond_address_limit(self.now, self.region)]
        return [refusal for refusal in refusals if refusal]

    def changes(self) -> Sequence[Change]:
        return [Change(_("Elastic IPs"), self.now.allocated, self.now.allocated + 1)]

    def figures_of(self) -> LazyText:
        return _("New Elastic IP")

    def figures(self) -> tuple[Pair | None, None]:
        """One more address, charged from now on."""
        return (0.0, month_usd(addresses_usd_per_hour(1, self.services(self.region)), 0.0)), None

    def notes(self) -> Sequence[LazyText]:
        return [_("It is charged until it is released, whether an instance uses it or not.")]

    def plan(self) -> Plan:
        title, params = _("The cloud gives an address"), {"region": self.region}
        lasts_s, needs = self.timings.ec2_api_s, [region_up(self.region)]
        return Plan([PlannedStep("allocate", title, lasts_s, allocate, params=params, needs=needs)])


class ReleaseAddress(AddressOperation):
    """Gives an Elastic IP back to the cloud; it never comes back."""

    name = "address.release"
    title = _("Release")
    sentence = _("Release %(address)s")
    danger = True

    @classmethod
    def offered_for(cls, subject: models.Model) -> bool:
        return super().offered_for(subject) and getattr(subject, "instance_id", None) is None

    def check(self) -> Sequence[Refusal]:
        """The region must be within reach, and no instance may use it."""
        if refusal := self.beyond_reach(self.address.region_id):
            return [refusal]
        if self.instance is None:
            return []
        words = {"address": self.address.address, "name": self.instance.name}
        way = WayOut("address.disassociate", self.address, say(_("Take it off %(name)s"), **words))
        return [Refusal(say(_("%(address)s is used by %(name)s."), **words), ways_out=[way], code=IN_USE)]

    def changes(self) -> Sequence[Change]:
        return [Change(_("Elastic IP"), self.address.address, "–")]

    def figures(self) -> tuple[Pair | None, None]:
        return self.paid(1, 0)

    def notes(self) -> Sequence[LazyText]:
        return [_("The address goes back to the cloud's pool: the lab does not get it again.")]

    def plan(self) -> Plan:
        title, needs = _("The cloud takes the address back"), [region_up(self.address.region_id)]
        return Plan([PlannedStep("release", title, self.timings.ec2_api_s, release, needs=needs)])
