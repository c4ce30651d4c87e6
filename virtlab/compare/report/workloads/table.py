"""The columns of the workloads with their types, in the list and in the files of the report."""

from collections.abc import Callable
from functools import partial

from django.utils.translation import gettext_lazy as _

from virtlab.compare.report.workloads.rows import WorkloadRow
from virtlab.labs.choices import Evidence
from virtlab.web.formats import number
from virtlab.web.table import Column, Table

whole = partial(number, digits=0)


def per_cent(name: str) -> Callable[[WorkloadRow], float]:
    """A share in per cent, for files."""
    return lambda row: round(getattr(row, name) * 100, 2)


def gib(name: str) -> Callable[[WorkloadRow], float | str]:
    """A size in GiB, for files; nothing where it is not known."""
    return lambda row: round(getattr(row, name), 2) or ""


def usd(row: WorkloadRow) -> float | str:
    """USD per month to the cent, for files; what has no type has no price."""
    return round(row.usd_per_month, 2) if row.type else ""


def same_size_usd(row: WorkloadRow) -> float | str:
    """The same of the type for today's size."""
    return round(row.same_size_usd_per_month, 2) if row.same_size_type else ""


def now(name: str) -> Callable[[WorkloadRow], float | str]:
    """Watts or kg to three digits behind the point, for files: their sums are then right to the tenth. Nothing where
    they are not computed: what is left out of the totals has no watts.
    """
    return lambda row: round(float(getattr(row, name)), 3) if row.power_now_w else ""


def there(name: str) -> Callable[[WorkloadRow], float | str]:
    """The same of what a workload's type has or takes; nothing where it has none."""
    return lambda row: round(float(getattr(row, name)), 3) if row.type else ""


def assumed(row: WorkloadRow) -> str:
    """The mark of what a workload uses where nobody knows that, for files, as the page has it."""
    return str(_("assumed")) if row.evidence == Evidence.UNKNOWN.value else ""


WORKLOADS = Table[WorkloadRow](
    _("Workloads"),
    [
        Column("name", _("Workload"), "name", "name"),
        Column("cluster", csv="cluster", csv_label=_("Cluster")),
        Column("host", csv="host", csv_label=_("Host")),
        Column("system", sort="operating_system", csv="operating_system", csv_label=_("System")),
        Column("version", csv="system_version", csv_label=_("Version of the system")),
        Column("vcpu", _("vCPU now"), "vcpu", "vcpu", whole),
        Column("memory", _("GiB now"), "memory_gib", "memory_gib", number),
        Column("disk", csv=gib("disk_gib"), csv_label=_("Disk (GiB)")),
        Column("disk_used", csv=gib("disk_used_gib"), csv_label=_("Disk in use (GiB)")),
        Column("cpu", _("CPU used"), "cpu_share", per_cent("cpu_share"), num=True, csv_label=_("CPU used (%)")),
        Column("cpu_percentile", csv=per_cent("cpu_percentile_share"), csv_label=_("CPU at the percentile (%)")),
        Column("cpu_peak_hour", csv=per_cent("cpu_busiest_hour_share"), csv_label=_("CPU in the busiest hour (%)")),
        Column("memory_used", csv=per_cent("memory_share"), csv_label=_("Active memory (%)")),
        Column("assumed", csv=assumed, csv_label=_("CPU and memory used: assumed")),
        Column("evidence", _("Demand known"), "evidence_text", "evidence_text"),
        Column("same_size", csv="same_size_type", csv_label=_("Type of the same size")),
        Column("same_size_usd", csv=same_size_usd, csv_label=_("USD per month, same size")),
        Column("type", _("Type"), "type", "type"),
        Column("type_vcpu", csv=there("type_vcpu"), csv_label=_("Type's vCPU")),
        Column("type_memory", csv=there("type_memory_gib"), csv_label=_("Type's GiB")),
        Column("usd", _("USD per month"), "usd_per_month", usd, num=True),
        Column("usd_per_month", sort="usd_per_month"),
        Column("carbon_now", csv=now("carbon_now_kg_per_month"), csv_label=_("kg CO₂e per month now")),
        Column("power_there", csv=there("power_w"), csv_label=_("W there")),
        Column("carbon", csv=there("carbon_kg_per_month"), csv_label=_("kg CO₂e per month there")),
        Column("kind", csv="kind", csv_label=_("Kind of price")),
        Column("risk", _("Risk"), "risk_level", "risk"),
        Column("ready", _("Readiness"), "ready", "readiness_text", value="readiness_text"),
        Column("power", _("Power"), "power_now_w", now("power_now_w"), num=True, csv_label=_("W now")),
        Column("why", csv="risk_text", csv_label=_("Why")),
    ],
    default="-usd",
)
