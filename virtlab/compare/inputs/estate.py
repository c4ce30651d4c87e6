"""A lab's estate as arrays: one row a VM, one a host. Loaded in a fixed number of queries, kept per revision."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import numpy.typing as npt
from django.utils import timezone

from hosts.choices import HostState, PowerState, VmFact
from hosts.live.facts import EstateScope, HostFacts, WorkloadFacts
from virtlab.compare.inputs.traces import Traces, traces_of
from virtlab.engine.arrays import F64, Bools, Ints
from virtlab.engine.systems.databases import is_in_memory, sql_servers
from virtlab.engine.units import MIB_PER_GIB, SECONDS_PER_DAY
from virtlab.labs.choices import LINUX_SYSTEMS, Architecture, Evidence, OperatingSystem
from virtlab.labs.models import Lab
from virtlab.labs.traces import TOTALS, WITH_PEAK, evidence_of
from virtlab.web.cache import LabCache

Texts = npt.NDArray[np.str_]

MOST_BYTES = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class VmArrays:
    """V virtual machines: what each holds (V,), on which host it is (−1: none), and what its workload is.

    `installed`: all but templates and those that are set apart with the platform; `running`: those of them that run.
    Data out and use of disks and network are NaN where nobody said how much. `evidence`: how the demand is known
    (labs.choices.Evidence), over how many days where it was measured, else 0, and which share of its samples is there
    (`coverage`); peaks are those stated beside a trace, NaN without. `mean_only`: of its CPU a mean is known, if that.
    `totals_only`: only a share of an estate's totals is known of its size. `disks`, `nics`: how many disks and network
    adapters it has, NaN where nobody said; `passthrough`: it is known to use a device of its host (a GPU or another).
    `system`: which of the different `system_names` each has. `says_sql_server`, `says_in_memory`: its name or that of
    its application says that it runs SQL Server, or that it is a database or an in-memory store.
    """

    ids: Ints
    workload_ids: Ints
    names: tuple[str, ...]
    host: Ints
    cluster: Ints
    vcpu: F64
    memory_gib: F64
    disk_gib: F64
    disk_used_gib: F64
    running: Bools
    installed: Bools
    operating_system: Texts
    architecture: Texts
    event_driven: Bools
    requests_per_month: F64
    request_duration_ms: F64
    data_out_gib_per_month: F64
    system_names: tuple[str, ...]
    system: Ints
    application: tuple[str, ...]
    says_sql_server: Bools
    says_in_memory: Bools
    evidence: Texts
    measured_days: F64
    coverage: F64
    totals_only: Bools
    memory_seen_by: Texts
    mean_only: Bools
    cpu_peak_vcpu: F64
    memory_peak_gib: F64
    disk_mb_per_s: F64
    disk_iops: F64
    network_mb_per_s: F64
    disks: F64
    nics: F64
    passthrough: Bools

    def __len__(self) -> int:
        return len(self.names)

    @property
    def runs_sql_server(self) -> Bools:
        """VMs (V,) that run, with SQL Server: what is off needs no licence."""
        return self.running & self.says_sql_server

    def by_system(self, ask: Callable[[str], int]) -> Ints:
        """What the name of each VM's system answers to a question (V,), which is asked once for each different name."""
        return np.array([ask(name) for name in self.system_names], dtype=np.intp)[self.system]

    def named(self, rows: Sequence[int]) -> tuple[str, ...]:
        """The names of the VMs `rows`."""
        return tuple(self.names[row] for row in rows)


@dataclass(frozen=True, slots=True)
class Hosts:
    """H hosts, there or planned: what each has (H,), its cluster, its server model, and whether it is on.

    `age_months` since its purchase: NaN where nobody said when that was. `assumed`: made up for an inventory that does
    not describe it; `stand_in`: its watts are the nearest measured model's.
    """

    names: tuple[str, ...]
    cluster: Ints
    model_id: Ints
    sockets: F64
    cores: F64
    threads_per_core: F64
    memory_gib: F64
    on: Bools
    age_months: F64
    assumed: Bools
    stand_in: Bools

    def __len__(self) -> int:
        return len(self.names)

    def capacity_vcpu(self, smt_gain: float) -> F64:
        """vCPU of work that each host can do at once (H,): its cores, more with two threads on each."""
        return self.cores * np.where(self.threads_per_core > 1, smt_gain, 1.0)


