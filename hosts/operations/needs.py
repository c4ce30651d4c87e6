"""What steps on the on-prem side need while they run."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from hosts.choices import HostState, PowerState
from hosts.live.disks import DELTA_RATE
from hosts.live.space import (
    delta_share_per_day,
    free_gib,
    growing_deltas,
    grown_beyond_s,
    growth_of,
    why_beyond,
)
from hosts.models import Datastore, Host, VirtualMachine
from hosts.rules.disk_work import working_host
from hosts.rules.full_copy import why_not_copied
from hosts.rules.host_power import own_server, why_not_on
from hosts.rules.memory_file import file_when_running_gib, no_room_for_file
from hosts.rules.power_on import why_cannot_run
from hosts.rules.reserved_space import SPACE, files_of, more_gib, reservations, reserved_gib
from virtlab.engine.hypervisors.table import HYPERVISORS
from virtlab.jobs.operations.needs import Needed, Params, need
from virtlab.jobs.text import Text, say
from virtlab.labs.models import Lab


@need("vm.running")
def guest_runs(lab: Lab, wanted: Sequence[Params]) -> list[Text | None]:
    """A guest runs, on the host on which the step began: its memory is nowhere else."""
    guests = VirtualMachine.objects.filter(lab=lab, pk__in=[params["vm"] for params in wanted])
    known = {vm.pk: vm for vm in guests.select_related("host")}
    return [_why_not_running(known.get(params["vm"]), params) for params in wanted]


def _why_not_running(vm: VirtualMachine | None, params: Params) -> Text | None:
    if vm is None:
        return say(_("The VM is gone."))
    if vm.host_id == params["host"] and vm.host and vm.host.state == HostState.FAILED:
        return say(_("Host %(host)s failed, and %(vm)s with it."), host=vm.host.name, vm=vm.name)
    if vm.power_state != PowerState.RUNNING or vm.host_id != params["host"]:
        return say(_("%(vm)s does not run any more."), vm=vm.name)
    return None


@need("host.on")
def host_on(lab: Lab, wanted: Sequence[Params]) -> list[Text | None]:
    """A host is on, also in maintenance."""
    known = {host.pk: host for host in Host.objects.filter(lab=lab, pk__in=[params["host"] for params in wanted])}
    return [why_not_on(known.get(params["host"])) for params in wanted]


@need("vm.there")
def guest_there(lab: Lab, wanted: Sequence[Params]) -> list[Text | None]:
    """A guest or template is there to be read; one that is a template when it is asked for stays one."""
    known = {vm.pk: vm for vm in VirtualMachine.objects.filter(lab=lab, pk__in=[params["vm"] for params in wanted])}
    return [_why_not_there(known.get(params["vm"]), params) for params in wanted]


def _why_not_there(vm: VirtualMachine | None, params: Params) -> Text | None:
    if vm is None:
        return say(_("%(name)s is gone: there is nothing to copy from."), name=params["name"])
    if params["template"] and not vm.is_template:
        return say(_("%(vm)s is no template any more: its disk changes while it is copied."), vm=vm.name)
    return None


@need("vm.copied_whole")
def copied_whole(lab: Lab, wanted: Sequence[Params]) -> list[Text | None]:
    """A guest may be copied whole as it is: not running, where its hypervisor copies none that runs."""
    guests = VirtualMachine.objects.filter(lab=lab, pk__in=[params["vm"] for params in wanted])
    known = {vm.pk: vm for vm in guests.select_related("cluster")}
    found = (known.get(params["vm"]) for params in wanted)
    return [why_not_copied(vm, HYPERVISORS[vm.cluster.hypervisor]) if vm else None for vm in found]


@need("vm.host_on")
def its_host_on(lab: Lab, wanted: Sequence[Params]) -> list[Text | None]:
    """The host is on where a guest is by now, or goes on with it."""
    guests = VirtualMachine.objects.filter(lab=lab, pk__in=[params["vm"] for params in wanted])
    known = {vm.pk: vm for vm in guests.select_related("host", "cluster")}
    found = (known.get(params["vm"]) for params in wanted)
    return [why_not_on(vm.host, vm) if vm and vm.host else None for vm in found]


@need("vm.may_power_on", at_begin=True)
def may_power_on(lab: Lab, wanted: Sequence[Params]) -> list[Text | None]:
    """A guest may be powered on where it is, as is asked when its start begins; one that runs by now is on."""
    guests = VirtualMachine.objects.filter(lab=lab, pk__in=[params["vm"] for params in wanted])
    known = {vm.pk: vm for vm in guests.select_related("host", "cluster")}
    return [_why_not_powered_on(known.get(params["vm"])) for params in wanted]


@need("vm.made_may_power_on", at_begin=True)
def made_may_power_on(lab: Lab, wanted: Sequence[Params]) -> list[Text | None]:
    """A guest which the same job made may be powered on, by its name."""
    made = VirtualMachine.objects.filter(lab=lab, name__in=[params["name"] for params in wanted])
    known = {vm.name: vm for vm in made.select_related("host", "cluster")}
    return [_why_not_powered_on(known.get(params["name"])) for params in wanted]


def _why_not_powered_on(vm: VirtualMachine | None) -> Text | None:
    return why_cannot_run(vm) if vm and vm.power_state != PowerState.RUNNING else None


@need("vm.made_on_host")
def made_on_host(lab: Lab, wanted: Sequence[Params]) -> list[Text | None]:
    """The host is on that was chosen for a guest which the same job made, by its name."""
    made = VirtualMachine.objects.filter(lab=lab, name__in=[params["name"] for params in wanted])
    host_of = {vm.name: vm.host for vm in made.select_related("host")}
    return [why_not_on(host) if (host := host_of.get(params["name"])) else None for params in wanted]


def space_lasts(lab: Lab, wanted: Sequence[Params]) -> list[datetime | None]:
    """When growing deltas will have left less of a datastore than what is needed and reserved before it."""
    growing = growing_deltas(lab, {params["datastore"] for params in wanted})
    share = delta_share_per_day(lab) if growing else 0.0
    if share <= 0:
        return [None] * len(wanted)
    lab_at, every, files = wanted[0]["lab_at"], reservations(lab.pk), files_of(wanted)
    known = Datastore.objects.filter(pk__in=growing).select_related("lab")
    free = {datastore.pk: free_gib(datastore, lab_at) for datastore in known}
    growth = {pk: growth_of(vms, lab_at, share) for pk, vms in growing.items()}

    def until(pk: int, gib: float, job: int) -> datetime | None:
        if pk not in free:
            return None
        after_s = grown_beyond_s(growth[pk], free[pk] - gib - reserved_gib(every, pk, job))
        return None if after_s is None else lab_at + timedelta(seconds=after_s)

    return [until(params["datastore"], more_gib(params, files), params["job"]) for params in wanted]


@need(SPACE, lasts=space_lasts, parameters=[DELTA_RATE])
def space(lab: Lab, wanted: Sequence[Params]) -> list[Text | None]:
    """A datastore has room for what a step is writing: `gib` in all, beside what others were admitted to write before
    its job was.
    """
    asked = {params["datastore"] for params in wanted}
    known = {each.pk: each for each in Datastore.objects.filter(lab=lab, pk__in=asked).select_related("lab")}
    free = {pk: free_gib(datastore, wanted[0]["lab_at"]) for pk, datastore in known.items()}
    every, files = reservations(lab.pk), files_of(wanted)

    def why_full(params: Params) -> Text | None:
        pk = params["datastore"]
        if pk not in known:
            return say(_("The datastore is gone."))
        why = why_beyond(known[pk], more_gib(params, files), free[pk], reserved_gib(every, pk, params["job"]))
        return no_room_for_file(params["hypervisor"], why) if why and "starts" in params else why

    return [*map(why_full, wanted)]


def in_memory_of(vm: VirtualMachine) -> list[Needed]:
    """What a step needs that reads what a running guest holds in memory."""
    return [guest_runs(vm=vm.pk, host=vm.host_id)]


def worked_on_by(vm: VirtualMachine) -> list[Needed]:
    """What a step needs that a host does on a guest's disks: that host, whether the guest runs or not. A server that is
    off with its OS works on its own disk from a rescue system.
    """
    host = working_host(vm)
    if host and host.state == HostState.OFF and own_server(vm):
        return [its_host_on(vm=vm.pk)]
    return [host_on(host=host.pk)] if host else []


def read_from(source: VirtualMachine) -> list[Needed]:
    """What a step needs that copies a guest's or a template's disk."""
    there = guest_there(vm=source.pk, name=source.name, template=source.is_template)
    return [there, *worked_on_by(source)]


def read_whole(source: VirtualMachine) -> list[Needed]:
    """What a step needs that copies all of a guest's or a template's disk to another."""
    return [*read_from(source), copied_whole(vm=source.pk)]


def room_for(datastore: Datastore | None, gib: float) -> list[Needed]:
    """What a step needs that writes so much to a datastore."""
    return [space(datastore=datastore.pk, gib=gib)] if datastore and gib > 0 else []


def room_for_memory_file(vm: VirtualMachine, memory_mib: int | None = None, *, beside_gib: float = 0.0) -> list[Needed]:
    """What a step needs at whose end a guest runs, with the memory that it has or with another: room for the file that
    stands for it. One that is not made yet goes by its name. `beside_gib`: what goes from its datastore for it.
    """
    gib, datastore = file_when_running_gib(vm, memory_mib) - beside_gib, vm.datastore
    if datastore is None or gib <= 0:
        return []
    starts, hypervisor = vm.pk or vm.name, str(vm.cluster.hypervisor)
    return [space(datastore=datastore.pk, gib=gib, starts=starts, hypervisor=hypervisor)]
