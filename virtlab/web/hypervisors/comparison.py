"""Several hypervisors under the same load."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from virtlab.engine.hypervisors.hypervisor import Hypervisor
from virtlab.engine.hypervisors.same_load import same_load
from virtlab.engine.hypervisors.table import NONE
from virtlab.web.hypervisors.layers import Drawing, drawing
from virtlab.web.hypervisors.question import LoadQuestion
from virtlab.web.hypervisors.words import CLASSES
from virtlab.web.lazy_text import LazyText

Range = tuple[float, float, float]
"""Best, usual and worst by the range of the sources."""
DRAWN = 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one hypervisor makes of the load, for all guests and all hosts together.

    cpu: cores of work that get done; ready: share of the wanted time that guests wait for a core; busy: share of the
    hosts' cores; power: watts; iops (per s), memory_gib: what guests get; cpu_share, memory_share: of the host's.
    """

    hypervisor: Hypervisor
    name: str
    question: LoadQuestion
    hosts: int
    cpu: Range
    ready: Range
    busy: Range
    power: Range
    iops: Range
    memory_gib: float
    memory_fits: bool
    cpu_share: float
    memory_share: float

    @property
    def class_name(self) -> LazyText:
        return CLASSES[self.hypervisor.kind]

    @property
    def drawing(self) -> Drawing:
        """Its layers with as many guests as there is room for."""
        return drawing(self.hypervisor, min(self.question.guests, DRAWN), self.name)

    @property
    def undrawn(self) -> int:
        """Guests for which there is no room in the drawing."""
        return max(0, self.question.guests - DRAWN)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A question, and what each hypervisor makes of it."""

    question: LoadQuestion
    sides: Sequence[Outcome]

    @property
    def names(self) -> list[str]:
        return [side.name for side in self.sides]

    def with_guests(self, guests: int) -> "Comparison":
        """The same hypervisors under another number of guests."""
        return compare(replace(self.question, guests=guests), [(side.hypervisor, side.name) for side in self.sides])


def compare(question: LoadQuestion, hypervisors: Sequence[tuple[Hypervisor, str]]) -> Comparison:
    """Puts the question to each hypervisor; the page shows it by the name beside it."""
    return Comparison(question, [_outcome(question, hypervisor, name) for hypervisor, name in hypervisors])


def _outcome(question: LoadQuestion, hypervisor: Hypervisor, name: str) -> Outcome:
    """Without virtualization each guest has a host of its own: its load on one host, times the guests."""
    apart, host = hypervisor is NONE, question.host.capacity
    result = same_load(question.guest if apart else question.load, host, hypervisor)
    hosts = question.guests if apart else 1
    best, usual, worst = result.best, result.usual, result.worst
    low_iops, high_iops = result.iops_range
    return Outcome(
        hypervisor=hypervisor,
        name=name,
        question=question,
        hosts=hosts,
        cpu=(best.cpu_cores * hosts, usual.cpu_cores * hosts, worst.cpu_cores * hosts),
        ready=(best.ready_share, usual.ready_share, worst.ready_share),
        busy=(best.utilisation, usual.utilisation, worst.utilisation),
        power=(best.power_w * hosts, usual.power_w * hosts, worst.power_w * hosts),
        iops=(high_iops * hosts, result.iops * hosts, low_iops * hosts),
        memory_gib=result.guest_memory_gib * hosts,
        memory_fits=result.memory_fits,
        cpu_share=hypervisor.guest_cores(1.0),
        memory_share=result.guest_memory_gib / host.memory_gib,
    )
