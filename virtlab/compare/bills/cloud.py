"""The bill of a cloud. Formulas: docs/model.md, "Cloud cost"."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from django.utils.translation import gettext_lazy as _

from instances.catalog.prices import ServiceFigure
from instances.choices import SERVICE_ITEMS, PurchaseOption
from instances.pricing.hourly import DISCOUNT_KEYS, Values, purchase_factor
from virtlab.compare.bills.items import Cited, Item, Num, Usd, to_cents, total
from virtlab.compare.bills.onprem import hours_item
from virtlab.engine.units import HOURS_PER_DAY, HOURS_PER_MONTH
from virtlab.labs.parameters import SPECS
from virtlab.web.lazy_text import LazyText

FREE_OUT_GB = 100.0
TIER_GB = (("data-out-gb-tier1", 10_000.0), ("data-out-gb-tier2", 40_000.0), ("data-out-gb-tier3", 100_000.0))
LAST_TIER = "data-out-gb-tier4"


Prices = Mapping[str, ServiceFigure]


@dataclass(frozen=True, slots=True)
class CloudQuantities:
    """What a cloud alternative rents in a month, all hours of it; already rounded as the formulas show it.

    `stopped`: instances beside them that do not run, of which only the volumes cost, and the administration.
    The two hourly prices are sums of on-demand Linux prices, of instances and of container nodes.
    """

    instances: int = 0
    stopped: int = 0
    instances_usd_per_hour: float = 0.0
    instance_prices: tuple[Cited, ...] = ()
    nodes: int = 0
    nodes_usd_per_hour: float = 0.0
    node_prices: tuple[Cited, ...] = ()
    licences: Mapping[str, float] = field(default_factory=dict)
    volume_gb: float = 0.0
    snapshot_gb: float = 0.0
    data_out_gb: float = 0.0
    million_requests: float = 0.0
    gb_seconds: float = 0.0
    containers: int = 0
    functions: int = 0
    storage_tb: float = 0.0

    @property
    def systems(self) -> int:
        """What has to be moved: instances that run or not, containers and functions."""
        return self.instances + self.stopped + self.containers + self.functions


@dataclass(frozen=True, slots=True)
class Terms:
    """How hours are bought: the share of the month paid for, the discount on it in per cent, and the factor for it."""

    purchase: str
    hours_per_day: float
    discount_pct: float
    factor: float

    @classmethod
    def of(cls, purchase: str, values: Values) -> "Terms":
        """On demand only running hours are paid; a commitment is paid for day and night."""
        factor = purchase_factor(purchase, values)
        if purchase == PurchaseOption.ON_DEMAND:
            return cls(purchase, values["hours_per_day"], 0.0, factor)
        return cls(purchase, HOURS_PER_DAY, values[DISCOUNT_KEYS[purchase]], factor)

    @property
    def month_h(self) -> float:
        """Hours paid for in a month."""
        return HOURS_PER_MONTH * self.hours_per_day / HOURS_PER_DAY


UPFRONT_MONTHS = 36
"""Months that a commitment pays for at its start which is paid upfront."""
UPFRONT_KEYS = frozenset({"instances", "nodes"})
"""Keys of the lines that such a commitment is for."""


def bill(quantities: CloudQuantities, purchase: str, prices: Prices, values: Values) -> list[Item]:
    """USD per month by line. Lines of nothing are left out."""
    terms = Terms.of(purchase, values)
    rented = [
        *_compute(quantities, terms, prices),
        *_licences(quantities, terms, values),
        _priced("volumes", _("Volumes (EBS gp3)"), quantities.volume_gb, "ebs-gp3-gb-month", prices),
        _priced("snapshots", _("Snapshots"), quantities.snapshot_gb, "ebs-snapshot-gb-month", prices),
        *_data_out(quantities.data_out_gb, prices),
    ]
    lines = [*rented, _support(rented, values), *_people(quantities, values)]
    return [line for line in lines if line.amount]


def _people(q: CloudQuantities, v: Values) -> list[Item]:
    small, systems = q.containers + q.functions, q.instances + q.stopped
    return [
        hours_item("admin_guests", _("Administration of operating systems"), systems, "admin_hours_per_guest", v),
        hours_item("admin_nodes", _("Administration of container nodes"), q.nodes, "admin_hours_per_guest", v),
        hours_item(
            "admin_containers", _("Administration of containers and functions"), small, "admin_hours_per_container", v
        ),
    ]


def _compute(q: CloudQuantities, terms: Terms, prices: Prices) -> list[Item]:
    cluster_h = HOURS_PER_MONTH if q.nodes else 0.0
    return [
        _hours("instances", _("Instances"), q.instances_usd_per_hour, q.instance_prices, terms),
        _hours("nodes", _("Container nodes"), q.nodes_usd_per_hour, q.node_prices, terms),
        _priced("cluster", _("Kubernetes control plane"), cluster_h, "eks-cluster-hour", prices),
        _priced("requests", _("Function calls"), q.million_requests, "lambda-million-requests", prices),
        _priced("gb_seconds", _("Function run time"), q.gb_seconds, "lambda-gb-second", prices),
    ]


def _hours(key: str, name: LazyText, usd_per_hour: float, rests: tuple[Cited, ...], terms: Terms) -> Item:
    usd = usd_per_hour * terms.month_h * terms.factor
    numbers: dict[str, Num | Usd] = {"price": Usd(usd_per_hour, 4)}
    if terms.purchase == PurchaseOption.ON_DEMAND:
        numbers["hours"] = Num(terms.hours_per_day)
        formula = _("%(price)s an hour in all × 730 hours × %(hours)s ÷ 24")
        return Item(key, "compute", name, to_cents(usd), formula, numbers, rests_on=(*rests, "hours_per_day"))
    numbers["discount"] = Num(terms.discount_pct)
    formula = _("%(price)s an hour in all × 730 hours × (1 − %(discount)s %%)")
    rests_on: tuple[str | Cited, ...] = (*rests, DISCOUNT_KEYS[terms.purchase])
    return Item(key, "compute", name, to_cents(usd), formula, numbers, rests_on=rests_on)


def _licences(q: CloudQuantities, terms: Terms, v: Values) -> list[Item]:
    return [_licence(key, amount, terms, v) for key, amount in q.licences.items()]


def _licence(key: str, amount: float, terms: Terms, v: Values) -> Item:
    """An operating system's share of the hourly price: by vCPU, or by instance. Commitments do not lower it."""
    by_instance, digits = key.startswith("suse"), 0 if float(amount).is_integer() else 3
    formula = (
        _("%(amount)s instances × %(price)s × 730 hours × %(hours)s ÷ 24")
        if by_instance
        else _("%(amount)s vCPU × %(price)s × 730 hours × %(hours)s ÷ 24")
    )
    return Item(
        key.split("_usd", maxsplit=1)[0] if key.startswith("windows") else key,
        "licences",
        SPECS[key].label,
        amount=to_cents(amount * v[key] * terms.month_h),
        formula=formula,
        numbers={
            "amount": Num(amount, digits),
            "price": Usd(v[key], 4),
            "hours": Num(terms.hours_per_day),
        },
        rests_on=(key,),
    )


