"""The file's own totals beside what was understood of it, and what explains the difference."""

from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from hosts.inventory.problems import ProblemLog
from hosts.inventory.report.tally import Amounts, Tally
from hosts.inventory.rows import Inventory
from virtlab.engine.units import MIB_PER_GIB
from virtlab.web.lazy_text import LazyText

ALLOWED = 0.001  # of the file's total; cells are rounded in some files
OTHER = "other"
REASONS: dict[str, LazyText] = {
    "name-missing": _("name missing"),
    "missing": _("vCPU or memory missing"),
    "not-a-number": _("vCPU or memory no number"),
    "negative": _("vCPU or memory negative"),
    "too-large": _("vCPU or memory larger than any VM"),
    "too-small": _("vCPU or memory too small"),
    "not-whole": _("vCPU not whole"),
    "duplicate-row": _("the same VM stands in the file twice"),
    "placeholder": _("Site Recovery placeholders"),
    OTHER: _("for another reason"),
}


@dataclass(slots=True)
class Sums:
    """VMs with their vCPU, memory and disks."""

    vms: int = 0
    vcpu: float = 0.0
    memory_mib: float = 0.0
    disk_gib: float = 0.0

    def add(self, vcpu: float, memory_mib: float, disk_gib: float) -> None:
        """One more VM."""
        self.vms += 1
        self.vcpu += vcpu
        self.memory_mib += memory_mib
        self.disk_gib += disk_gib


@dataclass(slots=True)
class FileTotals:
    """What the cells of the file sum up to, the rows left out by reason, what was read, and templates among these.

    `apart_gib` of what is provisioned are swap files and snapshots, and were not read as disks.
    `disk_column` is where the file's own disks come from, "" where it has none beside its VMs.
    """

    file: Sums = field(default_factory=Sums)
    left_out: dict[str, Sums] = field(default_factory=dict)
    read: Sums = field(default_factory=Sums)
    templates: Sums = field(default_factory=Sums)
    apart_gib: float = 0.0
    disk_column: str = ""


def totals_of(inventory: Inventory, tally: Tally, log: ProblemLog) -> dict[str, Any] | None:
    """Totals as plain data; None where no tab of VMs was read (traces)."""
    if not tally.rows:
        return None
    totals = FileTotals()
    kept = {(inventory.tab_of(vm), vm.row): vm for vm in inventory.vms}
    for vm in inventory.vms:
        totals.read.add(vm.vcpu, vm.memory_mib, vm.disk_gib)
        totals.apart_gib += vm.apart_gib
        if vm.is_template:
            totals.templates.add(vm.vcpu, vm.memory_mib, vm.disk_gib)
    ways = {tab: way_used(tab, inventory, tally) for tab in tally.disk_ways}
    totals.disk_column = ", ".join(dict.fromkeys(tally.disk_ways[tab][way] for tab, way in ways.items() if way >= 0))
    for key, amounts in tally.rows.items():
        disk_gib = disks_gib(amounts, ways.get(key[0], -1))
        totals.file.add(amounts[0], amounts[1], disk_gib)
        if key not in kept:
            reason = log.left_out.get(key) or log.left_out.get((inventory.vm_tab, key[1]), OTHER)
            reason = reason if reason in REASONS else OTHER
            totals.left_out.setdefault(reason, Sums()).add(amounts[0], amounts[1], disk_gib)
    return asdict(totals)


def disks_gib(amounts: Amounts, way: int) -> float:
    """GiB of a row's disks by one way to know them, 0 where the file has none (-1)."""
    return amounts[2][way] / MIB_PER_GIB if way >= 0 else 0.0


def way_used(tab: str, inventory: Inventory, tally: Tally) -> int:
    """Which of a tab's columns for disks were read: the one whose sum over the rows kept is nearest to ours."""
    vms = [vm for vm in inventory.vms if inventory.tab_of(vm) == tab]
    ours_mib = sum(vm.disk_gib for vm in vms) * MIB_PER_GIB
    rows = [tally.rows[tab, vm.row][2] for vm in vms if (tab, vm.row) in tally.rows]
    sums = [sum(column) for column in zip(*rows, strict=True)] if rows else []
    return min(range(len(sums)), key=lambda way: abs(sums[way] - ours_mib), default=-1)
