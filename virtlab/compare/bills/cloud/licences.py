"""What licences cost in a cloud: operating systems, SQL Server, hardware of one's own for licences that one owns."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from hosts.pricing.unit_prices import is_assured
from instances.pricing.hourly import (
    CLIENT_KEY,
    DEDICATED_KEY,
    OWN_WINDOWS,
    OWN_WINDOWS_KEY,
    WINDOWS_KEY,
    Values,
)
from virtlab.compare.bills.cloud.covered import Covered, lent_pct
from virtlab.compare.bills.cloud.quantities import CloudQuantities, Rented
from virtlab.compare.bills.cloud.rented import lines as rented_lines
from virtlab.compare.bills.cloud.terms import Terms
from virtlab.compare.bills.items import Cited, Item, Num, Usd, exact, to_cents, total
from virtlab.compare.bills.microsoft import EDITION_KEYS
from virtlab.engine.units import HOURS_PER_DAY, HOURS_PER_MONTH
from virtlab.labs.choices import OperatingSystem
from virtlab.labs.parameters import SPECS
from virtlab.web.lazy_text import LazyText

VCPU_HOURS = _("%(amount)s vCPU × %(price)s × 730 hours × %(hours)s ÷ 24")
INSTANCE_HOURS = _("%(amount)s instances × %(price)s × 730 hours × %(hours)s ÷ 24")
SQL_KEYS = ("", "sql_web_usd_per_vcpu_hour", "sql_standard_usd_per_vcpu_hour", "sql_enterprise_usd_per_vcpu_hour")
"""The price of each edition of SQL Server, by the value of `sql_server_edition`; none where it is not rented."""
SQL_LEAST_VCPU = 4.0
"""Licensed at least of an instance ("Microsoft licensing on AWS": four cores of each virtual machine)."""


def licences(q: CloudQuantities, terms: Terms, v: Values) -> list[Item]:
    """The lines. Commitments do not lower what systems add: the share of Linux alone is discounted."""
    return [
        *(_system(key, amount, terms, v) for key, amount in q.licences.items() if key != WINDOWS_KEY),
        _windows(q, terms, v),
        _sql_server(q, terms, v),
        *((_client_hardware(q, terms, v),) if OperatingSystem.WINDOWS_CLIENT.value in q.own_hardware else ()),
        *((_dedicated_hosts(q, terms, v), _beyond_owned(q, terms, v)) if OWN_WINDOWS in q.own_hardware else ()),
        _region_fee(q, v),
    ]


def _windows(q: CloudQuantities, terms: Terms, v: Values) -> Item:
    """Licences that AWS lends: of VMs whose own ones are not brought."""
    line = _system(WINDOWS_KEY, q.licences.get(WINDOWS_KEY, 0.0), terms, v)
    return replace(line, rests_on=(*line.rests_on, OWN_WINDOWS_KEY, *q.own_windows))


def _system(key: str, amount: float, terms: Terms, v: Values) -> Item:
    """An operating system's share of the hourly price: by vCPU, or by instance."""
    name = key.split("_usd", maxsplit=1)[0] if key.startswith("windows") else key
    formula = INSTANCE_HOURS if key.startswith("suse") else VCPU_HOURS
    return _by_hour((name, SPECS[key].label, (key,)), (amount, v[key]), terms, formula)


def _sql_server(q: CloudQuantities, terms: Terms, v: Values) -> Item:
    edition = int(v["sql_server_edition"])
    key = SQL_KEYS[edition]
    amount, price = (q.sql_vcpu, v[key]) if key else (0.0, 0.0)
    head = ("sql_server", _("SQL Server on instances"), ("sql_server_edition", *((key,) if key else ())))
    line = _by_hour(head, (amount, price), terms, VCPU_HOURS)
    return replace(line, rests_on=(*line.rests_on, *q.sql_named))


def _by_hour(
    head: tuple[str, LazyText, tuple[str, ...]], figures: tuple[float, float], terms: Terms, formula: LazyText
) -> Item:
    key, name, rests_on = head
    amount, price = figures
    numbers: dict[str, Num | Usd] = {
        "amount": exact(amount),
        "price": Usd(price, 4),
        "hours": exact(terms.hours_per_day),
    }
    return Item(key, "licences", name, to_cents(amount * price * terms.month_h), formula, numbers, rests_on=rests_on)


