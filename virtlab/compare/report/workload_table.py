"""The columns of the workloads with their types, in the list and in the files of the report."""

from collections.abc import Callable
from functools import partial

from django.utils.translation import gettext_lazy as _

from virtlab.compare.report.workloads import WorkloadRow
from virtlab.web.formats import number, percent
from virtlab.web.table import Column, Table

whole = partial(number, digits=0)
whole_percent = partial(percent, digits=0)


def per_cent(name: str) -> Callable[[WorkloadRow], float]:
    """A share in per cent, for files."""
    return lambda row: round(getattr(row, name) * 100, 2)


def usd(row: WorkloadRow) -> float:
    """USD per month to the cent, for files."""
    return round(row.usd_per_month, 2)


WORKLOADS = Table[WorkloadRow](
    _("Workloads"),
    [
        Column("name", _("Workload"), "name", "name"),
        Column("system", _("System"), "operating_system", "operating_system"),
        Column("vcpu", _("vCPU now"), "vcpu", "vcpu", whole),
        Column("memory", _("GiB now"), "memory_gib", "memory_gib", number),
        Column("cpu", _("CPU used"), "cpu_share", per_cent("cpu_share"), whole_percent, csv_label=_("CPU used (%)")),
        Column("memory_used", csv=per_cent("memory_share"), csv_label=_("Active memory (%)")),
        Column("evidence", _("Demand known"), "evidence_name", "evidence_name"),
        Column("type", _("Type"), "type_name", "type_name"),
        Column("type_vcpu", csv="type_vcpu", csv_label=_("Type's vCPU")),
        Column("type_memory", csv="type_memory_gib", csv_label=_("Type's GiB")),
        Column("usd", _("USD per month"), "usd_per_month", usd, num=True),
        Column("usd_per_month", sort="usd_per_month"),
        Column("kind", csv="kind", csv_label=_("Kind of price")),
        Column("risk", _("Risk"), "risk", "risk_name"),
        Column("why", csv="risk_text", csv_label=_("Why")),
    ],
    default="-usd",
)
