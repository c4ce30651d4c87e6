"""A price list into the database: prices of types and services, listed rates."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from instances.catalog import files
from instances.catalog.refresh.difference import Difference, difference
from instances.catalog.refresh.price_list import Listed, PriceList, RateKey
from instances.catalog.refreshed import PRICE_FIELDS, PRICE_KEY, SERVICE_FIELDS, SERVICE_KEY, SOURCED
from instances.choices import CatalogTable, PriceRule
from instances.models import CatalogRefresh, InstanceType, ListedRate, Price, ServicePrice
from virtlab.labs.choices import FigureKind
from virtlab.labs.tables import sync_rows

RATE_KEY = ["region", "instance_type", "system", "offer", "years", "upfront"]
RATE_USD = ["usd_per_hour", "upfront_usd"]
RATE_FIELDS = [*RATE_USD, "sku", *SOURCED]


@dataclass(frozen=True)
class PricesWritten:
    """What differs in each table, and the names of types that the catalogue does not have."""

    differences: list[Difference]
    unknown: list[str]


def write_prices(prices: PriceList, *, remove_gone: bool = False) -> PricesWritten:
    """Writes what the list says of its region. Prices that it lacks stay, unless `remove_gone`; rates always follow it.

    The caller holds the transaction; the number of queries does not grow with rows.
    """
    known = set(InstanceType.objects.values_list("name", flat=True))
    linux = {name: at for name, at in prices.linux.items() if name in known}
    here = Price.objects.filter(region=prices.region)
    rates = {key: at for key, at in prices.hourly.items() if key.type_name in known and not key.is_linux_on_demand}
    done = [_types(prices, linux, here if remove_gone else None), _items(prices), _rates(prices, rates)]
    held = {CatalogTable.PRICES: linux, CatalogTable.SERVICES: prices.items, CatalogTable.RATES: rates}
    for table in (table for table, rows in held.items() if rows):
        _remember(prices, table)
    return PricesWritten(done, sorted({key.type_name for key in prices.hourly} - known))


def _types(prices: PriceList, linux: dict[str, Listed], gone: "QuerySet[Price] | None") -> Difference:
    rows = [
        Price(
            region_id=prices.region,
            instance_type_id=name,
            usd_per_hour=_six_digits(at.usd),
            rule=PriceRule.REFRESHED,
            basis="",
            **_sourced(at),
        )
        for name, at in linux.items()
    ]
    here = list(Price.objects.filter(region=prices.region).values_list("instance_type", "usd_per_hour", "edited_at"))
    differs = difference(
        "prices of types",
        {name: usd for name, usd, _edited in here},
        {row.instance_type_id: row.usd_per_hour for row in rows},
        {name for name, _usd, edited in here if edited},
    )
    sync_rows(Price, rows, PRICE_KEY, PRICE_FIELDS, remove=gone)
    return differs


def _items(prices: PriceList) -> Difference:
    known = {fact["item"]: fact for fact in files.read(files.FACTS / "services.csv")}
    rows = [
        ServicePrice(
            region_id=prices.region,
            item=item,
            service=known[item]["service"],
            unit=known[item]["unit"],
            usd=at.usd.quantize(Decimal("1e-10")),
            **_sourced(at),
        )
        for item, at in prices.items.items()
    ]
    here = list(ServicePrice.objects.filter(region=prices.region, item__in=prices.items))
    differs = difference(
        "prices of services",
        {row.item: row.usd.normalize() for row in here},
        {row.item: row.usd.normalize() for row in rows},
        {row.item for row in here if row.edited_at},
    )
    sync_rows(ServicePrice, rows, SERVICE_KEY, SERVICE_FIELDS)
    return differs


def _rates(prices: PriceList, wanted: dict[RateKey, Listed]) -> Difference:
    """Rates beyond on-demand Linux; of a kind that the files do not hold (savings plans) those that are there stay."""
    rows = [_rate(prices, key, at) for key, at in wanted.items()]
    mine = ListedRate.objects.filter(region=prices.region, offer__in={key.offer for key in wanted})
    here = {str(RateKey(*of)): _both(usd, once) for *of, usd, once in mine.values_list(*RATE_KEY[1:], *RATE_USD)}
    has = {str(key): _both(row.usd_per_hour, row.upfront_usd) for key, row in zip(wanted, rows, strict=True)}
    differs = difference("listed rates", here, has, set())
    sync_rows(ListedRate, rows, RATE_KEY, RATE_FIELDS, remove=mine)
    return differs


def _rate(prices: PriceList, key: RateKey, at: Listed) -> ListedRate:
    once = prices.upfront.get(key)
    return ListedRate(
        region_id=prices.region,
        instance_type_id=key.type_name,
        system=key.system,
        offer=key.offer,
        years=key.years,
        upfront=key.upfront,
        upfront_usd=once.usd if once else Decimal(0),
        usd_per_hour=at.usd,
        sku=at.sku,
        kind=FigureKind.LIST,
        source=at.head.citation,
        source_date=at.head.published,
    )


def _both(usd_per_hour: Decimal, upfront_usd: Decimal) -> str:
    return f"{usd_per_hour.normalize():f} an hour + {upfront_usd.normalize():f} upfront"


def _sourced(at: Listed) -> dict[str, str]:
    source = f"{at.head.citation}, SKU {at.sku}"
    return {"kind": FigureKind.LIST.value, "source": source, "source_date": at.head.published}


def _six_digits(usd: Decimal) -> Decimal:
    return usd.quantize(Decimal("0.000001"))


def _remember(prices: PriceList, table: CatalogTable) -> None:
    head = prices.heads[0]
    values = {"source": head.citation, "source_date": head.published}
    CatalogRefresh.objects.update_or_create(region_id=prices.region, table=table, defaults=values)
