"""Two hypervisors under the same load, as the layers page shows them.

Without virtualization every workload has a server of its own: the load of one guest on one server, as many times as
there are guests.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hosts.choices import Hypervisor as Key
from hosts.models import ServerModel
from virtlab.charts.layers import Drawing, drawing
from virtlab.engine.hypervisors.hypervisor import Hypervisor
from virtlab.engine.hypervisors.same_load import Load, Part, SameLoad, Server, same_load
from virtlab.engine.hypervisors.table import hypervisor
from virtlab.engine.load.overcommit import ready_class
from virtlab.engine.power.watts import PowerCurve
from virtlab.web.hypervisor_words import CLASSES, LATENCIES, READY

Range = tuple[float, float, float]
"""Best, usual and worst by the range of the sources."""
DRAWN = 3


@dataclass(frozen=True, slots=True)
class Question:
    """The load of one guest, how many there are, and the server they run on."""

    server: Server
    model: ServerModel
    one: Load
    guests: int

    @classmethod
    def of(cls, values: Mapping[str, Any], smt_gain: float) -> "Question":
        """The question of a valid form."""
        model: ServerModel = values["server"]
        cores = model.cores * (smt_gain if model.threads_per_core > 1 else 1.0)
        curve = PowerCurve(tuple(model.watts), model.memory_gib)
        vcpu = values["vcpu"]
        one = Load(vcpu * values["cpu_percent"] / 100, values["memory_gib"], values["iops"], vcpu)
        return cls(Server(cores, model.memory_gib, curve, values["disk_iops"]), model, one, values["guests"])

    @property
    def load(self) -> Load:
        """What all guests want together."""
        return times(self.one, self.guests)


def times(one: Load, count: int) -> Load:
    """The load of so many guests."""
    return Load(one.cpu_cores * count, one.memory_gib * count, one.iops * count, one.vcpu * count)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One hypervisor under the load; figures for all guests and all servers together."""

    kind: Hypervisor
    name: str
    result: SameLoad
    servers: int
    question: Question

    @property
    def class_name(self) -> str:
        """Its class in words."""
        return str(CLASSES[self.kind.kind])

    @property
    def latency(self) -> tuple[str, str]:
        """The class of its accesses, and what that means."""
        name, meaning = LATENCIES[self.result.latency]
        return str(name), str(meaning)

    def _of(self, part: str) -> Range:
        parts: Sequence[Part] = (self.result.best, self.result.usual, self.result.worst)
        best, usual, worst = (float(getattr(one, part)) for one in parts)
        return best, usual, worst

    @property
    def cpu(self) -> Range:
        """Cores of work that get done."""
        best, usual, worst = self._of("cpu_cores")
        return best * self.servers, usual * self.servers, worst * self.servers

    @property
    def ready(self) -> Range:
        """Share of the wanted time that guests wait for a core."""
        return self._of("ready_share")

    @property
    def ready_word(self) -> str:
        """What the waiting means."""
        return str(READY[ready_class(self.result.usual.ready_share)])

    @property
    def utilisation(self) -> Range:
        """How busy the servers are."""
        return self._of("utilisation")

    @property
    def power(self) -> Range:
        """Watts of all servers."""
        best, usual, worst = self._of("power_w")
        return best * self.servers, usual * self.servers, worst * self.servers

    @property
    def iops(self) -> Range:
        """Disk accesses per second that guests get."""
        low, high = self.result.iops_range
        return high * self.servers, self.result.iops * self.servers, low * self.servers

    @property
    def memory_gib(self) -> float:
        """Memory left for guests."""
        return self.result.guest_memory_gib * self.servers

    @property
    def memory_fits(self) -> bool:
        """Whether the guests' memory has room."""
        return self.result.memory_fits

    @property
    def drawing(self) -> Drawing:
        """Its layers with as many guests as there is room for."""
        return drawing(self.kind, min(self.question.guests, DRAWN), self.name)

    @property
    def undrawn(self) -> int:
        """The guests for which there is no room in the drawing."""
        return max(0, self.question.guests - DRAWN)


def outcome(key: str, question: Question) -> Outcome:
    """What a hypervisor makes of the question."""
    kind = hypervisor(key)
    alone = key == Key.NONE
    load = question.one if alone else question.load
    servers = question.guests if alone else 1
    return Outcome(kind, str(Key(key).label), same_load(load, question.server, kind), servers, question)


def with_guests(question: Question, guests: int) -> Question:
    """The same question for another number of guests."""
    return replace(question, guests=guests)
