"""Operations that start from some states of their subject, with the same words on both sides."""

from collections.abc import Sequence
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from virtlab.jobs.operations.operation import Operation
from virtlab.jobs.operations.plan import Change, Refusal
from virtlab.jobs.text import say


class StateOperation(Operation):
    """From `from_states` to `to_state`, both of `states`, which the subject keeps in `state_column`.

    One that leaves the state as it was names no `to_state` and says its own changes.
    """

    states: ClassVar[type[models.TextChoices]]
    state_column: ClassVar[str] = "state"
    from_states: ClassVar[Sequence[models.TextChoices]]
    to_state: ClassVar[models.TextChoices]

    @classmethod
    def offered_for(cls, subject: models.Model) -> bool:
        return super().offered_for(subject) and getattr(subject, cls.state_column) in cls.from_states

    @property
    def state(self) -> models.TextChoices:
        """The subject's state now."""
        return self.states(getattr(self.subject, self.state_column))

    def check(self) -> Sequence[Refusal]:
        """The first that stands in the way of: the subject itself, its state, the rules, the room."""
        if refusals := self.check_subject():
            return refusals
        if self.state not in self.from_states:
            return [self.wrong_state()]
        return self.check_rules() or self.check_room()

    def check_subject(self) -> Sequence[Refusal]:
        """Why nothing can be done with it in any state."""
        return []

    def wrong_state(self) -> Refusal:
        """What is said in any other state."""
        words = {"name": str(self.subject), "state": self.state.label}
        return Refusal(say(_("%(name)s is not in a state for this: %(state)s."), **words))

    def check_rules(self) -> Sequence[Refusal]:
        """Why it may not be done: what the hypervisor cannot do, what would be lost."""
        return []

    def check_room(self) -> Sequence[Refusal]:
        """Why it does not fit: host, datastore, capacity, quota."""
        return []

    def changes(self) -> Sequence[Change]:
        return [Change(_("State"), self.state.label, self.to_state.label)]
