"""The alternatives of one estate under one set of physical assumptions: made when asked for, then kept."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

from django.utils import timezone

from hosts.models import ServerModel
from hosts.parameters.microsoft import HYPERV_HOSTS_KEY
from instances.catalog.type_table import TypeTable
from instances.parameters.prices import SYSTEMS
from instances.pricing.plans import Plan
from virtlab.compare.alternatives.basis import Basis, Values
from virtlab.compare.alternatives.cloud import on_instances
from virtlab.compare.alternatives.containers import containers
from virtlab.compare.alternatives.market import Market, market_of
from virtlab.compare.alternatives.on_hosts.as_is import as_is, as_is_plan
from virtlab.compare.alternatives.on_hosts.clusters import ClusterPlan
from virtlab.compare.alternatives.on_hosts.consolidated import consolidated, staying_plans
from virtlab.compare.alternatives.on_hosts.offered import with_smaller
from virtlab.compare.alternatives.on_hosts.physical import physical
from virtlab.compare.alternatives.on_hosts.refresh import Builds, new_builds, refreshed
from virtlab.compare.alternatives.serverless import serverless
from virtlab.compare.alternatives.shape import Shape, provisioned_gib, thin_gib
from virtlab.compare.alternatives.sizing.rightsized import rightsized, same_size
from virtlab.compare.alternatives.sizing.selection import Selection
from virtlab.compare.alternatives.workload_watts import WorkloadWatts, watts_on_hosts, watts_on_types
from virtlab.compare.bills.cloud.terms import Terms
from virtlab.compare.bills.onprem.quantities import OnPremQuantities
from virtlab.compare.inputs.estate import EstateArrays
from virtlab.compare.inputs.own_prices import NONE_OF_OWN, OwnPrices
from virtlab.engine.arrays import Ints
from virtlab.web.cache import LabCache

BACKUPS = ("backup_share_pct",)
SERVERS = ("smt_gain", *BACKUPS, "extra_memory_w_per_gib", "gpu_card_w")
AS_IS = (
    *SERVERS,
    "hypervisor_cpu_pct",
    "hypervisor_memory_gib",
    "memory_overcommit",
    "licence_min_cores_per_cpu",
    HYPERV_HOSTS_KEY,
)
CPU = ("percentile", "headroom_pct", "unmeasured_demand")
MEMORY = ("memory_floor_pct", "in_memory_keep")
WORTH = ("normalise_vcpu", "cpu_gain_pct_per_year", "smt_gain")
OFFERED = ("generations", "families", "even_vcpu", "arm_types")
LICENCES = (*(spec.key for spec in SYSTEMS), "windows_own_licences", "client_own_hardware", "dedicated_surcharge_pct")
"""Parameters that types are compared by beside the terms of purchase; they change only which types are chosen."""
SNAPSHOTS = ("snapshots", "snapshot_change_pct", "snapshot_days", *BACKUPS)
OWN_HARDWARE = ("windows_own_licences", "client_own_hardware", HYPERV_HOSTS_KEY)
CLOUD = (*WORTH, *SNAPSHOTS, *OWN_HARDWARE, "data_out_gib_per_workload", "memory_w_per_gib_cloud", "gpu_card_w")
SIZED_CLOUD = (*CLOUD, "disk_headroom_pct")
PACKED = (*AS_IS, *CPU, "disk_headroom_pct", "cpu_overcommit", "unmeasured_vcpu_per_core", "spare_hosts")
CHOSEN = {
    "same_size": (*WORTH, *OFFERED, "headroom_pct"),
    "rightsized": (*WORTH, *OFFERED, *CPU, *MEMORY, "burstable"),
}
"""Parameters beside prices that change which types are chosen."""
MADE = {
    "physical": (*SERVERS, "new_server_cores", "new_server_gib"),
    "as_is": (*AS_IS, "unmeasured_demand", "unmeasured_vcpu_per_core"),
    "consolidated": PACKED,
    "refresh": PACKED,
    "same_size": CLOUD,
    "rightsized": SIZED_CLOUD,
    "containers": (*SIZED_CLOUD, *OFFERED, *CPU, *MEMORY, "guest_os_memory_gib", "container_node_vcpu"),
    "serverless": SIZED_CLOUD,
}
"""Parameters that change VMs, sizes or watts of an alternative whose types are chosen."""
ON_TYPES = {"same_size": "same_size", **dict.fromkeys(("rightsized", "containers", "serverless"), "rightsized")}
"""The alternatives in a region, and the choice of types that each of them starts from."""
IS_PACKED = frozenset({"consolidated", "refresh"})
KEEPS_ALL = frozenset({"as_is", "consolidated"})
DEPENDS = {
    name: tuple(dict.fromkeys((*made, *CHOSEN.get(ON_TYPES.get(name, ""), ()), *(() if name in KEEPS_ALL else AS_IS))))
    for name, made in MADE.items()
}
"""Parameters that change VMs, sizes or watts, of what is given up too. All others only change prices, for which nothing
is replayed.
"""

SHAPES: LabCache[Shape] = LabCache(max_bytes=256 * 1024 * 1024, size_of=lambda shape: shape.nbytes)
WATTS: LabCache[WorkloadWatts] = LabCache(max_bytes=64 * 1024 * 1024, size_of=lambda watts: watts.nbytes)
SELECTIONS: LabCache[Selection] = LabCache(
    max_bytes=64 * 1024 * 1024, size_of=lambda selection: selection.row.nbytes * 6
)


@dataclass(frozen=True)
class ShapeBook:
    """Every alternative of an estate in a region, by key. `kept_builds`: new hosts are of these, not chosen anew."""

    basis: Basis
    market: Market
    kept_builds: Builds | None = None

    @property
    def region(self) -> str:
        """The region's code."""
        return self.market.region

    @property
    def table(self) -> TypeTable:
        """The region's instance types, at the lab's own prices where it has any."""
        return self.market.table

    def without(self, rows: Ints) -> "ShapeBook":
        """The same of an estate that leaves the VMs `rows` out."""
        return replace(self, basis=replace(self.basis, estate=self.basis.estate.without(rows)))

    def bought(self, purchase: str) -> TypeTable:
        """The same at what they cost as hours are bought."""
        return self.market.bought(Terms.of(purchase, self.basis.values))

    def same_size(self, purchase: str) -> Selection:
        """The type of each VM at its size of today, the cheapest as hours are bought."""
        return self._selection("same_size", purchase, lambda: same_size(self.basis, self.bought(purchase)))

    def rightsized(self, purchase: str) -> Selection:
        """The type that each VM's demand needs, the cheapest as hours are bought."""
        table, today = self.bought(purchase), self.same_size(purchase)
        return self._selection("rightsized", purchase, lambda: rightsized(self.basis, table, today))

    @cached_property
    def builds(self) -> Builds:
        """The new hosts of each cluster. They follow prices: chosen anew for each question, packed once."""
        return self.kept_builds or new_builds(self.basis)

    @cached_property
    def staying(self) -> list[ClusterPlan | None]:
        """The plan of each cluster on today's hosts: packed once for the shape and for the draws."""
        return staying_plans(self.basis)

    def shape(self, name: str, purchase: str = "") -> Shape:
        """The alternative of that key, on types chosen at what `purchase` makes of their prices where it is a cloud's.

        KeyError where there is none.
        """
        made = SHAPES.of(self.basis.estate.key, self.key(name, purchase), make=lambda: self.made(name, purchase))
        return made if name in KEEPS_ALL else replace(made, given_up=self._given_up(name))

    def made(self, name: str, purchase: str = "") -> Shape:
        """The same, made anew, without what is given up."""
        return self._makers(purchase)[name]()

    def _given_up(self, name: str) -> Shape:
        """What is there and an alternative does not use on: all of it off the hosts, on new ones servers and ports."""
        today = self.shape("as_is")
        assert isinstance(today.quantities, OnPremQuantities)
        return replace(today, quantities=_servers_alone(today.quantities)) if name == "refresh" else today

    @property
    def watts_now(self) -> WorkloadWatts:
        """What each VM draws on today's hosts."""
        key = ("watts", *self.key("as_is"))
        return WATTS.of(self.basis.estate.key, key, make=lambda: watts_on_hosts(self.basis, as_is_plan(self.basis)))

    def watts_rightsized(self, purchase: str) -> WorkloadWatts:
        """What each VM draws on the type that its demand needs."""
        disk_gib = thin_gib(self.basis.estate, self.basis.values)
        key = ("watts", *self.key("rightsized", purchase))
        make = self.rightsized(purchase)
        return WATTS.of(self.basis.estate.key, key, make=lambda: watts_on_types(self.basis, make, disk_gib))

    def key(self, name: str, purchase: str = "") -> tuple[object, ...]:
        """What tells a shape from every other: the estate, the servers, the types, the parameters it depends on."""
        types: tuple[object, ...] = ()
        if name in ON_TYPES:
            selected = self.same_size(purchase) if ON_TYPES[name] == "same_size" else self.rightsized(purchase)
            # The day decides which systems are out of support, so which are upgraded.
            types = (*self.market.key, selected.row.tobytes(), self._listed(purchase), timezone.localdate())
        if name == "refresh":
            types = self.builds
        return (name, self._models, types, self._values(MADE[name]), self.basis.estate.view)

    def _listed(self, purchase: str) -> Plan | None:
        """The commitment, where any type's rate is listed for it: shapes hold those rates' sums."""
        rates = self.bought(purchase).listed_usd_per_hour
        return None if rates is None else Terms.of(purchase, self.basis.values).plan

    @cached_property
    def _models(self) -> tuple[object, ...]:
        return tuple(map(_model_key, self.basis.models.values()))

    def _values(self, keys: tuple[str, ...]) -> tuple[float, ...]:
        return tuple(self.basis.values[key] for key in keys)

    def _makers(self, purchase: str) -> dict[str, Callable[[], Shape]]:
        basis = self.basis
        return {
            "physical": lambda: physical(basis),
            "as_is": lambda: as_is(basis),
            "consolidated": lambda: consolidated(basis, self.staying),
            "refresh": lambda: refreshed(basis, self.builds),
            "same_size": lambda: on_instances(
                basis, "same_size", self.same_size(purchase), provisioned_gib(basis.estate)
            ),
            "rightsized": lambda: on_instances(
                basis, "rightsized", self.rightsized(purchase), thin_gib(basis.estate, basis.values)
            ),
            "containers": lambda: containers(basis, self.rightsized(purchase)),
            "serverless": lambda: serverless(basis, self.rightsized(purchase)),
        }

    def _selection(self, name: str, purchase: str, make: Callable[[], Selection]) -> Selection:
        terms = Terms.of(purchase, self.basis.values)
        paid = (terms.plan, terms.weights, terms.discount_pct, self._values(LICENCES))
        key = (name, self._models, *self.market.key, paid, self._values(CHOSEN[name]), self.basis.estate.view)
        return SELECTIONS.of(self.basis.estate.key, key, make=make)


def shape_book(estate: EstateArrays, region: str, values: Values, own: OwnPrices = NONE_OF_OWN) -> ShapeBook:
    """The book of an estate (two queries)."""
    models = {model.pk: model for model in ServerModel.objects.order_by("pk")}
    known = estate.measured_over(values["measured_least_hours"])
    return ShapeBook(Basis(known, with_smaller(models, values), values), market_of(region, own))


def _model_key(model: ServerModel) -> tuple[object, ...]:
    facts = (model.cores, model.threads_per_core, model.memory_gib, model.rack_units, model.price_usd)
    return (model.pk, *facts, model.published, *model.watts)


def _servers_alone(q: OnPremQuantities) -> OnPremQuantities:
    """Hosts with what they are licensed for; storage, the VMs and the licences of these stay in use."""
    return OnPremQuantities(
        bought=q.bought,
        existing_servers=q.existing_servers,
        servers_alone=True,
        rack_units=q.rack_units,
        licensed=q.licensed,
        gpu_cards=q.gpu_cards,
    )
