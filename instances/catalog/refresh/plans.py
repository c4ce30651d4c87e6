"""The offer file of savings plans: what an hour of each type costs under a plan of 1 or 3 years."""

from collections.abc import Iterable
from typing import NamedTuple

from instances.catalog.refresh.offers import UPFRONT
from instances.catalog.refresh.price_list import Listed, PriceList, RateKey
from instances.catalog.refresh.rows import Head
from instances.choices import RateOffer
from virtlab.labs.choices import OperatingSystem

OFFERS = {"AmazonComputeSavingsPlan", "AWSComputeSavingsPlan", "ComputeSavingsPlans"}
COLUMNS = [
    "SKU", "Unit", "DiscountedRate", "Currency", "DiscountedServiceCode", "DiscountedUsageType", "DiscountedOperation",
    "PurchaseOption", "LeaseContractLength", "Product Family", "DiscountedRegionCode", "DiscountedInstanceType",
]  # fmt: skip
PLANS = {
    "EC2InstanceSavingsPlans": RateOffer.EC2_PLAN.value,
    "ComputeSavingsPlans": RateOffer.COMPUTE_PLAN.value,
}
SYSTEMS = {
    "RunInstances": OperatingSystem.LINUX.value,
    "RunInstances:0010": OperatingSystem.RHEL.value,
    "RunInstances:000g": OperatingSystem.SUSE.value,
    "RunInstances:0002": OperatingSystem.WINDOWS.value,
}
"""Systems by their operation ("AMI billing information fields", Amazon EC2 User Guide, 2026)."""
YEARS = {"1": 1, "3": 3}
SHARED_USAGE = "BoxUsage:"


class PlanRow(NamedTuple):
    """One line's cells in the order of COLUMNS."""

    sku: str
    unit: str
    rate: str
    currency: str
    service: str
    usage: str
    operation: str
    purchase: str
    years: str
    family: str
    region: str
    type_name: str


def read_plans(prices: PriceList, head: Head, rows: Iterable[tuple[str, ...]]) -> None:
    """Takes what is of the region into `prices`."""
    for cells in rows:
        row = PlanRow._make(cells)
        prices.region = prices.region or row.region
        key = _key(row) if row.region == prices.region and row.currency == "USD" else None
        if key is not None and (usd := prices.usd(row.rate)):
            prices.keep(prices.hourly, key, Listed(usd, row.sku, head))


def _key(row: PlanRow) -> RateKey | None:
    """What a row is the price of; None where it is none of ours (other services, dedicated hardware)."""
    plan, system = PLANS.get(row.family), SYSTEMS.get(row.operation)
    upfront, years = UPFRONT.get(row.purchase), YEARS.get(row.years)
    used = row.usage.startswith(SHARED_USAGE) or f"-{SHARED_USAGE}" in row.usage
    if row.service != "AmazonEC2" or not used or plan is None or system is None or upfront is None or years is None:
        return None
    return RateKey(row.type_name, system, plan, years, upfront)
