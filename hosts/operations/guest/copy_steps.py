"""A copy of a guest or template: its row, its disk, its own name and address, its start."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from hosts.live.space import Below, seen_gib
from hosts.models import Datastore, Host, Snapshot, VirtualMachine
from hosts.operations.flows import PASSES, moved
from hosts.operations.guest.base import runs_windows
from hosts.operations.guest.made_effects import MAKE, start_made_steps, unmake
from hosts.operations.needs import made_on_host, read_from, read_whole, room_for
from hosts.operations.stun import read_through_snapshot, temporary_gib
from hosts.rules.capacity import Need
from hosts.rules.full_copy import copied_live
from hosts.rules.placement import PlacementRequest, best_of, candidates
from hosts.rules.snapshot_kinds import LEAST_GIB
from hosts.services.guests import copied_workload, make_guest, place
from hosts.services.space import require_space
from virtlab.engine.durations.timings import Timings
from virtlab.engine.hypervisors.table import HYPERVISORS
from virtlab.jobs.operations.effects import Run, effect
from virtlab.jobs.operations.plan import PlannedStep, flow_s
from virtlab.jobs.text import Text, say

FREEZE = "take"
"""The step of a linked clone of a VM in which the snapshot is taken that it goes on from."""

LINKED_GROWS = _(
    "Its own file is a delta disk: it grows with what the clone writes while it runs, up to %(gib).1f GiB, and reads "
    "ask the whole chain below it."
)


def copied_gib(source: VirtualMachine, *, linked: bool, lab_at: datetime | None = None) -> float:
    """GiB that a copy takes of the datastore at once: 0 for a linked copy, what is written for a thin one."""
    if linked:
        return 0.0
    return full_disk_gib(source, lab_at) if source.thin or source.base_id else source.disk_gib


def room_gib(source: VirtualMachine, *, linked: bool, lab_at: datetime | None = None) -> float:
    """GiB that must be free for a copy: what it takes, and the beginning of a delta disk: of the linked copy's own
    file, or of the temporary snapshot through which a running guest is read.
    """
    return copied_gib(source, linked=linked, lab_at=lab_at) + (LEAST_GIB if linked else temporary_gib(source))


def linked_grows(seen_gib: float) -> Text:
    """What a linked clone will take of a datastore in time, of a source that sees so much in use."""
    return say(LINKED_GROWS, gib=seen_gib)


def full_disk_gib(source: VirtualMachine, lab_at: datetime | None = None) -> float:
    """GiB in use of a guest's whole disk at a lab time, now where none is given: with its snapshots' deltas, and with
    its bases' where it is a linked clone.
    """
    return seen_gib(source, lab_at or source.lab.lab_time())


def as_copied(source: VirtualMachine, name: str, memory_mib: int) -> VirtualMachine:
    """A copy as it will be, as far as it takes space; it is not saved."""
    return VirtualMachine(cluster=source.cluster, datastore=source.datastore, name=name, memory_mib=memory_mib)


@effect("vm.copy", breaks=("datastore.space",), names={"vm.name": "name", "vm.address": "address"})
def copy_guest(run: Run) -> None:
    """Makes the copy's row on a host that has room; StepFailed where datastore or hosts have none."""
    p = run.params
    source = run.get(VirtualMachine, p["source"])
    require_space(source.datastore, room_gib(source, linked=p["linked"], lab_at=run.lab_time), run.lab_time)
    make_guest(run, copied_workload(run.lab, source, p["name"]), **_columns(run, source))


def _columns(run: Run, source: VirtualMachine) -> dict[str, Any]:
    p, linked = run.params, run.params["linked"]
    frozen = Snapshot.objects.filter(pk=_frozen(run) or 0).first() if linked and not source.is_template else None
    below = Below.of(source, frozen, run.lab_time) if linked else Below(0.0, [])
    return {
        "name": p["name"],
        "cluster": source.cluster,
        "host": _host(run, source),
        "vcpu": p["vcpu"],
        "memory_mib": p["memory_mib"],
        "disk_gib": source.disk_gib,
        "disk_used_gib": 0.0 if linked else full_disk_gib(source, run.lab_time),
        "thin": source.thin or linked,
        "datastore": source.datastore,
        "hostname": p["hostname"],
        "address": p["address"] or None,
        "anti_affinity": "" if p["template"] else source.anti_affinity,
        "base": source if linked else None,
        "base_snapshot": frozen,
        "below_gib": below.gib,
        "below_deltas_gib": below.deltas_gib,
        "hot_add_cpu": source.hot_add_cpu,
        "hot_add_memory": source.hot_add_memory,
        "made_from": source,
        "is_template": p["template"],
        "health": p.get("health", source.health),
        "guest_version": p.get("guest_version", source.guest_version),
    }


