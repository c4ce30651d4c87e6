"""Which VM a row of another tab than vInfo is of: by UUID, VM ID and vCenter; by its name where these do not say."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from sys import intern
from typing import NamedTuple

from hosts.inventory.files.tables import Cells
from hosts.inventory.rows import VmRow

ROW_FIELDS = ("vm", "uuid", "vm_id", "vcenter", "cluster", "host")


class Owner(NamedTuple):
    """How a row names its VM, in lower case; "" for what it does not say."""

    name: str
    uuid: str
    vm_id: str
    vcenter: str
    cluster: str
    host: str

    @classmethod
    def of_row(cls, cells: Cells) -> "Owner":
        """Of a row of vDisk, vPartition, vCPU, vMemory or vSnapshot."""
        return cls.of_texts(cells.text(name) for name in ROW_FIELDS)

    @classmethod
    def of_vm(cls, vm: VmRow) -> "Owner":
        """Of a row of vInfo."""
        return cls.of_texts((vm.name, vm.identity, vm.vm_id, vm.vcenter, vm.cluster, vm.host))

    @classmethod
    def of_texts(cls, texts: Iterable[str]) -> "Owner":
        """Of the six texts; places are the same few for all VMs and kept once."""
        name, uuid, vm_id, *places = (text.casefold() for text in texts)
        return cls(name, uuid, vm_id, *map(intern, places))

    def contradicts(self, other: "Owner") -> bool:
        """Whether both say what tells VMs apart, and say it differently."""
        return any(mine and its and mine != its for mine, its in zip(self[1:4], other[1:4], strict=True))

    def is_same(self, other: "Owner") -> bool:
        """Whether both are one VM for certain."""
        by_uuid = bool(self.uuid) and self.uuid == other.uuid
        by_id = bool(self.vm_id) and self.vm_id == other.vm_id
        return not self.contradicts(other) and (by_uuid or by_id)


Known = list[tuple[Owner, VmRow]]


class VmFinder:
    """Finds the VMs of vInfo that rows of other tabs mean."""

    def __init__(self, vms: Iterable[VmRow]) -> None:
        self.by_uuid: defaultdict[str, Known] = defaultdict(list)
        self.by_name: defaultdict[str, Known] = defaultdict(list)
        for vm in vms:
            owner = Owner.of_vm(vm)
            self.by_uuid[owner.uuid].append((owner, vm))
            self.by_name[owner.name].append((owner, vm))

    def find(self, owner: Owner) -> list[VmRow]:
        """The VM, as often as vInfo lists it; several different ones where the row does not say which it means."""
        known = (self.by_uuid.get(owner.uuid) if owner.uuid else None) or self.by_name.get(owner.name, [])
        fitting = [(vm_owner, vm) for vm_owner, vm in known if not owner.contradicts(vm_owner)]
        for field in (lambda each: each.name, lambda each: each.cluster, lambda each: each.host):
            fitting = narrowed(fitting, owner, field)
        return [vm for _owner, vm in fitting]


def narrowed(known: Known, owner: Owner, field: Callable[[Owner], str]) -> Known:
    """Those that say the same of a field, where any does and there is a choice at all."""
    if len(known) < 2 or not field(owner):
        return known
    return [each for each in known if field(each[0]) == field(owner)] or known


def are_one(vms: Sequence[VmRow]) -> bool:
    """Whether these rows of vInfo are one VM that is listed several times."""
    first, *others = [Owner.of_vm(vm) for vm in vms]
    return all(first == other or first.is_same(other) for other in others)
