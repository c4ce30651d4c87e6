"""The columns of the lists of instances and of launch templates."""

from collections.abc import Callable
from functools import partial
from math import isfinite

from django.utils.translation import gettext_lazy as _

from instances.live.rows import InstanceRow
from instances.models import LaunchTemplate
from virtlab.web.formats import NOT_IN_CATALOGUE, exact, gib, number, percent, price
from virtlab.web.table import Column, Table

MEMORY = "instance_type__memory_mib"
CPU = "workload__trace__cpu_mean_vcpu"
percent_1 = partial(percent, digits=1)
price_2 = partial(price, digits=2)


def system(row: InstanceRow) -> str:
    """Its operating system in words."""
    return str(row.instance.get_operating_system_display())


def mean(row: InstanceRow) -> float | str:
    """Its mean use of its vCPU for the file, empty where nothing tells."""
    return round(row.cpu_mean_share, 4) if isfinite(row.cpu_mean_share) else ""


def micro(amount: float | None) -> float | str:
    """Money for the file: to a millionth, empty where it is not known."""
    if amount is not None and not isfinite(amount):
        return str(NOT_IN_CATALOGUE)
    return "" if amount is None else round(amount, 6)


def monthly(row: InstanceRow) -> float | str:
    """What it costs a month as it is now, for the file; in words where the price is not in the catalogue."""
    return str(NOT_IN_CATALOGUE) if row.usd_per_month is None else micro(row.usd_per_month)


def hourly(row: InstanceRow) -> float | None:
    """What it costs an hour as it is now; None while it does not run."""
    return row.usd_per_hour if row.running else None


def setting(name: str) -> Callable[[LaunchTemplate], object]:
    """Reads one of the answers that a template keeps."""
    return lambda template: template.values.get(name)


INSTANCES = Table[InstanceRow](
    _("Instances"),
    [
        Column("name", _("Name"), "name", "instance.name"),
        Column("id", sort="instance_id", csv="instance.instance_id", csv_label=_("ID")),
        Column("state", _("State"), "state", "state_label"),
        Column("type", _("Type"), "instance_type_id", "instance.instance_type_id"),
        Column("zone", _("Zone"), "zone", "instance.zone", value="instance.zone"),
        Column("system", _("System"), "operating_system", system, value=system),
        Column("vcpu", _("vCPU"), "instance_type__vcpu", "vcpu", number, "vcpu"),
        Column("memory", _("Memory"), MEMORY, "memory_gib", gib, "memory_gib", csv_label=_("Memory (GiB)")),
        Column("cpu", _("CPU used, mean"), CPU, mean, percent_1, "cpu_mean_share"),
        Column("volumes", _("Volumes"), "", "volumes_gib", gib, "volumes_gib", csv_label=_("Volumes (GiB)")),
        Column("usd", _("USD per hour"), "linux_usd", lambda row: micro(row.usd_per_hour), exact, hourly),
        Column("month", _("Per month"), "", monthly, price_2, "usd_per_month", csv_label=_("USD per month")),
        Column("accrued", csv=lambda row: micro(row.accrued_usd), csv_label=_("Accrued (USD)")),
        Column("launched", sort="launched_lab_at"),
    ],
    default="name",
    subject=lambda row: (row.pk, row.instance.name),
)
LAUNCH_TEMPLATES = Table[LaunchTemplate](
    _("Launch templates"),
    [
        Column("name", _("Name"), "name", "name"),
        Column("version", _("Version"), "version", "version", number),
        Column("type", _("Type"), "values__instance_type", "values__instance_type", value=setting("instance_type")),
        Column("region", _("Region"), "values__region", "values__region", value=setting("region")),
        Column("launch", _("Launch"), label_hidden=True),
    ],
    default="name",
)
