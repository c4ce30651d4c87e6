"""The alternatives of one estate under one set of physical assumptions: made when asked for, then kept."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from hosts.models import ServerModel
from instances.catalog.cache import catalog_version
from instances.catalog.queries import type_table
from instances.catalog.type_table import TypeTable
from instances.parameters.prices import SYSTEMS
from virtlab.compare.alternatives.basis import Basis, Values
from virtlab.compare.alternatives.cloud import on_instances
from virtlab.compare.alternatives.containers import containers
from virtlab.compare.alternatives.on_hosts.consolidated import consolidated
from virtlab.compare.alternatives.on_hosts.physical import physical
from virtlab.compare.alternatives.on_hosts.plan import as_is
from virtlab.compare.alternatives.on_hosts.refresh import Builds, new_builds, refreshed
from virtlab.compare.alternatives.rightsized import rightsized, same_size
from virtlab.compare.alternatives.selection import Selection
from virtlab.compare.alternatives.serverless import serverless
from virtlab.compare.alternatives.shape import Shape, thin_gib
from virtlab.compare.inputs.estate import EstateArrays
from virtlab.web.cache import LabCache

SERVERS = ("smt_gain", "backup_share_pct")
AS_IS = (*SERVERS, "hypervisor_cpu_pct", "licence_min_cores_per_cpu")
SIZING = ("percentile", "headroom_pct", "memory_floor_pct", "disk_headroom_pct", "backup_share_pct")
CLOUD = (
    "data_out_gib_per_workload",
    "backup_share_pct",
    "memory_w_per_gib_cloud",
    *(spec.key for spec in SYSTEMS),
)
SIZED_CLOUD = (*SIZING, *CLOUD)
PACKED = (*AS_IS, *SIZING, "cpu_overcommit", "memory_overcommit", "spare_hosts", "hypervisor_memory_gib")
DEPENDS = {
    "physical": SERVERS,
    "as_is": AS_IS,
    "consolidated": PACKED,
    "refresh": PACKED,
    "same_size": CLOUD,
    "rightsized": SIZED_CLOUD,
    "containers": (*SIZED_CLOUD, "guest_os_memory_gib", "container_node_vcpu"),
    "serverless": SIZED_CLOUD,
}
"""Parameters that change VMs, sizes or watts. All others only change prices, for which nothing is replayed."""
IN_A_REGION = frozenset({"same_size", "rightsized", "containers", "serverless"})

SHAPES: LabCache[Shape] = LabCache(max_bytes=256 * 1024 * 1024, size_of=lambda shape: shape.nbytes)
SELECTIONS: LabCache[Selection] = LabCache(
    max_bytes=64 * 1024 * 1024, size_of=lambda selection: selection.row.nbytes * 3
)


@dataclass(frozen=True)
class ShapeBook:
    """Every alternative of an estate in a region, by key."""

    basis: Basis
    region: str
    catalog: str

    @cached_property
    def table(self) -> TypeTable:
        """The region's instance types."""
        return type_table(self.region)

    @property
    def same_size(self) -> Selection:
        """The type of each VM at its size of today."""
        return self._selection("same_size", lambda: same_size(self.basis, self.table))

    @property
    def rightsized(self) -> Selection:
        """The type that each VM's demand needs."""
        return self._selection("rightsized", lambda: rightsized(self.basis, self.table, self.same_size))

    @cached_property
    def builds(self) -> Builds:
        """The new hosts of each cluster. They follow prices: chosen anew for each question, packed once."""
        return new_builds(self.basis)

    def shape(self, name: str) -> Shape:
        """The alternative of that key; KeyError where there is none."""
        return SHAPES.of(self.basis.estate.key, self.key(name), make=self._makers[name])

    def key(self, name: str) -> tuple[object, ...]:
        """What tells a shape from every other: the estate, the servers or the region, the parameters it depends on."""
        basis = self.basis
        where = (self.region, self.catalog) if name in IN_A_REGION else tuple(map(_model_key, basis.models.values()))
        chosen = self.builds if name == "refresh" else ()
        return (name, basis.estate.key, where, chosen, tuple(basis.values[key] for key in DEPENDS[name]))

    @property
    def _makers(self) -> dict[str, Callable[[], Shape]]:
        basis = self.basis
        thin = thin_gib(basis.estate, basis.values)
        return {
            "physical": lambda: physical(basis),
            "as_is": lambda: as_is(basis),
            "consolidated": lambda: consolidated(basis),
            "refresh": lambda: refreshed(basis, self.builds),
            "same_size": lambda: on_instances(basis, "same_size", self.same_size, basis.estate.vms.disk_gib),
            "rightsized": lambda: on_instances(basis, "rightsized", self.rightsized, thin),
            "containers": lambda: containers(basis, self.rightsized),
            "serverless": lambda: serverless(basis, self.rightsized),
        }

    def _selection(self, name: str, make: Callable[[], Selection]) -> Selection:
        return SELECTIONS.of(self.basis.estate.key, self.key(name), make=make)


def shape_book(estate: EstateArrays, region: str, values: Values) -> ShapeBook:
    """The book of an estate (two queries)."""
    models = {model.pk: model for model in ServerModel.objects.order_by("pk")}
    return ShapeBook(Basis(estate, models, values), region, catalog_version())


def _model_key(model: ServerModel) -> tuple[object, ...]:
    facts = (model.cores, model.threads_per_core, model.memory_gib, model.rack_units, model.price_usd)
    return (model.pk, *facts, *model.watts)
