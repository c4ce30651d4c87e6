"""Lines of an on-prem bill for what stands around servers and storage: network, monitoring, a second site."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from hosts.pricing import unit_prices
from hosts.pricing.unit_prices import Values
from virtlab.compare.bills.energy import SITE_KEY
from virtlab.compare.bills.items import Item, Num, Usd, to_cents, total
from virtlab.compare.bills.onprem.licences import yearly
from virtlab.compare.bills.onprem.purchases import by_servers
from virtlab.compare.bills.onprem.quantities import AROUND_KEYS, OnPremQuantities, ports_usd, switches_usd
from virtlab.compare.bills.spread import spread, spread_parts
from virtlab.labs.parameters import SPECS


def network_lines(q: OnPremQuantities, v: Values) -> list[Item]:
    """USD per month of ports, switches and what is bought for the whole network."""
    return [_ports(q, v), _switches(q, v), *(_amount(key, q, v) for key in AROUND_KEYS)]


def _ports(q: OnPremQuantities, v: Values) -> Item:
    line = spread_parts(by_servers(q, ports_usd, v), v)
    return Item(
        "network",
        "network",
        _("Network ports"),
        amount=line.amount,
        formula=line.formula(_("%(servers)s servers × %(ports)s ports × %(price)s ÷ (%(years)s years × 12 months)")),
        numbers=line.numbers(
            servers=Num(q.servers), ports=Num(v["network_ports_per_server"]), price=Usd(v["network_port_usd"], 2)
        ),
        rests_on=line.rests_on("network_ports_per_server", "network_port_usd"),
    )


def _switches(q: OnPremQuantities, v: Values) -> Item:
    line = spread_parts(by_servers(q, switches_usd, v), v)
    return Item(
        "switches",
        "network",
        _("Switches"),
        amount=line.amount,
        formula=line.formula(_("%(switches)s switches × %(price)s ÷ (%(years)s years × 12 months)")),
        numbers=line.numbers(switches=Num(unit_prices.switches(q.servers, v)), price=Usd(v["switch_usd"], 2)),
        rests_on=line.rests_on("switch_usd", "switch_ports", "network_ports_per_server"),
    )


def _amount(key: str, q: OnPremQuantities, v: Values) -> Item:
    line = spread(v[key], v, existing=q.existing_storage)
    return Item(
        key,
        "network",
        SPECS[key].label,
        amount=line.amount,
        formula=line.formula(_("%(price)s in all ÷ (%(years)s years × 12 months)")),
        numbers=line.numbers(price=Usd(v[key], 2)),
        rests_on=line.rests_on(key),
    )


def monitoring_lines(q: OnPremQuantities, v: Values) -> list[Item]:
    """USD per month of monitoring hosts and VMs."""
    return [
        yearly("monitoring_host", _("Monitoring of hosts"), q.servers, "monitoring_usd_per_host_year", v),
        yearly("monitoring_vm", _("Monitoring of VMs"), q.guests, "monitoring_usd_per_vm_year", v),
    ]


def second_site(lines: Sequence[Item], v: Values) -> Item:
    """A share of what the lines sum to, for a second site."""
    bill_usd = float(total(lines))
    return Item(
        "second_site",
        "facility",
        _("Second site"),
        amount=to_cents(bill_usd * v[SITE_KEY] / 100),
        formula=_("%(bill)s × %(percent)s %%"),
        numbers={"bill": Usd(bill_usd, 2), "percent": Num(v[SITE_KEY])},
        rests_on=(SITE_KEY,),
    )
