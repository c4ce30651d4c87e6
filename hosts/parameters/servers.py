"""Assumptions about buying, housing and connecting servers."""

from django.utils.translation import gettext_lazy as _

from virtlab.labs.choices import FigureKind
from virtlab.labs.parameters import ParameterSpec

NO_OPEN_LIST = _("No open price list exists for servers. Put in what your last quotation said.")
SMALL_SERVER = _(
    "Fujitsu PRIMERGY TX1330 M3, Xeon E3-1230 v6, SPECpower_ssj2008 result 20170315-00746. New servers of few cores "
    "are taken to lie on a line between it and the newest model: an estimate."
)

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
        default=25.0,
        minimum=0.0,
        maximum=200.0,
        step=0.5,
        group="servers",
        source=_(
            "Registered DDR5 modules of servers: 27 to 37 USD a GB on the spot market (36kr.com, 2026), 19 for a kit "
            "of 16 × 256 GB at the end of 2025 (tuttotech.net). Contracts are below the spot market. In 2016 it was "
            "4.70 (grcooling.com): put in your quotation."
        ),
        source_date="2026",
    ),
    ParameterSpec(
        key="gpu_card_usd",
        label=_("Price of a GPU card"),
        unit=_("USD per card"),
        default=2_500.0,
        minimum=0.0,
        maximum=50_000.0,
        step=100.0,
        group="servers",
        source=_(
            "An assumption: an NVIDIA L4, which types of the G6 series have, sells for about 2,350 to 2,500 USD "
            "(chipversus.com, runlocalai.co, 2026); cards for many desktops or for training cost several times that. "
            "One card for each VM that is known to use a device of its host: no inventory says what the device is and "
            "how many share it. 0 where it is no GPU."
        ),
        source_date="2026",
    ),
    ParameterSpec(
        key="gpu_card_w",
        label=_("Power of a GPU card"),
        unit=_("W per card"),
        default=72.0,
        minimum=0.0,
        maximum=1_000.0,
        step=1.0,
        group="servers",
        source=_(
            "The most that an NVIDIA L4 draws (TDP, as pcpartdb.com and yobitel.com give it, 2026): an assumption, "
            "since no inventory says how busy a card is. The same for each VM that uses a device of its host, on hosts "
            "and on an instance with a GPU."
        ),
        source_date="2026",
    ),
    ParameterSpec(
        key="new_server_cores",
        label=_("Cores of new servers"),
        unit=_("cores"),
        default=0.0,
        minimum=0.0,
        maximum=128.0,
        step=8.0,
        group="servers",
        source=_("Servers are built to order. Your own standard build, if you have one."),
        source_date="2026-11",
        options=(
            (0.0, _("whatever costs least")),
            *((float(cores), str(cores)) for cores in (8, 16, 24, 32, 48, 64, 96, 128)),
        ),
    ),
    ParameterSpec(
        key="new_server_gib",
        label=_("Memory of new servers"),
        unit="GiB",
        default=0.0,
        minimum=0.0,
        maximum=4096.0,
        step=16.0,
        group="servers",
        source=_("Servers are built to order. Your own standard build, if you have one."),
        source_date="2026-11",
        options=(
            (0.0, _("whatever costs least")),
            *((float(gib), str(gib)) for gib in (64, 128, 256, 512, 768, 1024, 1536, 2048, 3072, 4096)),
        ),
    ),
    ParameterSpec(
        key="small_server_idle_w",
        label=_("Power of a small server of four cores without load"),
        unit="W",
        default=12.4,
        minimum=1.0,
        maximum=500.0,
        step=0.1,
        group="servers",
        source=SMALL_SERVER,
        source_date="2017-03",
        kind=FigureKind.ESTIMATE,
    ),
    ParameterSpec(
        key="small_server_full_w",
        label=_("Power of a small server of four cores at full load"),
        unit="W",
        default=51.2,
        minimum=1.0,
        maximum=1_000.0,
        step=0.1,
        group="servers",
        source=SMALL_SERVER,
        source_date="2017-03",
        kind=FigureKind.ESTIMATE,
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
        key="processor_sold_years",
        label=_("Years in which servers are bought after the launch of their processors"),
        unit=_("years"),
        default=3.0,
        minimum=0.0,
        maximum=20.0,
        step=0.5,
        group="servers",
        source=_(
            "A host whose date of purchase nobody stated is no younger than that allows: nobody bought a processor of "
            "2012 in 2024. Generations of Xeon came in 2012, 2013, 2014, 2016, 2017, 2019, 2021 and 2023 "
            "(ark.intel.com) and were sold beside the next. At 20 all hosts are of the age assumed."
        ),
        source_date="2026-12",
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
