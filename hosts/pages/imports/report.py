"""The file's own totals beside what was read of it, as rows of a table."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from hosts.inventory.report.totals import ALLOWED, REASONS
from virtlab.web.formats import gib, mib, number

FIGURES = ("vms", "vcpu", "memory_mib", "disk_gib")


@dataclass(slots=True)
class Check:
    """One row: what it is, its four figures as they are shown, and whether it is a sum or a part of one."""

    label: str
    cells: list[str]
    part: bool = False


@dataclass(slots=True)
class Checks:
    """The table, the largest difference that nothing explains as a share, and where the file's disks come from."""

    rows: list[Check]
    unexplained: float
    disk_column: str

    @property
    def agrees(self) -> bool:
        """Whether the file's totals and ours are the same but for what is explained."""
        return self.unexplained <= ALLOWED


def checks(totals: dict[str, Any] | None) -> Checks | None:
    """The table of a stored report, None where the import has no totals of its own."""
    if not totals:
        return None
    rows = [Check(_("Sums of the file's own cells"), cells(totals["file"]))]
    for reason, sums in totals["left_out"].items():
        rows.append(Check(_("left out: %(reason)s") % {"reason": REASONS[reason]}, cells(sums, -1), part=True))
    rows.append(Check(_("What was read"), cells(totals["read"])))
    if totals["templates"]["vms"]:
        rows.append(Check(_("of these, templates"), cells(totals["templates"]), part=True))
    return Checks(rows, unexplained(totals), totals["disk_column"])


def cells(sums: dict[str, float], sign: int = 1) -> list[str]:
    """VMs, vCPU, memory and disks as they are shown, with a minus where they are taken off (`sign` -1)."""
    vms, vcpu, memory_mib, disk_gib = (sign * sums[name] or 0.0 for name in FIGURES)
    return [number(vms, 0), number(vcpu, 0), mib(memory_mib), gib(disk_gib)]


def unexplained(totals: dict[str, Any]) -> float:
    """The largest share of one of the file's totals by which what was read differs, after what was left out."""
    shares = [0.0]
    for name in FIGURES:
        if name == "disk_gib" and not totals["disk_column"]:
            continue
        expected = totals["file"][name] - sum(sums[name] for sums in totals["left_out"].values())
        difference = abs(totals["read"][name] - expected)
        shares.append(difference / abs(totals["file"][name]) if totals["file"][name] else float(difference > 0))
    return max(shares)
