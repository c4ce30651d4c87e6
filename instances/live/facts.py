"""A region's instances as plain rows: everything that its sums are computed from."""

from datetime import datetime
from typing import Annotated, NamedTuple

from django.db.models import BooleanField, ExpressionWrapper, Q

from instances.choices import InstanceState, PurchaseOption
from instances.live.samples import with_live
from instances.models import Instance
from instances.models.catalog import lasting_vcpu
from instances.pricing.charged_time import CHARGED
from instances.pricing.commitments import owed
from instances.pricing.credits import mode_of_family, surplus_key, surplus_price
from instances.pricing.hourly import Values
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
    credit_mode: str
    launched_lab_at: datetime | None
    unreachable_since_lab_at: datetime | None
    charged: bool
    system_failed_lab_at: datetime | None
    live_sample: bytes | None
    type_name: Annotated[str, Source("instance_type_id")]
    vcpu: Annotated[int, Source("instance_type__vcpu")]
    burstable: Annotated[bool, Source("instance_type__burstable")]
    baseline_share: Annotated[float, Source("instance_type__baseline_share")]
    family: Annotated[str, Source("instance_type__family")]
    committed_type: Annotated[str | None, Source("committed_type_id")]
    mean_vcpu: Annotated[float | None, Source("workload__trace__cpu_mean_vcpu")]
    memory_mib: Annotated[int, Source("instance_type__memory_mib")]
    cpu: Annotated[str, Source("instance_type__cpu")]
    idle_w: Annotated[float | None, Source("instance_type__cpu_power__idle_w_per_vcpu")]
    full_w: Annotated[float | None, Source("instance_type__cpu_power__full_w_per_vcpu")]

    @property
    def lasting_vcpu(self) -> float:
        """Its baseline where it is burstable, else all its vCPU."""
        return lasting_vcpu(self.vcpu, self.burstable, self.baseline_share)

    @property
    def rate_key(self) -> Key:
        """What its hour is priced by."""
        size = (self.type_name, self.vcpu, self.lasting_vcpu)
        return Key(*size, self.operating_system, self.purchase, self.committed_type or "")

    def owes(self, at: datetime) -> bool:
        """Whether a commitment is owed for it."""
        return owed(self.purchase, self.launched_lab_at, at)

    def usd_per_surplus_vcpu_hour(self, values: Values) -> float:
        """What each vCPU above its baseline costs an hour; 0 where none is charged."""
        mode = (self.credit_mode or mode_of_family(self.family)) if self.burstable else ""
        return surplus_price(mode, surplus_key(self.family, self.operating_system), values)


def instance_facts(lab: Lab, region: str, at: datetime) -> list[InstanceFacts]:
    """The instances of a region with their samples at a moment (one query). Of the terminated ones those alone that had
    a commitment, which may be owed still.
    """
    gone = Q(state=InstanceState.TERMINATED, purchase=PurchaseOption.ON_DEMAND)
    instances = Instance.objects.filter(lab=lab, region=region).exclude(gone)
    charged = ExpressionWrapper(CHARGED, BooleanField())
    return read_records(InstanceFacts, with_live(instances.annotate(charged=charged), at).order_by())
