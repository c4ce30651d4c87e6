"""The file that stands for a running guest's memory on its datastore: how large it is, and words where it has no room.

It is made before anything runs, while what was kept of a suspended guest is still there to be read ("The ESXi host
creates a swap file when a virtual machine is powered on. If this file cannot be created, the virtual machine cannot
power on": VMware vSphere 7.0, Resource Management, Swap File Location; looked up 2026-11), and goes once the guest is
off, or all of its memory has been written: that these two are there together for a moment is derived from it.
"""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from hosts.choices import PowerState
from hosts.models import VirtualMachine
from virtlab.engine.hypervisors.memory_files import MEMORY_FILES, memory_file_gib
from virtlab.jobs.text import Text, say
from virtlab.web.lazy_text import LazyText

NO_ROOM = _("Where it runs its swap file (%(file)s) is on the datastore too, as large as its memory. %(why)s")

NO_ROOM_TOGETHER = _(
    "Where VMs run their swap files (%(file)s) are on the datastore too, as large as their memory. %(why)s"
)
TAKES = _("While it runs it takes %(gib).1f GiB more of its datastore: a swap file (%(file)s) as large as its memory.")
OF_ITS_MEMORY = _("Of its memory on the datastore")


def file_when_running_gib(vm: VirtualMachine, memory_mib: int | None = None) -> float:
    """GiB of a guest's file while it runs, with the memory that it has or with another; 0 without a datastore."""
    if vm.datastore_id is None:
        return 0.0
    return memory_file_gib(vm.cluster.hypervisor, vm.memory_mib if memory_mib is None else memory_mib)


def file_now_gib(vm: VirtualMachine) -> float:
    """GiB of a guest's file now: 0 where it does not run."""
    runs = vm.power_state == PowerState.RUNNING and not vm.is_template
    return file_when_running_gib(vm) if runs else 0.0


def files_now_gib(guests: Iterable[int]) -> dict[int, float]:
    """GiB of the files of these guests, by their keys; those that do not run are not in it (one query)."""
    running = VirtualMachine.objects.filter(pk__in=guests, power_state=PowerState.RUNNING, is_template=False)
    return {vm.pk: file_when_running_gib(vm) for vm in running.select_related("cluster")}


def no_room_for_files(hypervisor: str, why: Text | LazyText) -> Text:
    """Why the files of several guests together do not fit, in words."""
    return say(NO_ROOM_TOGETHER, file=MEMORY_FILES[hypervisor], why=why)


def no_room_for_file(hypervisor: str, why: Text | LazyText) -> Text:
    """Why a guest's file does not fit, in words."""
    return say(NO_ROOM, file=MEMORY_FILES[hypervisor], why=why)


def takes_while_running(vm: VirtualMachine, memory_mib: int | None = None) -> list[Text]:
    """What a guest's file takes, in words; nothing under a hypervisor that makes none."""
    gib = file_when_running_gib(vm, memory_mib)
    return [say(TAKES, gib=gib, file=MEMORY_FILES[vm.cluster.hypervisor])] if gib else []
