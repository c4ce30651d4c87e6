"""What is on the on-prem side of a lab as plain rows: everything that load, watts and money are computed from.

All of it, one of its clusters, or some of its hosts: `EstateScope` reads each kind of row in one query, whatever the
estate's size.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, NamedTuple

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from hosts.choices import GuestHealth, HostState, PowerState
from hosts.models import Cluster, Datastore, Host, ServerModel, Snapshot, VirtualMachine
from virtlab.jobs.choices import StepState
from virtlab.jobs.models import JobSubject
from virtlab.labs.models import Lab
from virtlab.web.records import Source, read_records


class ClusterFacts(NamedTuple):
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
    model_id: int
    model: Annotated[str, Source("model__name")]
    model_matched: bool
    reported_model: str
    watts: Annotated[list[float], Source("model__watts")]
    measured_gib: Annotated[float, Source("model__memory_gib")]
    price_usd: Annotated[Decimal | None, Source("model__price_usd")]
    rack_units: Annotated[int, Source("model__rack_units")]
    purchased_on: date | None
    assumed: bool

    @classmethod
    def planned(cls, model: ServerModel, **columns: Any) -> "HostFacts":
        """A host of that model that is not there yet, on; `columns` are pk, name, cluster_id, rack and memory_mib."""
        return cls(
            **columns,
            state=HostState.ON.value,
            sockets=model.sockets,
            cores=model.cores,
            threads_per_core=model.threads_per_core,
            model_id=model.pk,
            model=model.name,
            model_matched=True,
            reported_model="",
            watts=model.watts,
            measured_gib=model.memory_gib,
            price_usd=model.price_usd,
            rack_units=model.rack_units,
            purchased_on=None,
            assumed=False,
        )


class GuestFacts(NamedTuple):
    """A guest or a template with its system and the mean of its demand; `paused`: it stands still just now."""

    pk: int
    name: str
    cluster_id: int
    hypervisor: Annotated[str, Source("cluster__hypervisor")]
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
    below_gib: float
    below_deltas_gib: list[float]
    snapshot_id: int | None
    delta_gib: float
    delta_lab_at: datetime | None
    powered_on_lab_at: datetime | None
    health: str
    paused: bool
    operating_system: Annotated[str | None, Source("workload__operating_system")]
    application: Annotated[str | None, Source("workload__application")]
    trace_id: Annotated[int | None, Source("workload__trace__pk")]
    cpu_mean_vcpu: Annotated[float | None, Source("workload__trace__cpu_mean_vcpu")]

    @classmethod
    def planned(cls, **columns: Any) -> "GuestFacts":
        """A guest that is not there yet, with key −1: nothing written, no snapshot, no trace, only the mean that its
        demand will have; `columns` are all other fields.
        """
        return cls(
            **columns,
            pk=-1,
            disk_used_gib=0.0,
            is_template=False,
            suspended_gib=0.0,
            base_id=None,
            below_gib=0.0,
            below_deltas_gib=[],
            snapshot_id=None,
            delta_gib=0.0,
            delta_lab_at=None,
            powered_on_lab_at=None,
            health=GuestHealth.WELL.value,
            paused=False,
            application=None,
            trace_id=None,
        )


class WorkloadFacts(NamedTuple):
    """A guest or template with its workload and that one's whole trace; what is missing is None."""

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
    set_apart: str
    workload_id: int | None
    operating_system: Annotated[str | None, Source("workload__operating_system")]
    architecture: Annotated[str | None, Source("workload__architecture")]
    event_driven: Annotated[bool | None, Source("workload__event_driven")]
    requests_per_month: Annotated[float | None, Source("workload__requests_per_month")]
    request_duration_ms: Annotated[float | None, Source("workload__request_duration_ms")]
    data_out_gib_per_month: Annotated[float | None, Source("workload__data_out_gib_per_month")]
    samples: Annotated[int | None, Source("workload__trace__samples")]
    step_s: Annotated[int | None, Source("workload__trace__step_s")]
    start_at: Annotated[datetime | None, Source("workload__trace__start_at")]
    cpu_vcpu: Annotated[bytes | None, Source("workload__trace__cpu_vcpu")]
    memory_gib: Annotated[bytes | None, Source("workload__trace__memory_gib")]
    coverage: Annotated[float | None, Source("workload__trace__coverage")]
    trace_kind: Annotated[str | None, Source("workload__trace__kind")]
    trace_source: Annotated[str | None, Source("workload__trace__source")]
    memory_seen_by: Annotated[str | None, Source("workload__trace__memory_seen_by")]
    system_name: Annotated[str | None, Source("workload__system_name")]
    application: Annotated[str | None, Source("workload__application")]
    cpu_peak_share: Annotated[float | None, Source("workload__cpu_peak_share")]
    memory_peak_share: Annotated[float | None, Source("workload__memory_peak_share")]
    disk_mb_per_s: Annotated[float | None, Source("workload__disk_mb_per_s")]
    disk_iops: Annotated[float | None, Source("workload__disk_iops")]
    network_mb_per_s: Annotated[float | None, Source("workload__network_mb_per_s")]
    facts: dict[str, Any]


