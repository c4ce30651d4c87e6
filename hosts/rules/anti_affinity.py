"""No two VMs of an anti-affinity group share a host."""

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from hosts.models import Host, VirtualMachine
from hosts.rules.coming_up import then
from virtlab.jobs.text import Text, say


class GroupMember(NamedTuple):
    """A VM of a group on a host, or on its way there."""

    pk: int
    name: str
    anti_affinity: str
    host_id: int | None


def group_members(lab: int, groups: Iterable[str]) -> list[GroupMember]:
    """The VMs of these groups, by name; one that is moved is on both hosts (two queries, none where no group is
    named).
    """
    wanted = {group for group in groups if group}
    if not wanted:
        return []
    plans = then(lab)
    rows = VirtualMachine.objects.filter(lab=lab, anti_affinity__in=wanted, is_template=False).order_by("name")
    members: list[GroupMember] = []
    for member in (GroupMember(*row) for row in rows.values_list(*GroupMember._fields)):
        becomes = plans[member.pk].host if member.pk in plans else None
        members.append(member)
        if becomes and becomes != member.host_id:
            members.append(member._replace(host_id=becomes))
    return members


def who_of_group(host: Host, group: str, members: Iterable[GroupMember], excluding: int | None = None) -> Text | None:
    """Which VM of an anti-affinity group is on a host, in words; None if there is none."""
    here = (each for each in members if each.host_id == host.pk and each.anti_affinity == group)
    other = next((each for each in here if each.pk != excluding), None) if group else None
    if other is None:
        return None
    message = _("%(other)s of the anti-affinity group %(group)s is on host %(host)s.")
    return say(message, other=other.name, group=group, host=host.name)


def why_apart(host: Host, vm: VirtualMachine, members: Iterable[GroupMember] | None = None) -> Text | None:
    """Which VM of the guest's anti-affinity group is on the host already, in words; None if there is none (two queries
    where the members of its group are not given).
    """
    if members is None:
        members = group_members(host.lab_id, [vm.anti_affinity])
    return who_of_group(host, vm.anti_affinity, members, vm.pk)
