"""Assumptions about storage and backups, the same on both sides."""

from django.utils.translation import gettext_lazy as _

from virtlab.labs.choices import FigureKind
from virtlab.labs.parameters import ParameterSpec
from virtlab.web.lazy_text import LazyText

CLASS_PRICES = _(
    "Arrays have no open price list: put in your quotation. Drives alone: 100 to 250 USD a TB of NVMe in 2024 "
    "(logicalfront.com), 365 in 2026 (vdura.com), about 20 of disks (bushido.parts, 2026)."
)


def _share(name: str, label: LazyText) -> ParameterSpec:
    return ParameterSpec(
        key=f"storage_{name}_pct",
        label=label,
        unit=_("% of the storage"),
        default=0.0,
        minimum=0.0,
        maximum=100.0,
        step=5.0,
        group="storage",
        source=_("Off: what is not of a class here costs the price of storage. Shares beyond 100 % do not count."),
        source_date="2026-11",
    )


def _class_price(name: str, label: LazyText, default: float) -> ParameterSpec:
    return ParameterSpec(
        key=f"storage_{name}_usd_per_tb",
        label=label,
        unit=_("USD per usable TB"),
        default=default,
        minimum=0.0,
        maximum=20_000.0,
        step=50.0,
        group="storage",
        source=CLASS_PRICES,
        source_date="2026",
    )


def _software(per: str, label: LazyText, unit: LazyText) -> ParameterSpec:
    return ParameterSpec(
        key=f"backup_software_usd_per_{per}_year",
        label=label,
        unit=unit,
        default=0.0,
        minimum=0.0,
        maximum=5_000.0,
        step=5.0,
        group="storage",
        source=_("Off until you put in your own: makers of backup software count VMs, CPUs or data, and quote."),
        source_date="2026-11",
    )


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
    _share("nvme", _("All-flash storage with NVMe")),
    _class_price("nvme", _("Price of all-flash storage with NVMe"), 2_000.0),
    _share("ssd", _("All-flash storage with SSD")),
    _class_price("ssd", _("Price of all-flash storage with SSD"), 1_000.0),
    _share("hybrid", _("Hybrid storage")),
    _class_price("hybrid", _("Price of hybrid storage"), 500.0),
    _share("hdd", _("Storage on disks")),
    _class_price("hdd", _("Price of storage on disks"), 200.0),
    ParameterSpec(
        key="data_reduction",
        label=_("Data reduction of storage that is bought anew"),
        unit=_("GiB held per GiB bought"),
        default=1.0,
        minimum=1.0,
        maximum=20.0,
        step=0.1,
        group="storage",
        source=_(
            "Off. 2 to 3 is usual of all-flash arrays (bushido.parts, 2026). What is there stays as large as it is."
        ),
        source_date="2026",
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
        default=128.0,
        minimum=0.0,
        maximum=500.0,
        step=1.0,
        group="storage",
        source=_(
            "A full copy, and two weeks of daily changes of 2 % each: an EBS snapshot has all blocks in use at first, "
            "then what has changed (Amazon EBS User Guide, “How Amazon EBS snapshots work”; its address is at “What "
            "snapshots hold”). The 2 % and the two weeks are assumptions. Kept on both sides: on storage of one's own, "
            "as snapshots in the cloud. Put in less where your backups are compressed."
        ),
        source_date="2026-12",
    ),
    _software("vm", _("Backup software, by VM"), _("USD per VM and year")),
    _software("tb", _("Backup software, by data"), _("USD per TB in use and year")),
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
