"""A region's instances as plain rows: everything that its sums are computed from."""

from datetime import datetime
from typing import Annotated, NamedTuple

from django.db.models import BooleanField, ExpressionWrapper, Q

from instances.choices import InstanceState, PurchaseOption
from instances.live.samples import with_live
from instances.models import Instance
from instances.models.catalog import lasting_vcpu
from instances.pricing.charged_time import CHARGED
from instances.pricing.rates import Key
from virtlab.labs.models import Lab
from virtlab.web.records import Source, read_records


class InstanceFacts(NamedTuple):
    """An instance with what its type lends it, whether compute is charged, and the bytes of its CPU sample."""

    pk: int
    zone: str
    state: str
    operating_system: str
    purchase: str
    public_address: str | None
    launched_lab_at: datetime | None
    unreachable_since_lab_at: datetime | None
    charged: bool
    live_sample: bytes | None
    type_name: Annotated[str, Source("instance_type_id")]
    vcpu: Annotated[int, Source("instance_type__vcpu")]
    burstable: Annotated[bool, Source("instance_type__burstable")]
    baseline_share: Annotated[float, Source("instance_type__baseline_share")]
    memory_mib: Annotated[int, Source("instance_type__memory_mib")]
    idle_w: Annotated[float | None, Source("instance_type__cpu_power__idle_w_per_vcpu")]
    full_w: Annotated[float | None, Source("instance_type__cpu_power__full_w_per_vcpu")]

    @property
    def rate_key(self) -> Key:
        """What its hour is priced by."""
        lasting = lasting_vcpu(self.vcpu, self.burstable, self.baseline_share)
        return self.type_name, self.vcpu, lasting, self.operating_system, self.purchase


def instance_facts(lab: Lab, region: str, at: datetime) -> list[InstanceFacts]:
    """The instances of a region with their samples at a moment (one query). Of the terminated ones those alone that had
    a commitment, which may be owed still.
    """
    gone = Q(state=InstanceState.TERMINATED, purchase=PurchaseOption.ON_DEMAND)
    instances = Instance.objects.filter(lab=lab, region=region).exclude(gone)
    charged = ExpressionWrapper(CHARGED, BooleanField())
    return read_records(InstanceFacts, with_live(instances.annotate(charged=charged), at).order_by())
