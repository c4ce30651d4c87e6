"""An alternative with prices: its bill, its energy and its carbon as line items that sum to its totals."""

from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from hosts.pricing.unit_prices import Values
from virtlab.compare.alternatives.shape import Shape
from virtlab.compare.bills.cloud import bill as cloud_bill
from virtlab.compare.bills.cloud.brought import assurance_along_usd
from virtlab.compare.bills.cloud.quantities import CloudQuantities
from virtlab.compare.bills.cloud.terms import Terms
from virtlab.compare.bills.embodied import of_cloud, of_onprem
from virtlab.compare.bills.energy import (
    CLOUD_DISKS,
    ONPREM_DISKS,
    SITE_KEY,
    Disks,
    Grid,
    MachineEnergy,
    carbon,
    energy,
    second_site,
)
from virtlab.compare.bills.items import Cited, Item, total
from virtlab.compare.bills.once import both_run, moving_in
from virtlab.compare.bills.onprem import bill as onprem_bill
from virtlab.compare.bills.onprem.book import book_value, written_off
from virtlab.compare.bills.onprem.quantities import OnPremQuantities
from virtlab.compare.bills.tax import taxed
from virtlab.compare.choices import KINDS, Kind
from virtlab.compare.inputs.place import Place
from virtlab.engine.arrays import F64
from virtlab.engine.units import HOURS_PER_DAY, WATTS_PER_KW

SERVER_CURVES = Cited(
    _("Power of the servers by load"),
    "",
    _("SPECpower_ssj2008, spec.org; the curve of a model kept with two points has its nearest relative's shape"),
    "2026",
    "list",
)
ONPREM_WATTS = ("extra_memory_w_per_gib", "hypervisor_cpu_pct")
CLOUD_WATTS = ("memory_w_per_gib_cloud",)
CARD_WATTS = ("gpu_card_w",)
"""Parameters that the watts of hosts or instances rest on beside their measured curves; of GPU cards where there are
any.
"""
CPU_COEFFICIENTS = Cited(
    _("Power per vCPU by processor"), "", "Cloud Carbon Footprint, coefficients", "2026-04", "estimate"
)


@dataclass(frozen=True)
class Alternative:
    """A shape at given prices. Energy items are in kWh, carbon items in kg CO2e, both of a month; `embodied`: that of
    making what it stands on, apart from the carbon of use.

    `once`: what is paid a single time before the first month. `w_per_tb`: of storage and of backups, copies included;
    `hours_share`: part of the day (0 … 1) in which machines run; `sites`: the first with what a second has of it (1 …).
    `values`: what it was computed with.
    """

    shape: Shape
    purchase: str
    cost: tuple[Item, ...]
    energy: tuple[Item, ...]
    carbon: tuple[Item, ...]
    embodied: tuple[Item, ...]
    pue: float
    storage_w: float
    w_per_tb: tuple[float, float]
    grid_g_per_kwh: float
    hours_share: float = 1.0
    sites: float = 1.0
    once: tuple[Item, ...] = ()
    values: Values = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def book(self) -> tuple[Item, ...]:
        """What is worth something in the books, of what is there and is kept or given up; no total has it."""
        quantities = (self.shape.given_up or self.shape).quantities
        return book_value(quantities, self.values) if isinstance(quantities, OnPremQuantities) else ()

    @property
    def kind(self) -> Kind:
        """Which way of running the estate this is."""
        return KINDS[self.shape.key]

    @property
    def meaning(self) -> str:
        """What it is, and that nothing of it is where no workload asks for it."""
        none = _("No workload is marked so: it is the same as right-sized.")
        return f"{self.kind.meaning} {none if self.shape.facts.get('functions') == 0 else ''}".rstrip()

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
    def unpriced(self) -> tuple[Item, ...]:
        """Lines of what has no price in the catalogue: no total has them."""
        return tuple(item for item in self.cost if item.unpriced)

    @cached_property
    def net_usd(self) -> Decimal:
        """USD per month without tax."""
        return total(item for item in self.cost if item.key != "tax")

    @cached_property
    def kwh(self) -> Decimal:
        """kWh per month, building included."""
        return total(self.energy)

    @cached_property
    def carbon_kg(self) -> Decimal:
        """Kg CO2e per month of use."""
        return total(self.carbon)

    @cached_property
    def embodied_kg(self) -> Decimal:
        """Kg CO2e per month of manufacture."""
        return total(self.embodied)

    @property
    def mean_w(self) -> float:
        """Watts on average over all hours of the month, storage, building and a second site included: × 730 hours it
        is the energy.
        """
        return (self.shape.mean_w * self.hours_share + self.storage_w) * self.pue * self.sites

    @property
    def power_w(self) -> F64:
        """Watts over the trace (T,), storage, building and a second site included. In which hours of the day machines
        are off nobody said: each hour has its share of theirs.
        """
        return (self.shape.power_w * self.hours_share + self.storage_w) * self.pue * self.sites


