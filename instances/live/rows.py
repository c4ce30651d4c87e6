"""The rows of the list of instances: what each is, does and costs, at the lab's time. The queries are always the same
few, however many rows there are.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from instances.catalog.prices import linux_prices, service_prices
from instances.choices import CheckState, CreditMode, InstanceState
from instances.live.credits import CreditLedger, credit_ledgers, surplus_usd
from instances.live.samples import vcpu_of, with_live
from instances.models import Instance, Price, Volume
from instances.pricing.charged_time import accrued_usd, availability_share, is_charged, ran_s, unreachable_s
from instances.pricing.commitments import owed
from instances.pricing.credits import credit_mode, surplus_key, surplus_usd_per_hour
from instances.pricing.instance import VolumeShape, addresses_usd_per_hour, month_usd
from instances.pricing.power import draw_w, used_vcpu
from instances.pricing.rates import Key, Rates
from instances.rules.health.status_checks import StatusChecks, checks
from virtlab.engine.units import MIB_PER_GIB
from virtlab.labs.models import Lab, Trace
from virtlab.labs.parameters import lab_values

IMPAIRED = _("Impaired")
STAYS_LISTED = timedelta(hours=1)
"""How long the cloud lists what is terminated (Amazon EC2 API Reference, TerminateInstances: about one hour)."""


@dataclass(frozen=True, slots=True)
class InstanceRow:
    """An instance at the lab's time. Shares are 0 … 1 of its vCPU; NaN where no trace tells, None where no price does.

    usd_per_hour is the compute charge while it runs, owed_usd_per_hour what a commitment asks for while it does not.
    credits_usd_per_hour is a forecast: what surplus CPU credits cost beside it as the mean over many days;
    credits_usd what was charged for them so far on its present type. usd_per_month is all that it costs as it stands
    now, over 730 hours, with that forecast; accrued_usd what compute came to, with what was charged for surplus CPU
    credits. availability_share: of the time that it ran, that in which it could be reached; None where it never
    ran.
    """

    instance: Instance
    impaired: bool
    vcpu: int
    memory_gib: float
    cpu_vcpu: float
    cpu_share: float
    cpu_mean_share: float
    power_w: float
    usd_per_hour: float | None
    credits_usd_per_hour: float
    credits_usd: float
    owed_usd_per_hour: float | None
    usd_per_month: float | None
    volumes_gib: int
    volumes_usd_per_month: float
    ran_s: float
    unreachable_s: float
    availability_share: float | None
    accrued_usd: float | None

    @property
    def pk(self) -> int:
        """The instance's key."""
        return self.instance.pk

    @property
    def running(self) -> bool:
        """Whether the compute charge runs."""
        return is_charged(self.instance)

    @property
    def checks(self) -> StatusChecks | None:
        """Its status checks; None where it does not run: only what runs is checked."""
        if self.instance.state != InstanceState.RUNNING:
            return None
        boots = self.instance.boots_since_lab_at is not None
        known = self.impaired or self.instance.status_checks != CheckState.INITIALIZING
        return checks(self.instance.instance_type, well=not self.impaired, boots=boots, known=known)

    @property
    def state(self) -> str:
        """The state's key: "impaired" where an outage has cut it off, it boots after that, or its checks fail."""
        return "impaired" if self.impaired else self.instance.state

    @property
    def state_label(self) -> str:
        """The state in words."""
        return str(IMPAIRED if self.impaired else InstanceState(self.instance.state).label)


def instances_of(lab: Lab, *, terminated: bool = True) -> "QuerySet[Instance]":
    """A lab's instances with their types, with the list price of each (`linux_usd`); of those that are terminated the
    ones that the cloud still lists.
    """
    price = Price.objects.filter(region=OuterRef("region"), instance_type=OuterRef("instance_type"))
    rows = Instance.objects.filter(lab=lab).annotate(linux_usd=Subquery(price.values("usd_per_hour")[:1]))
    rows = rows.select_related("instance_type__cpu_power", "image", "workload", "elastic").defer("user_data")
    there = ~Q(state=InstanceState.TERMINATED)
    return rows.filter(there | Q(terminated_lab_at__gt=lab.lab_time() - STAYS_LISTED) if terminated else there)


