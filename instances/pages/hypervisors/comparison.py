"""Xen, Nitro and bare metal under the same load, and which types run on which."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from instances.catalog.queries import type_table, w_per_vcpu
from instances.catalog.type_table import TypeTable
from instances.choices import Hypervisor
from instances.models import InstanceType
from virtlab.engine.hypervisors.same_load import HostCapacity
from virtlab.engine.hypervisors.table import hypervisor
from virtlab.engine.power.watts import PowerCurve
from virtlab.engine.units import MIB_PER_GIB
from virtlab.labs.models import Lab
from virtlab.web import formats
from virtlab.web.hypervisors.comparison import Comparison, Outcome, compare
from virtlab.web.hypervisors.question import LoadQuestion, NamedHost
from virtlab.web.hypervisors.tables import Cell, Row

ENGINE = {Hypervisor.XEN: "ec2_xen", Hypervisor.NITRO: "nitro", Hypervisor.METAL: "metal"}
EXAMPLES = {Hypervisor.XEN: "m4.16xlarge", Hypervisor.NITRO: "m5.16xlarge", Hypervisor.METAL: "m5.metal"}
HOST = "m5.metal"
"""The host on which all three are compared: its cores, memory, EBS operations and watts are the catalog's."""
SMT_GAIN = 1.25


def host_of(values: Mapping[str, float]) -> NamedHost | None:
    """The host; None where the catalog lacks it."""
    metal = InstanceType.objects.select_related("cpu_power").filter(name=HOST).first()
    if metal is None or not metal.cores:
        return None
    idle, full = w_per_vcpu(metal)
    memory_gib = metal.memory_mib / MIB_PER_GIB
    curve = PowerCurve((idle * metal.vcpu, full * metal.vcpu), memory_gib)
    cores = metal.cores * values.get("smt_gain", SMT_GAIN)
    return NamedHost(HOST, HostCapacity(cores, memory_gib, curve, float(metal.ebs_baseline_iops or 0)))


def compared(values: Mapping[str, Any], host: NamedHost) -> Comparison:
    """The three under the load of a valid form."""
    kinds = [(hypervisor(engine), str(key.label)) for key, engine in ENGINE.items()]
    return compare(LoadQuestion.of(values, host), kinds)


@dataclass(frozen=True, slots=True)
class CloudHypervisor:
    """A hypervisor of the cloud: what it makes of the load, and by family how many types run on it, in all regions."""

    key: str
    outcome: Outcome
    families: Mapping[str, int]

    @property
    def types(self) -> int:
        return sum(self.families.values())


def cloud_hypervisors(comparison: Comparison) -> list[CloudHypervisor]:
    """The three with their families (one query)."""
    counts = InstanceType.objects.values_list("hypervisor", "family").annotate(Count("pk")).order_by("family")
    families: dict[str, dict[str, int]] = {key.value: {} for key in ENGINE}
    for key, family, count in counts:
        families[key][family] = count
    return [
        CloudHypervisor(key, outcome, families[key]) for key, outcome in zip(families, comparison.sides, strict=True)
    ]


def example_rows(lab: Lab, region: str) -> list[Row]:
    """A type of each kind, and its price in the region where one is known (no query beside the kept table)."""
    table = type_table(region)
    types = [_type_cell(lab, table, name) for name in EXAMPLES.values()]
    prices = [_price_cell(table, name) for name in EXAMPLES.values()]
    unit = _("USD per hour in %(region)s") % {"region": region}
    return [Row(_("A type of the kind"), types), Row(_("Its price"), prices, unit)]


def _type_cell(lab: Lab, table: TypeTable, name: str) -> Cell:
    row = table.row_of.get(name)
    if row is None:
        return Cell(formats.NONE)
    note = f"{int(table.vcpu[row])} vCPU · {formats.gib(float(table.memory_gib[row]))}"
    return Cell(name, note, address=reverse("instances:type", args=[lab.slug, name]))


def _price_cell(table: TypeTable, name: str) -> Cell:
    row = table.row_of.get(name)
    return Cell(formats.exact(None if row is None else float(table.usd_per_hour[row])))