def evaluate(shape: Shape, purchase: str, place: Place, values: Values) -> Alternative:
    """The shape's bill, energy and carbon at these prices and assumptions."""
    if isinstance(shape.quantities, CloudQuantities):
        return _cloud(shape, shape.quantities, purchase, place, values)
    return _onprem(shape, shape.quantities, values)


def _onprem(shape: Shape, quantities: OnPremQuantities, values: Values) -> Alternative:
    disks = Disks.of(quantities.bought_tb(values), quantities.backup_tb, ONPREM_DISKS, values)
    first, cost = _onprem_month(shape, quantities, disks, values)
    balance, made = (*first, *second_site(first, values)), of_onprem(quantities, disks, values)
    local = Grid(values["grid_onprem_g_per_kwh"], ("grid_onprem_g_per_kwh",))
    grid = Grid.of(local, "market_onprem_g_per_kwh", values)
    return Alternative(
        shape,
        "",
        cost=taxed(cost, values),
        energy=balance,
        carbon=carbon(total(balance), grid),
        embodied=(*made, *second_site(made, values)),
        pue=values["pue_onprem"],
        storage_w=disks.power_w,
        w_per_tb=disks.each_w,
        grid_g_per_kwh=grid.g_per_kwh,
        sites=1 + values[SITE_KEY] / 100,
        once=_once([], shape, 0.0, values),
        values=values,
    )


def _onprem_month(
    shape: Shape, q: OnPremQuantities, disks: Disks, values: Values
) -> tuple[tuple[Item, ...], list[Item]]:
    """The energy of hosts and storage in a month at the first site, and the bill of both sites without tax."""
    rests_on = (SERVER_CURVES, *ONPREM_WATTS, *(CARD_WATTS if q.gpu_cards else ()))
    balance = energy(MachineEnergy(shape.mean_w, HOURS_PER_DAY, rests_on), disks, "pue_onprem", values)
    peak_kw = (float(shape.power_w.max(initial=0.0)) + disks.power_w) / WATTS_PER_KW
    return balance, onprem_bill.bill(q, onprem_bill.Draw(float(total(balance)), peak_kw), values)


def _cloud(shape: Shape, q: CloudQuantities, purchase: str, place: Place, values: Values) -> Alternative:
    terms = Terms.of(purchase, values)
    disks = Disks.of(q.storage_tb, q.backup_tb, CLOUD_DISKS, values)
    rests_on = (CPU_COEFFICIENTS, *CLOUD_WATTS, *(CARD_WATTS if q.gpu_cards else ()))
    balance = energy(MachineEnergy(shape.mean_w, terms.hours_per_day, rests_on), disks, "pue_cloud", values)
    grid = Grid.of(Grid(place.grid_g_per_kwh, (place.grid,)), "market_cloud_g_per_kwh", values)
    return Alternative(
        shape,
        purchase,
        cost=taxed(cloud_bill.bill(q, purchase, place.prices, values), values),
        energy=balance,
        carbon=carbon(total(balance), grid),
        embodied=of_cloud(q.made, terms.hours_per_day, disks, values),
        pue=values["pue_cloud"],
        storage_w=disks.power_w,
        w_per_tb=disks.each_w,
        grid_g_per_kwh=grid.g_per_kwh,
        hours_share=terms.hours_per_day / HOURS_PER_DAY,
        once=_once(moving_in(q.systems, q.upgrades, values), shape, assurance_along_usd(q, values), values),
        values=values,
    )


def _once(lines: list[Item], shape: Shape, along_usd: float, values: Values) -> tuple[Item, ...]:
    """What is paid once: the lines, what is given up for as long as it still runs, without the Software Assurance that
    goes along (USD a month), what of it is written off of the books where that is to count, and the tax.
    """
    before = shape.given_up
    if before is None:
        return taxed(lines, values)
    assert isinstance(before.quantities, OnPremQuantities)
    if values["dual_running_months"]:
        disks = Disks.of(before.quantities.bought_tb(values), before.quantities.backup_tb, ONPREM_DISKS, values)
        _energy, month = _onprem_month(before, before.quantities, disks, values)
        lines = [*lines, *both_run(month, along_usd, values)]
    if values["count_write_off"]:
        lost = written_off(book_value(before.quantities, values))
        lines = [*lines, lost] if lost.amount else lines
    return taxed(lines, values)
