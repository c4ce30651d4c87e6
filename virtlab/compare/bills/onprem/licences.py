"""Lines of an on-prem bill for licences: hypervisors, Windows Server, SQL Server, Linux."""

from collections.abc import Mapping
from dataclasses import replace

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from hosts.choices import LicenceMetric
from hosts.parameters.hypervisors import VMWARE_KEY
from hosts.parameters.microsoft import HYPERV_HOSTS_KEY
from hosts.pricing import unit_prices
from hosts.pricing.hypervisors import CHARGE_OF, Charge
from hosts.pricing.licences import EDITIONS, NEEDS_ASSURANCE, SUBSCRIPTION_KEY
from hosts.pricing.unit_prices import Values
from virtlab.compare.bills.items import Cited, Item, Num, Usd, to_cents
from virtlab.compare.bills.microsoft import (
    CAL_KEYS,
    EDITION_KEYS,
    LICENCE_NAMES,
    Licences,
    assurance_line,
    assured_usd,
    spread_licences,
    sql_edition_keys,
    sql_key,
    sql_line,
)
from virtlab.compare.bills.onprem.quantities import OnPremQuantities
from virtlab.engine.units import MONTHS_PER_YEAR
from virtlab.labs.choices import FigureKind
from virtlab.web.lazy_text import LazyText

COUNTED: dict[LicenceMetric, LazyText] = {
    LicenceMetric.CORE: _("%(units)s licensed cores × %(price)s a year ÷ 12 months"),
    LicenceMetric.SOCKET: _("%(units)s CPUs × %(price)s a year ÷ 12 months"),
    LicenceMetric.HOST: _("%(units)s hosts × %(price)s a year ÷ 12 months"),
    LicenceMetric.VM: _("%(units)s VMs × %(price)s a year ÷ 12 months"),
}
BY_HOST = _("%(cores)s licensed cores ÷ 16 × %(price)s ÷ (%(years)s years × 12 months)")
STACKED = _(
    "(%(cores)s licensed cores + %(stacked)s where Standard is stacked for more than two VMs a host) ÷ 16 × %(price)s "
    "÷ (%(years)s years × 12 months)"
)
BY_VM = _("%(cores)s cores of VMs, at least eight each ÷ 16 × %(price)s ÷ (%(years)s years × 12 months)")
RENEWED = _("× %(renewals)s, the mean of its price over the months ahead")


def licence_lines(q: OnPremQuantities, v: Values) -> list[Item]:
    """USD per month of licences and of their assurance."""
    own = q.licences(v)
    return [
        *(line for key, units in q.licensed.items() for line in _hypervisor(CHARGE_OF[key], units, v)),
        *(_windows(edition, own, q, v) for edition in EDITIONS),
        _cals(own["windows_cals"], v),
        _sql(own["sql"], q, v),
        _assurance(own, q, v),
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
    return replace(
        line, formula=_("%(systems)s subscriptions, one for every two of a host × %(price)s a year ÷ 12 months")
    )


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


def _windows(edition: str, own: Mapping[str, Licences], q: OnPremQuantities, v: Values) -> Item:
    price_key, by_vm, key = unit_prices.windows_key(edition), edition == NEEDS_ASSURANCE, f"windows_{edition}"
    cores, stacked = q.licensed_for_windows(edition, v), 0 if by_vm else q.stacked_for_windows(edition, v)
    line, keys = spread_licences([own[key]], v), ("windows_by_vm", "needed_assurance_pct") if by_vm else ()
    hyperv = (HYPERV_HOSTS_KEY, _of_hosts(q.hyperv_cores)) if q.hyperv_cores and not by_vm else ()
    return Item(
        key,
        "licences",
        LICENCE_NAMES[key],
        amount=line.amount,
        formula=line.formula(STACKED if stacked else BY_VM if by_vm else BY_HOST),
        numbers=line.numbers(cores=Num(cores - stacked), stacked=Num(stacked), price=Usd(v[price_key], 2)),
        rests_on=(*hyperv, *line.rests_on(price_key, *keys), *((_counted(cores),) if cores and not by_vm else ())),
    )


def _counted(cores: int) -> Cited:
    """How cores are counted."""
    label = _(
        "Licensed cores: all of each host in a cluster with Windows, at least 8 a CPU and 16 a server; Standard once "
        "for every two Windows VMs that the host has, or would have with one host of its cluster lost"
    )
    source = _("Microsoft, Windows Server licensing, “Standard edition”")
    return Cited(label, Num(cores), source, "2025", FigureKind.DERIVED.value)


def _of_hosts(cores: int) -> Cited:
    """How many cores are licensed for no VM."""
    label = _("Cores of Hyper-V hosts without Windows VMs, licensed once for the host itself")
    source = _("Windows Server counts all cores of a host, at least 8 a CPU and 16 a server.")
    return Cited(label, Num(cores), source, "2025", FigureKind.DERIVED.value)


def _cals(licences: Licences, v: Values) -> Item:
    """Access of users to Windows Server under licences of one's own."""
    line = spread_licences([licences], v)
    users, price = v["windows_cal_users"], v["windows_cal_usd"]
    return Item(
        "windows_cals",
        "licences",
        LICENCE_NAMES["windows_cals"],
        amount=line.amount,
        formula=line.formula(_("%(users)s users × %(price)s ÷ (%(years)s years × 12 months)")),
        numbers=line.numbers(users=Num(users), price=Usd(price, 2)),
        rests_on=line.rests_on(*CAL_KEYS),
    )


def _sql(own: Licences, q: OnPremQuantities, v: Values) -> Item:
    by_host = unit_prices.sql_edition(v) == unit_prices.SQL_BY_HOST
    name = LICENCE_NAMES["sql"] if v[unit_prices.SQL_KEY] else _("SQL Server, since the cloud rents it")
    line = sql_line(("sql", name), q.sql_cores[by_host], own, v)
    return replace(line, rests_on=(*line.rests_on, *q.sql_named))


def _assurance(own: Mapping[str, Licences], q: OnPremQuantities, v: Values) -> Item:
    """Of all licences, or of those that may not be used without it."""
    rests_on: list[str] = []
    if q.windows_cores:
        rests_on = [*EDITION_KEYS, *(CAL_KEYS if v["windows_cal_users"] else ())]
    if own["sql"].usd:
        rests_on = [*rests_on, *sql_edition_keys(v), sql_key(v)]
    line, of_sql = assurance_line(assured_usd(own.values()), tuple(rests_on), v), assured_usd([own["sql"]])
    line = replace(line, rests_on=(*line.rests_on, *(q.sql_named if of_sql else ())))
    if of_sql and not v[unit_prices.SQL_KEY]:
        return replace(line, name=_("Software Assurance, of SQL Server too, since the cloud rents it"))
    return line
