"""Converting a cluster's disks to another hypervisor's format: every byte in use is read and written."""

from django.utils.translation import gettext_lazy as _

from hosts.models import Cluster, VirtualMachine
from hosts.operations.guest.copy_steps import PASSES
from hosts.operations.needs import through
from virtlab.engine.durations.durations import at_rate_s
from virtlab.engine.durations.timings import Timings
from virtlab.engine.hypervisors.disk_formats import DISK_FORMATS, converts
from virtlab.jobs.operations.plan import PlannedStep
from virtlab.jobs.text import say


def convert_steps(cluster: Cluster, hypervisor: str, timings: Timings) -> list[PlannedStep]:
    """One step for each datastore with disks in use; none where the format stays. The way back converts them again."""
    if not converts(cluster.hypervisor, hypervisor):
        return []
    in_use: dict[int, list[VirtualMachine]] = {}
    for vm in VirtualMachine.objects.filter(cluster=cluster, disk_used_gib__gt=0).select_related("datastore"):
        in_use.setdefault(vm.datastore_id or 0, []).append(vm)
    steps = []
    for number, vms in enumerate(in_use.values()):
        gib, datastore = sum(vm.disk_used_gib for vm in vms), vms[0].datastore
        flow = through(datastore, gib, passes=PASSES)
        lasts_s = flow.alone_s if flow else at_rate_s(gib, timings.datastore_mib_per_s / PASSES)
        name, physics = datastore.name if datastore else "–", {"kind": "convert", "disk_gib": gib}
        message = _("Convert the disks on %(datastore)s to %(format)s")
        title = say(message, datastore=name, format=DISK_FORMATS[hypervisor])
        again = say(message, datastore=name, format=DISK_FORMATS[cluster.hypervisor])
        back = [PlannedStep(f"convert_back_{number}", again, lasts_s, flow=flow, down=True)]
        steps.append(
            PlannedStep(f"convert_{number}", title, lasts_s, physics=physics, way_back=back, flow=flow, down=True)
        )
    return steps
