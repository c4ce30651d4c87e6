"""Money and watts of a cluster before and after a change, for previews."""

from collections.abc import Callable
from typing import NamedTuple

from hosts.selectors.facts import Facts, facts_of
from hosts.selectors.live import Live, live_of
from virtlab.labs.models import Lab
from virtlab.labs.parameters import lab_values


class Figures(NamedTuple):
    """(before, after) of a cluster: USD per month and watts now."""

    cost_usd_per_month: tuple[float, float]
    power_w: tuple[float, float]


def what_if(lab: Lab, cluster: int, change: Callable[[Facts], Facts]) -> Figures:
    """A cluster's figures as it is and as `change` makes it, at the lab's time."""
    facts, values, at = facts_of(lab, cluster), lab_values(lab), lab.lab_time()
    before, after = (live_of(lab, one, at, values) for one in (facts, change(facts)))
    return Figures((_usd(before), _usd(after)), (_watts(before), _watts(after)))


def _usd(now: Live) -> float:
    return float(sum(cluster.cost_usd_per_month for cluster in now.clusters.values()))


def _watts(now: Live) -> float:
    return round(sum(cluster.power_w for cluster in now.clusters.values()), 1)
