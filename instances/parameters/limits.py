"""The cloud's limits and terms that are no prices: vCPU quotas, how long requests take, the exchange rate."""

from django.utils.translation import gettext_lazy as _

from instances.choices import QuotaGroup
from virtlab.labs.choices import FigureKind
from virtlab.labs.parameters import ParameterSpec

LIMITS = "cloud_limits"
LIMITS_NAME = _("Cloud limits")

USD_JPY = ParameterSpec(
    key="usd_jpy",
    label=_("Exchange rate"),
    unit=_("JPY per USD"),
    default=150.0,
    minimum=50.0,
    maximum=400.0,
    step=1.0,
    group="money",
    source=_(
        "A round figure near recent rates. Set here, it turns USD into JPY alone; only where it is drawn at random do "
        "prices paid in JPY follow it."
    ),
    source_date="2026-07",
)

QUOTA_KEYS = {group.value: f"quota_vcpu_{group.value.replace('-', '_')}" for group in QuotaGroup}
"""The parameter that holds each group's limit where a lab has none of its own."""
KNOWN_QUOTAS = {QuotaGroup.STANDARD: 1152.0}
OTHER_QUOTA = 128.0


def _quota(group: QuotaGroup) -> ParameterSpec:
    return ParameterSpec(
        key=QUOTA_KEYS[group.value],
        label=group.label,
        unit=_("vCPU running per region"),
        default=KNOWN_QUOTAS.get(group, OTHER_QUOTA),
        minimum=0.0,
        maximum=100_000.0,
        step=1.0,
        group=LIMITS,
        source=_(
            "An established account of 2019: 1,152 vCPU for the standard families, 128 for the others. "
            "New accounts begin at 5 and 0 (Service Quotas) and ask for more."
        ),
        source_date="2019-09",
    )


QUOTAS = tuple(_quota(group) for group in QuotaGroup)
NEW_ACCOUNT = ParameterSpec(
    key="new_account",
    label=_("A new account: 5 vCPU of the standard families and none of the others, until more is requested"),
    unit=_("1 = yes, 0 = no"),
    default=0.0,
    minimum=0.0,
    maximum=1.0,
    step=1.0,
    group=LIMITS,
    source=_(
        "Service Quotas: the values with which an account begins. The quotas above are those of an established one."
    ),
    source_date="2026",
)
NEW_QUOTAS = {QuotaGroup.STANDARD: 5}
"""VCPU with which an account begins; of the other groups none."""
TERMS = (
    ParameterSpec(
        key="quota_request_minutes",
        label=_("Time until a higher quota is granted"),
        unit=_("minutes"),
        default=30.0,
        minimum=1.0,
        maximum=10_000.0,
        step=1.0,
        group=LIMITS,
        source=_("Small requests are granted within minutes, large ones by a person within days."),
        source_date="2026-11",
    ),
    ParameterSpec(
        key="elastic_addresses_per_region",
        label=_("Elastic IPs per region"),
        unit=_("addresses"),
        default=5.0,
        minimum=0.0,
        maximum=5_000.0,
        step=1.0,
        group=LIMITS,
        source=_("Amazon VPC User Guide, quotas: 5 for each region; more on request."),
        source_date="2026",
        kind=FigureKind.LIST,
    ),
    ParameterSpec(
        key="placement_groups_per_region",
        label=_("Placement groups per region"),
        unit=_("groups"),
        default=500.0,
        minimum=0.0,
        maximum=5_000.0,
        step=1.0,
        group=LIMITS,
        source=_("Amazon EC2 User Guide, placement group rules: 500 for each account and region."),
        source_date="2026",
        kind=FigureKind.LIST,
    ),
    ParameterSpec(
        key="ebs_optimise_s_per_tib",
        label=_("Time until a modified volume is completed: it has its new performance"),
        unit=_("s per TiB"),
        default=21_600.0,
        minimum=60.0,
        maximum=86_400.0,
        step=60.0,
        group=LIMITS,
        source=_(
            "Amazon EBS User Guide: “a fully used 1-TiB volume can take about 6 hours to migrate to a new performance "
            "configuration”, in some cases more than 24 hours. That it grows with the size is an assumption: AWS says "
            "that it does not always do so. So is that growth alone lasts as long: AWS states no figure for it."
        ),
        source_date="2026",
    ),
    ParameterSpec(
        key="ebs_modifying_s",
        label=_("Time until a modified volume has its new size and is optimizing"),
        unit="s",
        default=5.0,
        minimum=1.0,
        maximum=3_600.0,
        step=1.0,
        group=LIMITS,
        source=_(
            "Amazon EBS User Guide: “Size increases take effect once the volume modification reaches the optimizing "
            "state, which usually takes a few seconds”. The figure is an assumption."
        ),
        source_date="2026",
    ),
    ParameterSpec(
        key="ebs_encrypted_by_default",
        label=_("New volumes are encrypted, whoever launches them"),
        unit=_("1 = yes, 0 = no"),
        default=0.0,
        minimum=0.0,
        maximum=1.0,
        step=1.0,
        group=LIMITS,
        source=_(
            "Encryption by default is a setting of an account and a region; it is off until somebody turns it on."
        ),
        source_date="2026",
    ),
    ParameterSpec(
        key="spare_vcpu_pct",
        label=_("Headroom above the busiest hours when an instance is right-sized"),
        unit="%",
        default=20.0,
        minimum=0.0,
        maximum=200.0,
        step=5.0,
        group=LIMITS,
        source=_("A common margin for growth."),
        source_date="2026-11",
    ),
)
LIMIT_SPECS = (USD_JPY, *QUOTAS, NEW_ACCOUNT, *TERMS)
