"""What the operations on one Elastic IP have in common."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from instances.models import ElasticAddress, Instance
from instances.operations.base import CloudOperation
from instances.pricing.instance import addresses_usd_per_hour, month_usd
from virtlab.jobs.operations.plan import Change, Held, Pair
from virtlab.web.lazy_text import LazyText


class AddressOperation(CloudOperation):
    """An operation on an Elastic IP."""

    subject_model = ElasticAddress
    related = ("region", "instance__region", "instance__instance_type")
    watched_fields = ("instance_id",)
    called = "address"

    @property
    def address(self) -> ElasticAddress:
        assert isinstance(self.subject, ElasticAddress)
        return self.subject

    @property
    def instance(self) -> Instance | None:
        """The instance whose public address it is."""
        return self.address.instance

    def paid(self, before: int, after: int) -> tuple[Pair, None]:
        """USD per month of so many public addresses before and after."""
        prices = self.services(self.address.region_id)
        hourly = (addresses_usd_per_hour(before, prices), addresses_usd_per_hour(after, prices))
        return (month_usd(hourly[0], 0.0), month_usd(hourly[1], 0.0)), None

    def figures_of(self) -> LazyText:
        return _("Public addresses")

    def associated(self, after: Instance | None) -> Change:
        """Who has the address before and after."""
        return Change(_("Used by"), self.instance.name if self.instance else "–", after.name if after else "–")

    def holds(self) -> Sequence[Held]:
        """The address and the instance that loses it."""
        return [Held(self.address), *([Held(self.instance)] if self.instance else [])]
