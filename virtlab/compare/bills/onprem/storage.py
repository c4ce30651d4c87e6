"""Lines of an on-prem bill for storage and backups."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from hosts.pricing import unit_prices
from hosts.pricing.unit_prices import Values
from virtlab.compare.bills.items import Item, Num, Usd, in_use, to_cents
from virtlab.compare.bills.onprem.quantities import OnPremQuantities
from virtlab.compare.bills.spread import spread
from virtlab.web.lazy_text import LazyText

ONE_PRICE = _("%(size)s TB × %(price)s")
BY_CLASS = _(
    "%(size)s TB × (%(nvme)s %% × %(nvme_usd)s + %(ssd)s %% × %(ssd_usd)s + %(hybrid)s %% × %(hybrid_usd)s + "
    "%(hdd)s %% × %(hdd_usd)s + %(rest)s %% × %(price)s)"
)
REDUCED = _("÷ %(reduction)s of data reduction")
SPREAD = _("÷ (%(years)s years × 12 months)")


def storage_lines(q: OnPremQuantities, v: Values) -> list[Item]:
    """USD per month of storage, of backups and of their software."""
    return [
        _terabytes("storage", _("Storage"), (q.storage_tb, q.reduction(v)), q, v),
        _terabytes("backup", _("Backups"), (q.backup_tb, 1.0), q, v),
        _software("vm", q.guests, _("%(units)s VMs × %(price)s a year ÷ 12 months"), v),
        _software("tb", q.used_tb, _("%(units)s TB × %(price)s a year ÷ 12 months"), v),
    ]


def storage_rests_on(v: Values) -> tuple[str, ...]:
    """The parameters of the price of storage that count."""
    shares = unit_prices.storage_shares(v)
    used = (name for name in unit_prices.STORAGE_CLASSES if shares[name])
    return ("storage_usd_per_tb", *(f"{name}_{what}" for name in used for what in ("pct", "usd_per_tb")))


def _terabytes(key: str, name: LazyText, size: tuple[float, float], q: OnPremQuantities, v: Values) -> Item:
    size_tb, reduction = size
    line = spread(float(unit_prices.storage_price_usd(size_tb / reduction, v)), v, existing=q.existing_storage)
    rests_on = storage_rests_on(v)
    price = BY_CLASS if len(rests_on) > 1 else ONE_PRICE
    words = format_lazy("{} {} {}", price, REDUCED, SPREAD) if reduction > 1 else format_lazy("{} {}", price, SPREAD)
    own = ("backup_share_pct",) if key == "backup" else ("data_reduction",) if reduction > 1 else ()
    return Item(
        key,
        "storage",
        name,
        amount=line.amount,
        formula=line.formula(words),
        numbers=line.numbers(size=Num(size_tb, 3), reduction=Num(reduction), **_by_class(v)),
        rests_on=(*line.rests_on(*rests_on, *own), *((in_use(q.used_tb, "TB"),) if key == "backup" else ())),
    )


def _by_class(v: Values) -> dict[str, Num | Usd]:
    shares = unit_prices.storage_shares(v)
    numbers: dict[str, Num | Usd] = {"rest": Num(shares["storage"]), "price": Usd(v["storage_usd_per_tb"], 2)}
    for name in unit_prices.STORAGE_CLASSES:
        short = name.removeprefix("storage_")
        numbers |= {short: Num(shares[name]), f"{short}_usd": Usd(v[f"{name}_usd_per_tb"], 2)}
    return numbers


def _software(per: str, units: float, words: LazyText, v: Values) -> Item:
    price_key = f"backup_software_usd_per_{per}_year"
    return Item(
        f"backup_software_{per}",
        "storage",
        _("Backup software"),
        amount=to_cents(float(unit_prices.licences_usd_per_month(units * v[price_key]))),
        formula=words,
        numbers={"units": Num(units, 0 if per == "vm" else 3), "price": Usd(v[price_key], 2)},
        rests_on=(price_key,),
    )