class DatastoreFacts(NamedTuple):
    pk: int
    name: str
    cluster_id: int
    capacity_gib: float
    reduction: float
    mib_per_s: float
    assumed: bool

    @property
    def room_gib(self) -> float:
        """GiB that its guests can hold: what the array has, times its data reduction."""
        return self.capacity_gib * self.reduction


class SnapshotFacts(NamedTuple):
    pk: int
    vm_id: int
    parent_id: int | None
    delta_gib: float
    memory_gib: float
    with_memory: bool
    hypervisor: Annotated[str, Source("vm__cluster__hypervisor")]


class EstateFacts(NamedTuple):
    """The on-prem side of a lab, or a part of it."""

    clusters: list[ClusterFacts]
    hosts: list[HostFacts]
    guests: list[GuestFacts]
    datastores: list[DatastoreFacts]
    snapshots: list[SnapshotFacts]


@dataclass(frozen=True, slots=True)
class EstateScope:
    """What is read of a lab: all of it, one cluster, some hosts with their guests and the guests that are on no host,
    or the guests of a datastore. Each method is one query, its rows by name.
    """

    lab: Lab
    cluster: int | None = None
    some_hosts: Collection[int] | None = None
    datastore: int | None = None

    def facts(self) -> EstateFacts:
        """All of it (five queries). Where only some hosts are read, their datastores would not be whole: none then."""
        datastores = self.datastores() if self.some_hosts is None else []
        return EstateFacts(self.clusters(), self.hosts(), self.guests(), datastores, self.snapshots())

    def clusters(self) -> list[ClusterFacts]:
        rows = Cluster.objects.filter(self._of_cluster("pk")).order_by("name")
        if self.some_hosts is not None:
            rows = rows.filter(hosts__in=self.some_hosts).distinct()
        return read_records(ClusterFacts, rows)

    def hosts(self) -> list[HostFacts]:
        """The hosts, by cluster and name."""
        rows = Host.objects.filter(self._of_cluster("cluster")).order_by("cluster__name", "name")
        return read_records(HostFacts, rows if self.some_hosts is None else rows.filter(pk__in=self.some_hosts))

    def guests(self) -> list[GuestFacts]:
        """The guests and templates."""
        stands_still = Q(power_state=PowerState.RUNNING, pk__in=paused_guests(self.lab))
        rows = VirtualMachine.objects.filter(self._of_guests()).order_by("name")
        paused = ExpressionWrapper(stands_still, output_field=BooleanField())
        return read_records(GuestFacts, rows.annotate(paused=paused))

    def workloads(self) -> list[WorkloadFacts]:
        """The guests and templates with all samples of their traces."""
        return read_records(WorkloadFacts, VirtualMachine.objects.filter(self._of_guests()).order_by("name"))

    def datastores(self) -> list[DatastoreFacts]:
        return read_records(DatastoreFacts, Datastore.objects.filter(self._of_cluster("cluster")).order_by("name"))

    def snapshots(self) -> list[SnapshotFacts]:
        """The guests' snapshots, the oldest first."""
        rows = Snapshot.objects.filter(self._of_guests("vm__")).order_by("taken_lab_at", "pk")
        return read_records(SnapshotFacts, rows)

    def _of_cluster(self, cluster: str, path: str = "") -> Q:
        of_lab = Q((f"{path}lab", self.lab))
        return of_lab if self.cluster is None else of_lab & Q((path + cluster, self.cluster))

    def _of_guests(self, path: str = "") -> Q:
        which = self._of_cluster("cluster", path)
        if self.some_hosts is not None:
            which &= Q((f"{path}host__in", self.some_hosts)) | Q((f"{path}host", None))
        return which if self.datastore is None else which & Q((f"{path}datastore", self.datastore))


def facts_of(lab: Lab, cluster: int | None = None) -> EstateFacts:
    """The rows of a lab, or of one of its clusters (five queries)."""
    return EstateScope(lab, cluster).facts()


def paused_guests(lab: Lab) -> "QuerySet[JobSubject, int]":
    """Keys of guests that stand still though they count as running: stunned, or while their memory is written. They use
    no CPU, and their memory stays allocated. From the steps in progress that say so.
    """
    held = JobSubject.objects.filter(
        held=True, job__lab=lab, content_type__app_label="hosts", content_type__model="virtualmachine"
    )
    pausing = held.filter(job__steps__state=StepState.RUNNING, job__steps__pauses=True)
    return pausing.order_by().values_list("object_id", flat=True)
