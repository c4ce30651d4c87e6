"""Single rows of RVTools' tabs."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from sys import intern

from hosts.choices import PowerState, SetApart
from hosts.inventory.facts.tabs import DISK_FACTS
from hosts.inventory.facts.words import read_facts
from hosts.inventory.files.tables import Cells, Matched, normal
from hosts.inventory.files.values import NAME_LENGTH
from hosts.inventory.files.words import POWER
from hosts.inventory.formats.owners import ROW_FIELDS, Owner
from hosts.inventory.limits import MAX_CORES, MAX_DISK_MIB, MAX_GUESTS, MAX_MEMORY_MIB, MAX_MHZ, MAX_VCPU
from hosts.inventory.operating_systems import architecture, operating_system
from hosts.inventory.rows import DatastoreRow, HostRow, VmRow
from virtlab.engine.units import MIB_PER_GIB

TEXTS = frozenset({str, type(None)})


@dataclass(slots=True)
class Gathered:
    """What the tabs said, before they are brought together (they come in any order)."""

    vms: list[VmRow] = field(default_factory=list)
    hosts: list[HostRow] = field(default_factory=list)
    datastores: list[DatastoreRow] = field(default_factory=list)
    owners: dict[Owner, int] = field(default_factory=dict)
    """Which VMs the rows of other tabs are of, each with its number in `sums`."""
    numbers: dict[tuple[object, ...], int] = field(default_factory=dict)
    """The same by the cells as they are written, which are alike in all tabs of most exports."""
    sums: dict[str, defaultdict[int, float]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(float)))
    largest_mib: dict[int, float] = field(default_factory=dict)
    """The largest disk that vDisk lists of a VM, by its number."""
    stated: set[str] = field(default_factory=set)
    """The tabs that were read, and as "vDisk.raw" their columns."""
    provisioned_mib: dict[int, float] = field(default_factory=dict)
    """Of VMs of which vInfo does not say how large their disks are, by the id of their row."""
    disks_unknown: set[int] = field(default_factory=set)
    used_unknown: set[int] = field(default_factory=set)

    def lacks(self, tab: str, matched: Matched) -> bool:
        """Whether a tab may say something of the VMs read so far that is not known yet."""
        if tab == "vDisk":
            return bool(self.disks_unknown or DISK_FACTS.keys() & matched.index.keys())
        return bool(self.disks_unknown or self.used_unknown) if tab == "vPartition" else True

    def number_of(self, cells: Cells) -> int:
        """The number of the VM that a row of another tab than vInfo is of."""
        written = tuple(map(cells.raw, ROW_FIELDS))
        number = self.numbers.get(written)
        if number is None or not TEXTS.issuperset(map(type, written)):  # 1, 1.0 and TRUE are one key
            number = self.numbers[written] = self.owners.setdefault(Owner.of_row(cells), len(self.owners))
        return number


def read_vm(cells: Cells, gathered: Gathered) -> None:
    """A row of vInfo; left out, with a note, where name, vCPU or memory cannot be used."""
    name = cells.title("name")
    if not name:
        return cells.note("name-missing", "name")
    placeholder = cells.flag("placeholder")
    vcpu, memory_mib = cells.count("vcpu", MAX_VCPU), cells.size_mib("memory", MAX_MEMORY_MIB)
    if vcpu is None or memory_mib is None:
        return None
    os_text = cells.text("os_tools") or cells.text("os_config")
    active_mib = cells.optional("active_memory", MAX_MEMORY_MIB, scaled=True)
    vm = VmRow(
        name=name,
        vcpu=vcpu,
        memory_mib=round(memory_mib),
        power_state=PowerState.STOPPED if placeholder else power_state(cells),
        is_template=cells.flag("template"),
        set_apart=SetApart.PLACEHOLDER.value if placeholder else "",
        cluster=cells.title("cluster"),
        site=cells.title("datacenter"),
        vcenter=intern(cells.title("vcenter")),
        host=cells.title("host"),
        datastore=datastore_in(cells.text("path")),
        os_text=os_text,
        operating_system=operating_system(os_text),
        architecture=architecture(os_text),
        cpu_mean=cells.share("cpu_usage"),
        memory_mean=min(1.0, active_mib / memory_mib) if active_mib else None,
        identity=cells.text("uuid"),
        vm_id=cells.text("vm_id"),
        facts=read_facts(cells),
        row=cells.number,
    )
    read_disks(cells, vm, gathered)
    gathered.vms.append(vm)
    return None


def datastore_in(path: str) -> str:
    """The datastore of a path such as "[san-01] web-01/web-01.vmx"."""
    bracketed = re.match(r"\[([^\]]+)\]", path)
    return bracketed[1].strip()[:NAME_LENGTH].rstrip() if bracketed else ""


def power_state(cells: Cells) -> PowerState:
    """The power state of a row; running, with a note, where it is missing or unknown."""
    text = normal(cells.text("power"))
    if text not in POWER:
        cells.note("power-state" if text else "power-assumed", "power")
    return POWER.get(text, PowerState.RUNNING)


def read_disks(cells: Cells, vm: VmRow, gathered: Gathered) -> None:
    """The disk space of a row of vInfo; what it lacks is marked, to be looked for in other tabs."""
    names = ("total_disk", "provisioned", "in_use")
    total, provisioned, in_use = (cells.optional(name, MAX_DISK_MIB, scaled=True) for name in names)
    if total is None:
        gathered.disks_unknown.add(id(vm))
        if provisioned is not None:
            gathered.provisioned_mib[id(vm)] = provisioned
    if in_use is None:
        gathered.used_unknown.add(id(vm))
    vm.disk_gib, vm.disk_used_gib = (total or 0.0) / MIB_PER_GIB, (in_use or 0.0) / MIB_PER_GIB


def read_host(cells: Cells, gathered: Gathered) -> None:
    """A row of vHost; what it does not say stays zero."""
    name = cells.title("name")
    if not name:
        return cells.note("name-missing", "name")
    sockets = int(cells.optional("sockets", MAX_CORES) or 0)
    cores = int(cells.optional("cores", MAX_CORES) or sockets * (cells.optional("cores_per_socket", MAX_CORES) or 0))
    gathered.hosts.append(
        HostRow(
            name=name,
            cluster=cells.title("cluster"),
            site=cells.title("datacenter"),
            vcenter=intern(cells.title("vcenter")),
            sockets=sockets,
            cores=cores,
            threads_per_core=2 if "threads" not in cells.matched.index or cells.flag("threads") else 1,
            memory_mib=round(cells.optional("memory", MAX_MEMORY_MIB, scaled=True) or 0),
            cpu_model=cells.text("cpu_model"),
            vendor=cells.text("vendor"),
            model=cells.text("model"),
            version=cells.text("version"),
            speed_mhz=cells.optional("speed", MAX_MHZ) or 0.0,
            maintenance="maintenance" in cells.matched.index and cells.flag("maintenance"),
            cpu_usage=cells.share("cpu_usage"),
            active_memory_mib=cells.optional("active_memory", MAX_MEMORY_MIB, scaled=True),
            all_vms=int(cells.optional("all_vms", MAX_GUESTS) or 0),
            all_vcpu=int(cells.optional("all_vcpu", MAX_GUESTS) or 0),
            row=cells.number,
        )
    )
    return None


def read_datastore(cells: Cells, gathered: Gathered) -> None:
    """A row of vDatastore; left out, with a note, where it has no name."""
    name = cells.title("name")
    if not name:
        return cells.note("name-missing", "name")
    capacity, in_use = (cells.optional(name, MAX_DISK_MIB * 64, scaled=True) or 0.0 for name in ("capacity", "in_use"))
    row = DatastoreRow(
        name=name,
        kind=cells.text("type"),
        capacity_gib=capacity / MIB_PER_GIB,
        used_gib=in_use / MIB_PER_GIB,
        hosts=cells.text("hosts"),
        vcenter=intern(cells.title("vcenter")),
        object_id=cells.text("object_id"),
        url=cells.text("url"),
        row=cells.number,
    )
    gathered.datastores.append(row)
    return None
