"""What operations on a host have in common."""

from typing import Any

from hosts.choices import PowerState
from hosts.live.facts import EstateFacts
from hosts.live.what_if import CostAndPower, what_if
from hosts.models import Host, VirtualMachine
from virtlab.jobs.choices import Side
from virtlab.jobs.operations.operation import PROVIDER, Operation


class HostOperation(Operation):
    """An operation on a host, which it holds."""

    side = Side.HOSTS
    counterpart = PROVIDER
    subject_model = Host
    called = "host"
    related = ("cluster",)
    watched_fields = ("state", "cluster_id")

    @property
    def host(self) -> Host:
        assert isinstance(self.subject, Host)
        return self.subject

    def figures_of(self) -> str:
        return self.host.cluster.name

    def figures_with(self, **changes: Any) -> CostAndPower:
        """Money and watts of its cluster before and after these columns of the host change."""
        pk = self.host.pk

        def change(facts: EstateFacts) -> EstateFacts:
            return facts._replace(hosts=[h._replace(**changes) if h.pk == pk else h for h in facts.hosts])

        return what_if(self.lab, self.host.cluster_id, change)


def running_on(host: Host) -> list[VirtualMachine]:
    """Its guests that run, by name."""
    return list(
        VirtualMachine.objects.filter(host=host, power_state=PowerState.RUNNING, is_template=False)
        .select_related("workload")
        .order_by("name")
    )
