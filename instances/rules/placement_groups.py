"""What placement groups allow (Amazon EC2 User Guide, "Placement group rules and limitations")."""

from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from instances.choices import STARTED, InstanceState, PlacementStrategy
from instances.models import Instance, InstanceType, PlacementGroup
from instances.rules.compatibility import Unfit, why_not_clustered
from virtlab.jobs.text import say

LIMIT_KEY = "placement_groups_per_region"
MOST_PARTITIONS = 7
MOST_SPREAD = 7
"""Running instances of a spread group in a zone."""
ELSEWHERE = "InvalidPlacementGroup.InUse"


def why_misplaced(group: PlacementGroup | None, kind: InstanceType, wanted: Counter[str]) -> Unfit | None:
    """Why so many more instances that run, by zone, cannot be in a group (one query)."""
    if group is None:
        return None
    if why := why_not_clustered(group, kind):
        return why
    if group.strategy == PlacementStrategy.CLUSTER:
        return _other_zone(group, wanted)
    return _too_many(group, wanted) if group.strategy == PlacementStrategy.SPREAD else None


def zone_of(group: PlacementGroup) -> str:
    """The zone in which a cluster group's instances are; empty while it has none."""
    there = group.instances.exclude(state=InstanceState.TERMINATED).order_by("pk")
    return str(there.values_list("zone", flat=True).first() or "")


def _other_zone(group: PlacementGroup, wanted: Counter[str]) -> Unfit | None:
    zone = zone_of(group) or next(iter(wanted), "")
    if set(wanted) <= {zone}:
        return None
    text = say(_("The cluster placement group %(group)s is in %(zone)s alone."), group=group.name, zone=zone)
    return Unfit(text, ELSEWHERE)


def _too_many(group: PlacementGroup, wanted: Counter[str]) -> Unfit | None:
    running = Counter(group.instances.filter(state__in=STARTED).values_list("zone", flat=True))
    for zone, count in wanted.items():
        if running[zone] + count > MOST_SPREAD:
            text = say(
                _("The spread placement group %(group)s has room for %(left)s more in %(zone)s: %(most)s run at most."),
                group=group.name,
                left=max(MOST_SPREAD - running[zone], 0),
                zone=zone,
                most=MOST_SPREAD,
            )
            return Unfit(text)
    return None


def next_partitions(group: PlacementGroup | None, zones: Sequence[str]) -> list[int | None]:
    """Partitions for new instances in these zones, as evenly in each zone as it goes; None for each where the group has
    none. A zone has partitions of its own: the first instance there is in the first.
    """
    if group is None or group.strategy != PlacementStrategy.PARTITION or not group.partitions:
        return [None] * len(zones)
    taken = Counter(group.instances.exclude(partition=None).values_list("zone", "partition"))
    given: list[int | None] = []
    for zone in zones:
        number = min(range(1, group.partitions + 1), key=lambda one: (taken[zone, one], one))
        taken[zone, number] += 1
        given.append(number)
    return given


def members(group: PlacementGroup) -> list[Instance]:
    """The instances of a group that are not terminated (a query unless "instances" were loaded)."""
    return [instance for instance in group.instances.all() if instance.state != InstanceState.TERMINATED]
