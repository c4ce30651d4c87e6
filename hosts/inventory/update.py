"""An inventory that the lab has already, in a newer state: its VMs are updated by name instead of added twice."""

from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction

from hosts.inventory.assembly.names import Known, recognised
from hosts.inventory.rows import Inventory, VmRow
from hosts.inventory.traces.demand import traces_for
from hosts.inventory.traces.shapes import TraceSet
from hosts.inventory.write import BATCH, WrittenEstate, create_estate, vm_of, workload_of
from hosts.models import Datastore, Host, VirtualMachine
from virtlab.labs.choices import TraceKind
from virtlab.labs.models import Lab, Trace, Workload

VM_FIELDS = (
    *("cluster_id", "host_id", "datastore_id", "vcpu", "memory_mib", "disk_gib", "disk_used_gib", "power_state"),
    *("facts", "identity"),
)
WORKLOAD_FIELDS = (
    *("operating_system", "system_name", "architecture", "application", "wave", "tags", "event_driven"),
    *("requests_per_month", "request_duration_ms", "data_out_gib_per_month", "cpu_peak_share", "memory_peak_share"),
    *("disk_mb_per_s", "disk_iops", "network_mb_per_s"),
)
Pairs = list[tuple[VmRow, VirtualMachine]]


@transaction.atomic
def update_estate(lab: Lab, inventory: Inventory, *, traces: TraceSet | None = None, source: str = "") -> int:
    """Gives the lab's VMs that are in the file what it says of them and adds the others; returns how many it had.

    VMs are recognised by their identity, else by name (`recognised`). VMs of the lab that the file does not name stay
    as they are. Raises NoServerModelsError like `create_estate`.
    """
    there = list(VirtualMachine.objects.filter(lab=lab).select_related("workload"))
    found = recognised(
        [Known(row.name, row.known_as) for row in inventory.vms], [Known(vm.name, vm.identity) for vm in there]
    )
    known = [(inventory.vms[row], there[place]) for row, place in found.items()]
    new = [row for place, row in enumerate(inventory.vms) if place not in found]
    take_new_names(lab, known, there)
    recognise_assumed(lab, inventory)
    estate = create_estate(lab, replace(inventory, vms=new), traces=traces, source=source)
    update_vms(lab, known, estate)
    renew_traces(lab, known, traces, source)
    return len(known)


def take_new_names(lab: Lab, known: Pairs, there: Sequence[VirtualMachine]) -> None:
    """Gives VMs and their workloads the names that the file has for them, where no other VM of the lab has these."""
    taken = {vm.name.casefold() for vm in there}
    taken |= {name.casefold() for name in Workload.objects.filter(lab=lab).values_list("name", flat=True)}
    renamed = []
    for row, vm in known:
        if row.name.casefold() not in taken:
            taken.add(row.name.casefold())
            vm.name = row.name
            renamed.append(vm)
            if vm.workload:
                vm.workload.name = row.name
    VirtualMachine.objects.bulk_update(renamed, ["name"], batch_size=BATCH)
    Workload.objects.bulk_update([vm.workload for vm in renamed if vm.workload], ["name"], batch_size=BATCH)


def recognise_assumed(lab: Lab, inventory: Inventory) -> None:
    """Hosts and datastores that were made up for the same file before are those of the lab."""
    for model, rows in ((Host, inventory.hosts), (Datastore, inventory.datastores)):
        names = {name.casefold() for name in model.objects.filter(lab=lab).values_list("name", flat=True)}
        for row in rows:
            row.name_assumed = row.name_assumed and row.name.casefold() not in names


def update_vms(lab: Lab, known: Pairs, estate: WrittenEstate) -> None:
    """Sizes, places and what is said of the workloads."""
    for row, vm in known:
        if vm.workload:
            copy_fields(workload_of(lab, row, vm.workload.name), vm.workload, WORKLOAD_FIELDS)
            copy_fields(vm_of(lab, row, vm.name, vm.workload, estate), vm, VM_FIELDS)
        else:
            copy_fields(vm_of(lab, row, vm.name, Workload(), estate), vm, VM_FIELDS)
    columns = [name.removesuffix("_id") for name in VM_FIELDS]
    VirtualMachine.objects.bulk_update([vm for _row, vm in known], columns, batch_size=BATCH)
    workloads = [vm.workload for _row, vm in known if vm.workload]
    Workload.objects.bulk_update(workloads, WORKLOAD_FIELDS, batch_size=BATCH)


def copy_fields(source: object, target: object, names: Sequence[str]) -> None:
    """Copies attributes."""
    for name in names:
        setattr(target, name, getattr(source, name))


def renew_traces(lab: Lab, known: Pairs, traces: TraceSet | None, source: str) -> None:
    """New traces; one that was measured stays unless the file measures that VM itself."""
    pairs = [(row, vm.workload) for row, vm in known if vm.workload and not row.is_template]
    made = traces_for(lab, pairs, traces, source)
    there = Trace.objects.filter(workload__lab=lab, kind=TraceKind.MEASURED)
    measured = set(there.values_list("workload_id", flat=True))
    kept = [trace for trace in made if trace.kind == TraceKind.MEASURED or trace.workload_id not in measured]
    for start in range(0, len(kept), BATCH):
        batch = kept[start : start + BATCH]
        Trace.objects.filter(workload_id__in=[trace.workload_id for trace in batch]).delete()
        Trace.objects.bulk_create(batch, batch_size=BATCH)
