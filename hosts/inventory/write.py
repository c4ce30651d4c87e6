"""Writes an inventory into a lab: clusters, hosts with their server models, datastores, VMs, workloads, traces."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from hosts.choices import HostState
from hosts.inventory.assembly.matching import candidates, nearest, reported_model
from hosts.inventory.recognition.vms import KEPT_LENGTH, known_row
from hosts.inventory.rows import DatastoreRow, HostRow, Inventory, VmRow
from hosts.inventory.traces.demand import PlacedRow, measured_traces, traced_vms, traces_for
from hosts.inventory.traces.shapes import TraceSet
from hosts.models import Cluster, Datastore, Host, ServerModel, VirtualMachine
from virtlab.labs.models import Lab, Trace, Workload
from virtlab.labs.names import free_names

BATCH = 1_000
RACK_LENGTH = 40


class NoServerModelsError(Exception):
    """There is no server model to lend a host its power curve."""

    def __str__(self) -> str:
        return _("The catalogue of server models is empty. Ask the administrator to load the catalogues.")


@dataclass(slots=True)
class WrittenEstate:
    """What was written, by the names of the inventory (in lower case); its VMs with their workloads."""

    clusters: dict[str, Cluster] = field(default_factory=dict)
    hosts: dict[str, Host] = field(default_factory=dict)
    datastores: dict[str, Datastore] = field(default_factory=dict)
    vms: dict[str, VirtualMachine] = field(default_factory=dict)
    placed: list[PlacedRow] = field(default_factory=list)


@transaction.atomic
def create_estate(
    lab: Lab, inventory: Inventory, *, traces: TraceSet | None = None, source: str = "", replace: bool = False
) -> WrittenEstate:
    """Adds an inventory to a lab, or replaces what stands on its on-prem side; the lab's revision grows.

    VMs of which `traces` has a row get it as a measured trace (`source` says from where), all others a synthetic one.
    Raises like `create_machines`.
    """
    estate = create_machines(lab, inventory, replace=replace)
    Trace.objects.bulk_create(traces_for(lab, estate.placed, traces, source), batch_size=BATCH)
    return estate


def create_machines(lab: Lab, inventory: Inventory, *, replace: bool = False) -> WrittenEstate:
    """The same without traces, in the caller's transaction. A host whose name the lab has already is that host; a VM
    whose name it has already is numbered. Raises NoServerModelsError where the catalog of server models is empty.
    """
    Lab.objects.select_for_update().get(pk=lab.pk)
    if replace:
        clear_estate(lab)
    estate = WrittenEstate()
    create_clusters(lab, inventory, estate)
    create_hosts(lab, inventory.hosts, estate)
    create_datastores(lab, inventory.datastores, estate)
    workloads = create_workloads(lab, inventory.vms)
    create_vms(lab, inventory.vms, workloads, estate)
    estate.placed = list(zip(inventory.vms, workloads, strict=True))
    touch(lab)
    return estate


def clear_estate(lab: Lab) -> None:
    """Removes every host, VM, datastore and cluster of a lab with the workloads that ran on its VMs."""
    Workload.objects.filter(lab=lab, virtual_machine__isnull=False).delete()
    VirtualMachine.objects.filter(lab=lab).delete()
    Cluster.objects.filter(lab=lab).delete()


def touch(lab: Lab) -> None:
    """Says that what runs where has changed."""
    Lab.objects.filter(pk=lab.pk).update(revision=F("revision") + 1)
    lab.refresh_from_db(fields=["revision"])


def create_clusters(lab: Lab, inventory: Inventory, estate: WrittenEstate) -> None:
    """The clusters, those that the lab has already left as they are."""
    estate.clusters = {cluster.name.casefold(): cluster for cluster in Cluster.objects.filter(lab=lab)}
    new = [
        Cluster(lab=lab, name=row.name, site=row.site[:80] or "Main", hypervisor=row.hypervisor)
        for row in inventory.clusters
        if row.name.casefold() not in estate.clusters
    ]
    for cluster in Cluster.objects.bulk_create(new, batch_size=BATCH):
        estate.clusters[cluster.name.casefold()] = cluster


def create_hosts(lab: Lab, rows: Sequence[HostRow], estate: WrittenEstate) -> None:
    """The hosts with the server models nearest to them, those that the lab has already left as they are.

    Hosts that were made up never are hosts of the lab: their names are numbered.
    """
    models = candidates(list(ServerModel.objects.all()))
    if not models:
        raise NoServerModelsError
    estate.hosts = {host.name.casefold(): host for host in Host.objects.filter(lab=lab)}
    added = [row for row in rows if row.name_assumed or row.name.casefold() not in estate.hosts]
    names = free_names((row.name for row in added), [host.name for host in estate.hosts.values()])
    new = []
    for row, name in zip(added, names, strict=True):
        model, matched = nearest(row, models)
        new.append(host_of(lab, row, estate.clusters[row.cluster.casefold()], model, matched=matched))
        new[-1].name = name
    for row, host in zip(added, Host.objects.bulk_create(new, batch_size=BATCH), strict=True):
        estate.hosts[row.name.casefold()] = host


def host_of(lab: Lab, row: HostRow, cluster: Cluster, model: ServerModel, *, matched: bool) -> Host:
    """A host as the file has it, not yet saved."""
    return Host(
        lab=lab,
        cluster=cluster,
        name=row.name,
        model=model,
        model_matched=matched,
        reported_model=reported_model(row),
        sockets=max(1, row.sockets),
        cores=row.cores,
        threads_per_core=row.threads_per_core,
        memory_mib=row.memory_mib,
        purchased_on=date.fromisoformat(row.purchased_on) if row.purchased_on else None,
        state=HostState.MAINTENANCE if row.maintenance else HostState.ON,
        rack=cluster.name[:RACK_LENGTH].rstrip(),
        assumed=row.assumed,
    )


def create_datastores(lab: Lab, rows: Sequence[DatastoreRow], estate: WrittenEstate) -> None:
    """The datastores; one that the lab's cluster has already under its name is that one, unless it is made up."""
    there = {store.name.casefold(): store for store in Datastore.objects.filter(lab=lab)}
    added = []
    for row in rows:
        known, cluster = there.get(row.name.casefold()), estate.clusters[row.cluster.casefold()]
        if known and known.cluster_id == cluster.pk and not row.name_assumed:
            estate.datastores[row.name.casefold()] = known
        else:
            added.append((row, cluster))
    names = free_names((row.name for row, _cluster in added), [store.name for store in there.values()])
    new = [datastore_of(lab, row, cluster, name) for (row, cluster), name in zip(added, names, strict=True)]
    for (row, _cluster), store in zip(added, Datastore.objects.bulk_create(new, batch_size=BATCH), strict=True):
        estate.datastores[row.name.casefold()] = store


