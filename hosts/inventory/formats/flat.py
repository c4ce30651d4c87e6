"""Reads an inventory that is one table with a VM a row (Azure Migrate, AWS Migration Hub, VirtLab's own)."""

from hosts.choices import Hypervisor
from hosts.inventory.files.tables import Cells, Table, match, need_only
from hosts.inventory.formats.flat_fields import DISKS, FLAT_FORMATS, SYSTEMS, FlatFormat
from hosts.inventory.formats.rvtools_rows import power_state
from hosts.inventory.limits import MAX_CORES, MAX_DISK_MIB, MAX_MEMORY_MIB, MAX_PER_MONTH, MAX_VCPU
from hosts.inventory.operating_systems import architecture, operating_system
from hosts.inventory.problems import ProblemLog
from hosts.inventory.rows import ClusterRow, DatastoreRow, HostRow, Inventory, VmRow
from virtlab.engine.units import MIB_PER_GIB

HYPERVISORS = {
    "vmware": Hypervisor.ESXI,
    "esx": Hypervisor.ESXI,
    "2025": Hypervisor.HYPERV_2025,
    "hyper": Hypervisor.HYPERV,
    "xen": Hypervisor.XEN,
    "virtualbox": Hypervisor.VIRTUALBOX,
    "workstation": Hypervisor.WORKSTATION,
    "fusion": Hypervisor.WORKSTATION,
    "none": Hypervisor.NONE,
    "kvm": Hypervisor.KVM,
    "ahv": Hypervisor.KVM,
    "proxmox": Hypervisor.KVM,
}


def flat_format(table: Table) -> FlatFormat | None:
    """The format whose needed columns a table has, None where none fits."""
    return next((shape for shape in FLAT_FORMATS if shape.needed <= match(table, shape.fields).index.keys()), None)


def read(table: Table, shape: FlatFormat, log: ProblemLog) -> Inventory:
    """An inventory from one table; problems go to `log`."""
    matched = need_only(match(table, shape.fields, units=shape.units))
    inventory = Inventory(format=shape.key, columns=matched.columns(), vm_tab=table.name, host_tab=table.name)
    hosts: dict[str, HostRow] = {}
    clusters: dict[tuple[str, str], ClusterRow] = {}
    stores: dict[str, DatastoreRow] = {}
    for number, row in table.rows:
        inventory.rows_read += 1
        cells = Cells(matched, number, row, log)
        if vm := read_vm(cells):
            inventory.vms.append(vm)
            read_host(cells, hosts)
            read_cluster(cells, clusters)
            read_datastore(cells, stores)
    inventory.hosts, inventory.clusters = list(hosts.values()), list(clusters.values())
    inventory.datastores = list(stores.values())
    if not clusters or any(cluster.hypervisor == "" for cluster in clusters.values()):
        assume_hypervisor(inventory, log)
    return inventory


def read_vm(cells: Cells) -> VmRow | None:
    """A VM of one row; None, with a note, where name, vCPU or memory cannot be used."""
    name = first_title(cells, "name", "name_2", "name_3", "name_4")
    if not name:
        cells.note("name-missing", "name")
        return None
    vcpu = cells.count(first_filled(cells, "vcpu", "vcpu_2", "vcpu_3"), MAX_VCPU)
    memory_mib = cells.size_mib("memory", MAX_MEMORY_MIB)
    if vcpu is None or memory_mib is None:
        return None
    vm = VmRow(name=name, vcpu=vcpu, memory_mib=round(memory_mib), row=cells.number)
    vm.cluster, vm.site, vm.host = cells.title("cluster"), cells.title("datacenter"), cells.title("host")
    vm.datastore = cells.title("datastore")
    vm.application, vm.identity = cells.title("application")[:120], cells.text("identity")
    if "power" in cells.matched.index:
        vm.power_state = power_state(cells)
    vm.is_template = cells.flag("template")
    read_system(cells, vm)
    read_disks(cells, vm)
    read_usage(cells, vm)
    read_calls(cells, vm)
    return vm


def first_filled(cells: Cells, *names: str) -> str:
    """The first of these fields that the row has a text in; the first of all where it has none."""
    return next((name for name in names if cells.text(name)), names[0])


def first_title(cells: Cells, *names: str) -> str:
    """The first name that the row has."""
    return cells.title(first_filled(cells, *names))


def read_system(cells: Cells, vm: VmRow) -> None:
    """Operating system and architecture."""
    vm.os_text = " ".join(filter(None, (cells.text("os"), cells.text("os_version"))))
    named = SYSTEMS.get(cells.text("os").casefold())
    vm.operating_system = named or operating_system(vm.os_text)
    vm.architecture = architecture(f"{cells.text('architecture')} {vm.os_text}")


