"""The cloud side's assumptions: what each is, its unit, its range, where its default comes from."""

from django.utils.translation import gettext_lazy as _

from virtlab.engine.load.cpu_credits import SurplusPrices
from virtlab.labs.choices import FigureKind
from virtlab.labs.parameters import ParameterSpec
from virtlab.web.lazy_text import LazyText

CCF = "Cloud Carbon Footprint"
PRICE_LIST = "AWS price list, via apache-libcloud 3.9.1"
GROUP = "cloud"
GROUP_NAME = _("Cloud")

DISCOUNTS = (
    ParameterSpec(
        key="discount_one_year_pct",
        label=_("Discount of a 1-year commitment, nothing upfront"),
        unit="%",
        default=37.0,
        minimum=0.0,
        maximum=60.0,
        step=1.0,
        group=GROUP,
        source=_("AWS savings plans: the middle 80 % of types lie between 34 and 38 %."),
        source_date="2023",
        kind=FigureKind.ESTIMATE,
    ),
    ParameterSpec(
        key="discount_three_year_pct",
        label=_("Discount of a 3-year commitment, all upfront"),
        unit="%",
        default=62.0,
        minimum=0.0,
        maximum=80.0,
        step=1.0,
        group=GROUP,
        source=_("AWS savings plans: 60 to 68 % by type."),
        source_date="2026-06",
        kind=FigureKind.ESTIMATE,
    ),
    ParameterSpec(
        key="support_pct",
        label=_("Support plan"),
        unit=_("% of the cloud bill"),
        default=0.0,
        minimum=0.0,
        maximum=30.0,
        step=0.5,
        group=GROUP,
        source=_("None by default; a business plan starts at 10 % of the bill."),
        source_date="2026",
    ),
)


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
            "AWS price list: exact for all 489 types listed that are not burstable. "
            "Burstable types pay it for their baseline: exact for T3 and T3a, within 3 % for T2."
        ),
    ),
    _os("rhel_usd_per_vcpu_hour_to_8", _("Red Hat Enterprise Linux, to 8 vCPU"), PER_VCPU, 0.0144, PRICE_LIST),
    _os("rhel_usd_per_vcpu_hour_to_127", _("Red Hat Enterprise Linux, 9 to 127 vCPU"), PER_VCPU, 0.0108, PRICE_LIST),
    _os("rhel_usd_per_vcpu_hour_above", _("Red Hat Enterprise Linux, from 128 vCPU"), PER_VCPU, 0.0096, PRICE_LIST),
    _os("suse_usd_per_hour_to_4", _("SUSE Linux Enterprise, to 4 vCPU"), PER_HOUR, 0.056, PRICE_LIST),
    _os("suse_usd_per_hour_above", _("SUSE Linux Enterprise, above 4 vCPU"), PER_HOUR, 0.125, PRICE_LIST),
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
POWER = (
    ParameterSpec(
        key="pue_cloud",
        label=_("PUE of the cloud's buildings"),
        unit=_("kWh in all per kWh of IT"),
        default=1.135,
        minimum=1.0,
        maximum=3.0,
        step=0.005,
        group=GROUP,
        source=CCF,
        source_date="2026-04",
        kind=FigureKind.ESTIMATE,
    ),
    ParameterSpec(
        key="memory_w_per_gib_cloud",
        label=_("Power of the cloud's memory"),
        unit=_("W per GiB"),
        default=0.392,
        minimum=0.0,
        maximum=5.0,
        step=0.001,
        group=GROUP,
        source=CCF,
        source_date="2026-04",
        kind=FigureKind.ESTIMATE,
    ),
    ParameterSpec(
        key="storage_w_per_tb_cloud",
        label=_("Power of the cloud's storage"),
        unit=_("W per TB"),
        default=1.2,
        minimum=0.0,
        maximum=50.0,
        step=0.05,
        group=GROUP,
        source=_("Cloud Carbon Footprint: SSD 1.2, hard disk 0.65."),
        source_date="2026-04",
        kind=FigureKind.ESTIMATE,
    ),
)
SPECS = (*DISCOUNTS, *SYSTEMS, *SURPLUS, *INCLUDED, *IO2_TIERS, *POWER)
