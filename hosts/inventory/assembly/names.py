"""One name, one VM: repeated rows are left out, different VMs of one name are numbered."""

from hosts.inventory.problems import ProblemLog
from hosts.inventory.rows import HostRow, Inventory, VmRow
from virtlab.labs.names import free_name


def unique_vms(inventory: Inventory, log: ProblemLog) -> None:
    """Leaves out VMs that stand in the file twice and gives others of a taken name a number."""
    taken: dict[str, VmRow] = {}
    given: dict[str, list[VmRow]] = {}
    for vm in inventory.vms:
        alike = given.setdefault(vm.name.casefold(), [])
        if any(same_vm(vm, other) for other in alike):
            log.add("duplicate-row", tab=inventory.vm_tab, row=vm.row, value=vm.name)
            continue
        alike.append(vm)
        name, vm.name = vm.name, free_name(vm.name, taken)
        if vm.name != name:
            log.add("duplicate-name", tab=inventory.vm_tab, row=vm.row, value=name, name=vm.name)
        taken[vm.name.casefold()] = vm
    inventory.vms = list(taken.values())


def same_vm(vm: VmRow, other: VmRow) -> bool:
    """Whether two rows of one name mean one VM: the same UUID, or without one the same place and size."""
    if vm.identity and other.identity:
        return vm.identity == other.identity
    return place_and_size(vm) == place_and_size(other)


def place_and_size(vm: VmRow) -> tuple[str, str, int, int, float]:
    """What tells VMs of one name apart where they have no UUID."""
    return vm.host, vm.cluster, vm.vcpu, vm.memory_mib, vm.disk_gib


def unique_hosts(inventory: Inventory, log: ProblemLog) -> None:
    """Leaves out hosts whose name stood in the tab before."""
    hosts: dict[str, HostRow] = {}
    for host in inventory.hosts:
        if hosts.setdefault(host.name.casefold(), host) is not host:
            log.add("duplicate-host", tab=inventory.host_tab, row=host.row, value=host.name)
    inventory.hosts = list(hosts.values())
