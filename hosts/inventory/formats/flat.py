"""Reads an inventory that is one table with a VM a row; its columns, units and habits are a FlatFormat."""

from hosts.choices import Hypervisor, PowerState, VmFact
from hosts.inventory.facts.words import read_facts
from hosts.inventory.files.tables import Cells, Matched, Table, match, need_only, normal
from hosts.inventory.formats.cells import day_of, read_requested, read_storage, share_of, tags_of
from hosts.inventory.formats.flat_fields import DISKS, SYSTEMS, FlatFormat
from hosts.inventory.formats.known import FLAT_FORMATS
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
# Besides the words of RVTools: Hyper-V's (Saved, Paused), libvirt's (shut off), Azure's and Google's.
STATES = {
    **dict.fromkeys(("vmrunning", "poweredon", "active"), PowerState.RUNNING),
    **dict.fromkeys(("saved", "paused", "fastsaved"), PowerState.SUSPENDED),
    **dict.fromkeys(("shutoff", "vmdeallocated", "vmstopped", "terminated", "stopped"), PowerState.STOPPED),
}
APPLICATION_TAGS = ("app", "apptype", "application")


def flat_format(table: Table) -> FlatFormat | None:
    """The format whose needed columns a table has, None where none fits."""
    return next((shape for shape in FLAT_FORMATS if shape.needed <= match(table, shape.fields).index.keys()), None)


def matched_by(table: Table, shape: FlatFormat) -> Matched:
    """Where the fields of a format stand in a table, with the units that it documents."""
    return match(table, shape.fields, units=shape.size_mib)


def read(matched: Matched, shape: FlatFormat, log: ProblemLog) -> Inventory:
    """An inventory from one table; problems go to `log`."""
    table = need_only(matched).table
    inventory = Inventory(format=shape.key, columns=matched.columns(), file=table.file)
    inventory.vm_tab = inventory.host_tab = table.name
    hosts: dict[str, HostRow] = {}
    clusters: dict[tuple[str, str], ClusterRow] = {}
    stores: dict[str, DatastoreRow] = {}
    for number, row in table.rows:
        inventory.rows_read += 1
        cells = Cells(matched, number, row, log)
        if shape.only[0] and cells.text(shape.only[0]).casefold() not in shape.only[1]:
            continue
        if vm := read_vm(cells, shape):
            inventory.vms.append(vm)
            read_host(cells, hosts)
            read_cluster(cells, clusters)
            read_datastore(cells, stores)
    inventory.hosts, inventory.clusters = list(hosts.values()), list(clusters.values())
    inventory.datastores = list(stores.values())
    for code in shape.notes:
        log.add(code, tab=table.name)
    if not clusters or any(cluster.hypervisor == "" for cluster in clusters.values()):
        give_hypervisor(inventory, shape, log)
    return inventory


def read_vm(cells: Cells, shape: FlatFormat) -> VmRow | None:
    """A VM of one row; None, with a note, where name, vCPU or memory cannot be used."""
    name = first_title(cells, "name", "name_2", "name_3", "name_4")
    if not name:
        cells.note("name-missing", "name")
        return None
    vcpu = cells.count(first_filled(cells, "vcpu", "vcpu_2", "vcpu_3"), MAX_VCPU)
    memory_mib = cells.size_mib(first_filled(cells, "memory", "memory_2"), MAX_MEMORY_MIB)
    if vcpu is None or memory_mib is None:
        return None
    vm = VmRow(name=name, vcpu=vcpu, memory_mib=round(memory_mib), row=cells.number)
    vm.cluster, vm.site, vm.host = cells.title("cluster"), cells.title("datacenter"), cells.title("host")
    vm.datastore = cells.title("datastore")
    vm.identity = cells.text(first_filled(cells, "identity", "identity_2", "name_3"))
    if "power" in cells.matched.index:
        vm.power_state = STATES.get(normal(cells.text("power"))) or power_state(cells)
    vm.is_template = cells.flag("template")
    read_labels(cells, vm)
    read_system(cells, vm)
    vm.facts = read_facts(cells)
    read_disks(cells, vm)
    read_usage(cells, vm, shape)
    read_calls(cells, vm)
    read_io(cells, vm)
    return vm


def read_labels(cells: Cells, vm: VmRow) -> None:
    """The application, the wave in which it is to move, and tags."""
    vm.tags = tags_of(cells.text("tags"))
    if environment := cells.text("environment"):
        vm.tags.setdefault("Environment", environment[:120])
    named = {name.casefold(): value for name, value in vm.tags.items()}
    application = cells.title("application") or next((named[tag] for tag in APPLICATION_TAGS if tag in named), "")
    vm.application, vm.wave = application[:120], cells.title("wave")[:120]


