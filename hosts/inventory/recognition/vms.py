"""Which VMs of a file a lab has already, and under which names."""

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from typing import NamedTuple

from hosts.inventory.assembly.host_names import same_vcenter, vcenter_key
from hosts.inventory.rows import VmRow

KEPT_LENGTH = 120
DIGITS_OF_UUID = 32


class Known(NamedTuple):
    """A VM by what it may be recognised by; `identity` and `vcenter` are "" where none is known."""

    name: str
    identity: str = ""
    vcenter: str = ""


def known_by(name: str, uuid: str, vm_id: str, vcenter: str) -> Known:
    """What a VM of a file is recognised by: its UUID, else its ID, each in the vCenter that the file names."""
    return Known(name, (uuid or vm_id).casefold()[:KEPT_LENGTH], vcenter_key(vcenter)[:KEPT_LENGTH])


def known_row(row: VmRow) -> Known:
    """What a row is recognised by."""
    return known_by(row.name, row.identity, row.vm_id, row.stated_vcenter)


def recognised(read: Sequence[Known], there: Sequence[Known]) -> dict[int, int]:
    """The position in `there` of each VM of `read` that is one of them, each at most once.

    An identity decides alone only where both sides name the same vCenter: replicas keep the UUID of their original and
    vCenters give the same IDs. Else it does together with the name. What remains is told by name, since it may have
    been built anew, or be of a file that gives no identities, or others. VMs of two vCenters are never one.
    """
    pairs: dict[int, int] = {}
    for key in (identity_and_name_there, identity_there, identity_and_name, folded_name):
        match_once(read, there, key, pairs)
    return pairs


def identity_and_name_there(vm: Known) -> Hashable:
    """What tells it from copies with its identity in its vCenter; None where it has none or no vCenter."""
    return (vm.vcenter, vm.identity, vm.name.casefold()) if vm.vcenter and vm.identity else None


def identity_there(vm: Known) -> Hashable:
    """Its identity in its vCenter; None where it has none or no vCenter."""
    return (vm.vcenter, vm.identity) if vm.vcenter and vm.identity else None


def identity_and_name(vm: Known) -> Hashable:
    """Its identity with its name; None where it has none."""
    return (vm.identity, vm.name.casefold()) if vm.identity else None


def folded_name(vm: Known) -> Hashable:
    """Its name in lower case."""
    return vm.name.casefold()


def match_once(
    read: Sequence[Known], there: Sequence[Known], key: Callable[[Known], Hashable], pairs: dict[int, int]
) -> None:
    """Adds to `pairs` those of which each side has the key once, of those that are not in a pair yet."""
    ours, theirs = positions(read, key, set(pairs)), positions(there, key, set(pairs.values()))
    for value, rows in ours.items():
        others = theirs.get(value, [])
        if len(rows) == len(others) == 1 and same_vcenter(read[rows[0]].vcenter, there[others[0]].vcenter):
            pairs[rows[0]] = others[0]


def positions(vms: Sequence[Known], key: Callable[[Known], Hashable], without: set[int]) -> dict[Hashable, list[int]]:
    """Where each key stands, but for those that are None and the positions `without`."""
    places: defaultdict[Hashable, list[int]] = defaultdict(list)
    for position, vm in enumerate(vms):
        if position not in without and (value := key(vm)) is not None:
            places[value].append(position)
    return places


def is_uuid(identity: str) -> bool:
    """Whether an identity is a UUID, however it is written."""
    return len(re.sub(r"[^0-9a-f]", "", identity.casefold())) == DIGITS_OF_UUID


def is_another(vm: Known, there: Known) -> bool:
    """Whether a VM recognised by name alone is another machine: both identities are known, of one kind, and differ."""
    if not vm.identity or not there.identity or is_uuid(vm.identity) != is_uuid(there.identity):
        return False
    return vm.identity != there.identity
