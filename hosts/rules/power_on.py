"""What is asked when a guest is powered on."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from hosts.models import Host, VirtualMachine
from hosts.rules.anti_affinity import GroupMember, why_apart
from hosts.rules.capacity import GuestRow, Need, rooms
from hosts.rules.host_power import why_not_open
from virtlab.jobs.text import Text, say


def why_cannot_run(
    vm: VirtualMachine, guests: Sequence[GuestRow] | None = None, members: Sequence[GroupMember] | None = None
) -> Text | None:
    """Why a guest cannot run where it is, in words; None where it can. The guests of its host, and the members of its
    anti-affinity group, are read where they are not given.
    """
    if vm.is_template:
        return say(_("%(vm)s is a template: it does not run."), vm=vm.name)
    if vm.host is None:
        return say(_("%(vm)s is on no host."), vm=vm.name)
    return why_not_there(vm.host, vm, guests, members)


def why_not_there(
    host: Host,
    vm: VirtualMachine,
    guests: Sequence[GuestRow] | None = None,
    members: Sequence[GroupMember] | None = None,
    *,
    starts: bool = True,
) -> Text | None:
    """The same of any host, whether the guest is on it or not. Of one that does not start there it is only asked that
    the host is on. Without virtualization its own server goes on with it.
    """
    if why := why_not_open(host, vm):
        return why
    if not starts:
        return None
    return why_apart(host, vm, members) or rooms([host], vm, guests)[0].why_not(Need.of(vm))
