"""Licences of Microsoft that one owns and brings into a cloud: Windows Server, SQL Server, CALs, and their Software
Assurance.

Windows Server and CALs are those of today's hosts, SQL Server is their edition by VM: bought, spread and renewed as
there. AWS does not charge for them, so that none of its discounts is on them.
"""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from hosts.pricing import unit_prices
from hosts.pricing.licences import NEEDS_ASSURANCE
from instances.pricing.hourly import OWN_WINDOWS, OWN_WINDOWS_KEY, Values
from virtlab.compare.bills.cloud.quantities import CloudQuantities
from virtlab.compare.bills.items import Item, Num, Usd
from virtlab.compare.bills.onprem.due import first_month
from virtlab.compare.bills.onprem.licences import assurance_line, cals_line, sql_edition_keys, sql_key, sql_line
from virtlab.compare.bills.onprem.purchases import spread
from virtlab.compare.bills.onprem.quantities import CAL_KEYS, EDITION_KEYS, windows_price_by_edition
from virtlab.compare.bills.purchase import Purchase

WINDOWS, SQL, CALS = "windows_brought", "sql_brought", "windows_cals"
CAPITAL = (WINDOWS, SQL, CALS)
"""Keys of the lines that spread a purchase over its lifetime."""


def brought(q: CloudQuantities, v: Values) -> list[Item]:
    """USD per month of what is brought, as of the licences that are there; no line where nothing is."""
    sql, cals = sql_usd(q, v), cals_usd(q, v)
    if not windows_usd(q, v) + sql + cals:
        return []
    return [
        _windows(q, v),
        _sql(q, v),
        cals_line(cals, v, existing=True),
        _assurance(q, v),
    ]


def _sql(q: CloudQuantities, v: Values) -> Item:
    line = sql_line((SQL, _("SQL Server brought")), round(q.sql_vcpu), sql_usd(q, v), v, existing=True)
    return replace(line, rests_on=(*line.rests_on, *q.sql_named))


def windows_usd(q: CloudQuantities, v: Values) -> float:
    """What the brought part of today's licences of Windows Server costs."""
    return _windows_prices(q, v)[0] * q.windows_brought_pct / 100


def _windows_prices(q: CloudQuantities, v: Values) -> tuple[float, float]:
    """What all of today's cost, and those of them that are by VM, which need Software Assurance."""
    if not q.windows_brought_pct:
        return 0.0, 0.0
    usd = windows_price_by_edition(q.owned_windows_cores, v)
    return round(sum(usd.values()), 2), usd[NEEDS_ASSURANCE]


def _windows(q: CloudQuantities, v: Values) -> Item:
    line = spread(windows_usd(q, v), v, existing=True)
    return Item(
        WINDOWS,
        "licences",
        _("Windows Server brought"),
        amount=line.amount,
        formula=line.formula(
            _("%(price)s of today's licences × %(brought)s %% that are brought ÷ (%(years)s years × 12 months)")
        ),
        numbers=line.numbers(price=Usd(_windows_prices(q, v)[0], 2), brought=Num(q.windows_brought_pct, 4)),
        rests_on=(*line.rests_on(*EDITION_KEYS, OWN_WINDOWS_KEY), *q.own_windows),
    )


def sql_usd(q: CloudQuantities, v: Values) -> float:
    """What SQL Server costs where one's hosts have it and the cloud rents none: its instances' vCPU, as of VMs."""
    return 0.0 if v[unit_prices.SQL_RENTED_KEY] else float(unit_prices.sql_price_usd(q.sql_vcpu, q.sql_vcpu, v))


def cals_usd(q: CloudQuantities, v: Values) -> float:
    """What users' access costs where Windows Server runs under licences of one's own; AWS's own include it."""
    return unit_prices.cals_price_usd(v) if OWN_WINDOWS in q.own_hardware else 0.0


def purchases(q: CloudQuantities, v: Values) -> dict[str, Purchase]:
    """What falls due when, by the key of its line."""
    first, every = first_month(v, existing=True), int(unit_prices.lifetime_months(v))
    bought = {WINDOWS: windows_usd(q, v), SQL: sql_usd(q, v), CALS: cals_usd(q, v)}
    return {key: Purchase(usd, first, every) for key, usd in bought.items() if usd}


def _assurance(q: CloudQuantities, v: Values) -> Item:
    """SQL Server needs it, by License Mobility. Windows Server and CALs have it where all licences do, and where they
    are licensed by VM.
    """
    by_vm = _windows_prices(q, v)[1] * q.windows_brought_pct / 100
    windows = windows_usd(q, v) if v["software_assurance_pct"] else by_vm
    sql, cals = sql_usd(q, v), cals_usd(q, v) if v["software_assurance_pct"] or by_vm else 0.0
    rests_on = (
        *((*EDITION_KEYS, OWN_WINDOWS_KEY) if windows else ()),
        *((*sql_edition_keys(v), sql_key(v)) if sql else ()),
        *(CAL_KEYS if cals else ()),
    )
    return assurance_line(windows + sql + cals, rests_on, v)