@dataclass(frozen=True, slots=True)
class EstateArrays:
    """Everything on the on-prem side of a lab, by its random name, at one revision.

    `bought_storage_gib`: its datastores' capacity, and what disks take whose datastore is not known; of it
    `assumed_storage_gib` in datastores whose size nobody said; `storage_room_gib`: what disks can hold of it, by data
    reduction. `not_carried`: VMs that would run, but that a side does not carry, so that neither counts them.
    """

    lab: str
    revision: int
    vms: VmArrays
    hosts: Hosts
    clusters: tuple[str, ...]
    cluster_ids: tuple[int, ...]
    hypervisors: tuple[str, ...]
    bought_storage_gib: float
    storage_room_gib: float
    assumed_storage_gib: float
    traces: Traces = field(repr=False)
    not_carried: tuple[int, ...] = ()

    @property
    def key(self) -> tuple[str, int]:
        """What tells one estate from another, whatever of it is left out."""
        return self.lab, self.revision

    def without(self, rows: Ints) -> "EstateArrays":
        """The same, the VMs `rows` being left out: as little workloads as what is set apart; hosts and storage stay."""
        kept = np.ones(len(self.vms), dtype=np.bool_)
        kept[rows] = False
        vms = replace(self.vms, running=self.vms.running & kept, installed=self.vms.installed & kept)
        return replace(self, vms=vms, not_carried=(*self.not_carried, *map(int, rows)))

    @property
    def nbytes(self) -> int:
        """Bytes that its traces take."""
        return self.traces.cpu_vcpu.nbytes + self.traces.memory_gib.nbytes

    @property
    def empty(self) -> bool:
        """Whether there is nothing to compare."""
        return len(self.vms) == 0


ESTATES: LabCache[EstateArrays] = LabCache(max_bytes=MOST_BYTES, size_of=lambda estate: estate.nbytes)


def estate_of(lab: Lab) -> EstateArrays:
    """The lab's estate, from memory where this process has it at this revision."""
    return ESTATES.of(lab.revision_key, make=lambda: load(lab))


def load(lab: Lab) -> EstateArrays:
    """The lab's estate from the database (four queries)."""
    scope = EstateScope(lab)
    hosts, vms, stores = sorted(scope.hosts(), key=lambda host: host.name), scope.workloads(), scope.datastores()
    with_hosts = {host.cluster_id for host in hosts}
    in_use = with_hosts | {vm.cluster_id for vm in vms}
    clusters = [row for row in sorted(scope.clusters(), key=lambda row: row.name) if row.pk in in_use]
    number = {cluster.pk: index for index, cluster in enumerate(clusters)}
    homeless_gib = _homeless_gib(vms)
    return EstateArrays(
        lab=lab.slug,
        revision=lab.revision,
        vms=_vms(vms, hosts, number),
        hosts=_hosts(hosts, number),
        clusters=tuple(cluster.name for cluster in clusters),
        cluster_ids=tuple(cluster.pk for cluster in clusters),
        hypervisors=tuple(cluster.hypervisor if cluster.pk in with_hosts else "" for cluster in clusters),
        bought_storage_gib=homeless_gib + sum(store.capacity_gib for store in stores),
        storage_room_gib=homeless_gib + sum(store.room_gib for store in stores),
        assumed_storage_gib=float(sum(store.capacity_gib for store in stores if store.assumed)),
        traces=traces_of(vms),
    )


