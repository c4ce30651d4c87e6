"""Assumptions about storage and backups, the same on both sides."""

from django.utils.translation import gettext_lazy as _

from virtlab.labs.choices import FigureKind
from virtlab.labs.parameters import ParameterSpec

STORAGE = (
    ParameterSpec(
        key="storage_usd_per_tb",
        label=_("Price of storage"),
        unit=_("USD per usable TB"),
        default=500.0,
        minimum=0.0,
        maximum=10_000.0,
        step=50.0,
        group="storage",
        source=_("A shared array after RAID, between disks and all-flash. Put in your last quotation."),
        source_date="2026-07",
    ),
    ParameterSpec(
        key="disk_headroom_pct",
        label=_("Free space kept on right-sized volumes"),
        unit=_("% of what is in use"),
        default=25.0,
        minimum=0.0,
        maximum=300.0,
        step=5.0,
        group="storage",
        source=_("A volume is enlarged while it runs, but never made smaller, so it starts near what is in use."),
        source_date="2026-07",
    ),
    ParameterSpec(
        key="backup_share_pct",
        label=_("Backups and snapshots"),
        unit=_("% of the data in use"),
        default=30.0,
        minimum=0.0,
        maximum=500.0,
        step=5.0,
        group="storage",
        source=_("Kept on both sides: on the array on-prem, as snapshots in the cloud."),
        source_date="2026-07",
    ),
    ParameterSpec(
        key="backup_mib_per_s",
        label=_("Throughput of the backup storage"),
        unit="MiB/s",
        default=250.0,
        minimum=1.0,
        maximum=20_000.0,
        step=10.0,
        group="storage",
        source=_("A few large disks that are written and read in sequence. Your last backup's log shows your own."),
        source_date="2026-11",
    ),
    ParameterSpec(
        key="disk_lead_time_days",
        label=_("Lead time of disks"),
        unit=_("days"),
        default=84.0,
        minimum=0.0,
        maximum=365.0,
        step=7.0,
        group="storage",
        source=_("Taken as that of a server: servnetuk.com, UK server lead times 2026, 12 weeks. Ask your supplier."),
        source_date="2026",
        kind=FigureKind.ESTIMATE,
    ),
)
