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
    now = _now(lab, cluster)
    after = live_of(lab, change(now.before.facts), now.before.lab_at, now.values)
    return Figures((_usd(now.before), _usd(after)), (_watts(now.before), _watts(after)))


class _Now(NamedTuple):
    """A cluster as it is, and the lab's values."""

    before: Live
    values: dict[str, float]


def _now(lab: Lab, cluster: int) -> _Now:
    """Read once for all guests of one request: it stays with the lab's object, which every request loads anew."""
    kept: dict[tuple[int, int], _Now] = lab.__dict__.setdefault("_clusters_now", {})
    key = cluster, lab.revision
    if key not in kept:
        values = lab_values(lab)
        kept[key] = _Now(live_of(lab, facts_of(lab, cluster), lab.lab_time(), values), values)
    return kept[key]


def _usd(now: Live) -> float:
    return float(sum(cluster.cost_usd_per_month for cluster in now.clusters.values()))


def _watts(now: Live) -> float:
    return round(sum(cluster.power_w for cluster in now.clusters.values()), 1)