def _vms(vms: Sequence[WorkloadFacts], hosts: Sequence[HostFacts], clusters: dict[int, int]) -> VmArrays:
    place = {host.pk: index for index, host in enumerate(hosts)}
    vcpu, memory_gib = _floats([vm.vcpu for vm in vms]), _floats([vm.memory_mib for vm in vms]) / MIB_PER_GIB
    systems = {name: index for index, name in enumerate(dict.fromkeys(vm.system_name or "" for vm in vms))}
    named = [(vm.name, vm.application or "") for vm in vms]
    return VmArrays(
        ids=np.array([vm.pk for vm in vms], dtype=np.intp),
        workload_ids=np.array([vm.workload_id or 0 for vm in vms], dtype=np.intp),
        names=tuple(vm.name for vm in vms),
        host=np.array([-1 if vm.host_id is None else place[vm.host_id] for vm in vms], dtype=np.intp),
        cluster=np.array([clusters[vm.cluster_id] for vm in vms], dtype=np.intp),
        vcpu=vcpu,
        memory_gib=memory_gib,
        disk_gib=_floats([vm.disk_gib for vm in vms]),
        disk_used_gib=_floats([vm.disk_used_gib for vm in vms]),
        running=np.array([_runs(vm) for vm in vms], dtype=np.bool_),
        installed=np.array([_is_workload(vm) for vm in vms], dtype=np.bool_),
        operating_system=np.array([vm.operating_system or OperatingSystem.OTHER.value for vm in vms], dtype=np.str_),
        architecture=np.array([vm.architecture or Architecture.X86_64.value for vm in vms], dtype=np.str_),
        event_driven=np.array([bool(vm.event_driven) for vm in vms], dtype=np.bool_),
        requests_per_month=_floats([vm.requests_per_month for vm in vms]),
        request_duration_ms=_floats([vm.request_duration_ms for vm in vms]),
        data_out_gib_per_month=_known([vm.data_out_gib_per_month for vm in vms]),
        system_names=tuple(systems),
        system=np.array([systems[vm.system_name or ""] for vm in vms], dtype=np.intp),
        application=tuple(application for _name, application in named),
        says_sql_server=sql_servers(
            named, np.array([vm.operating_system in LINUX_SYSTEMS for vm in vms], dtype=np.bool_)
        ),
        says_in_memory=np.array([is_in_memory(*names) for names in named], dtype=np.bool_),
        evidence=np.array([evidence_of(vm.trace_kind, vm.trace_source).value for vm in vms], dtype=np.str_),
        measured_days=np.array([_measured_days(vm) for vm in vms], dtype=np.float64),
        coverage=_floats([vm.coverage for vm in vms]),
        totals_only=np.array([vm.trace_source == TOTALS for vm in vms], dtype=np.bool_),
        memory_seen_by=np.array([vm.memory_seen_by or "" for vm in vms], dtype=np.str_),
        mean_only=np.array([_mean_only(vm) for vm in vms], dtype=np.bool_),
        cpu_peak_vcpu=_known([vm.cpu_peak_share for vm in vms]) * vcpu,
        memory_peak_gib=_known([vm.memory_peak_share for vm in vms]) * memory_gib,
        disk_mb_per_s=_known([vm.disk_mb_per_s for vm in vms]),
        disk_iops=_known([vm.disk_iops for vm in vms]),
        network_mb_per_s=_known([vm.network_mb_per_s for vm in vms]),
        disks=_known([vm.facts.get(VmFact.DISKS) for vm in vms]),
        nics=_known([vm.facts.get(VmFact.NICS) for vm in vms]),
        passthrough=np.array([bool(vm.facts.get(VmFact.PASSTHROUGH)) for vm in vms], dtype=np.bool_),
    )


def _hosts(rows: Sequence[HostFacts], clusters: dict[int, int]) -> Hosts:
    return Hosts(
        names=tuple(row.name for row in rows),
        cluster=np.array([clusters[row.cluster_id] for row in rows], dtype=np.intp),
        model_id=np.array([row.model_id for row in rows], dtype=np.intp),
        sockets=_floats([row.sockets for row in rows]),
        cores=_floats([row.cores for row in rows]),
        threads_per_core=_floats([row.threads_per_core for row in rows]),
        memory_gib=_floats([row.memory_mib for row in rows]) / MIB_PER_GIB,
        on=np.array([row.state in {HostState.ON, HostState.MAINTENANCE} for row in rows], dtype=np.bool_),
        age_months=_known([_months_since(row.purchased_on) for row in rows]),
        assumed=np.array([row.assumed for row in rows], dtype=np.bool_),
        stand_in=np.array([not row.model_matched for row in rows], dtype=np.bool_),
    )


def _months_since(day: date | None) -> float | None:
    """Whole months from a day to today, whatever the lab's clock shows: purchases are of the real world."""
    if day is None:
        return None
    today = timezone.localdate()
    return max(0.0, (today.year - day.year) * 12.0 + today.month - day.month)


def _homeless_gib(vms: Sequence[WorkloadFacts]) -> float:
    """What disks take whose datastore is not known."""
    return float(sum(vm.disk_used_gib if vm.thin else vm.disk_gib for vm in vms if vm.datastore_id is None))


def _is_workload(vm: WorkloadFacts) -> bool:
    return not vm.is_template and not vm.set_apart


def _runs(vm: WorkloadFacts) -> bool:
    return vm.power_state == PowerState.RUNNING and _is_workload(vm)


def _measured_days(vm: WorkloadFacts) -> float:
    measured = evidence_of(vm.trace_kind, vm.trace_source) == Evidence.MEASURED
    return (vm.samples or 0) * (vm.step_s or 0) / SECONDS_PER_DAY if measured else 0.0


def _mean_only(vm: WorkloadFacts) -> bool:
    measured = evidence_of(vm.trace_kind, vm.trace_source) == Evidence.MEASURED
    return not measured and vm.cpu_peak_share is None and vm.trace_source not in WITH_PEAK


def _known(values: Sequence[float | None]) -> F64:
    return np.array([math.nan if value is None else value for value in values], dtype=np.float64)


def _floats(values: Sequence[float | None]) -> F64:
    return np.array([value or 0.0 for value in values], dtype=np.float64)