def _support(lines: list[Item], v: Values) -> Item:
    bill_usd = float(total(lines))
    return Item(
        "support",
        "people",
        _("Support plan"),
        amount=to_cents(bill_usd * v["support_pct"] / 100),
        formula=_("%(bill)s × %(percent)s %%"),
        numbers={"bill": Usd(bill_usd, 2), "percent": Num(v["support_pct"])},
        rests_on=("support_pct",),
    )


def _priced(key: str, name: LazyText, amount: float, item: str, prices: Prices) -> Item:
    price = prices[item]
    cited = Cited(SERVICE_ITEMS[item], Usd(price.usd, _digits(price)), price.source, price.source_date, price.kind)
    return Item(
        key,
        ITEM_CATEGORIES[item.split("-", maxsplit=1)[0]],
        name,
        amount=to_cents(amount * price.usd),
        formula=UNIT_FORMULAS[item],
        numbers={"amount": Num(amount, 3), "price": Usd(price.usd, _digits(price))},
        rests_on=(cited,),
    )


ITEM_CATEGORIES = {"eks": "compute", "lambda": "compute", "ebs": "storage", "data": "network"}


@cache
def _digits(price: ServiceFigure) -> int:
    """Decimals that a price has, at least two: a formula prints all of them, so that it gives its amount."""
    exponent = price.usd_exact.normalize().as_tuple().exponent
    return max(2, -exponent) if isinstance(exponent, int) else 2


UNIT_FORMULAS = {
    "eks-cluster-hour": _("%(amount)s hours × %(price)s"),
    "lambda-million-requests": _("%(amount)s million calls × %(price)s"),
    "lambda-gb-second": _("%(amount)s GB-seconds × %(price)s"),
    "ebs-gp3-gb-month": _("%(amount)s GB × %(price)s"),
    "ebs-snapshot-gb-month": _("%(amount)s GB × %(price)s"),
    **{f"data-out-gb-tier{n}": _("%(amount)s GB × %(price)s") for n in (1, 2, 3, 4)},
}


def _data_out(size_gb: float, prices: Prices) -> list[Item]:
    left, lines = max(0.0, size_gb - FREE_OUT_GB), []
    for number, (item, width_gb) in enumerate((*TIER_GB, (LAST_TIER, float("inf"))), start=1):
        part = round(min(left, width_gb), 3)
        left -= part
        if part:
            lines.append(_priced(f"data_out_{number}", _("Data out to the Internet"), part, item, prices))
    return lines
