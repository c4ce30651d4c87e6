"""Lines of an on-prem bill for licences: hypervisors, Windows Server, SQL Server, Linux."""

from dataclasses import replace

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from hosts.choices import LicenceMetric
from hosts.parameters.hypervisors import VMWARE_KEY
from hosts.pricing import unit_prices
from hosts.pricing.hypervisors import CHARGE_OF, Charge
from hosts.pricing.licences import EDITIONS, NEEDS_ASSURANCE, SUBSCRIPTION_KEY
from hosts.pricing.unit_prices import Values
from virtlab.compare.bills.items import Item, Num, Usd, to_cents
from virtlab.compare.bills.onprem.purchases import spread, spread_parts, windows_parts
from virtlab.compare.bills.onprem.quantities import CAL_KEYS, EDITION_KEYS, OnPremQuantities
from virtlab.engine.units import MONTHS_PER_YEAR
from virtlab.web.lazy_text import LazyText

COUNTED: dict[LicenceMetric, LazyText] = {
    LicenceMetric.CORE: _("%(units)s licensed cores × %(price)s a year ÷ 12 months"),
    LicenceMetric.SOCKET: _("%(units)s CPUs × %(price)s a year ÷ 12 months"),
    LicenceMetric.HOST: _("%(units)s hosts × %(price)s a year ÷ 12 months"),
    LicenceMetric.VM: _("%(units)s VMs × %(price)s a year ÷ 12 months"),
}
RENEWED = _("× %(renewals)s, the mean of its price over the months ahead")
WINDOWS: dict[str, LazyText] = {
    "datacenter": _("Windows Server Datacenter"),
    "standard": _("Windows Server Standard"),
    "standard_by_vm": _("Windows Server Standard, by VM"),
}


def licence_lines(q: OnPremQuantities, v: Values) -> list[Item]:
    """USD per month of licences and of their assurance."""
    return [
        *(line for key, units in q.licensed.items() for line in _hypervisor(CHARGE_OF[key], units, v)),
        *(_windows(edition, q, v) for edition in EDITIONS),
        cals_line(q.cals_usd(v), v, existing=q.existing_storage),
        _sql(q, v),
        _assurance(q, v),
        _linux(q, v),
    ]


def yearly(key: str, name: LazyText, units: int, price_key: str, v: Values) -> Item:
    """Systems at a price a year."""
    return Item(
        key,
        "licences",
        name,
        amount=to_cents(float(unit_prices.licences_usd_per_month(units * v[price_key]))),
        formula=_("%(systems)s systems × %(price)s a year ÷ 12 months"),
        numbers={"systems": Num(units), "price": Usd(v[price_key], 2)},
        rests_on=(price_key,),
    )


def _linux(q: OnPremQuantities, v: Values) -> Item:
    line = yearly("linux", _("Enterprise Linux subscriptions"), q.linux_subscriptions, SUBSCRIPTION_KEY, v)
    return replace(line, formula=_("%(systems)s subscriptions × %(price)s a year ÷ 12 months"))


def _hypervisor(charge: Charge, units: int, v: Values) -> list[Item]:
    words, key = COUNTED[charge.metric], f"hypervisor_{charge.price_key}"
    return [
        _subscription((key, _("Hypervisor licences"), words), charge, units, v),
        _subscription(
            (f"{key}_order", _("Hypervisor licences that an order must have besides"), words),
            charge,
            charge.not_there(units, v),
            v,
        ),
    ]


def _subscription(head: tuple[str, LazyText, LazyText], charge: Charge, units: int, v: Values) -> Item:
    (key, name, words), price_usd = head, charge.price_usd(v)
    renewals = mean_of_renewals(v) if charge.price_key == VMWARE_KEY else 1.0
    edition = ("vmware_edition", "vmware_term_years") if price_usd != v[charge.price_key] else (charge.price_key,)
    raised = ("vmware_renewal_uplift_pct", "vmware_term_years", "horizon_months") if renewals > 1 else ()
    least = tuple(name for name in (charge.least_per_cpu, charge.least_per_order) if name)
    return Item(
        key,
        "licences",
        name,
        amount=to_cents(float(unit_prices.licences_usd_per_month(units * price_usd)) * renewals),
        formula=format_lazy("{} {}", words, RENEWED) if renewals > 1 else words,
        numbers={"units": Num(units), "price": Usd(price_usd, 2), "renewals": Num(renewals, 6)},
        rests_on=tuple(dict.fromkeys((*edition, *least, *raised))),
    )


