"""Ways out: of a full host (resize or stop another guest, move this one, add a host), of a broken guest."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from hosts.choices import GuestHealth, HostState, PowerState
from hosts.models import Backup, Cluster, Datastore, Host, VirtualMachine
from hosts.rules.disk_work import own_disks
from hosts.rules.full_copy import copied_suspended
from hosts.rules.host_power import bare_metal
from virtlab.engine.hypervisors.hypervisor import Hypervisor
from virtlab.jobs.operations.plan import WayOut
from virtlab.jobs.text import say

WELL = GuestHealth.WELL.value
WAYS = 2
OF_BACKUP = "backup-"
BRING_UP = {
    HostState.FAILED: ("host.repair", _("Repair %(host)s")),
    HostState.OFF: ("host.power_on", _("Power %(host)s on")),
}


def stop(vm: VirtualMachine) -> list[WayOut]:
    """Stopping a guest; nothing for one that does not run."""
    return [WayOut("vm.stop", vm, _("Stop it"))] if vm.power_state == PowerState.RUNNING else []


def wake(vm: VirtualMachine) -> list[WayOut]:
    """What a suspended guest can go on as: running, or off."""
    resume = WayOut("vm.resume", vm, _("Resume it"))
    return [resume, WayOut("vm.discard_suspended", vm, _("Discard its kept memory"))]


def hold(vm: VirtualMachine, kind: Hypervisor) -> list[WayOut]:
    """What makes a guest one that is copied whole: off, or suspended where that is enough."""
    if vm.power_state == PowerState.SUSPENDED:
        return wake(vm)
    suspend = [WayOut("vm.suspend", vm, _("Suspend it"))] if copied_suspended(kind) else []
    return [*stop(vm), *suspend]


def turn_off(vm: VirtualMachine) -> list[WayOut]:
    """Ways to a guest that is off, also for one that is suspended."""
    if vm.power_state == PowerState.SUSPENDED:
        return [WayOut("vm.discard_suspended", vm, _("Discard its kept memory"))]
    return stop(vm)


def mend(vm: VirtualMachine) -> list[WayOut]:
    """How a broken guest can be well again: back to a snapshot from before, or a new disk from its newest well backup,
    from a template or a copy. Where there is none of these, another VM takes its place.
    """
    ways: list[WayOut] = []
    newest_first = ("-taken_lab_at", "-pk")
    snapshots = vm.snapshots.order_by(*newest_first)
    snapshot = next((each for each in snapshots if each.configuration.get("health") == WELL), None)
    if snapshot:
        ways.append(WayOut("snapshot.revert", snapshot, say(_("Go back to snapshot %(name)s"), name=snapshot.name)))
    backup = next((each for each in vm.backups.order_by(*newest_first) if each.health == WELL), None)
    if backup:
        from_it = say(_("Restore it from backup %(name)s"), name=backup.name)
        ways.append(WayOut("vm.restore", vm, from_it, {"source": backup_choice(backup)}))
    if source := sources_for(vm).first():
        label = _("Restore it from a template or a copy")
        ways.append(WayOut("vm.restore", vm, label, {"source": source.pk}))
    return ways or [WayOut("vm.create", None, _("Make a new VM in its place"), {"cluster": vm.cluster_id})]


def backup_choice(backup: Backup) -> str:
    """How a restore's form calls a backup; templates and copies it calls by their key."""
    return f"{OF_BACKUP}{backup.pk}"


def sources_for(vm: VirtualMachine) -> QuerySet[VirtualMachine]:
    """Well templates of the guest's cluster, and well copies of it, with its system."""
    system = vm.workload.operating_system if vm.workload else None
    every = VirtualMachine.objects.filter(cluster=vm.cluster_id, health=WELL, workload__operating_system=system)
    return every.filter(Q(is_template=True) | Q(made_from=vm.pk)).exclude(pk=vm.pk).order_by("-is_template", "name")


def grow(datastore: Datastore | None) -> list[WayOut]:
    """A larger datastore."""
    return [WayOut("datastore.grow", datastore, _("Grow the datastore"))] if datastore else []


def make_room(vm: VirtualMachine, largest: Sequence[VirtualMachine] | None = None) -> list[WayOut]:
    """How room could be made for a guest that does not fit its host; the largest guests there are read where they are
    not given.
    """
    move = WayOut("vm.move", vm, _("Move it to another host first"))
    ways = [*([] if own_disks(vm.cluster.hypervisor) else [move]), add_host(vm.cluster)]
    if bare_metal(vm.cluster.hypervisor):
        return ways
    here = largest_on(vm.host_id) if largest is None else largest
    other = next((each for each in here if each.pk != vm.pk), None)
    if other is None:
        return ways
    smaller = WayOut("vm.resize", other, say(_("Make %(vm)s smaller"), vm=other.name))
    return [smaller, WayOut("vm.stop", other, say(_("Stop %(vm)s"), vm=other.name)), *ways]


def add_host(cluster: Cluster) -> WayOut:
    """Adding a host to a cluster."""
    return WayOut("host.add", None, _("Add a host"), {"cluster": cluster.pk})


def bring_up(cluster: int, first: Host | None) -> list[WayOut]:
    """Repairing or switching on a host of a cluster that is failed or off: that one first, else by name."""
    down = list(Host.objects.filter(cluster=cluster, state__in=BRING_UP).order_by("name"))
    down.sort(key=lambda host: host != first)
    return back_on(*down[:WAYS])


def back_on(*hosts: Host) -> list[WayOut]:
    """Repairing or switching on each of these hosts, which are failed or off."""
    ways = ((BRING_UP[HostState(host.state)], host) for host in hosts)
    return [WayOut(operation, host, say(label, host=host.name)) for (operation, label), host in ways]


def largest_on(host: int | None) -> list[VirtualMachine]:
    """The two guests with most memory that run on a host (one query)."""
    running = VirtualMachine.objects.filter(host=host, power_state=PowerState.RUNNING, is_template=False)
    return list(running.order_by("-memory_mib", "name")[:2]) if host else []
