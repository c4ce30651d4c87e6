"""Licences of Microsoft that one owns and brings into a cloud: SQL Server, CALs, and the Software Assurance of all.

SQL Server is the hosts' edition by VM, of which instances may need more than hosts have: bought as there, under
Software Assurance once. Windows Server is brought as far as it is owned (`covered`), and never bought for it; nor are
CALs: when those that are there would be bought again AWS lends Windows Server on all hosts, access included. AWS does
not charge for them, so that none of its discounts is on them.
"""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from hosts.pricing import unit_prices
from hosts.pricing.unit_prices import is_assured
from instances.pricing.hourly import OWN_WINDOWS_KEY, Values
from virtlab.compare.bills.cloud.covered import Covered
from virtlab.compare.bills.cloud.quantities import CloudQuantities
from virtlab.compare.bills.items import Item
from virtlab.compare.bills.microsoft import (
    CAL_KEYS,
    EDITION_KEYS,
    Licences,
    assurance_line,
    assured_usd,
    sql_edition_keys,
    sql_key,
    sql_line,
)
from virtlab.compare.bills.purchase import Purchase

SQL, SQL_NAME = "sql_brought", _("SQL Server brought")
CAPITAL = (SQL,)
"""Keys of the lines that spread a purchase over its lifetime."""


def brought(q: CloudQuantities, v: Values) -> list[Item]:
    """USD per month of what is brought, as of the licences that are there; no line where nothing is."""
    return [_sql(q, v), _assurance(q, v)]


def _sql(q: CloudQuantities, v: Values) -> Item:
    line = sql_line((SQL, SQL_NAME), round(q.sql_vcpu), sql_licences(q, v), v)
    return replace(line, rests_on=(*line.rests_on, *q.sql_named))


def sql_licences(q: CloudQuantities, v: Values) -> Licences:
    """Licences of SQL Server, which License Mobility binds to Software Assurance."""
    owned_usd = float(unit_prices.sql_price_usd(*q.owned_sql_cores, v))
    return Licences.of(sql_usd(q, v), owned_usd, is_assured(v, needed=True))


def sql_usd(q: CloudQuantities, v: Values) -> float:
    """What SQL Server costs where one's hosts have it and the cloud rents none: its instances' vCPU, as of VMs."""
    return 0.0 if v[unit_prices.SQL_RENTED_KEY] else float(unit_prices.sql_price_usd(q.sql_vcpu, q.sql_vcpu, v))


def purchases(q: CloudQuantities, v: Values) -> list[Purchase]:
    """What falls due when."""
    return [purchase.named(SQL_NAME) for purchase in sql_licences(q, v).purchases(v)]


def growing(q: CloudQuantities, v: Values) -> list[Purchase]:
    """All of which more workloads need more, were it bought now."""
    sql = sql_licences(q, v)
    return [sql.anew(sql.usd, v).named(SQL_NAME)] if sql.usd else []


def windows_usd(q: CloudQuantities, v: Values) -> tuple[float, float]:
    """What licences of Windows Server that are used on Dedicated Hosts were bought for, and the CALs that go with them:
    nothing where none is used, since those that AWS lends include access.
    """
    used_usd = Covered.of(q, v).used_usd(v)
    return used_usd, unit_prices.cals_price_usd(v) if used_usd else 0.0


def _assured_windows_usd(q: CloudQuantities, v: Values) -> tuple[float, float]:
    """The same of those under Software Assurance."""
    return windows_usd(q, v) if is_assured(v, needed=False) else (0.0, 0.0)


def assurance_along_usd(q: CloudQuantities, v: Values) -> float:
    """USD per month of the Software Assurance of licences that are there and are brought: that of the same licences on
    today's hosts.
    """
    sql = sql_licences(q, v)
    usd = sum(_assured_windows_usd(q, v)) + (sql.owned_usd if sql.assured else 0.0)
    return float(unit_prices.assurance_usd_per_month(round(usd, 2), v, needed=True))


def _assurance(q: CloudQuantities, v: Values) -> Item:
    windows, cals = _assured_windows_usd(q, v)
    sql = assured_usd([sql_licences(q, v)])
    rests_on = (
        *((*EDITION_KEYS, OWN_WINDOWS_KEY) if windows else ()),
        *((*sql_edition_keys(v), sql_key(v)) if sql else ()),
        *(CAL_KEYS if cals else ()),
    )
    line = assurance_line(windows + sql + cals, rests_on, v)
    return replace(line, rests_on=(*line.rests_on, *(q.sql_named if sql else ())))
