"""What a type's listed terms cost in a region, as `refresh_catalogue` read them from the cloud's own list."""

from dataclasses import dataclass

from instances.choices import RateOffer, Upfront
from instances.models import InstanceType, ListedRate
from virtlab.engine.units import HOURS_PER_MONTH
from virtlab.labs.choices import OperatingSystem

MONTHS_PER_YEAR = 12
IN_ORDER = list(RateOffer.values), list(Upfront.values)


@dataclass(frozen=True, slots=True)
class RateRow:
    """One rate: what is paid at once and by the hour, and both spread over the term's hours (USD)."""

    label: str
    years: int
    upfront: str
    upfront_usd: float
    usd_per_hour: float
    spread_usd_per_hour: float
    source: str
    source_date: str


def rate_rows(kind: InstanceType, region: str) -> list[RateRow]:
    """The Linux rates of a type in a region by offer, years and what is paid upfront (one query)."""
    rates = ListedRate.objects.filter(instance_type=kind, region=region, system=OperatingSystem.LINUX, years__gt=0)
    return [_row(rate) for rate in sorted(rates, key=_order)]


def _order(rate: ListedRate) -> tuple[int, int, int]:
    offers, upfronts = IN_ORDER
    return offers.index(rate.offer), rate.years, upfronts.index(rate.upfront)


def _row(rate: ListedRate) -> RateRow:
    spread = float(rate.upfront_usd) / (rate.years * MONTHS_PER_YEAR * HOURS_PER_MONTH)
    return RateRow(
        label=str(RateOffer(rate.offer).label),
        years=rate.years,
        upfront=str(Upfront(rate.upfront).label),
        upfront_usd=float(rate.upfront_usd),
        usd_per_hour=float(rate.usd_per_hour),
        spread_usd_per_hour=float(rate.usd_per_hour) + spread,
        source=rate.source,
        source_date=rate.source_date,
    )