def first_filled(cells: Cells, *names: str) -> str:
    """The first of these fields that the row has a text in (zero is none); the first of all where it has none."""
    return next((name for name in names if cells.text(name) not in {"", "0"}), names[0])


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
    """Disk space: one column, one a disk, or what is used and what there is in one cell."""
    names = [name for name in ("disk", *DISKS) if name in cells.matched.index]
    given = [size for name in names if (size := cells.optional(name, MAX_DISK_MIB, scaled=True)) is not None]
    used_mib = cells.optional("disk_used", MAX_DISK_MIB, scaled=True)
    if given and "disk" not in cells.matched.index:  # one column a disk
        vm.facts |= {VmFact.DISKS.value: len(given), VmFact.LARGEST_DISK_GIB.value: round(max(given) / MIB_PER_GIB)}
    if not given:
        used_mib, given = read_storage(cells, used_mib)
    vm.disk_known, vm.disk_used_known = bool(given), used_mib is not None
    vm.disk_gib = sum(given) / MIB_PER_GIB
    vm.disk_used_gib = vm.disk_gib if used_mib is None else used_mib / MIB_PER_GIB


def note_disks(inventory: Inventory, log: ProblemLog) -> None:
    """Notes of which VMs no table gave the disks, or what of them is in use."""
    for vm in inventory.vms:
        if not vm.disk_known:
            log.add("disk-assumed", tab=inventory.tab_of(vm), row=vm.row, value_gib=0)
        if not vm.disk_used_known and vm.disk_gib:
            log.add("disk-used-assumed", tab=inventory.tab_of(vm), row=vm.row)


def read_usage(cells: Cells, vm: VmRow, shape: FlatFormat) -> None:
    """Utilisation: percentages or shares, or memory used as a size."""
    usage = {name: share_of(cells, name, shape) for name in ("cpu_mean", "cpu_peak", "memory_mean", "memory_peak")}
    for mean_or_peak, field in (("mean", "memory_used"), ("peak", "memory_used_peak")):
        used_mib = cells.optional(field, MAX_MEMORY_MIB, scaled=True)
        if used_mib is not None:
            usage[f"memory_{mean_or_peak}"] = min(1.0, used_mib / vm.memory_mib)
    usage |= read_requested(cells)
    if not vm.runs:  # nothing in use of a VM that is off says nothing of its need
        usage = {name: share or None for name, share in usage.items()}
    vm.cpu_mean, vm.cpu_peak = usage["cpu_mean"], usage["cpu_peak"]
    vm.memory_mean, vm.memory_peak = usage["memory_mean"], usage["memory_peak"]
    vm.memory_seen_by = shape.memory_seen_by
    vm.usage_from = "file" if vm.cpu_mean is not None else ""


def read_calls(cells: Cells, vm: VmRow) -> None:
    """What a function in place of a VM would be paid by, and the data it sends out."""
    vm.event_driven = cells.flag("event_driven")
    vm.requests_per_month = cells.optional("requests_per_month", MAX_PER_MONTH) or 0.0
    vm.request_duration_ms = cells.optional("request_duration_ms", MAX_PER_MONTH) or 0.0
    vm.data_out_gib_per_month = cells.optional("data_out_gib_per_month", MAX_PER_MONTH)


def read_io(cells: Cells, vm: VmRow) -> None:
    """What it reads and writes on average, in all columns together; MB and KB count by thousands, as AWS's do."""
    used = {
        use: summed(cells, use)
        for use in ("disk_mb", "all_disks_mb", "disk_kb", "disk_ops", "all_disks_ops", "network_mb", "network_kb")
    }
    for use in ("disk", "network"):
        kb = used[f"{use}_kb"]
        used[f"{use}_kb"] = None if kb is None else kb / 1000
    vm.disk_mb_per_s = first_known(used["disk_mb"], used["all_disks_mb"], used["disk_kb"])
    vm.disk_iops = first_known(used["disk_ops"], used["all_disks_ops"])
    vm.network_mb_per_s = first_known(used["network_mb"], used["network_kb"])


def summed(cells: Cells, use: str) -> float | None:
    """The sum of a use's columns (`flat_fields`), None where all are empty."""
    names = [name for name in cells.matched.index if name.startswith(f"{use}#")]
    given = [number for name in names if (number := cells.optional(name, MAX_PER_MONTH)) is not None]
    return sum(given) if given else None


def first_known(*numbers: float | None) -> float | None:
    """The first that there is."""
    return next((number for number in numbers if number is not None), None)


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
    host.purchased_on = host.purchased_on or day_of(cells, "host_purchased_on")


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


def give_hypervisor(inventory: Inventory, shape: FlatFormat, log: ProblemLog) -> None:
    """The format's own hypervisor for clusters of which no row names one, else ESXi, which most companies run."""
    for cluster in inventory.clusters:
        cluster.hypervisor = cluster.hypervisor or shape.hypervisor or Hypervisor.ESXI
    if not shape.hypervisor:
        log.add("hypervisor-assumed", value=Hypervisor.ESXI.label)
