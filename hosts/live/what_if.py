"""Money and watts of a cluster before and after a change, for previews."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from hosts.live.cost import windows_homes
from hosts.live.facts import EstateFacts, GuestFacts, facts_of
from hosts.live.totals import Totals, totals_of
from virtlab.labs.models import Lab
from virtlab.labs.parameters import lab_values


class CostAndPower(NamedTuple):
    """(before, after) of a cluster: USD per month and watts now."""

    cost_usd_per_month: tuple[float, float]
    power_w: tuple[float, float]

    @classmethod
    def of(cls, before: Totals, after: Totals) -> "CostAndPower":
        """In dollars and watts."""
        return cls((before.cents / 100, after.cents / 100), (before.tenths_w / 10, after.tenths_w / 10))


class ClusterBaseline(NamedTuple):
    """A cluster as it is: what every object of one request is compared with."""

    facts: EstateFacts
    values: dict[str, float]
    lab_at: datetime
    total: Totals
    guests_of_host: Mapping[int | None, Sequence[GuestFacts]]


class ChangeScope(NamedTuple):
    """A guest and the hosts that a change touches; None stands for no host."""

    guest: int
    hosts: Collection[int | None]


def baseline(lab: Lab, cluster: int) -> ClusterBaseline:
    """A cluster at the lab's time (eight queries or fewer)."""
    facts, values, lab_at = facts_of(lab, cluster), lab_values(lab), lab.lab_time()
    guests: dict[int | None, list[GuestFacts]] = defaultdict(list)
    for guest in facts.guests:
        guests[guest.host_id].append(guest)
    return ClusterBaseline(facts, values, lab_at, totals_of(lab, facts, lab_at, values), guests)


def what_if(
    lab: Lab, cluster: int, change: Callable[[EstateFacts], EstateFacts], now: ClusterBaseline | None = None
) -> CostAndPower:
    """A cluster's figures as it is, which is read where it is not given, and as `change` makes it."""
    now = now or baseline(lab, cluster)
    return CostAndPower.of(now.total, _totals(lab, change(now.facts), now))


def what_if_of(
    lab: Lab, change: Callable[[EstateFacts], EstateFacts], now: ClusterBaseline, scope: ChangeScope
) -> CostAndPower:
    """The same for a change that touches only a part: the rest of the cluster stays as it is, so only the part is
    computed. Windows licences alone go by the whole cluster: where the part's need of them changes, all is computed.
    """
    before = _only(now, scope)
    after = change(before)
    if windows_homes(before) != windows_homes(after):
        return CostAndPower.of(now.total, _totals(lab, change(now.facts), now))
    return CostAndPower.of(now.total, now.total.changed(_totals(lab, before, now), _totals(lab, after, now)))


def _totals(lab: Lab, facts: EstateFacts, now: ClusterBaseline) -> Totals:
    return totals_of(lab, facts, now.lab_at, now.values)


def _only(now: ClusterBaseline, scope: ChangeScope) -> EstateFacts:
    """The rows of a scope: its hosts with their guests, and of the guests on no host the one that changes."""
    guests = [
        guest for host in scope.hosts for guest in now.guests_of_host.get(host, ()) if host or guest.pk == scope.guest
    ]
    keys = {guest.pk for guest in guests}
    return now.facts._replace(
        hosts=[host for host in now.facts.hosts if host.pk in scope.hosts],
        guests=guests,
        snapshots=[snapshot for snapshot in now.facts.snapshots if snapshot.vm_id in keys],
    )
