"""Assumptions about money and time."""

from django.utils.translation import gettext_lazy as _

from instances.parameters.limits import USD_JPY
from virtlab.labs.parameters import ParameterSpec

MONEY = (
    USD_JPY,
    ParameterSpec(
        key="horizon_months",
        label=_("Months to look ahead"),
        unit=_("months"),
        default=60.0,
        minimum=12.0,
        maximum=120.0,
        step=12.0,
        group="money",
        source=_("One lifetime of the servers."),
        source_date="2026-07",
    ),
)
