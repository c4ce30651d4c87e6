"""Assumptions about money and time."""

from django.utils.translation import gettext_lazy as _

from virtlab.labs.parameters import ParameterSpec

MONEY = (
    ParameterSpec(
        key="usd_jpy",
        label=_("Exchange rate"),
        unit=_("JPY per USD"),
        default=150.0,
        minimum=50.0,
        maximum=400.0,
        step=1.0,
        group="money",
        source=_("A round figure near recent rates. It turns USD into JPY and changes nothing else."),
        source_date="2026-07",
    ),
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
