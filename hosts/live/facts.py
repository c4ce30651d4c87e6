"""What is on the on-prem side of a lab as plain rows: everything that load, watts and money are computed from."""

from datetime import datetime
from typing import Any, NamedTuple

from hosts.models import Cluster, Datastore, Host, Snapshot, VirtualMachine
from virtlab.labs.models import Lab


class ClusterFacts(NamedTuple):
    """A cluster."""

    pk: int
    name: str
    site: str
    hypervisor: str
    policy: str
    cpu_overcommit: float
    memory_overcommit: float


class HostFacts(NamedTuple):
    """A host with what its model lends it."""

    pk: int
    name: str
    cluster_id: int
    state: str
    rack: str
    sockets: int
    cores: int
    threads_per_core: int
    memory_mib: int
    model: str
    watts: list[float]
    measured_gib: float
    price_usd: Any
    rack_units: int


class GuestFacts(NamedTuple):
    """A guest or a template with its system and the mean of its demand."""

    pk: int
    name: str
    cluster_id: int
    host_id: int | None
    datastore_id: int | None
    vcpu: int
    memory_mib: int
    disk_gib: float
    disk_used_gib: float
    thin: bool
    power_state: str
    is_template: bool
    suspended_gib: float
    base_id: int | None
    snapshot_id: int | None
    delta_gib: float
    delta_lab_at: datetime | None
    health: str
    operating_system: str | None
    trace_id: int | None
    cpu_mean_vcpu: float | None


class DatastoreFacts(NamedTuple):
    """A datastore."""

    pk: int
    name: str
    cluster_id: int
    capacity_gib: float
    mib_per_s: float


class SnapshotFacts(NamedTuple):
    """A snapshot."""

    pk: int
    vm_id: int
    parent_id: int | None
    delta_gib: float
    memory_gib: float


class Facts(NamedTuple):
    """The on-prem side of a lab, or one cluster of it."""

    clusters: list[ClusterFacts]
    hosts: list[HostFacts]
    guests: list[GuestFacts]
    datastores: list[DatastoreFacts]
    snapshots: list[SnapshotFacts]


CLUSTER = ("pk", "name", "site", "hypervisor", "policy", "cpu_overcommit", "memory_overcommit")
HOST = (
    "pk", "name", "cluster_id", "state", "rack", "sockets", "cores", "threads_per_core", "memory_mib",
    "model__name", "model__watts", "model__memory_gib", "model__price_usd", "model__rack_units",
)  # fmt: skip
GUEST = (
    "pk", "name", "cluster_id", "host_id", "datastore_id", "vcpu", "memory_mib", "disk_gib", "disk_used_gib", "thin",
    "power_state", "is_template", "suspended_gib", "base_id", "snapshot_id", "delta_gib", "delta_lab_at", "health",
    "workload__operating_system", "workload__trace__pk", "workload__trace__cpu_mean_vcpu",
)  # fmt: skip
DATASTORE = ("pk", "name", "cluster_id", "capacity_gib", "mib_per_s")
SNAPSHOT = ("pk", "vm_id", "parent_id", "delta_gib", "memory_gib")


def facts_of(lab: Lab, cluster: int | None = None) -> Facts:
    """The rows of a lab, or of one of its clusters, each by name (five queries)."""
    only: dict[str, Any] = {"lab": lab}
    of_cluster = only if cluster is None else {**only, "cluster": cluster}
    clusters = Cluster.objects.filter(**only, **({} if cluster is None else {"pk": cluster}))
    snapshots = Snapshot.objects.filter(**{f"vm__{key}": value for key, value in of_cluster.items()})
    rows = _rows
    return Facts(
        [ClusterFacts(*row) for row in rows(clusters.order_by("name"), CLUSTER)],
        [HostFacts(*row) for row in rows(Host.objects.filter(**of_cluster).order_by("cluster__name", "name"), HOST)],
        [GuestFacts(*row) for row in rows(VirtualMachine.objects.filter(**of_cluster).order_by("name"), GUEST)],
        [DatastoreFacts(*row) for row in rows(Datastore.objects.filter(**of_cluster).order_by("name"), DATASTORE)],
        [SnapshotFacts(*row) for row in rows(snapshots.order_by("taken_lab_at", "pk"), SNAPSHOT)],
    )


def _rows(found: Any, fields: tuple[str, ...]) -> list[Any]:
    return list(found.values_list(*fields))
