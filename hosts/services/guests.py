"""Making a guest's row on a host with room, with its workload and demand, and taking it away again."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from hosts.choices import PowerState
from hosts.inventory.rows import VmRow
from hosts.inventory.traces.demand import synthetic_traces
from hosts.models import Cluster, VirtualMachine
from hosts.rules.placement import HostCandidate, PlacementRequest, best_of, candidates, why_nowhere
from virtlab.jobs.operations.effects import Run, StepFailed
from virtlab.labs.models import Lab, Trace, Workload
from virtlab.labs.names import free_name

# What a copy's workload has as its source's.
COPIED = (
    "system_name",
    "architecture",
    "application",
    "event_driven",
    "requests_per_month",
    "request_duration_ms",
    "data_out_gib_per_month",
    "cpu_peak_share",
    "memory_peak_share",
    "disk_mb_per_s",
    "disk_iops",
    "network_mb_per_s",
)


def require_name(lab: Lab, name: str) -> None:
    """StepFailed where the name was taken meanwhile."""
    if VirtualMachine.objects.filter(lab=lab, name=name).exists():
        raise StepFailed(_("There is a VM called %(name)s already."), name=name)


def place(cluster: Cluster, request: PlacementRequest) -> HostCandidate:
    """The host chosen now for a new guest; StepFailed where none has room, with the reason of the first."""
    hosts = candidates(cluster, request)
    best = best_of(hosts)
    if best is None:
        raise StepFailed(why_nowhere(cluster, hosts))
    return best


def make_guest(run: Run, workload: Workload | None, **columns: Any) -> VirtualMachine:
    """Makes a stopped guest, links it to the job and holds it; the step remembers its key as `vm`."""
    require_name(run.lab, columns["name"])
    vm = VirtualMachine.objects.create(lab=run.lab, workload=workload, power_state=PowerState.STOPPED, **columns)
    run.remember(vm=vm.pk)
    run.touch(vm, hold=True)
    return vm


def remove_guest(vm: VirtualMachine) -> None:
    """Deletes a guest with its snapshots and its workload; its backups stay."""
    workload = vm.workload
    vm.delete()
    if workload is not None:
        workload.delete()


def new_workload(lab: Lab, name: str, operating_system: str) -> Workload:
    """A workload under that name or a numbered one."""
    taken = {each.casefold() for each in Workload.objects.filter(lab=lab).values_list("name", flat=True)}
    free = free_name(name, taken)
    return Workload.objects.create(lab=lab, name=free, operating_system=operating_system)


def give_typical_day(lab: Lab, row: VmRow, workload: Workload) -> None:
    """Gives a new workload the synthetic day of a guest of which nothing is known."""
    Trace.objects.bulk_create(synthetic_traces(lab, [(row, workload)]))


def kept_workload(vm: VirtualMachine) -> dict[str, Any]:
    """What a backup keeps of a guest's workload: its system among it, not its demand. Empty where it has none."""
    workload = vm.workload
    return {name: getattr(workload, name) for name in ("operating_system", *COPIED)} if workload else {}


def workload_from(lab: Lab, kept: dict[str, Any], row: VmRow) -> Workload | None:
    """A new workload from what was kept, with a typical day's demand; None where nothing was."""
    if not kept:
        return None
    workload = new_workload(lab, row.name, kept["operating_system"])
    for column in COPIED:
        if column in kept:  # backups of earlier versions lack what is known since
            setattr(workload, column, kept[column])
    workload.save()
    give_typical_day(lab, row, workload)
    return workload


def copied_workload(lab: Lab, source: VirtualMachine, name: str) -> Workload | None:
    """A workload that demands what the source's does, under a name of its own; None where the source has none."""
    if source.workload is None:
        return None
    original = source.workload
    workload = new_workload(lab, name, original.operating_system)
    for column in COPIED:
        setattr(workload, column, getattr(original, column))
    workload.save()
    trace = Trace.objects.filter(workload=original).first()
    if trace is not None:
        trace.pk, trace.workload = None, workload
        trace._state.adding = True
        trace.save()
    return workload
