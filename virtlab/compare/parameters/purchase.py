"""Assumptions about how the cloud is bought: coverage, Spot, a discount of one's own, support."""

from django.utils.translation import gettext_lazy as _

from instances.parameters.commitments import GROUP
from virtlab.compare.parameters.support_plans import ENDED, ONGOING, SOURCE, SUPPORT, SUPPORT_KEY
from virtlab.labs.choices import FigureKind
from virtlab.labs.parameters import ParameterSpec

PURCHASE = (
    ParameterSpec(
        key="coverage_pct",
        label=_("Covered by the commitment"),
        unit=_("% of the instances' price"),
        default=100.0,
        minimum=0.0,
        maximum=100.0,
        step=5.0,
        group=GROUP,
        source=_("The rest is bought on demand. Few commit to everything: 70 to 90 % is the field's practice."),
        source_date="2026-11",
    ),
    ParameterSpec(
        key="spot_share_pct",
        label=_("Workloads that tolerate being interrupted, on Spot"),
        unit=_("% of the instances' price"),
        default=0.0,
        minimum=0.0,
        maximum=100.0,
        step=5.0,
        group=GROUP,
        source=_("Off: no inventory tells which may be taken away with two minutes' notice."),
        source_date="2026-11",
    ),
    ParameterSpec(
        key="spot_discount_pct",
        label=_("Discount of Spot instances"),
        unit="%",
        default=60.0,
        minimum=0.0,
        maximum=90.0,
        step=5.0,
        group=GROUP,
        source=_(
            "An assumption: AWS promises up to 90 %, and more than half lay between 70 and 90 % in 2017 (Isobe, "
            "Aketani, Koita), but AWS's Spot prices rose by 21 % from 2022 to 2023 alone (cast.ai). It differs by type "
            "and zone."
        ),
        source_date="2026-11",
    ),
    ParameterSpec(
        key="private_discount_pct",
        label=_("Discount of a private agreement (EDP)"),
        unit=_("% of the cloud bill"),
        default=0.0,
        minimum=0.0,
        maximum=50.0,
        step=0.5,
        group=GROUP,
        source=_("Off until you put in your own: it stands in the contract. Support is charged before it."),
        source_date="2026-11",
    ),
    ParameterSpec(
        key=SUPPORT_KEY,
        label=_("Support plan"),
        unit="",
        default=0.0,
        minimum=0.0,
        maximum=len(SUPPORT) - 1.0,
        step=1.0,
        group=GROUP,
        source=SOURCE,
        source_date="2026-10",
        kind=FigureKind.ESTIMATE,
        options=tuple((float(number), SUPPORT[number].name) for number in (*ONGOING, *ENDED)),
    ),
)
