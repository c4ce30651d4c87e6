"""Licences of Microsoft, on both sides alike: what of them is bought and when, their lines, their Software Assurance.

What is under Software Assurance is bought once and never again, and what of it is there not at all: it gives each new
version (docs/decisions.md, "On-prem"). It is not sold for licences that are there without it. All else is bought again
after each lifetime.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from django.utils.translation import gettext_lazy as _

from hosts.pricing import unit_prices
from hosts.pricing.licences import DATACENTER, EDITIONS, cheapest_edition, edition_to_pay, licensed_cores
from hosts.pricing.unit_prices import Values
from virtlab.compare.bills.items import Item, Num, Usd, to_cents
from virtlab.compare.bills.purchase import Purchase, bought
from virtlab.compare.bills.spread import Spread
from virtlab.web.lazy_text import LazyText

CAL_KEYS = ("windows_cal_users", "windows_cal_usd")
EDITION_KEYS = (*dict.fromkeys(unit_prices.windows_key(edition) for edition in EDITIONS), "windows_by_vm")
PRICE_KEYS = (*EDITION_KEYS, *CAL_KEYS, "server_lifetime_years", "software_assurance_pct", "needed_assurance_pct")
"""Parameters that the choice of an edition rests on."""
LICENCE_NAMES: dict[str, LazyText] = {
    "windows_datacenter": _("Windows Server Datacenter"),
    "windows_standard": _("Windows Server Standard"),
    "windows_standard_by_vm": _("Windows Server Standard, by VM"),
    "sql": _("SQL Server"),
    "windows_cals": _("CALs of Windows Server"),
}
"""By the key of their line."""
Clusters = tuple[tuple[int, int, int], ...]
"""Cores that clusters need of each edition of Windows Server."""


@dataclass(frozen=True, slots=True)
class Licences:
    """What licences of one line cost bought anew, what those of them that are there did, and whether they are under
    Software Assurance.
    """

    usd: float
    owned_usd: float
    assured: bool

    @classmethod
    def of(cls, usd: float, owned_usd: float, assured: bool) -> "Licences":
        """Those that cost so much, where those that are there cost `owned_usd`; what is not needed of these lapses."""
        return cls(usd, min(usd, owned_usd), assured)

    def purchases(self, v: Values) -> list[Purchase]:
        """What of them is bought: what is there at its refresh, unless it is assured; what is not there now."""
        owned = [] if self.assured else [bought(self.owned_usd, v, existing=True)]
        return [one for one in (*owned, self.anew(self.usd - self.owned_usd, v)) if one.usd]

    def anew(self, usd: float, v: Values) -> Purchase:
        """So many USD of such licences, bought now."""
        return Purchase(usd, 0, int(unit_prices.lifetime_months(v)), again=not self.assured)


def assured_usd(licences: Iterable[Licences]) -> float:
    """What those of them cost that are under Software Assurance."""
    return sum(one.usd for one in licences if one.assured)


def spread_licences(licences: Sequence[Licences], v: Values) -> Spread:
    """Licences as one line."""
    purchases = [purchase for one in licences for purchase in one.purchases(v)]
    assured = any(one.assured and one.usd for one in licences)
    return Spread(sum(one.usd for one in licences), purchases, v, assured)


def sql_line(head: tuple[str, LazyText], cores: int, licences: Licences, v: Values) -> Item:
    """So many cores of SQL Server."""
    (key, name), line, price_key = head, spread_licences([licences], v), sql_key(v)
    return Item(
        key,
        "licences",
        name,
        amount=line.amount,
        formula=line.formula(_("%(cores)s licensed cores × %(price)s ÷ (%(years)s years × 12 months)")),
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


def assurance_line(usd: float, rests_on: tuple[str, ...], v: Values) -> Item:
    """Software Assurance of licences that cost so much, which all have or which may not be used without it."""
    price_usd, needed = round(usd, 2), () if v["software_assurance_pct"] else ("needed_assurance_pct",)
    return Item(
        "assurance",
        "licences",
        _("Software Assurance"),
        amount=to_cents(float(unit_prices.assurance_usd_per_month(price_usd, v, needed=True))),
        formula=_("%(price)s of licences × %(percent)s %% ÷ 12 months; what has it is never bought again"),
        numbers={"price": Usd(price_usd, 2), "percent": Num(unit_prices.assurance_pct(v, needed=True))},
        rests_on=(*needed, "software_assurance_pct", *rests_on),
    )


def licensed_windows_cores(
    clusters: Clusters, edition: str, v: Values, owned: tuple[Clusters, float] = ((), 1.0)
) -> int:
    """Cores licensed with that edition of Windows Server, each cluster with its cheapest. `owned`: clusters of what is
    owned, and the part of its price still to be paid.
    """
    return _of_edition(clusters, edition, v, owned)[0]


def windows_host_cores(clusters: Clusters, edition: str, v: Values, owned: tuple[Clusters, float]) -> int:
    """Cores of the hosts that are licensed so, each counted once, however often Standard is stacked on it."""
    return _of_edition(clusters, edition, v, owned)[1]


def _of_edition(clusters: Clusters, edition: str, v: Values, owned: tuple[Clusters, float]) -> tuple[int, int]:
    prices = tuple(v[key] for key in PRICE_KEYS)
    return _by_edition(clusters, prices, *owned)[EDITIONS.index(edition)]


# A bill asks for every edition many times, a range of bills for the same ones at the same prices.
@lru_cache(maxsize=1024)
def _by_edition(
    clusters: Clusters, prices: tuple[float, ...], owned: Clusters, left: float
) -> tuple[tuple[int, int], ...]:
    """Cores licensed with each edition, and those of the hosts that have it."""
    v = dict(zip(PRICE_KEYS, prices, strict=True))
    needed, there = (
        np.array(of, dtype=np.float64).reshape(-1, len(EDITIONS), 1).swapaxes(0, 1) for of in (clusters, owned)
    )
    owned_cores = licensed_cores(there, cheapest_edition(there, v))
    chosen = edition_to_pay(needed, owned_cores, left, v)
    hosts = np.broadcast_to(needed[DATACENTER], needed.shape)
    both = (licensed_cores(cores, chosen)[:, 0].tolist() for cores in (needed, hosts))
    return tuple((round(licensed), round(of_hosts)) for licensed, of_hosts in zip(*both, strict=True))