def _client_hardware(q: CloudQuantities, terms: Terms, v: Values) -> Item:
    """What hardware of one's own costs above the same instances on shared hardware, as they are bought: at listed rates
    where types have them, and none of them on Spot.
    """
    system = OperatingSystem.WINDOWS_CLIENT.value
    usd, rests_on = _as_bought(q.own_hardware[system], terms.without_spot)
    return Item(
        f"dedicated_{system}",
        "licences",
        _("Hardware of one's own for Windows clients"),
        amount=to_cents(usd * v[DEDICATED_KEY] / 100),
        formula=_("%(price)s of these instances as they are bought × %(surcharge)s %%"),
        numbers={"price": Usd(usd, 2), "surcharge": exact(v[DEDICATED_KEY])},
        rests_on=(DEDICATED_KEY, CLIENT_KEY, *rests_on),
    )


def _dedicated_hosts(q: CloudQuantities, terms: Terms, v: Values) -> Item:
    """What whole hosts cost, which are paid for day and night, above the instances on them ("Dedicated Hosts are billed
    per host": Amazon EC2 User Guide, 2026).
    """
    alone = terms.without_spot
    instances_usd, rests_on = _as_bought(q.own_hardware[OWN_WINDOWS], alone)
    hosts_usd, of_hosts = _as_bought(q.dedicated_hosts, replace(alone, own_hours_per_day=HOURS_PER_DAY))
    return Item(
        f"dedicated_{OWN_WINDOWS}",
        "licences",
        _("Dedicated hosts for Windows Server"),
        amount=to_cents(hosts_usd * (1 + v[DEDICATED_KEY] / 100) - instances_usd),
        formula=_(
            "%(hosts)s of whole hosts as they are bought × (1 + %(surcharge)s %%) − %(price)s of their instances"
        ),
        numbers={"hosts": Usd(hosts_usd, 2), "surcharge": exact(v[DEDICATED_KEY]), "price": Usd(instances_usd, 2)},
        rests_on=tuple(
            dict.fromkeys((DEDICATED_KEY, OWN_WINDOWS_KEY, *q.own_windows, *q.filled, *of_hosts, *rests_on))
        ),
    )


def _beyond_owned(q: CloudQuantities, terms: Terms, v: Values) -> Item:
    """Windows Server that AWS lends on Dedicated Hosts, where and when licences that one owns do not cover these."""
    share_pct, assured = lent_pct(q, v), is_assured(v, needed=False)
    return Item(
        "lent_on_dedicated",
        "licences",
        _("Windows Server on Dedicated Hosts beyond the licences owned"),
        amount=to_cents(q.own_windows_vcpu * v[WINDOWS_KEY] * terms.month_h * share_pct / 100),
        formula=_("%(amount)s vCPU × %(price)s × 730 hours × %(hours)s ÷ 24 × %(share)s %% that is lent"),
        numbers={
            "amount": exact(q.own_windows_vcpu),
            "price": Usd(v[WINDOWS_KEY], 4),
            "hours": exact(terms.hours_per_day),
            "share": exact(share_pct),
        },
        rests_on=(
            *(OWN_WINDOWS_KEY, WINDOWS_KEY, *EDITION_KEYS, "software_assurance_pct"),
            *(() if assured else ("server_lifetime_years", "existing_age_years", "horizon_months")),
            *Covered.of(q, v).cited(),
        ),
    )


def _as_bought(rented: Rented, terms: Terms) -> tuple[float, tuple[str | Cited, ...]]:
    """USD per month of machines, and what that rests on."""
    lines = rented_lines(("instances", ""), rented, terms)
    rests_on = dict.fromkeys(rest for line in lines if line.amount for rest in line.rests_on)
    return float(total(lines)), tuple(rests_on)


def _region_fee(q: CloudQuantities, v: Values) -> Item:
    """Dedicated instances pay by the hour for each region in which any runs."""
    hours = HOURS_PER_MONTH if OperatingSystem.WINDOWS_CLIENT.value in q.own_hardware else 0.0
    price = v["dedicated_region_usd_per_hour"]
    return Item(
        "dedicated_region",
        "licences",
        _("Dedicated instances in a region"),
        amount=to_cents(hours * price),
        formula=_("%(amount)s hours × %(price)s"),
        numbers={"amount": exact(hours), "price": Usd(price, 2)},
        rests_on=(CLIENT_KEY, "dedicated_region_usd_per_hour"),
    )
