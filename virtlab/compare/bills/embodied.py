"""What making servers and disks emitted, spread over their lives: apart from the carbon of their use.

Servers as Cloud Carbon Footprint counts them: base + each further processor + each GiB beyond 16; an instance has its
part of such a server by vCPU. Network, racks and buildings are not counted, nor are servers that functions run on.
"""

from dataclasses import dataclass, replace

from django.utils.translation import gettext_lazy as _

from virtlab.compare.bills.due import first_month, to_pay
from virtlab.compare.bills.energy import Disks, Values
from virtlab.compare.bills.items import Item, Num, Usd, exact, to_wh
from virtlab.compare.bills.made import Made
from virtlab.compare.bills.onprem.quantities import OnPremQuantities
from virtlab.engine.units import HOURS_PER_DAY, MONTHS_PER_YEAR
from virtlab.web.lazy_text import LazyText

SERVER = _(
    "(%(servers)s servers × %(server)s kg + %(cpus)s more CPUs × %(cpu)s kg + %(memory)s more GiB × %(gib)s kg) "
    "÷ (%(years)s × 12) × %(share)s %%"
)
DISKS = _("%(size)s TB × %(tb)s kg ÷ (%(years)s × 12) × %(share)s %%")
SERVER_KEYS = ("embodied_kg_per_server", "embodied_kg_per_cpu", "embodied_kg_per_gib")


@dataclass(frozen=True, slots=True)
class Life:
    """How long it is in use (parameter), the part of the months that count (0 … 1), and what says so."""

    years_key: str
    share: float
    rests_on: tuple[str, ...] = ()


def made_kg(made: Made, v: Values) -> float:
    """Kg CO2e of making servers."""
    return (
        made.servers * v["embodied_kg_per_server"]
        + made.more_cpus * v["embodied_kg_per_cpu"]
        + made.more_gib * v["embodied_kg_per_gib"]
    )


def of_onprem(q: OnPremQuantities, disks: Disks, v: Values) -> tuple[Item, ...]:
    """Kg CO2e a month of servers and disks of one's own; of what is there only from its refresh on, unless the reader
    spreads it over all months.
    """
    made = [group.made for group in q.bought]
    whole = sum(made, start=Made()).rounded
    whole_kg = sum(made_kg(one, v) for one in made)
    firsts = [
        first_month(v, existing=q.existing_servers and not group.new, age_months=group.age_at(v)) for group in q.bought
    ]
    counted_kg = sum(made_kg(one, v) * to_pay(first, v) for one, first in zip(made, firsts, strict=True))
    servers = _life(counted_kg / whole_kg if whole_kg else 1.0, existing=q.existing_servers, v=v)
    servers = replace(servers, rests_on=(*servers.rests_on, *q.processor_keys))
    storage = _life(to_pay(first_month(v, existing=q.existing_storage), v), existing=q.existing_storage, v=v)
    return _items(whole, (servers, storage), disks, v)


def of_cloud(made: Made, hours: float, disks: Disks, v: Values) -> tuple[Item, ...]:
    """Kg CO2e a month of the parts of servers that instances take while they run, and of the disks of volumes."""
    key = "server_lifetime_cloud_years"
    return _items(made, (Life(key, round(hours / HOURS_PER_DAY, 6)), Life(key, 1.0)), disks, v)


def _life(share: float, *, existing: bool, v: Values) -> Life:
    spent = existing and not v["embodied_existing"]
    says = ("embodied_existing", "existing_age_years", "horizon_months") if existing else ()
    return Life("server_lifetime_years", round(share, 6) if spent else 1.0, says)


@dataclass(frozen=True, slots=True)
class _Part:
    """One line before it is spread over a life."""

    key: str
    name: LazyText
    kg: float
    formula: LazyText
    numbers: dict[str, Num | Usd]
    rests_on: tuple[str, ...]

    def item(self, life: Life, v: Values) -> Item:
        years, percent = v[life.years_key], round(life.share * 100, 4)
        share = exact(percent)
        return Item(
            self.key,
            "compute" if self.key == "servers" else "storage",
            self.name,
            amount=to_wh(self.kg / (years * MONTHS_PER_YEAR) * life.share),
            formula=self.formula,
            numbers={**self.numbers, "years": Num(years), "share": share},
            rests_on=(*self.rests_on, life.years_key, *life.rests_on),
        )


def _items(made: Made, lives: tuple[Life, Life], disks: Disks, v: Values) -> tuple[Item, ...]:
    size_tb = sum(size * copies for size, copies in zip(disks.size_tb, disks.copies, strict=True))
    size_tb = round(size_tb + made.local_tb, 3)
    server, cpu, gib = (exact(v[key]) for key in SERVER_KEYS)
    counted = {"servers": Num(made.servers, 3), "cpus": Num(made.more_cpus, 3), "memory": Num(made.more_gib, 3)}
    prices = {"server": server, "cpu": cpu, "gib": gib}
    tb = {"size": Num(size_tb, 3), "tb": exact(v["embodied_kg_per_tb"])}
    parts = (
        _Part("servers", _("Making of servers"), made_kg(made, v), SERVER, {**counted, **prices}, SERVER_KEYS),
        _Part("disks", _("Making of disks"), size_tb * v["embodied_kg_per_tb"], DISKS, {**tb}, ("embodied_kg_per_tb",)),
    )
    items = [part.item(life, v) for part, life in zip(parts, lives, strict=True)]
    return tuple(item for item in items if item.amount)
