"""Xen, Nitro and bare metal side by side: layers, what guests get, which types run on which, the same load on each."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

from instances.catalog.queries import type_table
from instances.choices import Hypervisor as Key
from instances.models import InstanceType
from instances.pricing.power import w_per_vcpu
from virtlab.charts.layers import Drawing, drawing
from virtlab.engine.hypervisors.hypervisor import Hypervisor
from virtlab.engine.hypervisors.same_load import Load, SameLoad, Server, same_load
from virtlab.engine.hypervisors.table import hypervisor
from virtlab.engine.power.watts import PowerCurve
from virtlab.engine.units import MIB_PER_GIB

ENGINE = {Key.XEN: "ec2_xen", Key.NITRO: "nitro", Key.METAL: "metal"}
EXAMPLES = {Key.XEN: "m4.16xlarge", Key.NITRO: "m5.16xlarge", Key.METAL: "m5.metal"}
HOST = "m5.metal"
"""The machine on which all three are compared: its cores, memory, EBS operations and watts are the catalogue's."""
SMT_GAIN = 1.25


@dataclass(frozen=True, slots=True)
class Example:
    """A type of the kind, with its price in the region where one is known."""

    name: str
    vcpu: int
    memory_gib: float
    usd_per_hour: float | None


@dataclass(frozen=True, slots=True)
class Family:
    """A family on the hypervisor, with how many of its types run on it."""

    name: str
    types: int


@dataclass(frozen=True, slots=True)
class Side:
    """One hypervisor of the cloud."""

    key: str
    label: str
    kind: Hypervisor
    drawing: Drawing
    families: list[Family]
    example: Example | None
    result: SameLoad
    host_memory_gib: float

    @property
    def types(self) -> int:
        """Types that run on it, in all regions."""
        return sum(one.types for one in self.families)

    @property
    def cpu_share(self) -> float:
        """Share of the host's cores that guests get."""
        return self.kind.guest_cores(1.0)

    @property
    def memory_share(self) -> float:
        """Share of the host's memory that guests get, with the memory of the load promised."""
        return self.result.guest_memory_gib / self.host_memory_gib


@dataclass(frozen=True, slots=True)
class Asked:
    """The load: so many guests of the same size, each as busy."""

    guests: int
    vcpu: int
    cpu_percent: float
    memory_gib: float
    iops: float

    @property
    def load(self) -> Load:
        """All guests together."""
        cores = self.guests * self.vcpu * self.cpu_percent / 100
        return Load(cores, self.guests * self.memory_gib, self.guests * self.iops, self.guests * self.vcpu)


def host_of(values: Mapping[str, float]) -> Server | None:
    """The machine; None where the catalogue lacks it."""
    kind = InstanceType.objects.select_related("cpu_power").filter(name=HOST).first()
    if kind is None or not kind.cores:
        return None
    idle, full = w_per_vcpu(kind)
    curve = PowerCurve((idle * kind.vcpu, full * kind.vcpu), kind.memory_mib / MIB_PER_GIB)
    cores = kind.cores * values.get("smt_gain", SMT_GAIN)
    return Server(cores, kind.memory_mib / MIB_PER_GIB, curve, float(kind.ebs_baseline_iops or 0))


def sides(asked: Asked, server: Server, region: str) -> list[Side]:
    """The three under the same load (two queries beside the kept ones)."""
    rows = InstanceType.objects.order_by("family").values_list("hypervisor", "family")
    counted: dict[str, Counter[str]] = {key.value: Counter() for key in ENGINE}
    for key, family in rows:
        counted[key][family] += 1
    return [_side(key, counted[key.value], asked, server, region) for key in ENGINE]


def _side(key: Key, counted: Counter[str], asked: Asked, server: Server, region: str) -> Side:
    kind = hypervisor(ENGINE[key])
    return Side(
        key=key.value,
        label=str(key.label),
        kind=kind,
        drawing=drawing(kind, 3, str(key.label)),
        families=[Family(name, number) for name, number in counted.items()],
        example=_example(EXAMPLES[key], region),
        result=same_load(asked.load, server, kind),
        host_memory_gib=server.memory_gib,
    )


def _example(name: str, region: str) -> Example | None:
    table = type_table(region)
    row = table.row_of.get(name)
    if row is None:
        return None
    usd = float(table.usd_per_hour[row])
    return Example(name, int(table.vcpu[row]), float(table.memory_gib[row]), usd if isfinite(usd) else None)
