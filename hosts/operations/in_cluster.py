"""What operations on something in a cluster have in common: what is the same for all objects of a request is read once,
as it is before the request.
"""

from collections.abc import Callable, Sequence

from django.db import models

from hosts.live.facts import EstateFacts
from hosts.live.what_if import ClusterBaseline, CostAndPower, baseline, what_if
from hosts.models import Cluster
from hosts.operations.in_use import in_use, mentions
from virtlab.jobs.choices import Side
from virtlab.jobs.operations.operation import Operation
from virtlab.jobs.operations.plan import Refusal


class InClusterOperation(Operation):
    """An operation on a guest, a template or a host."""

    side = Side.HOSTS

    @property
    def cluster(self) -> Cluster:
        """That of its subject."""
        raise NotImplementedError

    def present(self) -> ClusterBaseline:
        """The cluster as it is."""
        pk = self.cluster.pk
        return self.once(f"present-{pk}", lambda: baseline(self.lab, pk))

    def figures_after(self, change: Callable[[EstateFacts], EstateFacts]) -> CostAndPower:
        """Money and watts of the cluster before and after a change of it."""
        return what_if(self.lab, self.cluster.pk, change, self.present())

    def figures_of(self) -> str:
        return self.cluster.name

    def in_use(self, subject: models.Model) -> Sequence[Refusal]:
        """A refusal for each job that uses its subject without holding it, as `in_use`."""
        return in_use(str(subject), [subject], self.once("mentions", lambda: mentions(self.together)))
