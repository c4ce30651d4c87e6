"""Whether a host is on for what is asked of it. Without virtualization a server and its OS are on and off as one: an OS
that shuts down powers its server off, and starts with the server's own start.
"""

from django.utils.translation import gettext_lazy as _

from hosts.choices import HostState
from hosts.models import Host, VirtualMachine
from virtlab.engine.hypervisors.hypervisor import HypervisorClass
from virtlab.engine.hypervisors.table import HYPERVISORS
from virtlab.jobs.text import Text, say

NOT_ON = _("Host %(host)s is not on.")


def bare_metal(hypervisor: str) -> bool:
    """Whether a cluster's guests are operating systems of physical servers, one each."""
    return HYPERVISORS[hypervisor].kind == HypervisorClass.NONE


def own_server(vm: VirtualMachine) -> Host | None:
    """The server that is on and off with the OS; None for a VM, a template, and for one that is on no host."""
    return vm.host if bare_metal(vm.cluster.hypervisor) and not vm.is_template else None


def why_not_on(host: Host | None, vm: VirtualMachine | None = None) -> Text | None:
    """Why a host is not there to work, in words; None where it is on, also in maintenance, and where `vm` is the OS
    that goes on with it.
    """
    if host is None:
        return say(_("The host is gone."))
    if host.state == HostState.FAILED:
        return say(_("Host %(host)s failed."), host=host.name)
    off = host.state == HostState.OFF and not _goes_on_with(host, vm)
    return say(NOT_ON, host=host.name) if off else None


def why_not_open(host: Host, vm: VirtualMachine | None = None) -> Text | None:
    """Why no guest starts on a host, in words: it is off, in maintenance or failed. None where it is on, and where `vm`
    is the OS that goes on with it.
    """
    if host.state == HostState.ON or (host.state == HostState.OFF and _goes_on_with(host, vm)):
        return None
    return say(NOT_ON, host=host.name)


def _goes_on_with(host: Host, vm: VirtualMachine | None) -> bool:
    return vm is not None and vm.host_id == host.pk and own_server(vm) is not None
