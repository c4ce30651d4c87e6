"""The bill of a cloud. Formulas: docs/model.md, "Cloud cost"."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from instances.pricing.hourly import Values
from virtlab.compare.bills.cloud.brought import brought
from virtlab.compare.bills.cloud.licences import licences
from virtlab.compare.bills.cloud.network import GIB, HOURS, network
from virtlab.compare.bills.cloud.quantities import CloudQuantities
from virtlab.compare.bills.cloud.rented import OWN_HEADS
from virtlab.compare.bills.cloud.rented import lines as rented_lines
from virtlab.compare.bills.cloud.service_lines import Prices, priced
from virtlab.compare.bills.cloud.storage import storage
from virtlab.compare.bills.cloud.support import support
from virtlab.compare.bills.cloud.terms import Terms
from virtlab.compare.bills.items import Item, Num, Usd, exact, to_cents, total
from virtlab.compare.bills.labour import hours_item
from virtlab.engine.units import HOURS_PER_MONTH

BEYOND_FREE = _("(%(all)s GiB − 100 GiB free of charge) × %(price)s")
REST_OUT = _("(%(all)s GiB − 100 GiB free of charge − %(before)s GiB of the tiers before) × %(price)s")
OUT = ("data_out_gib_per_workload",)
FREE_OUT_GIB = 100.0
TIER_GIB = (("data-out-gb-tier1", 10_240.0), ("data-out-gb-tier2", 40_960.0), ("data-out-gb-tier3", 102_400.0))
LAST_TIER = "data-out-gb-tier4"
"""GiB that are free for an account and month, the width of each tier in GiB, and what is beyond them (Amazon EC2
on-demand pricing, data transfer, 2026; its price list ends the first tier, "10 TB", at 10,240 "GB").
"""


def bill(quantities: CloudQuantities, purchase: str, prices: Prices, values: Values) -> list[Item]:
    """USD per month by line. Lines of nothing are left out."""
    terms = Terms.of(purchase, values)
    charged = [
        *_compute(quantities, terms, prices),
        *licences(quantities, terms, values),
        *storage(quantities, prices, values),
        *_data_out(quantities.data_out_gib, prices),
        *network(values, prices),
        *_monitoring(quantities, values),
    ]
    charged_usd = float(total(charged))
    lines = [
        *charged,
        _private_discount(charged_usd, values),
        support(charged_usd, values),
        *brought(quantities, values),
        *_people(quantities, values),
    ]
    return [line for line in lines if line.stands]


def _compute(q: CloudQuantities, terms: Terms, prices: Prices) -> list[Item]:
    cluster_h = HOURS_PER_MONTH if q.nodes.machines else 0.0
    calls = _("%(amount)s million calls × %(price)s")
    run_time = _("%(amount)s GB-seconds × %(price)s")
    return [
        *_instances(q, terms),
        *rented_lines(("nodes", _("Container nodes")), q.nodes, terms),
        priced("cluster", _("Kubernetes control plane"), (cluster_h, "eks-cluster-hour", HOURS), prices),
        priced("requests", _("Function calls"), (q.million_requests, "lambda-million-requests", calls), prices),
        priced("gb_seconds", _("Function run time"), (q.gb_seconds, "lambda-gb-second", run_time), prices),
    ]


def _instances(q: CloudQuantities, terms: Terms) -> list[Item]:
    """All together, but where a part is on Spot: those on hardware of one's own are not."""
    head = ("instances", _("Instances"))
    if not (terms.spot and q.own_hardware):
        return rented_lines(head, q.instances, terms)
    own = (rented_lines(OWN_HEADS[system], its, terms.without_spot) for system, its in q.own_hardware.items())
    return [*rented_lines(head, q.shared, terms), *(line for lines in own for line in lines)]


def _monitoring(q: CloudQuantities, v: Values) -> list[Item]:
    machines = q.instances.machines + q.nodes.machines
    each, logs = v["monitoring_usd_per_instance"], v["logs_gb"]
    return [
        Item(
            "monitoring",
            "compute",
            _("Monitoring"),
            amount=to_cents(machines * each),
            formula=_("%(units)s instances and nodes × %(price)s"),
            numbers={"units": Num(machines), "price": Usd(each, 2)},
            rests_on=("monitoring_usd_per_instance",),
        ),
        Item(
            "logs",
            "storage",
            _("Logs taken in"),
            amount=to_cents(logs * v["logs_usd_per_gb"]),
            formula=GIB,
            numbers={"amount": exact(logs), "price": Usd(v["logs_usd_per_gb"], 4)},
            rests_on=("logs_gb", "logs_usd_per_gb"),
        ),
    ]


def _private_discount(charged_usd: float, v: Values) -> Item:
    """Off every charge of the cloud, before support."""
    percent = v["private_discount_pct"]
    return Item(
        "private_discount",
        "compute",
        _("Private discount"),
        amount=to_cents(-charged_usd * percent / 100),
        formula=_("−%(bill)s × %(percent)s %%"),
        numbers={"bill": Usd(charged_usd, 2), "percent": exact(percent)},
        rests_on=("private_discount_pct",),
    )


def _data_out(size_gib: float, prices: Prices) -> list[Item]:
    left, lines = max(0.0, size_gib - FREE_OUT_GIB), []
    for number, (item, width_gib) in enumerate((*TIER_GIB, (LAST_TIER, float("inf"))), start=1):
        part = round(min(left, width_gib), 3)
        left -= part
        if part:
            lines.append(priced(f"data_out_{number}", _("Data out to the Internet"), (part, item, GIB), prices, OUT))
    return [*lines[:-1], *(_last_tier(line, size_gib) for line in lines[-1:])]


def _last_tier(line: Item, size_gib: float) -> Item:
    """What is left of all data out, after what is free and the tiers before, which are whole."""
    if line.unpriced:
        return line
    before = round(size_gib - line.numbers["amount"].value - FREE_OUT_GIB, 3)
    words = REST_OUT if before else BEYOND_FREE
    return replace(line, formula=words, numbers={**line.numbers, "all": Num(size_gib, 3), "before": Num(before, 0)})


def _people(q: CloudQuantities, v: Values) -> list[Item]:
    small, systems = q.containers + q.functions, q.instances.machines + q.stopped
    return [
        hours_item("admin_guests", _("Administration of operating systems"), systems, "admin_hours_per_guest", v),
        hours_item("admin_nodes", _("Administration of container nodes"), q.nodes.machines, "admin_hours_per_guest", v),
        hours_item(
            "admin_containers", _("Administration of containers and functions"), small, "admin_hours_per_container", v
        ),
    ]
