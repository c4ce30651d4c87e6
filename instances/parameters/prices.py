"""The cloud side's assumptions: what each is, its unit, its range, where its default comes from."""

from django.utils.translation import gettext_lazy as _

from virtlab.engine.load.cpu_credits import SurplusPrices
from virtlab.labs.choices import FigureKind
from virtlab.labs.parameters import ParameterSpec
from virtlab.web.lazy_text import LazyText

PRICE_LIST = "AWS price list, via apache-libcloud 3.9.1"
SUSE_LIST = _(
    "AWS price list, via apache-libcloud 3.9.1. An estimate for M4, C4, R4 and older families, most of which are "
    "listed at 0.100 at every size."
)
GROUP = "cloud"
GROUP_NAME = _("Cloud")


def _os(key: str, label: LazyText, unit: LazyText, default: float, source: LazyText) -> ParameterSpec:
    return ParameterSpec(
        key=key,
        label=label,
        unit=unit,
        default=default,
        minimum=0.0,
        maximum=1.0,
        step=0.0001,
        group=GROUP,
        source=source,
        source_date="2025-03-02",
        kind=FigureKind.LIST,
    )


PER_VCPU, PER_HOUR = _("USD per vCPU-hour"), _("USD per hour")
SYSTEMS = (
    _os(
        "windows_usd_per_vcpu_hour",
        _("Windows Server on an instance"),
        PER_VCPU,
        0.046,
        _(
            "AWS price list: exact for 489 types that are not burstable. An estimate for the oldest families: M1 is "
            "listed at 0.031 to 0.062, M3 at 0.063, C3 at 0.0415. Burstable types pay it for their baseline: exact for "
            "T3 and T3a, within 3 % for T2."
        ),
    ),
    _os("rhel_usd_per_vcpu_hour_to_8", _("Red Hat Enterprise Linux, to 8 vCPU"), PER_VCPU, 0.0144, PRICE_LIST),
    _os("rhel_usd_per_vcpu_hour_to_127", _("Red Hat Enterprise Linux, 9 to 127 vCPU"), PER_VCPU, 0.0108, PRICE_LIST),
    _os("rhel_usd_per_vcpu_hour_above", _("Red Hat Enterprise Linux, from 128 vCPU"), PER_VCPU, 0.0096, PRICE_LIST),
    _os("suse_usd_per_hour_to_4", _("SUSE Linux Enterprise, to 4 vCPU"), PER_HOUR, 0.056, SUSE_LIST),
    _os("suse_usd_per_hour_above", _("SUSE Linux Enterprise, above 4 vCPU"), PER_HOUR, 0.125, SUSE_LIST),
)
CREDITS = SurplusPrices()


def _credits(key: str, label: LazyText, default: float, date: str) -> ParameterSpec:
    return ParameterSpec(
        key=key,
        label=label,
        unit=PER_VCPU,
        default=default,
        minimum=0.0,
        maximum=1.0,
        step=0.001,
        group=GROUP,
        source=_("Amazon EC2 on-demand pricing, T2/T3/T4g unlimited mode; the same in every region."),
        source_date=date,
        kind=FigureKind.LIST,
    )


SURPLUS = (
    _credits("credits_usd_per_vcpu_hour_linux", _("Surplus CPU credits, Linux"), CREDITS.linux_usd, "2018-08"),
    _credits("credits_usd_per_vcpu_hour_windows", _("Surplus CPU credits, Windows"), CREDITS.windows_usd, "2018-08"),
    _credits("credits_usd_per_vcpu_hour_graviton", _("Surplus CPU credits, T4g"), CREDITS.graviton_usd, "2020-09"),
)


def _io2_tier(key: str, label: LazyText, default: float) -> ParameterSpec:
    return ParameterSpec(
        key=key,
        label=label,
        unit=_("% of the price of the first 32,000"),
        default=default,
        minimum=0.0,
        maximum=100.0,
        step=0.1,
        group=GROUP,
        source=_("awsnegotiations.com: 0.065, 0.046 and 0.032 USD in most regions of the US; elsewhere in proportion."),
        source_date="2026",
        kind=FigureKind.ESTIMATE,
    )


IO2_TIERS = (
    _io2_tier("io2_second_tier_pct", _("IOPS of an io2 volume from 32,001 to 64,000"), 70.8),
    _io2_tier("io2_third_tier_pct", _("IOPS of an io2 volume above 64,000"), 49.2),
)
INCLUDED = (
    ParameterSpec(
        key="gp3_included_iops",
        label=_("IOPS included in a gp3 volume"),
        unit="IOPS",
        default=3000.0,
        minimum=0.0,
        maximum=80_000.0,
        step=100.0,
        group=GROUP,
        source="AWS price list",
        source_date="2026",
        kind=FigureKind.LIST,
    ),
    ParameterSpec(
        key="gp3_included_mib_per_s",
        label=_("Throughput included in a gp3 volume"),
        unit="MiB/s",
        default=125.0,
        minimum=0.0,
        maximum=2000.0,
        step=25.0,
        group=GROUP,
        source="AWS price list",
        source_date="2026",
        kind=FigureKind.LIST,
    ),
)


def _copies(key: str, label: LazyText, default: float) -> ParameterSpec:
    return ParameterSpec(
        key=key,
        label=label,
        unit=_("TB of disks per TB"),
        default=default,
        minimum=1.0,
        maximum=6.0,
        step=0.5,
        group=GROUP,
        source=_("Cloud Carbon Footprint, replication factors of AWS services."),
        source_date="2023-05",
        kind=FigureKind.ESTIMATE,
    )


POWER = (
    ParameterSpec(
        key="pue_cloud",
        label=_("PUE of the cloud's buildings"),
        unit=_("kWh in all per kWh of IT"),
        default=1.15,
        minimum=1.0,
        maximum=3.0,
        step=0.005,
        group=GROUP,
        source=_(
            "AWS, data centres: 1.15 in 2023 and 2024, the mean of all regions. Cloud Carbon Footprint has 1.135."
        ),
        source_date="2024",
        kind=FigureKind.LIST,
    ),
    ParameterSpec(
        key="memory_w_per_gib_cloud",
        label=_("Power of the cloud's memory beyond its processors' benchmark"),
        unit=_("W per GiB"),
        default=0.1,
        minimum=0.0,
        maximum=5.0,
        step=0.001,
        group=GROUP,
        source=_(
            "As a server's own memory: modules of 64 GB take 4 to 6 W (bytebuys.com). Cloud Carbon Footprint has "
            "0.392, from modules of 8 GB. Counted as it does: beyond the memory of the servers whose watts per vCPU "
            "count, none for burstable types."
        ),
        source_date="2026-11",
        kind=FigureKind.ESTIMATE,
    ),
    ParameterSpec(
        key="storage_w_per_tb_cloud",
        label=_("Power of the drives of the cloud's storage"),
        unit=_("W per TB"),
        default=1.2,
        minimum=0.0,
        maximum=50.0,
        step=0.05,
        group=GROUP,
        source=_(
            "Cloud Carbon Footprint: SSD 1.2, hard disk 0.65; of the drives alone, without the servers that hold them."
        ),
        source_date="2026-04",
        kind=FigureKind.ESTIMATE,
    ),
    _copies("storage_copies_cloud", _("Copies that a volume keeps of its data"), 2.0),
    _copies("snapshot_copies_cloud", _("Copies that a snapshot keeps of its data"), 3.0),
)
SPECS = (*SYSTEMS, *SURPLUS, *INCLUDED, *IO2_TIERS, *POWER)
