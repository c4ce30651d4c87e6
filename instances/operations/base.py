"""What the operations in the cloud have in common, whatever they are about."""

from collections.abc import Mapping

from instances.catalog.prices import ServiceFigure, service_prices
from instances.operations.refusals import out
from instances.rules.faults import Faults, faults_of
from virtlab.jobs.choices import Side
from virtlab.jobs.operations.operation import Operation
from virtlab.jobs.operations.plan import Refusal


class CloudOperation(Operation):
    """An operation in the cloud; what is the same for all objects of a request is read once."""

    side = Side.INSTANCES

    @property
    def faults(self) -> Faults:
        """What goes wrong in the lab's cloud."""
        return self.once("faults", lambda: faults_of(self.lab))

    def services(self, region: str) -> Mapping[str, ServiceFigure]:
        """The prices of a region's services besides the hours of instances."""
        return self.once(f"services {region}", lambda: service_prices(region))

    def beyond_reach(self, region: str, field: str = "") -> Refusal | None:
        """A region's outage stands in the way."""
        outage = self.faults.outage(region)
        return out(outage, field) if outage else None
