"""Converting a cluster's disks to another hypervisor's format: every byte in use is read and written."""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil

from django.utils.translation import gettext_lazy as _

from hosts.models import Cluster, VirtualMachine
from hosts.operations.flows import PASSES, moved
from hosts.operations.needs import room_for
from hosts.operations.refusals import no_space
from virtlab.engine.durations.timings import Timings
from virtlab.engine.hypervisors.disk_formats import DISK_FORMATS, converts
from virtlab.jobs.operations.plan import PlannedStep, Refusal, flow_s
from virtlab.jobs.text import Text, say

MOST_STEPS = 20
"""A cluster of many disks is converted in about so many steps, so that its plan can be read."""


def convert_steps(cluster: Cluster, hypervisor: str, timings: Timings) -> list[PlannedStep]:
    """One step for each disk, or where there are many for some of them; none where the format stays.

    What is converted is converted again on the way back. A disk that is being converted is still whole in its old
    format, so that breaking off takes nothing back. Of several in one step some may be converted by then: these go back
    at once: a twentieth of all disks at most.
    """
    by_datastore = _by_datastore(cluster, hypervisor)
    size = ceil(sum(map(len, by_datastore)) / MOST_STEPS)
    together = [vms[first : first + size] for vms in by_datastore for first in range(0, len(vms), size)]
    kinds = cluster.hypervisor, hypervisor
    return [_convert_step(number, vms, kinds, timings) for number, vms in enumerate(together)]


def _convert_step(number: int, vms: list[VirtualMachine], kinds: tuple[str, str], timings: Timings) -> PlannedStep:
    gib, datastore = sum(vm.disk_used_gib for vm in vms), vms[0].datastore
    flow = moved(gib, timings, None, reads=datastore, writes=datastore)
    lasts_s = flow_s(flow, gib, timings.datastore_mib_per_s / PASSES)
    before, after = kinds
    step = PlannedStep(f"convert_{number}", _convert_title(vms, after), lasts_s, flow=flow, down=True)
    back = replace(step, key=f"convert_back_{number}", title=_convert_title(vms, before))
    return replace(
        step,
        physics={"kind": "convert", "disk_gib": gib},
        way_back=[back],
        needs=room_for(datastore, _largest_gib(vms)),
    )


def _convert_title(vms: Sequence[VirtualMachine], hypervisor: str) -> Text:
    words = {"first": vms[0].name, "format": DISK_FORMATS[hypervisor]}
    if len(vms) == 1:
        return say(_("Convert the disk of %(first)s to %(format)s"), **words)
    message = _("Convert %(count)d disks to %(format)s, from %(first)s to %(last)s")
    return say(message, count=len(vms), last=vms[-1].name, **words)


def no_room_to_convert(cluster: Cluster, hypervisor: str) -> list[Refusal]:
    """Datastores on which the largest disk does not fit twice: one after the other each is there in both formats."""
    by_datastore = _by_datastore(cluster, hypervisor)
    return [
        refusal
        for vms in by_datastore
        for refusal in no_space(cluster.lab, vms[0].datastore, _largest_gib(vms), "hypervisor")
    ]


def conversion_notes(cluster: Cluster, hypervisor: str) -> list[Text]:
    """What another product means for guests and disks; none where the format stays, and so the family."""
    if not converts(cluster.hypervisor, hypervisor):
        return []
    notes = [say(_("Guests need the new hypervisor's drivers (virtio, PVSCSI …) before they start under it."))]
    if largest_gib := max((_largest_gib(vms) for vms in _by_datastore(cluster, hypervisor)), default=0.0):
        message = _(
            "Disks are converted one after the other, and each is there twice meanwhile: up to %(gib).1f GiB more."
        )
        notes.append(say(message, gib=largest_gib))
    return notes


def _by_datastore(cluster: Cluster, hypervisor: str) -> list[list[VirtualMachine]]:
    """The guests and templates with disks to convert, those on the same datastore together."""
    if not converts(cluster.hypervisor, hypervisor):
        return []
    in_use: dict[int, list[VirtualMachine]] = {}
    guests = VirtualMachine.objects.filter(cluster=cluster, disk_used_gib__gt=0).select_related("datastore__lab")
    for vm in guests.order_by("name"):
        in_use.setdefault(vm.datastore_id or 0, []).append(vm)
    return list(in_use.values())


def _largest_gib(vms: Sequence[VirtualMachine]) -> float:
    return max(vm.disk_used_gib if vm.thin else vm.disk_gib for vm in vms)
