"""The explorer: every type of a region filtered, sorted, paged and compared, all of it from the address."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from instances.catalog.names.naming import typed
from instances.catalog.queries import region_in_force, type_table
from instances.catalog.type_table import TypeTable
from instances.choices import PurchaseOption
from instances.pages.types.facts import TypeRowFacts, type_facts
from instances.pages.types.filter_form import ExplorerForm
from instances.pricing.hourly import HourlyTerms, table_usd_per_hour
from virtlab.engine.arrays import Bools
from virtlab.engine.units import HOURS_PER_MONTH
from virtlab.labs.choices import OperatingSystem
from virtlab.labs.models import Lab
from virtlab.labs.parameters import lab_values

MOST_COMPARED = 4
ANY_TYPE = "TYPE"


@dataclass(frozen=True, eq=False)
class Explored:
    """One answer: the region's types with prices as asked (USD per hour by row, NaN where none is known)."""

    table: TypeTable
    facts: TypeRowFacts
    usd: npt.NDArray[np.float64]
    rows: npt.NDArray[np.intp]
    values: Mapping[str, float]
    form: ExplorerForm
    purchase: str
    query: QueryDict
    compared: list[str]
    too_many: bool
    type_address: str

    @property
    def usd_jpy(self) -> float:
        """Yen per dollar, the lab's assumption."""
        return self.values["usd_jpy"]

    def month_usd(self, row: int) -> float:
        """USD per month of 730 hours."""
        return float(self.usd[row]) * HOURS_PER_MONTH

    def address_of(self, name: str) -> str:
        """Where a type's page is; looked up once for all of them."""
        return self.type_address.replace(ANY_TYPE, name)

    def in_order(self, sort: str) -> list[int]:
        """The rows by a column, descending with a minus before it; figures that are not known come last."""
        name, down = sort.removeprefix("-"), sort.startswith("-")
        if name == "name":
            ordered: npt.NDArray[np.intp] = self.rows[::-1] if down else self.rows
        else:
            values = sort_keys(self.table, self.usd)[name][self.rows]
            ordered = self.rows[np.argsort(-values if down else values, kind="stable")]
        return [int(row) for row in ordered]


def explore(request: HttpRequest, lab: Lab) -> Explored:
    """What the address asks, of the region that it names or the lab's own."""
    region = region_in_force(lab, request.GET.get("region", ""))
    table, facts = type_table(region), type_facts(region)
    form = ExplorerForm({**request.GET.dict(), "region": region}, region)
    form.is_valid()
    filters: dict[str, Any] = form.cleaned_data
    values = lab_values(lab)
    purchase = filters.get("purchase") or PurchaseOption.ON_DEMAND.value
    system = filters.get("system") or OperatingSystem.LINUX.value
    usd = table_usd_per_hour(table, HourlyTerms(system, purchase, values))
    names = [name for name in dict.fromkeys(request.GET.getlist("compare")) if name in table.row_of]
    return Explored(
        table=table,
        facts=facts,
        usd=usd,
        rows=np.flatnonzero(mask(table, facts, usd, filters)),
        values=values,
        form=form,
        purchase=purchase,
        query=request.GET,
        compared=names[:MOST_COMPARED],
        too_many=len(names) > MOST_COMPARED,
        type_address=reverse("instances:type", args=[lab.slug, ANY_TYPE]),
    )


def mask(table: TypeTable, facts: TypeRowFacts, usd: npt.NDArray[np.float64], filters: Mapping[str, Any]) -> Bools:
    """Which types the filters show; a filter that is empty keeps all."""
    shown: Bools = np.ones(len(table), dtype=np.bool_)
    for name, values in (("vcpu", table.vcpu), ("memory", table.memory_gib)):
        low, high = filters.get(f"{name}_min"), filters.get(f"{name}_max")
        shown &= (values >= low) if low is not None else True
        shown &= (values <= high) if high is not None else True
    if (most := filters.get("price_max")) is not None:
        shown &= usd <= most
    if (least := filters.get("network_min")) is not None:
        shown &= np.fmax(table.network_gbps, table.network_peak_gbps) >= least
    for name, column in (("family", table.families), ("hypervisor", table.hypervisors), ("maker", facts.maker)):
        if value := filters.get(name):
            shown &= np.array([entry == value for entry in column])
    shown &= _kinds(table, facts, filters)
    shown &= _matching(facts, filters.get("q") or "")
    return shown


def _kinds(table: TypeTable, facts: TypeRowFacts, filters: Mapping[str, Any]) -> Bools:
    shown: Bools = np.ones(len(table), dtype=np.bool_)
    flags = {"burstable": table.burstable, "accelerators": table.accelerated, "store": table.instance_store_gb > 0}
    for name, flag in flags.items():
        if value := filters.get(name):
            shown &= flag if value == "yes" else ~flag
    if arch := filters.get("arch"):
        shown &= table.arm if arch == "arm" else table.x86
    match filters.get("generation") or "":
        case "":
            pass
        case "current":
            shown &= table.current_generation
        case "previous":
            shown &= ~table.current_generation
        case number:
            shown &= facts.generation == int(number)
    return shown


def _matching(facts: TypeRowFacts, search: str) -> Bools:
    words = typed(search).casefold().split()
    return np.array([all(word in text for word in words) for text in facts.search], dtype=np.bool_)


def sort_keys(table: TypeTable, usd: npt.NDArray[np.float64]) -> dict[str, npt.NDArray[np.float64]]:
    """What each column but the name sorts by."""
    return {
        "vcpu": table.vcpu,
        "memory": table.memory_gib,
        "network": np.fmax(table.network_gbps, table.network_peak_gbps),
        "ebs": table.ebs_baseline_mbps,
        "price": usd,
        "per_vcpu": usd / table.vcpu,
        "per_gib": usd / table.memory_gib,
        "watts": table.full_w_per_vcpu * table.vcpu,
    }


def toggled(query: QueryDict, compared: list[str], name: str) -> str:
    """The address with one type added to the comparison, or taken out of it."""
    changed = query.copy()
    left = [other for other in compared if other != name]
    changed.setlist("compare", left if name in compared else [*compared, name][-MOST_COMPARED:])
    return f"?{changed.urlencode()}"
