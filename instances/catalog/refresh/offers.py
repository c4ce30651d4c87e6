"""EC2's offer file: on-demand and Reserved prices of types, volumes, snapshots and NAT gateways."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from instances.catalog.refresh.price_list import Listed, PriceList, RateKey
from instances.catalog.refresh.rows import Head
from instances.catalog.refreshed import ITEM_USAGES
from instances.choices import RateOffer, Upfront
from virtlab.labs.choices import OperatingSystem

OFFER = "AmazonEC2"
COLUMNS = [
    "SKU", "TermType", "Unit", "PricePerUnit", "Currency", "LeaseContractLength", "PurchaseOption", "OfferingClass",
    "Product Family", "Instance Type", "Tenancy", "Operating System", "License Model", "usageType", "CapacityStatus",
    "Pre Installed S/W", "Region Code",
]  # fmt: skip
FAMILIES = {"Compute Instance", "Compute Instance (bare metal)"}
SHARED = ("Shared", "Used", "NA", "No License required")
"""Of a type's many rows those of an instance that runs on shared hardware, with nothing installed beside its system."""
SYSTEMS = {
    "Linux": OperatingSystem.LINUX.value,
    "RHEL": OperatingSystem.RHEL.value,
    "SUSE": OperatingSystem.SUSE.value,
    "Windows": OperatingSystem.WINDOWS.value,
}
UPFRONT = {
    "No Upfront": Upfront.NONE.value,
    "Partial Upfront": Upfront.PARTIAL.value,
    "All Upfront": Upfront.ALL.value,
}
YEARS = {"1yr": 1, "3yr": 3, "1 yr": 1, "3 yr": 3}
HOURS, ONCE = "Hrs", "Quantity"
UNITS = {
    "GB-MO": ("-gb-month", 1),
    "IOPS-MO": ("-iops-month", 1),
    "GIBPS-MO": ("-mbps-month", 1024),
    "MIBPS-MO": ("-mbps-month", 1),
    "HRS": ("-hour", 1),
    "GB": ("-gb", 1),
}
"""What our item's name ends with, and how many of our units are in one of the list's (throughput: by the GiB/s)."""


class OfferRow(NamedTuple):
    """One line's cells in the order of COLUMNS."""

    sku: str
    term: str
    unit: str
    price: str
    currency: str
    lease: str
    purchase: str
    offering_class: str
    family: str
    type_name: str
    tenancy: str
    system: str
    license_model: str
    usage: str
    capacity: str
    installed: str
    region: str


def read_offers(prices: PriceList, head: Head, rows: Iterable[tuple[str, ...]]) -> None:
    """Takes what is of the region into `prices`; a list without a region takes that of the first row that has one."""
    for cells in rows:
        row = OfferRow._make(cells)
        prices.region = prices.region or row.region
        if row.region != prices.region or row.currency != "USD":
            continue
        if row.family in FAMILIES:
            _machine(prices, head, row)
        elif row.term == "OnDemand" and (item := _item(row.usage)):
            _service(prices, head, row, item)


def _machine(prices: PriceList, head: Head, row: OfferRow) -> None:
    key = _key(row)
    if key is None or row.unit not in (HOURS, ONCE):
        return
    usd = prices.usd(row.price)
    if usd is None:
        return
    if usd == 0 and key.offer == RateOffer.ON_DEMAND:
        prices.notes["on-demand rows have a price of 0 and were left out"] += 1
        return
    prices.keep(prices.hourly if row.unit == HOURS else prices.upfront, key, Listed(usd, row.sku, head))


def _key(row: OfferRow) -> RateKey | None:
    """What a row of a type is the price of; None where it is none of ours (dedicated, SQL Server, unused capacity)."""
    system = SYSTEMS.get(row.system)
    if system is None or (row.tenancy, row.capacity, row.installed, row.license_model) != SHARED:
        return None
    if row.term == "OnDemand":
        return RateKey(row.type_name, system, RateOffer.ON_DEMAND.value)
    years, upfront = YEARS.get(row.lease), UPFRONT.get(row.purchase)
    if row.term != "Reserved" or row.offering_class != "standard" or years is None or upfront is None:
        return None
    return RateKey(row.type_name, system, RateOffer.RESERVED.value, years, upfront)


def _item(usage: str) -> str:
    """Our item of a usage type, whose region stands before it ("APN1-EBS:VolumeUsage.gp3"; none in us-east-1)."""
    return next((item for item, end in ITEM_USAGES.items() if usage == end or usage.endswith(f"-{end}")), "")


def _service(prices: PriceList, head: Head, row: OfferRow, item: str) -> None:
    end, ours = UNITS.get(row.unit.upper(), ("", 1))
    usd = prices.usd(row.price)
    if not end or not item.endswith(end):
        prices.notes["rows of services have a unit that is not known"] += 1
    elif usd:
        prices.keep(prices.items, item, Listed(usd / Decimal(ours), row.sku, head))
