"""Assumptions about electricity and carbon."""

from django.utils.translation import gettext_lazy as _

from virtlab.labs.choices import FigureKind
from virtlab.labs.parameters import ParameterSpec

ENERGY = (
    ParameterSpec(
        key="electricity_usd_per_kwh",
        label=_("Electricity price"),
        unit=_("USD per kWh"),
        default=0.15,
        minimum=0.0,
        maximum=1.0,
        step=0.01,
        group="energy",
        source=_("About what a business in Japan pays (22 JPY at 150 JPY per USD). Your own contract decides."),
        source_date="2026-07",
    ),
    ParameterSpec(
        key="pue_onprem",
        label=_("PUE of your server room"),
        unit=_("kWh in all per kWh of IT"),
        default=1.58,
        minimum=1.0,
        maximum=3.0,
        step=0.01,
        group="energy",
        source="Uptime Institute, Global Data Center Survey; used by Cloud Carbon Footprint for on-premises",
        source_date="2023",
        kind=FigureKind.LIST,
    ),
    ParameterSpec(
        key="grid_onprem_g_per_kwh",
        label=_("Carbon intensity of your electricity"),
        unit=_("g CO2e per kWh"),
        default=485.0,
        minimum=0.0,
        maximum=1500.0,
        step=1.0,
        group="energy",
        source=_("Japan's grid; other sources give 466 to 541."),
        source_date="2023",
        kind=FigureKind.ESTIMATE,
    ),
    ParameterSpec(
        key="storage_w_per_tb_onprem",
        label=_("Power of your storage"),
        unit=_("W per TB"),
        default=1.2,
        minimum=0.0,
        maximum=50.0,
        step=0.1,
        group="energy",
        source=_(
            "The cloud's own coefficient for SSD (Cloud Carbon Footprint), so that storage does not tip the scale."
        ),
        source_date="2026-04",
        kind=FigureKind.ESTIMATE,
    ),
)
