"""What the operations on one instance have in common."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar

from instances.choices import InstanceState
from instances.costs import Asked, RunningCost, cost
from instances.models import Instance, InstanceType
from instances.operations.refusals import terminated, unreachable, wrong_state
from instances.scenes import Scenes, scenes_of
from instances.selectors.catalogue import service_prices
from instances.watts import USUAL_USE, draw_w
from virtlab.engine.timings import Timings
from virtlab.jobs.choices import Side
from virtlab.jobs.operation import Operation
from virtlab.jobs.plans import Refusal
from virtlab.labs.choices import OperatingSystem
from virtlab.labs.parameters import lab_values

TIMINGS = Timings()


class InstanceOperation(Operation):
    """An operation on an instance. `states`: those in which it can be done, for the menu and for the check."""

    side = Side.INSTANCES
    subject_model = Instance
    watched_fields = ("state", "instance_type_id", "zone", "protected", "elastic_address", "hibernation")
    states: ClassVar[Sequence[str]] = (InstanceState.RUNNING, InstanceState.STOPPED)

    @property
    def instance(self) -> Instance:
        """The instance."""
        assert isinstance(self.subject, Instance)
        return self.subject

    @cached_property
    def scenes(self) -> Scenes:
        """What goes wrong in the lab's cloud."""
        return scenes_of(self.lab)

    @cached_property
    def lab_figures(self) -> Mapping[str, float]:
        """The lab's values of all parameters."""
        return lab_values(self.lab)

    def check(self) -> Sequence[Refusal]:
        """It must exist, be within reach and be in the right state; then what the operation itself asks."""
        instance = self.instance
        if instance.state == InstanceState.TERMINATED:
            return [terminated(instance)]
        if refusal := unreachable(instance, self.scenes):
            return [refusal]
        if instance.state not in self.states:
            return [wrong_state(instance, self.states)]
        return self.check_more()

    def check_more(self) -> Sequence[Refusal]:
        """What else stands in the way."""
        return []

    @classmethod
    def offered_for(cls, subject: object) -> bool:
        """In a menu where the state allows it."""
        return isinstance(subject, Instance) and subject.state in cls.states

    @property
    def windows(self) -> bool:
        """Whether it runs Windows, which takes longer to start and to stop."""
        return self.instance.operating_system == OperatingSystem.WINDOWS

    def kept_values(self) -> dict[str, Any]:
        """The form's values as an address keeps them, for a way out that asks the same again."""
        plain = {name: getattr(value, "pk", value) for name, value in self.values.items()}
        return {name: value for name, value in plain.items() if value not in (None, "", False)}

    def cost(self, **changes: object) -> RunningCost:
        """What the instance costs as it stands, or with some of it changed."""
        asked = Asked.of(self.instance, **changes)
        return cost(asked, service_prices(self.instance.region_id), self.lab_figures)

    def watts(self, kind: InstanceType | None = None) -> float:
        """What it draws at its mean load, on its own type or another, while it runs."""
        return draw_w(kind or self.instance.instance_type, self.mean_vcpu(), self.lab_figures)

    def mean_vcpu(self) -> float:
        """Mean CPU that its work takes; an assumed share where it has no trace."""
        trace = getattr(self.instance.workload, "trace", None)
        if trace is not None and trace.cpu_mean_vcpu is not None:
            return float(trace.cpu_mean_vcpu)
        return self.instance.instance_type.vcpu * USUAL_USE


def pair(before: RunningCost, after: RunningCost) -> tuple[float, float] | None:
    """USD per month before and after; None where a price is not known."""
    if before.compute_usd_per_hour is None or after.compute_usd_per_hour is None:
        return None
    return before.usd_per_month, after.usd_per_month
