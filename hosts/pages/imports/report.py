"""The file's own totals beside what was read of it, as rows of a table."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from hosts.inventory.report.totals import ALLOWED, REASONS
from virtlab.web.formats import NONE, gib, mib, number

FIGURES = ("vms", "vcpu", "memory_mib", "disk_gib")


@dataclass(slots=True)
class Check:
    """One row: what it is, its four figures, whether it is a sum or a part of one, and whether that is taken off."""

    label: str
    sums: dict[str, float]
    part: bool = False
    sign: int = 1

    @property
    def cells(self) -> list[str]:
        """The figures as they are shown: taken off with a minus, and none for nothing."""
        sizes = [self.sums[name] for name in FIGURES]
        vms, vcpu, memory_mib, disk_gib = (abs(size) for size in sizes)
        texts = zip(sizes, (number(vms, 0), number(vcpu, 0), mib(memory_mib), gib(disk_gib)), strict=True)
        taken_off = self.sign < 0
        return [f"−{text}" if size and taken_off else text if size or not taken_off else NONE for size, text in texts]


@dataclass(slots=True)
class Checks:
    """The table, the largest difference that nothing explains as a share, and where the file's disks come from."""

    rows: list[Check]
    unexplained: float
    disk_column: str

    @property
    def explained(self) -> bool:
        """Whether lines stand between the file's sums and what was read."""
        return [row.part for row in self.rows].index(False, 1) > 1

    @property
    def agrees(self) -> bool:
        """Whether the file's totals and ours are the same but for what is explained."""
        return self.unexplained <= ALLOWED


def checks(totals: dict[str, Any] | None) -> Checks | None:
    """The table of a stored report, None where the import has no totals of its own."""
    if not totals:
        return None
    rows = [Check(_("Sums of the file's own cells"), totals["file"])]
    for reason, sums in totals["left_out"].items():
        rows.append(Check(_("left out: %(reason)s") % {"reason": REASONS[reason]}, sums, part=True, sign=-1))
    if apart_gib := totals.get("apart_gib", 0.0):
        apart = {**dict.fromkeys(FIGURES, 0.0), "disk_gib": apart_gib}
        rows.append(Check(_("swap files and snapshots, which are no disks"), apart, part=True, sign=-1))
    rows.append(Check(_("What was read"), totals["read"]))
    if totals["templates"]["vms"]:
        rows.append(Check(_("of these, templates"), totals["templates"], part=True))
    return Checks(rows, unexplained(totals), totals["disk_column"])


def unexplained(totals: dict[str, Any]) -> float:
    """The largest share of one of the file's totals by which what was read differs, after what was left out."""
    shares = [0.0]
    for name in FIGURES:
        if name == "disk_gib" and not totals["disk_column"]:
            continue
        expected = totals["file"][name] - sum(sums[name] for sums in totals["left_out"].values())
        if name == "disk_gib":
            expected -= totals.get("apart_gib", 0.0)
        difference = abs(totals["read"][name] - expected)
        shares.append(difference / abs(totals["file"][name]) if totals["file"][name] else float(difference > 0))
    return max(shares)
