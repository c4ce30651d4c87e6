"""What operations have in common that make a guest which is none yet: its datastore, its host, before and after."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _

from hosts.live.facts import EstateFacts, GuestFacts
from hosts.live.space import roomiest
from hosts.live.what_if import CostAndPower, what_if
from hosts.models import Cluster, Datastore, VirtualMachine
from hosts.operations.in_use import closed
from hosts.rules.memory_file import file_when_running_gib
from hosts.rules.placement import HostCandidate, PlacementRequest, best_of, candidates
from virtlab.jobs.choices import Side
from virtlab.jobs.operations.operation import Operation
from virtlab.jobs.operations.plan import Change, Refusal


class NewGuestOperation(Operation):
    """Makes a guest on the datastore with most room, and on the host that its cluster's policy chooses."""

    side = Side.HOSTS

    @property
    def cluster(self) -> Cluster:
        """Where it goes."""
        raise NotImplementedError

    @property
    def request(self) -> PlacementRequest:
        """What has to find room on a host."""
        raise NotImplementedError

    @property
    def disk_taken_gib(self) -> float:
        """GiB that its disk takes of the datastore at the end."""
        raise NotImplementedError

    @property
    def memory_mib(self) -> int:
        """The memory that it will have."""
        raise NotImplementedError

    def planned(self, where: dict[str, Any]) -> GuestFacts:
        """The guest as it will be; `where`: keys of its cluster, host and datastore."""
        raise NotImplementedError

    @cached_property
    def datastore(self) -> Datastore | None:
        """Where its disk goes: where most is free."""
        return roomiest(self.lab, self.cluster.pk, self.lab.lab_time())

    @cached_property
    def candidates(self) -> list[HostCandidate]:
        """Every host with the reason."""
        return candidates(self.cluster, self.request)

    @property
    def best(self) -> HostCandidate | None:
        """The host that is chosen."""
        return best_of(self.candidates)

    @cached_property
    def vm(self) -> VirtualMachine:
        """The guest as it will be; it is not saved."""
        host = self.best.host if self.best else None
        where = {"lab": self.lab, "cluster": self.cluster, "datastore": self.datastore, "host": host}
        return VirtualMachine(name=self.values["name"], memory_mib=self.memory_mib, **where)

    @property
    def taken_gib(self) -> float:
        """GiB that it takes of the datastore, with the file that stands for its memory where it is started."""
        file_gib = file_when_running_gib(self.vm) if self.values["start"] else 0.0
        return self.disk_taken_gib + file_gib

    def check_place(self) -> Sequence[Refusal]:
        return closed(self.cluster)

    def changes(self) -> Sequence[Change]:
        return [
            Change(_("Host"), "–", self.best.host.name if self.best else "–"),
            Change(_("Datastore"), "–", self.datastore.name if self.datastore else "–"),
            Change(_("Disk taken"), 0, round(self.taken_gib, 1), "GiB"),
        ]

    def figures_of(self) -> str:
        return self.cluster.name

    def figures(self) -> CostAndPower:
        """Money and watts of its cluster before and after it is there."""
        where = {
            "cluster_id": self.cluster.pk,
            "hypervisor": self.cluster.hypervisor,
            "host_id": self.best.host.pk if self.best else None,
            "datastore_id": self.datastore.pk if self.datastore else None,
        }

        def change(facts: EstateFacts) -> EstateFacts:
            return facts._replace(guests=[*facts.guests, self.planned(where)])

        return what_if(self.lab, self.cluster.pk, change)
