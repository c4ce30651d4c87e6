"""What the operations on one instance have in common."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

from django.db import models
from django.db.models import QuerySet

from instances.catalog.prices import price_of
from instances.choices import InstanceState
from instances.live.credits import CreditLedger, credit_ledgers
from instances.live.samples import vcpu_of, with_live
from instances.models import Instance, InstanceType
from instances.operations.base import CloudOperation
from instances.operations.refusals import (
    WRONG_STATE,
    lacks_capacity,
    not_offered,
    over,
    terminated,
    unreachable,
    wrong_state,
)
from instances.operations.ways_on import ways_from
from instances.pricing.charged_time import is_charged
from instances.pricing.commitments import owed
from instances.pricing.hourly import HourlyCharge
from instances.pricing.instance import CostQuery, LinuxPrices, RunningCost, compute_charge, cost, traced_mean
from instances.pricing.power import draw_w
from instances.rules.addresses import auto_assigned
from instances.rules.quotas import QuotaUse, group_of, quotas_of
from virtlab.jobs.models import Job, Step
from virtlab.jobs.operations.failing import steps_with_needs
from virtlab.jobs.operations.operation import Operation
from virtlab.jobs.operations.plan import Pair, Refusal, WayOut
from virtlab.jobs.operations.state import StateOperation
from virtlab.labs.models import Lab


class InstanceOperation(CloudOperation, StateOperation):
    """An operation on an instance: in the states in which the cloud allows it, where no outage is in the way."""

    subject_model = Instance
    related = ("region", "instance_type__cpu_power", "image", "workload__trace", "elastic", "placement_group")
    watched_fields = ("state", "instance_type_id", "zone", "protected", "elastic_address", "hibernation")
    states = InstanceState
    from_states: ClassVar[Sequence[InstanceState]] = (InstanceState.RUNNING, InstanceState.STOPPED)
    # Those in which the EC2 API itself answers IncorrectInstanceState; in others it agrees, or there is nothing to do.
    refused_states: ClassVar[Sequence[InstanceState]] = ()

    @property
    def instance(self) -> Instance:
        assert isinstance(self.subject, Instance)
        return self.subject

    @classmethod
    def subjects(cls, lab: Lab) -> "QuerySet[models.Model]":
        """With their volumes, which the price asks for, and their load of now."""
        return with_live(super().subjects(lab).prefetch_related("volumes"), lab.lab_time())

    def quota(self, kind: InstanceType) -> QuotaUse | None:
        """The quota that a type counts against in the instance's region; None for dedicated hosts' types."""
        region, group = self.instance.region_id, group_of(kind.family)
        quotas = self.once(f"quotas {region}", lambda: quotas_of(self.lab, region, self.lab_figures))
        return next((quota for quota in quotas if quota.group == group), None)

    @property
    def ledger(self) -> CreditLedger | None:
        """The instance's CPU credits now; None of a type that is not burstable (one query for all of a request)."""
        every = [one for one in self.together if isinstance(one, Instance)]
        ledgers = self.once("ledgers", lambda: credit_ledgers(every, self.lab.lab_time()))
        return ledgers.get(self.instance.pk)

    def not_offered(self, kind: InstanceType, field: str = "") -> Refusal | None:
        """A type that the instance's zone does not offer."""
        region, zone = self.instance.region_id, self.instance.zone
        return self.once(f"offer {zone} {kind.pk} {field}", lambda: not_offered(kind.pk, region, zone, field))

    def no_capacity(self, kind: InstanceType, field: str = "") -> Refusal | None:
        """A type that the instance's zone has no room for at the moment."""
        fault = self.faults.no_capacity(self.instance.region_id, self.instance.zone, kind.pk)
        return lacks_capacity(fault, kind.pk, self.instance.zone, field) if fault else None

    def over_quota(self, needed: Callable[["InstanceOperation"], int], others: Sequence[Operation]) -> list[Refusal]:
        """The vCPU that this operation and the `others` before it need are more than the quota leaves."""
        kind, region = self.kind_after, self.instance.region_id
        quota = self.quota(kind)
        if quota is None:
            return []
        here = (
            other for other in others if isinstance(other, InstanceOperation) and other.instance.region_id == region
        )
        before = sum(needed(other) for other in here if group_of(other.kind_after.family) == quota.group)
        refusal = over(replace(quota, used=quota.used + before), region, needed(self)) if needed(self) > 0 else None
        return [refusal] if refusal else []

    @property
    def kind_after(self) -> InstanceType:
        """The instance's type once the operation is done."""
        return self.instance.instance_type

    def check_subject(self) -> Sequence[Refusal]:
        """It must exist and be within reach."""
        if self.instance.state == InstanceState.TERMINATED:
            return [terminated(self.instance, self.state_code)]
        refusal = unreachable(self.instance, self.faults)
        return [refusal] if refusal else []

    @property
    def state_code(self) -> str:
        """EC2's error code for the state that the instance is in; empty where EC2 would not refuse."""
        return WRONG_STATE if self.instance.state in self.refused_states else ""

    def wrong_state(self) -> Refusal:
        """The state, and those that it needs."""
        return wrong_state(self.instance, self.from_states, self.state_code)

    def ways_on(self, job: Job) -> Sequence[WayOut]:
        asked, state = getattr(self, "to_state", None), self.instance.state
        # One that runs as was asked may still not have come up; one that is off as was asked needs nothing more.
        return [] if asked == state != InstanceState.RUNNING else ways_from(self.instance, self.faults)

    @property
    def in_progress(self) -> list[Step]:
        """The lab's steps that run now and need something."""
        return self.once("in progress", lambda: steps_with_needs(self.lab.pk))

    def kept_values(self) -> dict[str, Any]:
        """The form's values as an address keeps them, for a way out that asks the same again."""
        plain = {name: getattr(value, "pk", value) for name, value in self.values.items()}
        return {name: value for name, value in plain.items() if value not in (None, "", False)}

    @property
    def starts_with_address(self) -> bool:
        """Whether the instance has a public address once it is started."""
        return self.instance.elastic_address or auto_assigned(self.instance.network_interfaces)

    def cost(self, **changes: object) -> RunningCost:
        """What the instance costs as it stands, or with some of it changed."""
        query = CostQuery.of(self.instance, **{"owed": self.committed, **changes})
        return cost(self._prices(query), query, self.services(query.region), self.lab_figures)

    def charge(self, kind: InstanceType) -> HourlyCharge:
        """What compute costs by the hour on a type."""
        query = CostQuery.of(self.instance, kind=kind)
        return compute_charge(self._prices(query), query, self.lab_figures)

    def _prices(self, query: CostQuery) -> LinuxPrices:
        region, names = query.region, {query.kind.pk, query.committed_type} - {""}
        return {name: self.once(f"price {region} {name}", partial(price_of, region, name)) for name in names}

    @property
    def committed(self) -> bool:
        """Whether a commitment is owed for it, whatever it does."""
        return owed(self.instance.purchase, self.instance.launched_lab_at, self.lab.lab_time())

    def watts(self, kind: InstanceType | None = None) -> float:
        """What it draws under its load of now, on its own type or another, while it runs: as the pages show it."""
        demand = vcpu_of(getattr(self.instance, "live_sample", None))
        return draw_w(kind or self.instance.instance_type, demand, self.lab_figures)

    @property
    def watts_now(self) -> float:
        """What it draws now; nothing where it does not run, or its hardware has failed."""
        return self.watts() if is_charged(self.instance) and not self.instance.system_failed_lab_at else 0.0

    def mean_watts(self, kind: InstanceType) -> float:
        """What it draws at its mean load on a type, while it runs."""
        mean = traced_mean(self.instance)
        return draw_w(kind, math.nan if mean is None else mean, self.lab_figures)


def pair(before: RunningCost, after: RunningCost) -> Pair | None:
    """USD per month before and after; None where a price is not known."""
    if before.compute_usd_per_hour is None or after.compute_usd_per_hour is None:
        return None
    return before.usd_per_month, after.usd_per_month
