"""What operations on a host have in common."""

from typing import Any

from hosts.live.facts import EstateFacts
from hosts.live.what_if import CostAndPower
from hosts.models import Cluster, Host
from hosts.operations.host.needing import HostsInUse
from hosts.operations.in_cluster import InClusterOperation
from virtlab.jobs.operations.operation import PROVIDER


class HostOperation(InClusterOperation):
    """An operation on a host, which it holds."""

    counterpart = PROVIDER
    subject_model = Host
    called = "host"
    related = ("cluster",)
    watched_fields = ("state", "cluster_id")

    @property
    def host(self) -> Host:
        assert isinstance(self.subject, Host)
        return self.subject

    @property
    def cluster(self) -> Cluster:
        return self.host.cluster

    @property
    def uses(self) -> HostsInUse:
        """What the hosts of its request are needed for."""
        return self.once("uses", lambda: HostsInUse([each for each in self.together if isinstance(each, Host)]))

    def figures_with(self, **changes: Any) -> CostAndPower:
        """Money and watts of its cluster before and after these columns of the host change."""
        pk = self.host.pk

        def change(facts: EstateFacts) -> EstateFacts:
            return facts._replace(hosts=[h._replace(**changes) if h.pk == pk else h for h in facts.hosts])

        return self.figures_after(change)
