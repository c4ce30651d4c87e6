"""vCenters under other names: a file may call one by its address, or without its domain, that the lab knows already.

Told by the VMs: where most of those that the file has in a vCenter have the UUIDs, and mostly the names, of those of
one vCenter of the lab, it is that one. Replicas have the UUIDs of their originals, but names of their own.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from hosts.inventory.assembly.host_names import both_full, short_name
from hosts.inventory.recognition.vms import Known, is_uuid

MOSTLY = 0.5
Vms = dict[str, str]  # the name in lower case of each VM of a vCenter, by UUID


class TakenAs(NamedTuple):
    """A vCenter of a file and the one of the lab that it is taken as; "" for VMs of which no vCenter is known.

    So many `of` its VMs with a UUID have one of the lab's; 0 where the spelling alone tells.
    """

    read: str
    there: str
    vms: int
    of: int


def taken_as(read: Sequence[Known], there: Sequence[Known]) -> list[TakenAs]:
    """The vCenters of a file that are the lab's under another name. None that both name so is any other's."""
    ours, theirs = by_vcenter(read), by_vcenter(there)
    named, kept = names_in(read), names_in(there)
    free = sorted(kept - named)
    taken = []
    for vcenter in sorted(named - kept):
        other = by_vms(vcenter, ours, free, theirs) or by_spelling(vcenter, ours, free, theirs)
        if other:
            taken.append(other)
            free.remove(other.there)
    unnamed = by_vms("", ours, sorted(kept), theirs)
    adopted = (by_vms(vcenter, ours, [""], theirs) for vcenter in sorted(named))
    return taken + [other for other in (unnamed, *adopted) if other]


def by_vcenter(vms: Iterable[Known]) -> dict[str, Vms]:
    """The VMs with a UUID of each vCenter."""
    vms_of: defaultdict[str, Vms] = defaultdict(dict)
    for vm in vms:
        if is_uuid(vm.identity):
            vms_of[vm.vcenter][vm.identity] = vm.name.casefold()
    return vms_of


def names_in(vms: Iterable[Known]) -> set[str]:
    """The vCenters that are named."""
    return {vm.vcenter for vm in vms} - {""}


def by_vms(vcenter: str, ours: dict[str, Vms], others: Sequence[str], theirs: dict[str, Vms]) -> TakenAs | None:
    """The one of `others` that has most VMs of a vCenter of the file, and mostly under the same names."""
    vms = ours.get(vcenter, {})
    for other in others:
        there = theirs.get(other, {})
        same = [uuid for uuid in vms if uuid in there]
        alike = [uuid for uuid in same if vms[uuid] == there[uuid]]
        if len(same) > MOSTLY * len(vms) and len(alike) > MOSTLY * len(same):
            return TakenAs(vcenter, other, len(same), len(vms))
    return None


def by_spelling(vcenter: str, ours: dict[str, Vms], others: Sequence[str], theirs: dict[str, Vms]) -> TakenAs | None:
    """The only one of `others` whose name differs by a domain alone, where UUIDs do not speak against it."""
    alike = [name for name in others if short_name(name) == short_name(vcenter) and not both_full(name, vcenter)]
    if len(alike) != 1 or (ours.get(vcenter) and theirs.get(alike[0])):
        return None
    return TakenAs(vcenter, alike[0], 0, 0)


def as_the_lab_names(
    read: Sequence[Known], there: Sequence[Known], taken: Sequence[TakenAs]
) -> tuple[list[Known], list[Known]]:
    """Both with the lab's names of vCenters; where the lab has none, with the file's for the VMs that are in both."""
    names = {vcenter.read: vcenter.there for vcenter in taken if vcenter.there}
    ours = by_vcenter(read)
    adopted = {uuid: vcenter.read for vcenter in taken if not vcenter.there for uuid in ours[vcenter.read]}
    named = [vm._replace(vcenter=names.get(vm.vcenter, vm.vcenter)) for vm in read]
    return named, [vm if vm.vcenter else vm._replace(vcenter=adopted.get(vm.identity, "")) for vm in there]
