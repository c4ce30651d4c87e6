"""Assumptions about buying, housing and connecting servers."""

from django.utils.translation import gettext_lazy as _

from virtlab.labs.choices import FigureKind
from virtlab.labs.parameters import ParameterSpec

NO_OPEN_LIST = _("No open price list exists for servers. Put in what your last quotation said.")

SERVERS = (
    ParameterSpec(
        key="server_price_usd",
        label=_("Price of a virtualization host"),
        unit=_("USD per server"),
        default=12_000.0,
        minimum=0.0,
        maximum=200_000.0,
        step=500.0,
        group="servers",
        source=NO_OPEN_LIST,
        source_date="2026-07",
    ),
    ParameterSpec(
        key="small_server_price_usd",
        label=_("Price of a small physical server"),
        unit=_("USD per server"),
        default=3_000.0,
        minimum=0.0,
        maximum=100_000.0,
        step=100.0,
        group="servers",
        source=NO_OPEN_LIST,
        source_date="2026-07",
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
