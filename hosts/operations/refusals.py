"""Reasons why the on-prem side refuses, in words, each with ways out where there are any."""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from hosts.choices import GuestHealth, PowerState
from hosts.live.space import free_gib, why_beyond
from hosts.models import Cluster, Datastore, VirtualMachine
from hosts.operations.ways_out import add_host, bring_up, grow, hold, stop
from hosts.rules.disk_work import working_host
from hosts.rules.full_copy import why_not_copied
from hosts.rules.memory_file import file_now_gib, file_when_running_gib, no_room_for_file
from hosts.rules.placement import HostCandidate, best_of, why_nowhere
from hosts.rules.reserved_space import reservations, reserved_gib
from virtlab.engine.hypervisors.hypervisor import Change as LiveChange
from virtlab.engine.hypervisors.hypervisor import Hypervisor as Kind
from virtlab.engine.units import MIB_PER_GIB
from virtlab.jobs.operations.needs import asking_job
from virtlab.jobs.operations.operation import Operation
from virtlab.jobs.operations.plan import Refusal, WayOut
from virtlab.jobs.text import Text, say
from virtlab.web.formats import names
from virtlab.web.lazy_text import LazyText


def no_space(
    operation: Operation, datastore: Datastore | None, wanted_gib: float, field: str = "", *, beside_gib: float = 0.0
) -> list[Refusal]:
    """The datastore has no room for so much more; `beside_gib`: what others of the same request will write. What is
    free and what is reserved is read once for all objects of a request.
    """
    if datastore is None or wanted_gib <= 0:
        return []
    lab = operation.lab
    free = operation.once(f"free-{datastore.pk}", lambda: free_gib(datastore, lab.lab_time()))
    every = operation.once("reservations", lambda: reservations(lab.pk))
    reserved = reserved_gib(every, datastore.pk, asking_job())
    why = why_beyond(datastore, wanted_gib, free, reserved + beside_gib)
    return [Refusal(why, field, grow(datastore))] if why else []


def no_memory_file(operation: Operation, vm: VirtualMachine, memory_mib: int | None = None) -> list[Refusal]:
    """The datastore has no room for the file that stands for a guest's memory once it runs, with the memory that it has
    or with another; of one that runs by now, for that by which it grows.
    """
    refusals = no_space(operation, vm.datastore, file_when_running_gib(vm, memory_mib) - file_now_gib(vm))
    return [as_memory_file(operation, vm, refusal) for refusal in refusals]


def as_memory_file(operation: Operation, vm: VirtualMachine, refusal: Refusal) -> Refusal:
    """A refusal for want of space as one for that of the file; another guest's goes where that one is stopped. Which
    guests are the largest is read once for all objects of a request.
    """
    largest = operation.once(f"largest-on-store-{vm.datastore_id}", lambda: _largest_on(vm.datastore))
    other = next((each for each in largest if each.pk != vm.pk), None)
    stop_other = [WayOut("vm.stop", other, say(_("Stop %(vm)s"), vm=other.name))] if other else []
    text = no_room_for_file(vm.cluster.hypervisor, refusal.text)
    return replace(refusal, text=text, ways_out=[*refusal.ways_out, *stop_other])


def _largest_on(datastore: Datastore | None) -> list[VirtualMachine]:
    """The two guests with most memory that run on a datastore (one query)."""
    running = VirtualMachine.objects.filter(datastore=datastore, power_state=PowerState.RUNNING, is_template=False)
    return list(running.order_by("-memory_mib", "name")[:2])


def no_working_host(vm: VirtualMachine) -> list[Refusal]:
    """No host is on that could work on the guest's disk."""
    if working_host(vm) is not None:
        return []
    text = say(_("No host is on that could read and write the disk of %(vm)s."), vm=vm.name)
    return [Refusal(text, "", bring_up(vm.cluster_id, vm.host))]


def not_copied(source: VirtualMachine, kind: Kind, field: str = "") -> list[Refusal]:
    """The hypervisor makes no full copy of a guest as it is: running, or suspended."""
    why = why_not_copied(source, kind)
    return [Refusal(why, field, hold(source, kind))] if why else []


NOT_QUIESCED = _("%(kind)s quiesces no guest: it cannot ask the guest OS to hold its writes.")