def mean_of_renewals(v: Values) -> float:
    """The mean over the months ahead of what VMware's price becomes, as a multiple of today's: each term that ends
    raises it. Rounded to six digits, as formulas show it.
    """
    months, term = int(v["horizon_months"]), int(v["vmware_term_years"] * MONTHS_PER_YEAR)
    rise = 1 + v["vmware_renewal_uplift_pct"] / 100
    return round(sum(rise ** (month // term) for month in range(months)) / months, 6)


def _windows(edition: str, q: OnPremQuantities, v: Values) -> Item:
    price_key, by_vm = unit_prices.windows_key(edition), edition == NEEDS_ASSURANCE
    line = spread_parts(windows_parts(edition, q, v), v)
    return Item(
        f"windows_{edition}",
        "licences",
        WINDOWS[edition],
        amount=line.amount,
        formula=line.formula(_("%(cores)s cores ÷ 16 × %(price)s ÷ (%(years)s years × 12 months)")),
        numbers=line.numbers(cores=Num(q.licensed_for_windows(edition, v)), price=Usd(v[price_key], 2)),
        rests_on=line.rests_on(price_key, *(("windows_by_vm", "needed_assurance_pct") if by_vm else ())),
    )


def cals_line(price_usd: float, v: Values, *, existing: bool) -> Item:
    """Access of users to Windows Server under licences of one's own, bought for so much; `existing`: it is there."""
    line = spread(price_usd, v, existing=existing)
    users, price = v["windows_cal_users"], v["windows_cal_usd"]
    return Item(
        "windows_cals",
        "licences",
        _("CALs of Windows Server"),
        amount=line.amount,
        formula=line.formula(_("%(users)s users × %(price)s ÷ (%(years)s years × 12 months)")),
        numbers=line.numbers(users=Num(users), price=Usd(price, 2)),
        rests_on=line.rests_on(*CAL_KEYS),
    )


def _sql(q: OnPremQuantities, v: Values) -> Item:
    by_host = unit_prices.sql_edition(v) == unit_prices.SQL_BY_HOST
    name = _("SQL Server") if v[unit_prices.SQL_KEY] else _("SQL Server, since the cloud rents it")
    line = sql_line(("sql", name), q.sql_cores[by_host], q.sql_usd(v), v, existing=q.existing_storage)
    return replace(line, rests_on=(*line.rests_on, *q.sql_named))


def sql_line(head: tuple[str, LazyText], cores: int, price_usd: float, v: Values, *, existing: bool) -> Item:
    """So many cores of SQL Server, bought for so much; `existing`: they are there."""
    (key, name), line, price_key = head, spread(price_usd, v, existing=existing), sql_key(v)
    return Item(
        key,
        "licences",
        name,
        amount=line.amount,
        formula=line.formula(_("%(cores)s cores × %(price)s ÷ (%(years)s years × 12 months)")),
        numbers=line.numbers(cores=Num(cores), price=Usd(v[price_key], 2)),
        rests_on=line.rests_on(*sql_edition_keys(v), price_key),
    )


def sql_edition_keys(v: Values) -> tuple[str, ...]:
    """What says which edition is on one's hosts."""
    return (unit_prices.SQL_KEY, *(() if v[unit_prices.SQL_KEY] else (unit_prices.SQL_RENTED_KEY,)))


def sql_key(v: Values) -> str:
    """The parameter of the price of the edition on one's hosts."""
    standard = unit_prices.sql_edition(v) == unit_prices.SQL_STANDARD
    return "sql_standard_usd_per_core" if standard else "sql_enterprise_usd_per_core"


def _assurance(q: OnPremQuantities, v: Values) -> Item:
    """Of all licences, or of those that may not be used without it."""
    rests_on: list[str] = []
    if q.windows_cores:
        rests_on = [*EDITION_KEYS, *(CAL_KEYS if v["windows_cal_users"] else ())]
    if q.sql_usd(v):
        rests_on = [*rests_on, *sql_edition_keys(v), sql_key(v)]
    return assurance_line(sum(q.assured_usd(v).values()), tuple(rests_on), v)


def assurance_line(usd: float, rests_on: tuple[str, ...], v: Values) -> Item:
    """Software Assurance of licences bought for so much, which all have or which may not be used without it."""
    price_usd, needed = round(usd, 2), () if v["software_assurance_pct"] else ("needed_assurance_pct",)
    return Item(
        "assurance",
        "licences",
        _("Software Assurance"),
        amount=to_cents(float(unit_prices.assurance_usd_per_month(price_usd, v, needed=True))),
        formula=_("%(price)s of licences × %(percent)s %% ÷ 12 months"),
        numbers={"price": Usd(price_usd, 2), "percent": Num(unit_prices.assurance_pct(v, needed=True))},
        rests_on=(*needed, "software_assurance_pct", *rests_on),
    )