def _frozen(run: Run) -> int | None:
    """The snapshot that a linked clone of a guest goes on from: the one chosen, or the one that the job took."""
    chosen: int | None = run.params.get("base_snapshot") or run.result(FREEZE).get("snapshot")
    return chosen


def _host(run: Run, source: VirtualMachine) -> Host | None:
    """A host with room where it is to start, the one that is named if it has; else any that has, or none."""
    p = run.params
    if p["template"]:
        return source.host
    wanted = PlacementRequest(Need(p["vcpu"], p["memory_mib"]), source.anti_affinity)
    if p["start"]:
        named = Host.objects.filter(cluster=source.cluster, pk=p.get("host") or 0).first()
        best = best_of(candidates(source.cluster, replace(wanted, only=named))) if named else None
        host = (best or place(source.cluster, wanted)).host
        run.log(say(_("Placed on %(host)s."), host=host.name))
        return host
    best = best_of(candidates(source.cluster, wanted))
    return best.host if best else None


def copy_params(source: VirtualMachine, name: str, **more: Any) -> dict[str, Any]:
    """Parameters of the copying effect; what is not said is as the source has it."""
    return {
        "source": source.pk,
        "name": name,
        "linked": False,
        "start": False,
        "vcpu": source.vcpu,
        "memory_mib": source.memory_mib,
        "hostname": "",
        "address": "",
        "template": False,
        **more,
    }


def copy_steps(source: VirtualMachine, params: dict[str, Any], timings: Timings) -> list[PlannedStep]:
    """Copy, then name, address and start where that is wanted."""
    # Once its disk is whole the copy stays, whatever becomes of its start.
    room = room_for(source.datastore, room_gib(source, linked=params["linked"]))
    steps = [
        PlannedStep(MAKE, _("Make room for it"), 0.0, copy_guest, undo=unmake, params=params, needs=room),
        replace(disk_step(source, linked=params["linked"], timings=timings), final=True),
    ]
    if not params["linked"]:
        steps.append(PlannedStep("register", _("Register it"), timings.reconfigure_s, final=True))
    if params["start"]:
        name, windows = params["name"], runs_windows(source)
        copy = as_copied(source, name, params["memory_mib"])
        customise_s, needs = timings.customise_s(windows=windows), [made_on_host(name=name)]
        steps += [
            *start_made_steps(copy, timings, windows=windows, source=source.pk),
            PlannedStep("customise", _("Set its name and address"), customise_s, needs=needs, varies=True),
        ]
    return steps


def read_live(
    source: VirtualMachine, steps: Sequence[PlannedStep], timings: Timings, figures: Mapping[str, float]
) -> list[PlannedStep]:
    """A full copy's steps, of a running guest with the temporary snapshot that its disk is read through: it is stunned
    where that is taken and where it goes. `figures`: the lab's parameters.
    """
    if not copied_live(source, HYPERVISORS[source.cluster.hypervisor]):
        return list(steps)
    title, lasts_s = _("Take a temporary snapshot to read from"), timings.snapshot_s
    hold = PlannedStep("hold", title, lasts_s, needs=read_from(source))
    copied = next(number for number, step in enumerate(steps, 1) if step.key == "copy")
    return [*read_through_snapshot(source, [hold, *steps[:copied]], figures), *steps[copied:]]


def disk_step(source: VirtualMachine, *, linked: bool, timings: Timings, to: Datastore | None = None) -> PlannedStep:
    """The copy of a disk, beside its source where no other datastore is named: its bytes share what they go through
    with whatever else does; a linked one is made.
    """
    physics = {"kind": "copy", "disk_gib": copied_gib(source, linked=linked)}
    if linked:
        title, lasts_s = _("Make a linked disk"), timings.linked_clone_s
        return PlannedStep("copy", title, lasts_s, physics=physics, needs=read_from(source))
    gib = full_disk_gib(source)
    flow = moved(gib, timings, source, reads=source.datastore, writes=to or source.datastore)
    lasts_s = flow_s(flow, gib, timings.datastore_mib_per_s / PASSES)
    return PlannedStep("copy", _("Copy its disk"), lasts_s, physics=physics, needs=read_whole(source), flow=flow)
