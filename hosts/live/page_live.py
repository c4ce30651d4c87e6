"""The live state of some hosts only, for pages that show a part of a large estate.

Load, waiting, memory and watts of a host follow from its own guests. Money does not (licences go by cluster): pages
that show it read the whole with `live`.
"""

from collections.abc import Collection

from django.db.models import Q

from hosts.live.facts import CLUSTER, GUEST, HOST, SNAPSHOT, ClusterFacts, Facts, GuestFacts, HostFacts, SnapshotFacts
from hosts.live.live import Live, live_of
from hosts.models import Cluster, Host, Snapshot, VirtualMachine
from virtlab.labs.models import Lab
from virtlab.labs.parameters import lab_values


def live_for_hosts(lab: Lab, hosts: Collection[int]) -> Live:
    """The hosts of these keys with their guests, and the guests that are on no host, at what the lab's clock shows
    (seven queries at most).
    """
    return live_of(lab, _facts(lab, hosts), lab.lab_time().replace(microsecond=0), lab_values(lab))


def _facts(lab: Lab, keys: Collection[int]) -> Facts:
    hosts = Host.objects.filter(lab=lab, pk__in=keys).order_by("cluster__name", "name")
    guests = VirtualMachine.objects.filter(Q(host__in=keys) | Q(host=None), lab=lab).order_by("name")
    clusters = Cluster.objects.filter(lab=lab, hosts__in=keys).distinct().order_by("name")
    snapshots = Snapshot.objects.filter(vm__lab=lab, vm__host__in=keys).order_by("taken_lab_at", "pk")
    return Facts(
        [ClusterFacts(*row) for row in clusters.values_list(*CLUSTER)],
        [HostFacts(*row) for row in hosts.values_list(*HOST)],
        [GuestFacts(*row) for row in guests.values_list(*GUEST)],
        [],
        [SnapshotFacts(*row) for row in snapshots.values_list(*SNAPSHOT)],
    )
