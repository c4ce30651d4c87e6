"""One name, one machine: repeated rows are left out, different machines of one name are numbered."""

from collections.abc import Container

from hosts.inventory.files.values import NAME_LENGTH
from hosts.inventory.problems import ProblemLog
from hosts.inventory.rows import HostRow, Inventory, VmRow


def unique_vms(inventory: Inventory, log: ProblemLog) -> None:
    """Leaves out machines that stand in the file twice and gives others of a taken name a number."""
    taken: dict[str, VmRow] = {}
    given: dict[str, list[VmRow]] = {}
    for vm in inventory.vms:
        alike = given.setdefault(vm.name.casefold(), [])
        if any(same_machine(vm, other) for other in alike):
            log.add("duplicate-row", tab=inventory.vm_tab, row=vm.row, value=vm.name)
            continue
        alike.append(vm)
        if vm.name.casefold() in taken:
            name, vm.name = vm.name, free_name(vm.name, taken)
            log.add("duplicate-name", tab=inventory.vm_tab, row=vm.row, value=name, name=vm.name)
        taken[vm.name.casefold()] = vm
    inventory.vms = list(taken.values())


def same_machine(one: VmRow, other: VmRow) -> bool:
    """Whether two rows of one name mean one machine: the same UUID, or without one the same place and size."""
    if one.identity and other.identity:
        return one.identity == other.identity
    return place_and_size(one) == place_and_size(other)


def place_and_size(vm: VmRow) -> tuple[str, str, int, int, float]:
    """What tells machines of one name apart where they have no UUID."""
    return vm.host, vm.cluster, vm.vcpu, vm.memory_mib, vm.disk_gib


def free_name(name: str, taken: Container[str]) -> str:
    """The name with the least number behind it, from 2, whose lower-case form nobody has taken."""
    number = 2
    while (candidate := f"{name[: NAME_LENGTH - 9]} ({number})").casefold() in taken:
        number += 1
    return candidate


def unique_hosts(inventory: Inventory, log: ProblemLog) -> None:
    """Leaves out hosts whose name stood in the tab before."""
    kept: dict[str, HostRow] = {}
    for host in inventory.hosts:
        if kept.setdefault(host.name.casefold(), host) is not host:
            log.add("duplicate-host", tab=inventory.host_tab, row=host.row, value=host.name)
    inventory.hosts = list(kept.values())
