"""An inventory that the lab has already, in a newer state: its VMs are updated instead of added twice."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from uuid import uuid4

from django.db import transaction

from hosts.inventory.recognition.vcenters import as_the_lab_names, taken_as
from hosts.inventory.recognition.vms import Known, is_another, is_uuid, known_row, recognised
from hosts.inventory.rows import Inventory, VmRow
from hosts.inventory.traces.demand import traces_for
from hosts.inventory.traces.shapes import TraceSet
from hosts.inventory.write import BATCH, WrittenEstate, create_machines, vm_of, workload_of
from hosts.models import Datastore, Host, VirtualMachine
from virtlab.labs.choices import TraceKind
from virtlab.labs.models import Lab, Trace, Workload
from virtlab.labs.names import free_name

VM_FIELDS = (
    *("cluster_id", "host_id", "datastore_id", "vcpu", "memory_mib", "disk_gib", "disk_used_gib", "power_state"),
    "facts",
)
IDENTITY_FIELDS = ("identity", "vcenter", "vm_id")
WORKLOAD_FIELDS = (
    *("operating_system", "system_name", "architecture", "application", "wave", "tags", "event_driven"),
    *("requests_per_month", "request_duration_ms", "data_out_gib_per_month", "cpu_peak_share", "memory_peak_share"),
    *("disk_mb_per_s", "disk_iops", "network_mb_per_s"),
)
Pairs = list[tuple[VmRow, VirtualMachine]]


@transaction.atomic
def update_estate(
    lab: Lab,
    inventory: Inventory,
    *,
    traces: TraceSet | None = None,
    source: str = "",
    vcenters_apart: bool = False,
) -> int:
    """Gives the lab's VMs that are in the file what it says of them and adds the others; returns how many it had.

    VMs are recognised by their identity, else by name (`recognised`), in vCenters that may have another name in the
    file (`taken_as`), unless these are to be kept apart; what was measured of one whose place another machine has taken
    goes. VMs of the lab that the file does not name stay as they are. Raises like `create_machines`.
    """
    there = list(VirtualMachine.objects.filter(lab=lab).select_related("workload"))
    if not vcenters_apart:
        name_vcenters(inventory.vms, there)
    places = recognised([known_row(row) for row in inventory.vms], [known_vm(vm) for vm in there])
    known = [(inventory.vms[row], there[place]) for row, place in places.items()]
    new = [row for place, row in enumerate(inventory.vms) if place not in places]
    others = {vm.workload_id for row, vm in known if is_another(known_row(row), known_vm(vm))}
    take_new_names(lab, inventory, known)
    recognise_assumed(lab, inventory)
    estate = create_machines(lab, replace(inventory, vms=new))
    update_vms(lab, known, estate)
    placed = [*estate.placed, *((row, vm.workload) for row, vm in known)]
    renew_traces(lab, others, traces_for(lab, placed, traces, source))
    return len(known)


def known_vm(vm: VirtualMachine) -> Known:
    """What a VM of the lab is recognised by."""
    return Known(vm.name, vm.identity, vm.vcenter)


def name_vcenters(rows: Sequence[VmRow], there: Sequence[VirtualMachine]) -> None:
    """Gives rows and VMs the same names of the same vCenters."""
    read, known = [known_row(row) for row in rows], [known_vm(vm) for vm in there]
    named = as_the_lab_names(read, known, taken_as(read, known))
    for row, vm in zip(rows, named[0], strict=True):
        row.stated_vcenter = vm.vcenter
    for kept, vm in zip(there, named[1], strict=True):
        kept.vcenter = vm.vcenter


def says_more(identity: str, kept: str) -> bool:
    """Whether an identity goes before the one kept: any before none, and a UUID before an ID."""
    return bool(identity) and (is_uuid(identity) or not is_uuid(kept))


def take_new_names(lab: Lab, inventory: Inventory, known: Pairs) -> None:
    """Gives VMs and their workloads the names that the file has for them, where no VM besides has these.

    Names may go round (blue becomes green, green blue): all that change are given up before any is taken.
    """
    names = new_names(inventory, known, names_of_others(lab, known))
    renamed = [(name, vm) for name, (_row, vm) in zip(names, known, strict=True) if name != vm.name]
    for provisional in (True, False):
        for name, vm in renamed:
            vm.name = uuid4().hex if provisional else name
            if vm.workload:
                vm.workload.name = vm.name
        vms = [vm for _name, vm in renamed]
        VirtualMachine.objects.bulk_update(vms, ["name"], batch_size=BATCH)
        Workload.objects.bulk_update([vm.workload for vm in vms if vm.workload], ["name"], batch_size=BATCH)


def names_of_others(lab: Lab, known: Pairs) -> set[str]:
    """The names in lower case, of VMs and workloads of a lab, that none of the recognised VMs gives up."""
    own = {vm.pk for _row, vm in known}
    given_up = {vm.workload_id: vm.name for _row, vm in known}
    vms = VirtualMachine.objects.filter(lab=lab).values_list("pk", "name")
    workloads = Workload.objects.filter(lab=lab).values_list("pk", "name")
    names = {name.casefold() for pk, name in vms if pk not in own}
    return names | {name.casefold() for pk, name in workloads if given_up.get(pk) != name}


def new_names(inventory: Inventory, known: Pairs, others: set[str]) -> list[str]:
    """The name of each recognised VM from now on; `others` are the names, in lower case, that are not to be had.

    VMs to which the file gives one name are numbered; which of the numbered names each has stays as it is.
    """
    alike: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for row in inventory.vms:
        alike[given(row)][row.name.casefold()] = row.name
    stay = {place for place, (row, vm) in enumerate(known) if vm.name.casefold() in alike[given(row)]}
    names = [vm.name for _row, vm in known]
    taken = others | {names[place].casefold() for place in stay}
    refused = []
    for place, (row, _vm) in enumerate(known):
        if place in stay:
            continue
        wanted = (
            name for key, name in {row.name.casefold(): row.name, **alike[given(row)]}.items() if key not in taken
        )
        if name := next(wanted, ""):
            names[place] = name
            taken.add(name.casefold())
        else:
            refused.append(place)
    for place in refused:
        row, vm = known[place]
        names[place] = vm.name if vm.name.casefold() not in taken else free_name(row.name, taken)
        taken.add(names[place].casefold())
    return names


def given(row: VmRow) -> str:
    """The name that the file gives a VM, in lower case."""
    return (row.given_name or row.name).casefold()


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
        said = vm_of(lab, row, vm.name, vm.workload or Workload(), estate)
        copy_fields(said, vm, VM_FIELDS)
        if says_more(said.identity, vm.identity):
            copy_fields(said, vm, IDENTITY_FIELDS)
    columns = [name.removesuffix("_id") for name in VM_FIELDS] + [*IDENTITY_FIELDS]
    VirtualMachine.objects.bulk_update([vm for _row, vm in known], columns, batch_size=BATCH)
    workloads = [vm.workload for _row, vm in known if vm.workload]
    Workload.objects.bulk_update(workloads, WORKLOAD_FIELDS, batch_size=BATCH)


def copy_fields(source: object, target: object, names: Sequence[str]) -> None:
    """Copies attributes."""
    for name in names:
        setattr(target, name, getattr(source, name))


def renew_traces(lab: Lab, others: set[int | None], made: Sequence[Trace]) -> None:
    """New traces; one that was measured stays unless the file measures that VM itself, or its workload is now that of
    another machine, one of `others`.
    """
    there = Trace.objects.filter(workload__lab=lab, kind=TraceKind.MEASURED)
    measured = set(there.values_list("workload_id", flat=True)) - others
    kept = [trace for trace in made if trace.kind == TraceKind.MEASURED or trace.workload_id not in measured]
    for start in range(0, len(kept), BATCH):
        batch = kept[start : start + BATCH]
        Trace.objects.filter(workload_id__in=[trace.workload_id for trace in batch]).delete()
        Trace.objects.bulk_create(batch, batch_size=BATCH)
