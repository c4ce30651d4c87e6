"""Assumptions about what stands around servers: switches, monitoring, cooling, floor, a second site. All off until put
in.
"""

from django.utils.translation import gettext_lazy as _

from virtlab.labs.parameters import ParameterSpec
from virtlab.web.lazy_text import LazyText

OWN = _("Off until you put in your own.")


def _amount(key: str, label: LazyText, unit: LazyText, most: float, source: LazyText = OWN) -> ParameterSpec:
    return ParameterSpec(
        key=key,
        label=label,
        unit=unit,
        default=0.0,
        minimum=0.0,
        maximum=most,
        step=1.0 if most < 1_000 else 100.0,
        group="servers",
        source=source,
        source_date="2026-11",
    )


AROUND = (
    _amount(
        "switch_usd",
        _("Price of a switch"),
        _("USD per switch"),
        500_000.0,
        _("Off, as the price of a port has its share of a switch: set that to its cable where you count switches."),
    ),
    ParameterSpec(
        key="switch_ports",
        label=_("Ports of a switch"),
        unit=_("ports"),
        default=48.0,
        minimum=1.0,
        maximum=512.0,
        step=1.0,
        group="servers",
        source=_("48 is the usual size of switches for racks."),
        source_date="2026-11",
    ),
    _amount("san_usd", _("Storage network (SAN)"), "USD", 10_000_000.0),
    _amount("firewall_usd", _("Firewalls and load balancers"), "USD", 10_000_000.0),
    _amount("monitoring_usd_per_host_year", _("Monitoring of a host"), _("USD per host and year"), 10_000.0),
    _amount("monitoring_usd_per_vm_year", _("Monitoring of a VM"), _("USD per VM and year"), 5_000.0),
    _amount(
        "cooling_usd_per_kw",
        _("Price of cooling"),
        _("USD per kW of IT"),
        50_000.0,
        _(
            "Off, as rented cabinets have it in their price: put in your quotation. Wholesale data centres as a whole "
            "were built for about 7,000 USD a kW without land (wiredre.com, 2014), of which cooling is a part."
        ),
    ),
    ParameterSpec(
        key="cooling_lifetime_years",
        label=_("Lifetime of cooling"),
        unit=_("years"),
        default=15.0,
        minimum=1.0,
        maximum=40.0,
        step=1.0,
        group="servers",
        source=_("An assumption, from 10 to 20 years: cooling plants outlast several generations of servers."),
        source_date="2026-11",
    ),
    _amount(
        "floor_usd_per_m2_month",
        _("Floor space"),
        _("USD per m² and month"),
        1_000.0,
        _("Off, as the price of a rack unit has its share of the floor: set that to 0 where you count floor."),
    ),
    ParameterSpec(
        key="floor_m2_per_rack",
        label=_("Floor space of a rack"),
        unit=_("m² per rack"),
        default=2.5,
        minimum=0.5,
        maximum=20.0,
        step=0.1,
        group="servers",
        source=_("An assumption, from 2 to 4 m²: a cabinet of 0.6 × 1.2 m and its share of the aisles."),
        source_date="2026-11",
    ),
    _amount(
        "second_site_pct",
        _("Second site, for disasters"),
        _("% of all but people again"),
        200.0,
        _(
            "Off. 100 where everything stands and runs twice. Watts and carbon, of use and of manufacture, have the "
            "same share, each as a line of its own. Put the same to the cloud by its own assumptions."
        ),
    ),
)