def datastore_of(lab: Lab, row: DatastoreRow, cluster: Cluster, name: str) -> Datastore:
    """A datastore as the file has it, not yet saved."""
    return Datastore(
        lab=lab,
        cluster=cluster,
        name=name,
        capacity_gib=row.capacity_gib,
        reduction=row.reduction,
        assumed=row.assumed,
    )


def create_workloads(lab: Lab, rows: Sequence[VmRow]) -> list[Workload]:
    """A workload for every VM, in the order of `rows`; taken names are numbered. A template's says its system."""
    existing = Workload.objects.filter(lab=lab).values_list("name", flat=True)
    names = free_names((row.name for row in rows), existing)
    workloads = [workload_of(lab, row, name) for row, name in zip(rows, names, strict=True)]
    return Workload.objects.bulk_create(workloads, batch_size=BATCH)


def workload_of(lab: Lab, row: VmRow, name: str) -> Workload:
    """The workload of a VM, not yet saved."""
    return Workload(
        lab=lab,
        name=name,
        operating_system=row.operating_system,
        system_name=row.os_text[:200],
        architecture=row.architecture,
        application=row.application,
        wave=row.wave,
        tags=row.tags,
        event_driven=row.event_driven,
        requests_per_month=row.requests_per_month,
        request_duration_ms=row.request_duration_ms,
        data_out_gib_per_month=row.data_out_gib_per_month,
        disk_mb_per_s=row.disk_mb_per_s,
        disk_iops=row.disk_iops,
        network_mb_per_s=row.network_mb_per_s,
        cpu_peak_share=row.cpu_peak,
        memory_peak_share=row.memory_peak,
    )


def create_vms(lab: Lab, rows: Sequence[VmRow], workloads: Sequence[Workload], estate: WrittenEstate) -> None:
    """The VMs on their hosts; taken names are numbered."""
    names = free_names(
        (row.name for row in rows), VirtualMachine.objects.filter(lab=lab).values_list("name", flat=True)
    )
    new = [vm_of(lab, row, name, workload, estate) for row, name, workload in zip(rows, names, workloads, strict=True)]
    for row, vm in zip(rows, VirtualMachine.objects.bulk_create(new, batch_size=BATCH), strict=True):
        estate.vms[row.name.casefold()] = vm


def vm_of(lab: Lab, row: VmRow, name: str, workload: Workload, estate: WrittenEstate) -> VirtualMachine:
    """A VM as the file has it, not yet saved. Where its host is another cluster's, the host's cluster counts."""
    host, known = estate.hosts.get(row.host.casefold()), known_row(row)
    return VirtualMachine(
        lab=lab,
        cluster_id=host.cluster_id if host else estate.clusters[row.cluster.casefold()].pk,
        host=host,
        datastore=estate.datastores.get(row.datastore.casefold()),
        workload=workload,
        name=name,
        vcpu=row.vcpu,
        memory_mib=row.memory_mib,
        disk_gib=row.disk_gib,
        disk_used_gib=row.disk_used_gib,
        power_state=row.power_state,
        is_template=row.is_template,
        set_apart=row.set_apart,
        facts=row.facts,
        identity=known.identity,
        vcenter=known.vcenter,
        vm_id=row.vm_id.casefold()[:KEPT_LENGTH],
    )


@transaction.atomic
def apply_traces(lab: Lab, traces: TraceSet, source: str) -> int:
    """Gives the lab's VMs their traces (`owners_of`) in place of what they had; returns how many got one."""
    Lab.objects.select_for_update().get(pk=lab.pk)
    rows = measured_traces(list(traced_vms(lab).select_related("workload")), traces, source)
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        Trace.objects.filter(workload_id__in=[row.workload_id for row in batch]).delete()
        Trace.objects.bulk_create(batch, batch_size=BATCH)
    touch(lab)
    return len(rows)
