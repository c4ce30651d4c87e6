"""The columns of the lists of virtual machines and of templates."""

from functools import partial
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from hosts.live.rows import GuestLive
from hosts.models import VirtualMachine
from hosts.pages.holding_jobs import HoldingJob
from virtlab.web.formats import gib, mib, number, percent, watts
from virtlab.web.table import Column, Table

SYSTEM = "workload__operating_system"
CPU_SHARE = _("CPU used, mean (share)")
percent_1 = partial(percent, digits=1)
watts_1 = partial(watts, digits=1)


class ListedVm(NamedTuple):
    """A virtual machine, what it uses now (None if unknown) and the job that holds it."""

    vm: VirtualMachine
    now: GuestLive | None
    job: HoldingJob | None


def system(vm: VirtualMachine) -> str:
    """Its operating system in words."""
    return str(vm.workload.get_operating_system_display()) if vm.workload else ""


VMS = Table[ListedVm](
    _("VMs"),
    [
        Column("name", _("Name"), "name", "name"),
        Column("state", _("State"), "power_state", "power_state"),
        Column("host", _("Host"), "host__name", "host__name"),
        Column("cluster", _("Cluster"), "cluster__name", "cluster__name"),
        Column("os", _("Operating system"), SYSTEM, SYSTEM, value=lambda row: system(row.vm), csv_label=_("System")),
        Column("template", csv="is_template", csv_label=_("Template")),
        Column("apart", csv="set_apart", csv_label=_("Set apart")),
        Column("vcpu", _("vCPU"), "vcpu", "vcpu", number, "vm.vcpu"),
        Column("memory", _("Memory"), "memory_mib", "memory_mib", mib, "vm.memory_mib", csv_label=_("Memory (MiB)")),
        Column("disk", _("Disk"), "disk_gib", "disk_gib", gib, "vm.disk_gib", csv_label=_("Disk (GiB)")),
        Column("disk_used", csv="disk_used_gib", csv_label=_("Disk in use (GiB)")),
        Column("cpu", _("CPU used, mean"), "cpu_share", "cpu_share", percent_1, "vm.cpu_share", csv_label=CPU_SHARE),
        Column("cpu_now", _("CPU now"), num=percent_1, value=lambda row: row.now and row.now.cpu_share),
        Column("power_now", _("Power now"), num=watts_1, value=lambda row: row.now and row.now.power_w),
    ],
    default="name",
    subject=lambda row: (row.vm.pk, row.vm.name),
)
TEMPLATES = Table[VirtualMachine](
    _("Templates"),
    [
        Column("name", _("Name"), "name", "name"),
        Column("cluster", _("Cluster"), "cluster__name", "cluster__name"),
        Column("os", _("Operating system"), SYSTEM, value=system),
        Column("vcpu", _("vCPU"), "vcpu", "vcpu", number),
        Column("memory", _("Memory"), "memory_mib", "memory_mib", mib, csv_label=_("Memory (MiB)")),
        Column("disk", _("Disk"), "disk_gib", "disk_gib", gib, csv_label=_("Disk (GiB)")),
        Column("copies", _("Copies made"), "copy_count", "copy_count", number, csv_label=_("Copies")),
        Column("linked", _("Linked clones"), "linked_count", "linked_count", number, csv_label=_("Linked")),
    ],
    default="name",
)
