"""Licences of Microsoft that one owns and brings into a cloud: Windows Server, SQL Server, CALs, and their Software
Assurance.

Windows Server and CALs are those of today's hosts, SQL Server is their edition by VM, of which instances may need more
than hosts have: bought as there, under Software Assurance once. AWS does not charge for them, so that none of its
discounts is on them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from hosts.pricing import unit_prices
from hosts.pricing.licences import NEEDS_ASSURANCE
from hosts.pricing.unit_prices import is_assured
from instances.pricing.hourly import OWN_WINDOWS, OWN_WINDOWS_KEY, Values
from virtlab.compare.bills.cloud.quantities import CloudQuantities
from virtlab.compare.bills.items import Item, Num, Usd
from virtlab.compare.bills.microsoft import (
    CAL_KEYS,
    Licences,
    assurance_line,
    assured_usd,
    cals_line,
    spread_licences,
    sql_edition_keys,
    sql_key,
    sql_line,
)
from virtlab.compare.bills.onprem.quantities import EDITION_KEYS, windows_price_by_edition
from virtlab.compare.bills.purchase import Purchase

WINDOWS, SQL, CALS = "windows_brought", "sql_brought", "windows_cals"
CAPITAL = (WINDOWS, SQL, CALS)
"""Keys of the lines that spread a purchase over its lifetime."""


def brought(q: CloudQuantities, v: Values) -> list[Item]:
    """USD per month of what is brought, as of the licences that are there; no line where nothing is."""
    own = licences(q, v)
    if not any(one.usd for its in own.values() for one in its):
        return []
    return [
        _windows(own[WINDOWS], q, v),
        _sql(own[SQL][0], q, v),
        cals_line(own[CALS][0], v),
        _assurance(own, q, v),
    ]


def _sql(own: Licences, q: CloudQuantities, v: Values) -> Item:
    line = sql_line((SQL, _("SQL Server brought")), round(q.sql_vcpu), own, v)
    return replace(line, rests_on=(*line.rests_on, *q.sql_named))


def licences(q: CloudQuantities, v: Values) -> dict[str, list[Licences]]:
    """What is brought by the key of its line: the part of today's licences of Windows Server that is, of which those by
    VM need Software Assurance; SQL Server, which needs it by License Mobility; CALs, with licences by VM.
    """
    by_vm_usd, other_usd = (usd * q.windows_brought_pct / 100 for usd in _windows_prices(q, v))
    windows = [
        Licences.of(usd, usd, is_assured(v, needed=needed)) for usd, needed in ((by_vm_usd, True), (other_usd, False))
    ]
    owned_sql_usd, cals = float(unit_prices.sql_price_usd(*q.owned_sql_cores, v)), cals_usd(q, v)
    return {
        WINDOWS: windows,
        SQL: [Licences.of(sql_usd(q, v), owned_sql_usd, is_assured(v, needed=True))],
        CALS: [Licences.of(cals, cals, is_assured(v, needed=by_vm_usd > 0))],
    }


def _windows_prices(q: CloudQuantities, v: Values) -> tuple[float, float]:
    """What those of today's by VM cost, and all others."""
    usd = windows_price_by_edition(q.owned_windows_cores, v)
    by_vm_usd = usd.pop(NEEDS_ASSURANCE)
    return round(by_vm_usd, 2), round(sum(usd.values()), 2)


def _windows(own: Sequence[Licences], q: CloudQuantities, v: Values) -> Item:
    line = spread_licences(own, v)
    return Item(
        WINDOWS,
        "licences",
        _("Windows Server brought"),
        amount=line.amount,
        formula=line.formula(
            _("%(price)s of today's licences × %(brought)s %% that are brought ÷ (%(years)s years × 12 months)")
        ),
        numbers=line.numbers(price=Usd(sum(_windows_prices(q, v)), 2), brought=Num(q.windows_brought_pct, 4)),
        rests_on=(*line.rests_on(*EDITION_KEYS, OWN_WINDOWS_KEY), *q.own_windows),
    )


def sql_usd(q: CloudQuantities, v: Values) -> float:
    """What SQL Server costs where one's hosts have it and the cloud rents none: its instances' vCPU, as of VMs."""
    return 0.0 if v[unit_prices.SQL_RENTED_KEY] else float(unit_prices.sql_price_usd(q.sql_vcpu, q.sql_vcpu, v))


def cals_usd(q: CloudQuantities, v: Values) -> float:
    """What users' access costs where Windows Server runs under licences of one's own; AWS's own include it."""
    return unit_prices.cals_price_usd(v) if OWN_WINDOWS in q.own_hardware else 0.0


def purchases(q: CloudQuantities, v: Values) -> list[Purchase]:
    """What falls due when."""
    return [purchase for its in licences(q, v).values() for one in its for purchase in one.purchases(v)]


def growing(q: CloudQuantities, v: Values) -> list[Purchase]:
    """All of which more workloads need more, were it bought now: CALs are of users."""
    own = licences(q, v)
    return [one.anew(one.usd, v) for key in (WINDOWS, SQL) for one in own[key] if one.usd]


def _assurance(own: Mapping[str, Sequence[Licences]], q: CloudQuantities, v: Values) -> Item:
    usd = {key: assured_usd(its) for key, its in own.items()}
    rests_on = (
        *((*EDITION_KEYS, OWN_WINDOWS_KEY) if usd[WINDOWS] else ()),
        *((*sql_edition_keys(v), sql_key(v)) if usd[SQL] else ()),
        *(CAL_KEYS if usd[CALS] else ()),
    )
    line = assurance_line(sum(usd.values()), rests_on, v)
    return replace(line, rests_on=(*line.rests_on, *(q.sql_named if usd[SQL] else ())))
