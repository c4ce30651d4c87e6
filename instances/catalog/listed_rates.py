"""Listed rates of commitments: what an hour of Linux costs under one, for the types of a region that a list has."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from instances.catalog.cache import cached_by_catalog
from instances.choices import RateOffer
from instances.models import ListedRate
from virtlab.engine.units import HOURS_PER_MONTH, MONTHS_PER_YEAR
from virtlab.labs.choices import OperatingSystem

Term = tuple[str, int, str]
"""RateOffer, years, Upfront."""


@dataclass(slots=True)
class ListedRates:
    """USD per hour by type, what is due at the start spread over the term; where and when they were listed."""

    usd_per_hour: dict[str, float] = field(default_factory=dict)
    source: str = ""
    source_date: str = ""


@cached_by_catalog
def listed_rates(region: str) -> Mapping[Term, ListedRates]:
    """The rates of every commitment that a region's list has (one query).

    None where the region's prices were not read from the cloud itself.
    """
    rows = ListedRate.objects.filter(region=region, system=OperatingSystem.LINUX).exclude(offer=RateOffer.ON_DEMAND)
    rates: dict[Term, ListedRates] = {}
    for row in rows.order_by("pk"):
        of = rates.setdefault((row.offer, row.years, row.upfront), ListedRates({}, row.source, row.source_date))
        hours = row.years * MONTHS_PER_YEAR * HOURS_PER_MONTH
        of.usd_per_hour[row.instance_type_id] = float(row.usd_per_hour) + float(row.upfront_usd) / hours
    return rates
