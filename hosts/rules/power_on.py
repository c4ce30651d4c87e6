"""What is asked when a guest is powered on."""

from django.utils.translation import gettext_lazy as _

from hosts.choices import HostState
from hosts.models import VirtualMachine
from hosts.rules.capacity import Need, why_apart, why_full
from virtlab.jobs.text import Text, say


def why_cannot_run(vm: VirtualMachine) -> Text | None:
    """Why a guest cannot run where it is, in words; None where it can."""
    if vm.is_template:
        return say(_("%(vm)s is a template: it does not run."), vm=vm.name)
    if vm.host is None:
        return say(_("%(vm)s is on no host."), vm=vm.name)
    if vm.host.state != HostState.ON:
        return say(_("Host %(host)s is not on."), host=vm.host.name)
    return why_apart(vm.host, vm) or why_full(vm.host, Need.of(vm), vm)
