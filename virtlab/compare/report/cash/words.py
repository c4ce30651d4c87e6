"""What growth of the workloads comes to, in words."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hosts.pricing.unit_prices import Values
from virtlab.compare.alternatives.shapes import IS_PACKED
from virtlab.compare.bills.onprem.growth import FAILOVER_KEY
from virtlab.compare.report.cash.flow import CashFlow
from virtlab.compare.report.cash.growth import GROWTH_KEY, growth_of
from virtlab.compare.report.evaluate import Alternative
from virtlab.web import formats


def growth_words(left: Alternative, right: Alternative, names: Mapping[str, str], values: Values) -> list[str]:
    """A sentence for each side; none without growth."""
    if not values[GROWTH_KEY]:
        return []
    return [_side(side, names[side.key], values) for side in (left, right)]


def _side(side: Alternative, name: str, values: Values) -> str:
    months = int(values["horizon_months"])
    flow, more = CashFlow.of(side, values), growth_of(side, values).more
    today = CashFlow.of(side, {**values, GROWTH_KEY: 0.0})
    running_usd = flow.running_usd(months)
    words = {
        "name": name,
        "months": formats.number(months),
        "growth": formats.exact(values[GROWTH_KEY]),
        "first": formats.usd(float(today.monthly_usd), 0),
        "last": formats.usd(float(running_usd[-1]), 0),
        "more": formats.usd(
            flow.net_usd(months, values["discount_pct"]) - today.net_usd(months, values["discount_pct"]), 0
        ),
    }
    if more is None:
        text = _(
            "At %(growth)s %% a year “%(name)s” costs %(more)s more over %(months)s months: what is paid each month "
            "grows from %(first)s to %(last)s."
        )
        return text % words
    count = int(more.hosts[-1])
    bought = ngettext("%(count)s host", "%(count)s hosts", count) % {"count": formats.number(count)}
    text = _(
        "At %(growth)s %% a year “%(name)s” costs %(more)s more over %(months)s months: it buys %(hosts)s and %(tb)s "
        "TB of storage beside today's with the licences that more VMs need, and what is paid each month grows from "
        "%(first)s to %(last)s."
    )
    told = text % {**words, "hosts": bought, "tb": formats.number(float(more.storage_tb[-1]))}
    return " ".join(filter(None, [told, _resilience(side, values)]))


def _resilience(side: Alternative, values: Values) -> str:
    """What is kept free for a failure while hosts fill up; nothing of a server for each workload."""
    if side.shape.key in IS_PACKED:
        return _("Its spare hosts (%(spare)s) stay beside what grows.") % {
            "spare": formats.number(side.shape.facts["spare"])
        }
    if "survive" not in side.shape.facts:
        return ""
    if not values[FAILOVER_KEY]:
        return _("Its hosts are filled to the last one, and then survive no failure.")
    if not side.shape.facts["survive"]:
        return _("No cluster survives the loss of a host today, so hosts are filled to the last one.")
    return _("Clusters that survive the loss of a host today (%(survive)s of %(clusters)s) go on doing so.") % {
        key: formats.number(side.shape.facts[key]) for key in ("survive", "clusters")
    }
