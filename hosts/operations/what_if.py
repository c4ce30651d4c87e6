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


class Present(NamedTuple):
    """A cluster as it is: what every object of one request is compared with."""

    facts: Facts
    values: dict[str, float]
    now: Live


def present(lab: Lab, cluster: int) -> Present:
    """A cluster at the lab's time (eight queries or fewer)."""
    facts, values = facts_of(lab, cluster), lab_values(lab)
    return Present(facts, values, live_of(lab, facts, lab.lab_time(), values))


def what_if(lab: Lab, cluster: int, change: Callable[[Facts], Facts], before: Present | None = None) -> Figures:
    """A cluster's figures as it is (`before`, where that is known already) and as `change` makes it."""
    before = before or present(lab, cluster)
    after = live_of(lab, change(before.facts), before.now.lab_at, before.values)
    return Figures((_usd(before.now), _usd(after)), (_watts(before.now), _watts(after)))


def _usd(now: Live) -> float:
    return float(sum(cluster.cost_usd_per_month for cluster in now.clusters.values()))


def _watts(now: Live) -> float:
    return round(sum(cluster.power_w for cluster in now.clusters.values()), 1)
