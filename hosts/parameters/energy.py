"""Assumptions about electricity and carbon."""

from django.utils.translation import gettext_lazy as _

from virtlab.labs.choices import FigureKind
from virtlab.labs.parameters import ParameterSpec
from virtlab.web.lazy_text import LazyText


def _embodied(key: str, label: LazyText, unit: LazyText, default: float, most: float) -> ParameterSpec:
    return ParameterSpec(
        key=key,
        label=label,
        unit=unit,
        default=default,
        minimum=0.0,
        maximum=most,
        step=0.001,
        group="energy",
        source=_(
            "Cloud Carbon Footprint, embodied coefficients: 1,000 kg for a rack server with one processor, little "
            "memory and no disks, 100 for each further processor, 533 for 384 GB (assessment of a Dell R740)."
        ),
        source_date="2023-05",
        kind=FigureKind.ESTIMATE,
    )


EMBODIED = (
    _embodied("embodied_kg_per_server", _("Carbon of making a server"), _("kg CO2e per server"), 1000.0, 10_000.0),
    _embodied("embodied_kg_per_cpu", _("Carbon of making a further processor"), _("kg CO2e each"), 100.0, 1_000.0),
    _embodied("embodied_kg_per_gib", _("Carbon of making memory beyond 16 GiB"), _("kg CO2e per GiB"), 1.388, 20.0),
    ParameterSpec(
        key="embodied_kg_per_tb",
        label=_("Carbon of making disks"),
        unit=_("kg CO2e per TB"),
        default=20.0,
        minimum=0.0,
        maximum=500.0,
        step=1.0,
        group="energy",
        source=_(
            "An assumption between published figures that are far apart: 160 for consumer SSDs of 2017, 20 for hard "
            "disks (Tannu, Nair, The Dirty Secret of SSDs, 2022); 2.9 and 1.2 for drives of data centres of 2021 by "
            "their maker (blog.purestorage.com, 2025). The same for both sides."
        ),
        source_date="2025-05",
    ),
    ParameterSpec(
        key="server_lifetime_cloud_years",
        label=_("Lifetime of the cloud's servers and disks"),
        unit=_("years"),
        default=5.0,
        minimum=1.0,
        maximum=10.0,
        step=1.0,
        group="energy",
        source=_(
            "Amazon's annual report for 2024: six years, for a part of its servers five from 2025 on; Cloud Carbon "
            "Footprint has four. Their making is spread evenly over it."
        ),
        source_date="2025-02",
        kind=FigureKind.ESTIMATE,
    ),
    ParameterSpec(
        key="embodied_existing",
        label=_("Making of servers and storage that are there already"),
        unit="",
        default=0.0,
        minimum=0.0,
        maximum=1.0,
        step=1.0,
        group="energy",
        source=_("It is emitted, whatever is decided now. Balances of companies often spread it over the life anyhow."),
        source_date="2026-11",
        options=((0.0, _("count it from their refresh on")), (1.0, _("count each month its share"))),
    ),
)


NOT_GIVEN = -1.0
"""The value of a figure that nobody put in, where 0 is one."""


def _market(key: str, label: LazyText) -> ParameterSpec:
    return ParameterSpec(
        key=key,
        label=label,
        unit=_("g CO2e per kWh"),
        default=NOT_GIVEN,
        minimum=NOT_GIVEN,
        maximum=1500.0,
        step=1.0,
        group="energy",
        source=_(
            "Your contract or the provider's report says it. −1: not given; the grid's average is counted then, and "
            "the line says so. 0: all of it from renewable sources."
        ),
        source_date="2026-11",
    )


MARKET = (
    ParameterSpec(
        key="carbon_method",
        label=_("Carbon of electricity"),
        unit="",
        default=0.0,
        minimum=0.0,
        maximum=1.0,
        step=1.0,
        group="energy",
        source=_(
            "GHG Protocol, Scope 2 Guidance: location-based is the average of the grid that one draws from, "
            "market-based what one's contracts say. It asks for both."
        ),
        source_date="2015",
        options=((0.0, _("location-based")), (1.0, _("market-based"))),
    ),
    _market("market_onprem_g_per_kwh", _("Carbon intensity by your contract (market-based)")),
    _market("market_cloud_g_per_kwh", _("Carbon intensity by the cloud's contracts (market-based)")),
)
USE = (
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
        default=1.54,
        minimum=1.0,
        maximum=3.0,
        step=0.01,
        group="energy",
        source=_(
            "Uptime Institute, Global Data Center Survey 2025: the weighted average of data centres; 1.58 in 2023. "
            "Small and old rooms have more: AWS names 1.63 for those of enterprises (2024)."
        ),
        source_date="2025",
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
        source=_(
            "Japan's grid, average of a year, location-based; other sources give 466 to 541. Elsewhere put in your "
            "zone's: the regions' own figures stand on their pages."
        ),
        source_date="2023",
        kind=FigureKind.ESTIMATE,
    ),
    ParameterSpec(
        key="extra_memory_w_per_gib",
        label=_("Power of a server's memory beyond its benchmark's"),
        unit=_("W per GiB"),
        default=0.1,
        minimum=0.0,
        maximum=1.0,
        step=0.01,
        group="energy",
        source=_(
            "A module of 64 GB takes 4 to 6 W (bytebuys.com), so 0.06 to 0.09 per GiB; smaller ones more: about 3 W "
            "for 8 GB of DDR3 and DDR4 (Crucial), 0.37. The cloud's memory counts the same, and both are moved "
            "together."
        ),
        source_date="2026-11",
        kind=FigureKind.ESTIMATE,
    ),
    ParameterSpec(
        key="storage_w_per_tb_onprem",
        label=_("Power of the drives of your storage"),
        unit=_("W per TB"),
        default=1.2,
        minimum=0.0,
        maximum=50.0,
        step=0.1,
        group="energy",
        source=_(
            "The cloud's own coefficient for SSD (Cloud Carbon Footprint), so that storage does not tip the scale: of "
            "the drives alone, without controllers, shelves and fans. An array's data sheet ÷ its TB has these too."
        ),
        source_date="2026-04",
        kind=FigureKind.ESTIMATE,
    ),
    ParameterSpec(
        key="storage_copies_onprem",
        label=_("Disk space behind each TB of your storage"),
        unit=_("TB of disks per TB"),
        default=1.25,
        minimum=1.0,
        maximum=6.0,
        step=0.05,
        group="energy",
        source=_("Groups of eight disks and two of parity (RAID 6): 10 ÷ 8. Mirrored storage has 2."),
        source_date="2026-11",
    ),
)
ENERGY = (*USE, *MARKET, *EMBODIED)
