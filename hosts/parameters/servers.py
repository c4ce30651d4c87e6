"""Assumptions about buying, housing and connecting servers."""

from django.utils.translation import gettext_lazy as _

from virtlab.labs.choices import FigureKind
from virtlab.labs.parameters import ParameterSpec

NO_OPEN_LIST = _("No open price list exists for servers. Put in what your last quotation said.")

SERVERS = (
    ParameterSpec(
        key="server_base_usd",
        label=_("Price of a server without processors and memory"),
        unit=_("USD per server"),
        default=3_000.0,
        minimum=0.0,
        maximum=100_000.0,
        step=250.0,
        group="servers",
        source=NO_OPEN_LIST,
        source_date="2026-11",
    ),
    ParameterSpec(
        key="server_usd_per_core",
        label=_("Price of a server's processors"),
        unit=_("USD per core"),
        default=100.0,
        minimum=0.0,
        maximum=2_000.0,
        step=5.0,
        group="servers",
        source=_(
            "Between list prices of processors with many cores and of those with few, per core. Put in your quotation."
        ),
        source_date="2026-11",
    ),
    ParameterSpec(
        key="server_usd_per_gib",
        label=_("Price of a server's memory"),
        unit=_("USD per GiB"),
        default=10.0,
        minimum=0.0,
        maximum=200.0,
        step=0.5,
        group="servers",
        source=_(
            "Moves a lot: 4.70 USD a GB for DDR4-2400 in 2016 (grcooling.com); 16 modules of 256 GB DDR5 for "
            "76,999 USD in 2026 (hi-tech.ua), about 19 a GB."
        ),
        source_date="2026",
    ),
    ParameterSpec(
        key="existing_age_years",
        label=_("Age of what you have, where no date of purchase is known"),
        unit=_("years"),
        default=2.5,
        minimum=0.0,
        maximum=10.0,
        step=0.5,
        group="servers",
        source=_(
            "Half of a lifetime of five years. What is paid for costs nothing until its refresh; as old as the "
            "lifetime or older, everything is bought now."
        ),
        source_date="2026-11",
    ),
    ParameterSpec(
        key="server_lifetime_years",
        label=_("Lifetime of servers, storage and licences"),
        unit=_("years"),
        default=5.0,
        minimum=1.0,
        maximum=10.0,
        step=1.0,
        group="servers",
        source=_("Five years are common between replacements. Costs are spread evenly over them."),
        source_date="2026-07",
    ),
    ParameterSpec(
        key="maintenance_pct",
        label=_("Hardware maintenance"),
        unit=_("% of the price per year"),
        default=10.0,
        minimum=0.0,
        maximum=50.0,
        step=1.0,
        group="servers",
        source=_("Support contracts often cost about a tenth of the purchase each year."),
        source_date="2026-07",
    ),
    ParameterSpec(
        key="rack_unit_usd_per_month",
        label=_("Rack space"),
        unit=_("USD per rack unit and month"),
        default=20.0,
        minimum=0.0,
        maximum=500.0,
        step=1.0,
        group="servers",
        source=_(
            "Cabinets of 42 units are offered from about 500 to 2,000 USD a month, some with power; "
            "without it about 20 a unit."
        ),
        source_date="2026",
    ),
    ParameterSpec(
        key="network_ports_per_server",
        label=_("Network ports per server"),
        unit=_("ports"),
        default=2.0,
        minimum=0.0,
        maximum=16.0,
        step=1.0,
        group="servers",
        source=_("Two ports, so that one switch may fail."),
        source_date="2026-07",
    ),
    ParameterSpec(
        key="network_port_usd",
        label=_("Price of a network port"),
        unit=_("USD per port"),
        default=150.0,
        minimum=0.0,
        maximum=5_000.0,
        step=10.0,
        group="servers",
        source=_("A share of a 10 Gb/s switch with its cables. Put in your own."),
        source_date="2026-07",
    ),
    ParameterSpec(
        key="server_lead_time_days",
        label=_("Lead time of a server"),
        unit=_("days"),
        default=84.0,
        minimum=0.0,
        maximum=365.0,
        step=7.0,
        group="servers",
        source=_("servnetuk.com, UK server lead times 2026: 12 weeks from specification to rack. Ask your supplier."),
        source_date="2026",
        kind=FigureKind.ESTIMATE,
    ),
)
