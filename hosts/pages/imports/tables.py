"""The columns of what an import shows in detail: its findings and its virtual machines."""

from dataclasses import dataclass
from functools import partial

from django.utils.translation import gettext_lazy as _

from hosts.inventory.rows import VmRow
from virtlab.web.formats import NONE, gib, mib, number, percent
from virtlab.web.table import Column, Table

whole = partial(number, digits=0)


@dataclass(slots=True)
class Finding:
    """One problem as a row of the table; `row` is 0 where it is none of a row."""

    order: int
    code: str
    severity: str
    severity_label: str
    tab: str
    row: int
    column: str
    message: str


@dataclass(slots=True)
class LeftOut:
    """A row of a file that was left out, with why, and its own cells under the tab's header."""

    tab: str
    row: int
    code: str
    reason: str
    header: list[str]
    cells: list[str]


def row_number(row: int) -> str:
    """The number of a row in the file, a dash where it is of none."""
    return whole(row) if row else NONE


FINDINGS = Table[Finding](
    _("Findings"),
    [
        Column("order", _("Severity"), "order", "severity_label"),
        Column("finding", _("Finding"), "", "message", value="message"),
        Column("tab", _("Tab"), "tab", "tab"),
        Column("row", _("Row"), "row", lambda finding: finding.row or "", row_number),
        Column("column", _("Column"), "", "column", value="column"),
    ],
    default="order",
)
IMPORTED_VMS = Table[VmRow](
    _("VMs"),
    [
        Column("name", _("Name"), "name"),
        Column("cluster", _("Cluster"), "cluster"),
        Column("host", _("Host"), "host"),
        Column("os", _("Operating system"), value="os_label"),
        Column("vcpu", _("vCPU"), "vcpu", num=whole),
        Column("memory_mib", _("Memory"), "memory_mib", num=mib),
        Column("disk_gib", _("Disk"), "disk_gib", num=gib),
        Column("cpu", _("CPU use"), num=percent, value="cpu_mean"),
        Column("power_state", _("State"), "power_state", value="state_label"),
        Column("row", _("Row"), "row", num=row_number),
    ],
    default="row",
)
