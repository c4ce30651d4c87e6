"""Tables that know something of VMs whose sizes stand in another table: read with it, never alone."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from hosts.inventory.files.tables import Cells, Table, match, need_only
from hosts.inventory.formats.google import DISK_FIELDS, PERFORMANCE_FIELDS
from hosts.inventory.limits import MAX_DISK_MIB
from hosts.inventory.operating_systems import operating_system
from hosts.inventory.problems import ProblemLog
from hosts.inventory.rows import ColumnMatch, VmRow
from virtlab.engine.units import MIB_PER_GIB

Fields = dict[str, tuple[str, ...]]


@dataclass(slots=True)
class Companion:
    """One such table; `fields` are its columns, of which it needs the `needed` ones. `key` finds the VM."""

    label: ClassVar[str]
    fields: ClassVar[Fields]
    needed: ClassVar[frozenset[str]]
    columns: list[ColumnMatch] = field(default_factory=list)

    def read(self, table: Table, log: ProblemLog) -> int:
        """Reads all rows and returns how many there were."""
        matched = need_only(match(table, self.fields))
        self.columns, rows = matched.columns(), 0
        for number, row in table.rows:
            rows += 1
            cells = Cells(matched, number, row, log)
            if key := cells.text("key").casefold():
                self.take(key, cells)
        return rows

    def take(self, key: str, cells: Cells) -> None:
        """Keeps what a row says of the VM `key`."""
        raise NotImplementedError

    def give(self, key: str, vm: VmRow) -> None:
        """Puts what was read into the VM `key`."""
        raise NotImplementedError

    def disk_mib(self, vm: VmRow) -> float:
        """The disks that this table itself sums up to for a VM, 0 where it has none."""
        return 0.0

    def complete(self, vms: Iterable[VmRow]) -> None:
        """Puts what was read into the VMs, found by their identity or name."""
        for vm in vms:
            for key in dict.fromkeys((vm.identity.casefold(), vm.name.casefold())):
                self.give(key, vm)


@dataclass(slots=True)
class GoogleDisks(Companion):
    """diskInfo of Google Cloud Migration Center: a row a disk, sizes in GiB."""

    label = "Google Cloud Migration Center diskInfo"
    fields: ClassVar[Fields] = DISK_FIELDS
    needed = frozenset({"key", "size"})
    sizes_mib: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    used_mib: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def take(self, key: str, cells: Cells) -> None:
        """One disk."""
        for name, sums in (("size", self.sizes_mib), ("used", self.used_mib)):
            if (mib := cells.optional(name, MAX_DISK_MIB, scaled=True)) is not None:
                sums[key].append(mib)

    def disk_mib(self, vm: VmRow) -> float:
        """The sum of a VM's disks."""
        keys = (vm.identity.casefold(), vm.name.casefold())
        return next((sum(self.sizes_mib[key]) for key in keys if key in self.sizes_mib), 0.0)

    def give(self, key: str, vm: VmRow) -> None:
        """The sum of a VM's disks."""
        if sizes := self.sizes_mib.get(key):
            vm.disk_gib, vm.disk_known = sum(sizes) / MIB_PER_GIB, True
            used = self.used_mib.get(key, [])
            vm.disk_used_known = len(used) == len(sizes)
            vm.disk_used_gib = sum(used if vm.disk_used_known else sizes) / MIB_PER_GIB


@dataclass(slots=True)
class GooglePerformance(Companion):
    """perfInfo of Google Cloud Migration Center: a row a VM and moment, of which mean and peak are kept."""

    label = "Google Cloud Migration Center perfInfo"
    fields: ClassVar[Fields] = PERFORMANCE_FIELDS
    needed = frozenset({"key", "time", "cpu"})
    samples: defaultdict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0]))

    def take(self, key: str, cells: Cells) -> None:
        """One sample: its number, sum and peak are kept."""
        for name in ("cpu", "memory"):
            if (share := cells.share(name)) is not None:
                count, total, peak = self.samples[key, name]
                self.samples[key, name] = [count + 1, total + share, max(peak, share)]

    def give(self, key: str, vm: VmRow) -> None:
        """Mean and peak of a VM."""
        if cpu := self.samples.get((key, "cpu")):
            vm.cpu_mean, vm.cpu_peak, vm.usage_from = cpu[1] / cpu[0], cpu[2], "file"
        if memory := self.samples.get((key, "memory")):
            vm.memory_mean, vm.memory_peak = memory[1] / memory[0], memory[2]


@dataclass(slots=True)
class MgnSheet(Companion):
    """The inventory sheet of AWS Application Migration Service: names, applications and waves, but no sizes.

    Headers by "Import parameters" of its user guide (read 2026-11-30).
    """

    label = "AWS Application Migration Service (MGN)"
    fields: ClassVar[Fields] = {
        "key": ("mgnserveruserprovidedid", "mgnserverhostname", "mgnserverfqdnforactionframework"),
        "fqdn": ("mgnserverfqdnforactionframework",),
        "application": ("mgnappname",),
        "wave": ("mgnwavename",),
        "platform": ("mgnserverplatform",),
    }
    needed = frozenset({"key"})
    servers: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def take(self, key: str, cells: Cells) -> None:
        """One server, found by its ID, its full name or the first part of that."""
        server = {name: cells.text(name)[:120] for name in ("application", "wave", "platform")}
        fqdn = cells.text("fqdn").casefold()
        for known_as in filter(None, (key, fqdn, fqdn.split(".")[0])):
            self.servers.setdefault(known_as, server)

    def give(self, key: str, vm: VmRow) -> None:
        """What is not known yet of a VM."""
        if server := self.servers.get(key):
            vm.application, vm.wave = vm.application or server["application"], vm.wave or server["wave"]
            if not vm.os_text:
                vm.os_text, vm.operating_system = server["platform"], operating_system(server["platform"])


COMPANIONS: tuple[type[Companion], ...] = (GooglePerformance, GoogleDisks, MgnSheet)


def companion_of(table: Table) -> Companion | None:
    """An empty companion of the kind that a table's columns are of, None where they are of none."""
    return next((kind() for kind in COMPANIONS if kind.needed <= match(table, kind.fields).index.keys()), None)
