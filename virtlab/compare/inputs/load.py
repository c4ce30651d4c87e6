"""A lab's estate, loaded in a fixed number of queries and kept per revision."""

import math
from collections.abc import Sequence
from datetime import date

import numpy as np
from django.utils import timezone

from hosts.catalog.processors import launch_year
from hosts.choices import HostState, PowerState, VmFact
from hosts.live.facts import EstateScope, HostFacts, WorkloadFacts
from hosts.models.catalog import PARTED
from virtlab.compare.inputs.estate import EstateArrays, Hosts, VmArrays
from virtlab.compare.inputs.traces import traces_of
from virtlab.engine.arrays import F64
from virtlab.engine.systems.databases import is_in_memory, sql_servers
from virtlab.engine.units import MIB_PER_GIB, MONTHS_PER_YEAR, SECONDS_PER_DAY
from virtlab.labs.choices import LINUX_SYSTEMS, Architecture, Evidence, OperatingSystem
from virtlab.labs.models import Lab
from virtlab.labs.traces import TOTALS, WITH_PEAK, evidence_of
from virtlab.web.cache import LabCache

MOST_BYTES = 512 * 1024 * 1024

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
        cpu_age_months=_cpu_ages(rows),
        assumed=np.array([row.assumed for row in rows], dtype=np.bool_),
        stand_in=np.array([not row.model_matched for row in rows], dtype=np.bool_),
    )


def _cpu_ages(rows: Sequence[HostFacts]) -> F64:
    """Months since the launch of each host's processors (H,), 0 where an inventory does not name them. A host that it
    does not describe is as its cluster's others, the youngest of them.
    """
    of_name = {name: _cpu_age(name) for name in {row.reported_model for row in rows}}
    youngest: dict[int, float] = {}
    for row in rows:
        if age := of_name[row.reported_model]:
            youngest[row.cluster_id] = min(age, youngest.get(row.cluster_id, age))
    return _floats([youngest.get(row.cluster_id, 0.0) if row.assumed else of_name[row.reported_model] for row in rows])


def _cpu_age(reported_model: str) -> float:
    year = launch_year(reported_model.partition(PARTED)[2])
    today = timezone.localdate()
    return 0.0 if year is None else max(0.0, math.floor((today.year - year) * MONTHS_PER_YEAR) + today.month - 1)


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
