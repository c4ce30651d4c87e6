"""Licences of Microsoft that one owns and brings into a cloud: SQL Server, CALs, and the Software Assurance of all.

SQL Server is the hosts' edition by VM, of which instances may need more than hosts have: bought as there, under
Software Assurance once. Windows Server is brought as far as it is owned (`covered`), and never bought for it. AWS does
not charge for them, so that none of its discounts is on them.
"""

from collections.abc import Mapping
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from hosts.pricing import unit_prices
from hosts.pricing.unit_prices import is_assured
from instances.pricing.hourly import OWN_WINDOWS, OWN_WINDOWS_KEY, Values
from virtlab.compare.bills.cloud.covered import Covered
from virtlab.compare.bills.cloud.quantities import CloudQuantities
from virtlab.compare.bills.items import Item
from virtlab.compare.bills.microsoft import (
    CAL_KEYS,
    Licences,
    assurance_line,
    assured_usd,
    cals_line,
    sql_edition_keys,
    sql_key,
    sql_line,
)
from virtlab.compare.bills.onprem.quantities import EDITION_KEYS
from virtlab.compare.bills.purchase import Purchase

SQL, CALS = "sql_brought", "windows_cals"
CAPITAL = (SQL, CALS)
"""Keys of the lines that spread a purchase over its lifetime."""


def brought(q: CloudQuantities, v: Values) -> list[Item]:
    """USD per month of what is brought, as of the licences that are there; no line where nothing is."""
    own = licences(q, v)
    return [_sql(own[SQL], q, v), cals_line(own[CALS], v), _assurance(own, q, v)]


def _sql(own: Licences, q: CloudQuantities, v: Values) -> Item:
    line = sql_line((SQL, _("SQL Server brought")), round(q.sql_vcpu), own, v)
    return replace(line, rests_on=(*line.rests_on, *q.sql_named))


def licences(q: CloudQuantities, v: Values) -> dict[str, Licences]:
    """What is brought by the key of its line: SQL Server, which License Mobility binds to Software Assurance; CALs."""
    owned_sql_usd, cals = float(unit_prices.sql_price_usd(*q.owned_sql_cores, v)), cals_usd(q, v)
    return {
        SQL: Licences.of(sql_usd(q, v), owned_sql_usd, is_assured(v, needed=True)),
        CALS: Licences.of(cals, cals, is_assured(v, needed=False)),
    }


def sql_usd(q: CloudQuantities, v: Values) -> float:
    """What SQL Server costs where one's hosts have it and the cloud rents none: its instances' vCPU, as of VMs."""
    return 0.0 if v[unit_prices.SQL_RENTED_KEY] else float(unit_prices.sql_price_usd(q.sql_vcpu, q.sql_vcpu, v))


def cals_usd(q: CloudQuantities, v: Values) -> float:
    """What users' access costs where Windows Server runs under licences of one's own; AWS's own include it."""
    return unit_prices.cals_price_usd(v) if OWN_WINDOWS in q.own_hardware else 0.0


def purchases(q: CloudQuantities, v: Values) -> list[Purchase]:
    """What falls due when."""
    return [purchase for own in licences(q, v).values() for purchase in own.purchases(v)]


def growing(q: CloudQuantities, v: Values) -> list[Purchase]:
    """All of which more workloads need more, were it bought now: CALs are of users."""
    sql = licences(q, v)[SQL]
    return [sql.anew(sql.usd, v)] if sql.usd else []


def _assurance(own: Mapping[str, Licences], q: CloudQuantities, v: Values) -> Item:
    windows_usd = Covered.of(q, v).used_usd(v) if is_assured(v, needed=False) else 0.0
    usd = {key: assured_usd([its]) for key, its in own.items()}
    rests_on = (
        *((*EDITION_KEYS, OWN_WINDOWS_KEY) if windows_usd else ()),
        *((*sql_edition_keys(v), sql_key(v)) if usd[SQL] else ()),
        *(CAL_KEYS if usd[CALS] else ()),
    )
    line = assurance_line(windows_usd + sum(usd.values()), rests_on, v)
    return replace(line, rests_on=(*line.rests_on, *(q.sql_named if usd[SQL] else ())))