def rows_of(lab: Lab, keys: Sequence[int], at: datetime | None = None) -> list[InstanceRow]:
    """Rows of the instances with these keys, in the order of the keys (nine queries).

    By key, because sorting would carry the prices and samples of all the others along.
    """
    at = at or lab.lab_time()
    volumes = Prefetch("volumes", Volume.objects.order_by("device", "pk"))
    instances = Instance.objects.filter(lab=lab, pk__in=keys).select_related(
        "instance_type__cpu_power", "image", "workload", "elastic"
    )
    by_key = with_live(instances.defer("user_data"), at).prefetch_related(volumes).in_bulk()
    loaded = [by_key[key] for key in keys if key in by_key]
    values = lab_values(lab)
    means = _means(loaded)
    linux = linux_prices(_priced_types(loaded))
    rates = {region: _rates(region, linux, values) for region in sorted({instance.region_id for instance in loaded})}
    ledgers = credit_ledgers([row for row in loaded if _mode(row) == CreditMode.UNLIMITED], at)
    return [_row(row, rates[row.region_id], at, means.get(row.workload_id), ledgers.get(row.pk)) for row in loaded]


def _priced_types(instances: Sequence[Instance]) -> set[tuple[str, str]]:
    types = [(row.region_id, name) for row in instances for name in (row.instance_type_id, row.committed_type_id)]
    return {(region, name) for region, name in types if name}


def _means(instances: Sequence[Instance]) -> dict[int | None, float]:
    keys = [instance.workload_id for instance in instances if instance.workload_id]
    rows = Trace.objects.filter(workload__in=keys).values_list("workload_id", "cpu_mean_vcpu")
    return {key: mean for key, mean in rows if mean is not None}


def _rates(region: str, linux: Mapping[tuple[str, str], float], values: Mapping[str, float]) -> Rates:
    own = {name: usd for (of, name), usd in linux.items() if of == region}
    return Rates(own, service_prices(region), values)


def _mode(instance: Instance) -> str:
    return credit_mode(instance.instance_type, instance.credit_mode)


def _row(
    instance: Instance, rates: Rates, at: datetime, mean: float | None, ledger: CreditLedger | None
) -> InstanceRow:
    kind, running = instance.instance_type, is_charged(instance)
    at_work = running and instance.system_failed_lab_at is None
    cut_off = instance.unreachable_since_lab_at is not None or instance.boots_since_lab_at is not None
    live = vcpu_of(getattr(instance, "live_sample", None))
    charge = rates.charge(_key(instance))
    owes = owed(instance.purchase, instance.launched_lab_at, at)
    owed_usd = charge.committed_usd if owes else 0.0
    usd = charge.running_usd(owed=owes or instance.launched_lab_at is None)
    known = math.isfinite(usd)
    volumes = list(instance.volumes.all())
    storage = sum(rates.volume_usd(VolumeShape.of(volume)) for volume in volumes)
    address = addresses_usd_per_hour(int(bool(instance.public_address)), rates.services)
    surplus = _surplus_usd_per_hour(instance, mean, rates)
    hourly = (usd + surplus if running else owed_usd) + address
    used = used_vcpu(kind, live)
    charged_usd = surplus_usd(instance, ledger.charged if ledger else instance.surplus_charged, rates.values)
    return InstanceRow(
        instance=instance,
        impaired=cut_off or instance.status_checks == CheckState.FAILED,
        vcpu=kind.vcpu,
        memory_gib=kind.memory_mib / MIB_PER_GIB,
        cpu_vcpu=used if at_work else 0.0,
        cpu_share=used / kind.vcpu if at_work else 0.0,
        cpu_mean_share=float("nan") if mean is None else min(mean / kind.vcpu, 1.0),
        power_w=draw_w(kind, live, rates.values) if at_work else 0.0,
        usd_per_hour=usd if known else None,
        credits_usd_per_hour=surplus if running else 0.0,
        credits_usd=charged_usd,
        owed_usd_per_hour=owed_usd if math.isfinite(owed_usd) else None,
        usd_per_month=month_usd(hourly, storage) if math.isfinite(hourly) else None,
        volumes_gib=sum(volume.size_gib for volume in volumes),
        volumes_usd_per_month=storage,
        ran_s=ran_s(instance, at),
        unreachable_s=unreachable_s(instance, at),
        availability_share=availability_share(instance, at),
        accrued_usd=accrued_usd(instance, charge, at) + charged_usd if known else None,
    )


def _key(instance: Instance) -> Key:
    kind, committed_type = instance.instance_type, instance.committed_type_id or ""
    system, purchase = instance.operating_system, instance.purchase
    return Key(kind.pk, kind.vcpu, kind.lasting_vcpu, system, purchase, committed_type)


def _surplus_usd_per_hour(instance: Instance, mean: float | None, rates: Rates) -> float:
    kind = instance.instance_type
    size, key = (kind.vcpu, kind.lasting_vcpu), surplus_key(kind.family, instance.operating_system)
    return surplus_usd_per_hour(_mode(instance), mean, size, key, rates.values)
