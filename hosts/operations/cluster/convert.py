"""Converting a cluster's disks to another hypervisor's format: every byte in use is read and written."""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from hosts.models import Cluster, VirtualMachine
from hosts.operations.flows import moved
from hosts.operations.guest.copy_steps import PASSES
from hosts.operations.needs import room_for
from hosts.operations.refusals import no_space
from virtlab.engine.durations.timings import Timings
from virtlab.engine.hypervisors.disk_formats import DISK_FORMATS, converts
from virtlab.jobs.operations.plan import PlannedStep, Refusal, flow_s
from virtlab.jobs.text import Text, say


def convert_steps(cluster: Cluster, hypervisor: str, timings: Timings) -> list[PlannedStep]:
    """One step for each datastore with disks in use; none where the format stays. The way back converts them again."""
    steps = []
    for number, vms in enumerate(_by_datastore(cluster, hypervisor)):
        gib, datastore = sum(vm.disk_used_gib for vm in vms), vms[0].datastore
        flow = moved(gib, timings, None, reads=datastore, writes=datastore)
        lasts_s = flow_s(flow, gib, timings.datastore_mib_per_s / PASSES)
        name, physics = datastore.name if datastore else "–", {"kind": "convert", "disk_gib": gib}
        message = _("Convert the disks on %(datastore)s to %(format)s")
        title = say(message, datastore=name, format=DISK_FORMATS[hypervisor])
        again = say(message, datastore=name, format=DISK_FORMATS[cluster.hypervisor])
        back = [PlannedStep(f"convert_back_{number}", again, lasts_s, flow=flow, down=True)]
        needs = room_for(datastore, _largest_gib(vms))
        step = PlannedStep(f"convert_{number}", title, lasts_s, physics=physics, way_back=back, flow=flow, down=True)
        steps.append(replace(step, needs=needs))
    return steps


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
    for vm in VirtualMachine.objects.filter(cluster=cluster, disk_used_gib__gt=0).select_related("datastore__lab"):
        in_use.setdefault(vm.datastore_id or 0, []).append(vm)
    return list(in_use.values())


def _largest_gib(vms: Sequence[VirtualMachine]) -> float:
    return max(vm.disk_used_gib if vm.thin else vm.disk_gib for vm in vms)