def read_disks(cells: Cells, vm: VmRow) -> None:
    """Disk space: one column, or one a disk."""
    names = [name for name in ("disk", *DISKS) if name in cells.matched.index]
    given = [size for name in names if (size := cells.optional(name, MAX_DISK_MIB, scaled=True)) is not None]
    vm.disk_gib = sum(given) / MIB_PER_GIB
    used_mib = cells.optional("disk_used", MAX_DISK_MIB, scaled=True)
    if not given and used_mib is not None:
        vm.disk_gib = used_mib / MIB_PER_GIB
    elif not given:
        cells.log.add("disk-assumed", tab=cells.matched.table.name, row=cells.number, value=0)
    vm.disk_used_gib = vm.disk_gib if used_mib is None else used_mib / MIB_PER_GIB
    if used_mib is None and vm.disk_gib:
        cells.log.add("disk-used-assumed", tab=cells.matched.table.name, row=cells.number)


def read_usage(cells: Cells, vm: VmRow) -> None:
    """Utilisation: percentages, or memory used as a size."""
    vm.cpu_mean, vm.cpu_peak = cells.share("cpu_mean"), cells.share("cpu_peak")
    vm.memory_mean, vm.memory_peak = cells.share("memory_mean"), cells.share("memory_peak")
    used_mib = cells.optional("memory_used", MAX_MEMORY_MIB)
    peak_mib = cells.optional("memory_used_peak", MAX_MEMORY_MIB)
    vm.memory_mean = vm.memory_mean if used_mib is None else min(1.0, used_mib / vm.memory_mib)
    vm.memory_peak = vm.memory_peak if peak_mib is None else min(1.0, peak_mib / vm.memory_mib)
    vm.usage_from = "file" if vm.cpu_mean is not None else ""


def read_calls(cells: Cells, vm: VmRow) -> None:
    """What a function in place of a VM would be paid by, and the data it sends out."""
    vm.event_driven = cells.flag("event_driven")
    vm.requests_per_month = cells.optional("requests_per_month", MAX_PER_MONTH) or 0.0
    vm.request_duration_ms = cells.optional("request_duration_ms", MAX_PER_MONTH) or 0.0
    vm.data_out_gib_per_month = cells.optional("data_out_gib_per_month", MAX_PER_MONTH)


def read_host(cells: Cells, hosts: dict[str, HostRow]) -> None:
    """The host that a row names; what the first row that says it has counts."""
    name = cells.title("host")
    if not name:
        return
    host = hosts.setdefault(name.casefold(), HostRow(name=name, row=cells.number))
    host.cluster, host.site = host.cluster or cells.title("cluster"), host.site or cells.title("datacenter")
    host.model, host.cpu_model = host.model or cells.text("host_model"), host.cpu_model or cells.text("host_cpu")
    host.sockets = host.sockets or int(cells.optional("host_sockets", MAX_CORES) or 0)
    host.cores = host.cores or int(cells.optional("host_cores", MAX_CORES) or 0)
    host.memory_mib = host.memory_mib or round(cells.optional("host_memory", MAX_MEMORY_MIB, scaled=True) or 0)


def read_cluster(cells: Cells, clusters: dict[tuple[str, str], ClusterRow]) -> None:
    """The cluster that a row names, with the hypervisor it names."""
    name, site, text = cells.title("cluster"), cells.title("datacenter"), cells.text("hypervisor").casefold()
    hypervisor = next((kind for word, kind in HYPERVISORS.items() if word in text), "") if text else ""
    cluster = clusters.setdefault(
        (name.casefold(), site.casefold()), ClusterRow(name=name, site=site, hypervisor=hypervisor)
    )
    cluster.hypervisor = cluster.hypervisor or hypervisor


def read_datastore(cells: Cells, stores: dict[str, DatastoreRow]) -> None:
    """The datastore that a row names; the first row that says its capacity counts."""
    name = cells.title("datastore")
    if not name:
        return
    store = stores.setdefault(name.casefold(), DatastoreRow(name=name))
    capacity_mib = cells.optional("datastore_capacity", MAX_DISK_MIB, scaled=True) or 0.0
    store.capacity_gib = store.capacity_gib or capacity_mib / MIB_PER_GIB


def assume_hypervisor(inventory: Inventory, log: ProblemLog) -> None:
    """ESXi for clusters of which no row names the hypervisor: it is what most servers of companies run on."""
    for cluster in inventory.clusters:
        cluster.hypervisor = cluster.hypervisor or Hypervisor.ESXI
    log.add("hypervisor-assumed", value=Hypervisor.ESXI.label)
