"""What is made to go wrong in a lab's cloud at the moment, asked by region, zone and type."""

from dataclasses import dataclass

from instances.choices import FaultKind
from instances.models import Fault
from virtlab.labs.models import Lab


@dataclass(frozen=True, slots=True)
class Faults:
    """All faults of one lab."""

    rows: tuple[Fault, ...]

    def outage(self, region: str, zone: str = "") -> Fault | None:
        """The outage that a zone (or, where none is named, a whole region) suffers."""
        for fault in self.rows:
            if fault.kind == FaultKind.REGION_OUTAGE and fault.region_id == region:
                return fault
            if fault.kind == FaultKind.ZONE_OUTAGE and zone and fault.zone == zone:
                return fault
        return None

    def no_capacity(self, region: str, zone: str, type_name: str) -> Fault | None:
        """The lack of capacity that keeps a type from starting in a zone."""
        family = type_name.split(".", maxsplit=1)[0]
        for fault in self.rows:
            if fault.kind != FaultKind.NO_CAPACITY or fault.region_id != region:
                continue
            if fault.zone in {"", zone} and fault.type_name in {"", type_name, family}:
                return fault
        return None


def faults_of(lab: Lab) -> Faults:
    """The faults of a lab (one query)."""
    return Faults(tuple(Fault.objects.filter(lab=lab).order_by("pk")))
