"""An alternative with prices: its bill, its energy and its carbon as line items that sum to its totals."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from hosts.pricing.unit_prices import Values
from virtlab.compare.alternatives.shape import Shape
from virtlab.compare.bills import cloud as cloud_bill
from virtlab.compare.bills import onprem as onprem_bill
from virtlab.compare.bills.cloud import CloudQuantities, Terms
from virtlab.compare.bills.items import Cited, Item, Num, to_wh, total
from virtlab.compare.bills.once import moving_in
from virtlab.compare.bills.onprem_quantities import OnPremQuantities
from virtlab.compare.choices import KINDS, Kind
from virtlab.compare.inputs.place import Place
from virtlab.engine.arrays import F64
from virtlab.engine.units import HOURS_PER_DAY, kwh_per_month

ONPREM_ENERGY = ("storage_w_per_tb_onprem", "pue_onprem")
CLOUD_ENERGY = ("storage_w_per_tb_cloud", "pue_cloud")
SERVER_CURVES = Cited(
    _("Power of the servers by load"), "", "SPECpower_ssj2008, spec.org; each model's page names its result", "", "list"
)
CPU_COEFFICIENTS = Cited(
    _("Power per vCPU by processor"), "", "Cloud Carbon Footprint, coefficients", "2026-04", "estimate"
)


@dataclass(frozen=True)
class Alternative:
    """A shape at given prices. Energy items are in kWh, carbon items in kg CO2e, both of a month.

    `once`: what is paid a single time before the first month.
    """

    shape: Shape
    purchase: str
    cost: tuple[Item, ...]
    energy: tuple[Item, ...]
    carbon: tuple[Item, ...]
    pue: float
    storage_w: float
    once: tuple[Item, ...] = ()

    @property
    def kind(self) -> Kind:
        """Which way of running the estate this is."""
        return KINDS[self.shape.key]

    @property
    def key(self) -> str:
        """A name that tells alternatives apart, in addresses too."""
        return f"{self.shape.key}-{self.purchase}" if self.purchase else self.shape.key

    @property
    def side(self) -> str:
        """On which side it stands."""
        return self.kind.side

    @cached_property
    def usd(self) -> Decimal:
        """USD per month."""
        return total(self.cost)

    @cached_property
    def kwh(self) -> Decimal:
        """kWh per month, building included."""
        return total(self.energy)

    @cached_property
    def carbon_kg(self) -> Decimal:
        """Kg CO2e per month."""
        return total(self.carbon)

    @property
    def mean_w(self) -> float:
        """Watts on average, storage and building included."""
        return float(self.power_w.mean()) if self.power_w.size else 0.0

    @property
    def power_w(self) -> F64:
        """Watts over the trace (T,), storage and building included."""
        return (self.shape.power_w + self.storage_w) * self.pue


def evaluate(shape: Shape, purchase: str, place: Place, values: Values) -> Alternative:
    """The shape's bill, energy and carbon at these prices and assumptions."""
    if isinstance(shape.quantities, CloudQuantities):
        return _cloud(shape, shape.quantities, purchase, place, values)
    return _onprem(shape, shape.quantities, values)


def _onprem(shape: Shape, quantities: OnPremQuantities, values: Values) -> Alternative:
    size_tb = round(quantities.storage_tb + quantities.backup_tb, 3)
    energy = _energy((shape.mean_w, HOURS_PER_DAY, SERVER_CURVES), size_tb, ONPREM_ENERGY, values)
    kwh = total(energy)
    grid = values["grid_onprem_g_per_kwh"]
    return Alternative(
        shape,
        "",
        cost=tuple(onprem_bill.bill(quantities, float(kwh), values)),
        energy=energy,
        carbon=(_carbon(kwh, grid, "grid_onprem_g_per_kwh"),),
        pue=values["pue_onprem"],
        storage_w=size_tb * values["storage_w_per_tb_onprem"],
    )


def _cloud(shape: Shape, q: CloudQuantities, purchase: str, place: Place, values: Values) -> Alternative:
    terms = Terms.of(purchase, values)
    energy = _energy((shape.mean_w, terms.hours_per_day, CPU_COEFFICIENTS), q.storage_tb, CLOUD_ENERGY, values)
    cost = tuple(cloud_bill.bill(q, purchase, place.prices, values))
    return Alternative(
        shape,
        purchase,
        cost=cost,
        energy=energy,
        carbon=(_carbon(total(energy), place.grid_g_per_kwh, place.grid),),
        pue=values["pue_cloud"],
        storage_w=q.storage_tb * values["storage_w_per_tb_cloud"],
        once=tuple(moving_in(q.systems, total(cost), values)),
    )


def _energy(
    machines: tuple[float, float, Cited], size_tb: float, keys: tuple[str, str], values: Values
) -> tuple[Item, ...]:
    (mean_w, hours, cited), (watts_key, pue_key) = machines, keys
    machine_kwh = to_wh(kwh_per_month(mean_w) * hours / HOURS_PER_DAY)
    storage_kwh = to_wh(kwh_per_month(size_tb * values[watts_key]))
    it_kwh = machine_kwh + storage_kwh
    items = (
        Item(
            "machines",
            "compute",
            _("Hosts or instances"),
            amount=machine_kwh,
            formula=_("%(power)s W on average × 730 hours × %(hours)s ÷ 24 ÷ 1000"),
            numbers={"power": Num(mean_w, 3), "hours": Num(hours)},
            rests_on=(cited,),
        ),
        Item(
            "storage",
            "storage",
            _("Storage and backups"),
            amount=storage_kwh,
            formula=_("%(size)s TB × %(power)s W × 730 hours ÷ 1000"),
            numbers={"size": Num(size_tb, 3), "power": Num(values[watts_key], 3)},
            rests_on=(watts_key,),
        ),
        Item(
            "building",
            "facility",
            _("Cooling and losses of the building"),
            amount=to_wh(float(it_kwh) * (values[pue_key] - 1)),
            formula=_("%(energy)s kWh × (%(pue)s − 1)"),
            numbers={"energy": Num(float(it_kwh), 3), "pue": Num(values[pue_key], 3)},
            rests_on=(pue_key,),
        ),
    )
    return tuple(item for item in items if item.amount)


def _carbon(kwh: Decimal, grid_g_per_kwh: float, rests_on: str | Cited) -> Item:
    return Item(
        "grid",
        "facility",
        _("Electricity from the grid"),
        amount=to_wh(float(kwh) * grid_g_per_kwh / 1000),
        formula=_("%(energy)s kWh × %(grid)s g ÷ 1000"),
        numbers={"energy": Num(float(kwh), 3), "grid": Num(grid_g_per_kwh, 1)},
        rests_on=(rests_on,),
    )
