"""One VM, one row: repeated rows are left out, different VMs of one name are numbered."""

from collections import defaultdict

from hosts.inventory.assembly.host_names import same_vcenter
from hosts.inventory.problems import ProblemLog
from hosts.inventory.rows import HostRow, Inventory, VmRow
from virtlab.labs.names import free_name

SAID_OF_HOSTS = (
    *("cluster", "site", "vcenter", "sockets", "cores", "memory_mib", "cpu_model", "vendor", "model", "version"),
    *("speed_mhz", "purchased_on", "cpu_usage", "active_memory_mib", "all_vms", "all_vcpu"),
)


def unique_vms(inventory: Inventory, log: ProblemLog) -> None:
    """Leaves out VMs that stand in the file twice and gives others of a taken name a number."""
    taken: dict[str, VmRow] = {}
    known = KnownVms()
    for vm in inventory.vms:
        alike = known.alike(vm)
        if other := next((other for other in alike if same_vm(vm, other)), None):
            code = "duplicate-row" if known.name_of(other) == vm.name.casefold() else "renamed-row"
            log.add(code, tab=inventory.tab_of(vm), row=vm.row, value=vm.name, name=other.name)
            continue
        if other := next((other for other in alike if vm.identity and same_uuid(vm, other)), None):
            log.add("uuid-twice", tab=inventory.tab_of(vm), row=vm.row, value=vm.name, name=other.name)
        known.add(vm)
        name, vm.name = vm.name, free_name(vm.name, taken)
        vm.given_name = name
        if vm.name != name:
            log.add("duplicate-name", tab=inventory.tab_of(vm), row=vm.row, value=name, name=vm.name)
        taken[vm.name.casefold()] = vm
    inventory.vms = list(taken.values())


class KnownVms:
    """The VMs so far by what they may be met again under: UUID, VM ID and the name that the file gives them.

    Two that both have UUIDs are only met by these: a file may give 30,000 of them one VM ID.
    """

    def __init__(self) -> None:
        self.by: defaultdict[tuple[str, str], list[VmRow]] = defaultdict(list)
        self.unidentified: defaultdict[tuple[str, str], list[VmRow]] = defaultdict(list)
        self.names: dict[int, str] = {}

    def add(self, vm: VmRow) -> None:
        """Takes one in, before it may be given another name."""
        self.names[id(vm)] = vm.name.casefold()
        for key in keys(vm):
            self.by[key].append(vm)
            if not vm.identity:
                self.unidentified[key].append(vm)

    def alike(self, vm: VmRow) -> list[VmRow]:
        """Those that have a UUID, or of which one has none and that have a VM ID or the name, in common with it."""
        if not vm.identity:
            return [other for key in keys(vm) for other in self.by.get(key, ())]
        same = self.by.get(("uuid", vm.identity.casefold()), ())
        return [*same, *(other for key in keys(vm) for other in self.unidentified.get(key, ()))]

    def name_of(self, vm: VmRow) -> str:
        """The name that the file gives it, in lower case."""
        return self.names[id(vm)]


def keys(vm: VmRow) -> list[tuple[str, str]]:
    """What a VM may be met again under."""
    named = {"uuid": vm.identity.casefold(), "id": vm.vm_id.casefold(), "name": vm.name.casefold()}
    return [(kind, text) for kind, text in named.items() if text]


def same_vm(vm: VmRow, other: VmRow) -> bool:
    """Whether two rows that have something in common mean one VM: the same UUID in one vCenter, but for two that have
    different VM IDs there (one is a copy that kept it); without UUIDs the same VM ID in one vCenter; without these the
    same name, place and size.
    """
    if not same_vcenter(vm.vcenter, other.vcenter):
        return False
    ids_differ = bool(vm.vm_id and other.vm_id) and vm.vm_id != other.vm_id
    if vm.identity and other.identity:
        return same_uuid(vm, other) and not ids_differ
    if vm.vm_id and other.vm_id:
        return not ids_differ
    return place_and_size(vm) == place_and_size(other)


def same_uuid(vm: VmRow, other: VmRow) -> bool:
    """Whether two rows have one UUID."""
    return vm.identity.casefold() == other.identity.casefold()


def place_and_size(vm: VmRow) -> tuple[str, str, int, int, float]:
    """What tells VMs of one name apart where nothing else does."""
    return vm.host, vm.cluster, vm.vcpu, vm.memory_mib, vm.disk_gib


def unique_hosts(inventory: Inventory, log: ProblemLog) -> None:
    """Leaves out hosts whose name stood before: noted in one tab; of another tab it says what is not known yet."""
    hosts: dict[str, HostRow] = {}
    for host in inventory.hosts:
        first = hosts.setdefault(host.name.casefold(), host)
        if first is host:
            continue
        if first.tab == host.tab:
            log.add("duplicate-host", tab=inventory.host_tab_of(host), row=host.row, value=host.name)
        for name in SAID_OF_HOSTS:
            setattr(first, name, getattr(first, name) or getattr(host, name))
    inventory.hosts = list(hosts.values())