def not_quiesced(vm: VirtualMachine, kind: Kind, without: WayOut, *, able: bool = False) -> list[Refusal]:
    """It does not run, or its hypervisor cannot ask its guest OS, nor is anybody else `able` to; the same `without` it
    can be done.
    """
    if vm.power_state != PowerState.RUNNING:
        return [Refusal(say(_("%(vm)s does not run: there is nothing to quiesce."), vm=vm.name), "quiesced")]
    if kind.rules.not_quiesced and not able:
        return [Refusal(say(NOT_QUIESCED, kind=kind.name), "quiesced", [without, *stop(vm)])]
    return []


def no_host(cluster: Cluster, candidates: Sequence[HostCandidate], field: str) -> list[Refusal]:
    """No host of the cluster has room."""
    return [] if best_of(candidates) else [Refusal(why_nowhere(cluster, candidates), field, [add_host(cluster)])]


TOO_LARGE_GUEST = _("%(kind)s (%(release)s) supports at most %(most)s %(unit)s for one guest.")
TOO_LARGE_DISK = _("%(kind)s (%(release)s) supports at most %(most)s %(unit)s for one virtual disk.")


def too_large(kind: Kind, vcpu: int, memory_mib: int, disk_gib: float) -> list[Refusal]:
    """The hypervisor does not support the size for one guest, or for its disk."""
    limits = {
        LiveChange.ADD_CPU: ("vcpu", kind.most_vcpu),
        LiveChange.ADD_MEMORY: ("memory_mib", kind.most_memory_gib),
        LiveChange.GROW_DISK: ("disk_gib", kind.rules.most_disk_gib),
    }
    refusals = []
    for change in kind.too_large(vcpu, memory_mib / MIB_PER_GIB, disk_gib):
        field, limit = limits[change]
        assert limit is not None
        of_disk = change is LiveChange.GROW_DISK
        message = TOO_LARGE_DISK if of_disk else TOO_LARGE_GUEST
        text = say(message, kind=kind.name, release=kind.limits_of, most=limit.value, unit=limit.unit)
        refusals.append(Refusal(text, field))
    return refusals


def vsphere_code(kind: Kind, code: str) -> str:
    """The error code with which vSphere refuses; empty under another hypervisor."""
    return code if kind.rules.memory_flag else ""


def wrong_state_code(kind: Kind) -> str:
    """VMware's error code where a VM is not in the power state for a change."""
    return vsphere_code(kind, "InvalidPowerState")


def disk_kept(vm: VirtualMachine, kind: Kind) -> list[Refusal]:
    """Its disk cannot grow: snapshots, or linked clones, need it as it is."""
    if kind.rules.no_growth_with_snapshots and vm.snapshots.exists():
        text = say(_("%(kind)s grows no disk that has snapshots."), kind=kind.name)
        return [Refusal(text, "disk_gib", [WayOut("snapshot.delete_all", vm, _("Delete all snapshots"))])]
    clones = sorted(clone.name for clone in vm.linked_clones.all() if clone.base_snapshot_id is None)
    if clones:
        text = say(_("Linked clones go on from this disk, so it stays as it is: %(names)s."), names=names(clones))
        return [Refusal(text, "disk_gib")]
    return []


NO_SYSTEM = _("No system is installed on %(vm)s: nothing in it starts. Restore it from a template or a copy.")


def not_well(vm: VirtualMachine, broken: LazyText) -> list[Text]:
    """That no system is installed on a guest, or what it means that its system is broken; nothing where it is well."""
    said = {GuestHealth.BROKEN.value: broken, GuestHealth.NONE.value: NO_SYSTEM}
    return [say(said[vm.health], vm=vm.name)] if vm.health in said else []


def copies_broken(vm: VirtualMachine) -> list[Text]:
    """That a copy of a broken guest is broken too."""
    return not_well(vm, _("The system of %(vm)s is broken, and so is that of a copy. Mend it first."))


def keeps_broken(vm: VirtualMachine) -> list[Text]:
    """That a snapshot of a broken guest is of a broken one."""
    return not_well(vm, _("The system of %(vm)s is broken, and the snapshot keeps it so."))


def still_broken(vm: VirtualMachine) -> list[Text]:
    """That a start does not mend a broken guest."""
    message = _(
        "The system of %(vm)s stays broken: go back to a snapshot, or restore it from a backup, a template or a copy."
    )
    return not_well(vm, message)


def why_needed(vm: VirtualMachine) -> Text | None:
    """Which linked clones need a guest or template as it is, in words; None where none does."""
    clones = sorted(clone.name for clone in vm.linked_clones.all())
    if not clones:
        return None
    return say(_("%(vm)s is in use: its linked clones need it: %(names)s."), vm=vm.name, names=names(clones))
