"""All rules over all machines: what was found, what is not known, and how ready each machine is for each target."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from django.utils import timezone

from virtlab.compare.alternatives.shapes import ShapeBook
from virtlab.compare.readiness.machines import Machines, Texts, machines_of
from virtlab.compare.readiness.rule import UNKNOWN, YES, Rule
from virtlab.compare.readiness.rules import RULES
from virtlab.compare.readiness.words import Effect, Scope, State, Target
from virtlab.engine.arrays import Bools
from virtlab.labs.models import Lab
from virtlab.web.cache import LabCache

Matrix = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Assessment:
    """The answers (M, R) of the rules for machines. What follows is computed when it is asked for. `scope` (M,): what a
    comparison does with each (Scope): all counts are of what it compares, as its totals are.
    """

    machines: Machines
    answers: Matrix
    scope: Texts
    rules: Sequence[Rule] = RULES

    @cached_property
    def counted(self) -> Bools:
        """The machines (M,) that counts are of."""
        return np.asarray(self.scope == Scope.COMPARED)

    @cached_property
    def states(self) -> dict[Target, Matrix]:
        """How ready each machine (M,) is for each target, as values of State.

        What stops a machine decides. Then what must be known at all, then conditions; ready is one of which all is
        known that is needed. Lack of knowledge never makes one ready.
        """
        return {target: self._states(target) for target in Target}

    def _states(self, target: Target) -> Matrix:
        effects = np.array([rule.effects.get(target, Effect.NONE) for rule in self.rules])
        core, needed = (np.array([target in getattr(rule, name) for rule in self.rules]) for name in ("core", "needed"))
        found, unknown = self.answers == YES, self.answers == UNKNOWN
        states = np.full(len(self.machines), State.READY, dtype=np.int8)
        states[(unknown & (needed | core)).any(axis=1)] = State.NOT_ASSESSED
        states[(found & (effects == Effect.CONDITION)).any(axis=1)] = State.CONDITIONS
        states[(unknown & core).any(axis=1)] = State.NOT_ASSESSED
        states[(found & (effects == Effect.STOP)).any(axis=1)] = State.NOT
        return states

    @cached_property
    def unknowns(self) -> dict[Target, Matrix]:
        """How many facts of each machine (M,) are not known that a rule for each target asks for."""
        asked = {target: np.array([target in rule.effects for rule in self.rules]) for target in Target}
        unknown = self.answers == UNKNOWN
        return {target: (unknown & rules).sum(axis=1).astype(np.int8) for target, rules in asked.items()}

    def all_known(self, target: Target) -> int:
        """How many machines are ready for a target with every fact known that its rules ask for."""
        ready = (self.states[target] == State.READY) & (self.unknowns[target] == 0)
        return int((ready & self.counted).sum())

    def counts(self, target: Target) -> list[int]:
        """How many machines are in each state, in the order of State."""
        return list(map(int, np.bincount(self.states[target][self.counted], minlength=len(State))))

    def found(self, row: int) -> Iterator[Rule]:
        """The rules that found something of a machine."""
        return (self.rules[index] for index in np.flatnonzero(self.answers[row] == YES).tolist())

    def unknown(self, row: int) -> Iterator[Rule]:
        """The rules that nobody can answer for a machine."""
        return (self.rules[index] for index in np.flatnonzero(self.answers[row] == UNKNOWN).tolist())

    def totals(self) -> list[tuple[Rule, int, int]]:
        """Each rule with how many machines it found, and for how many it is not known."""
        counted = self.answers[self.counted]
        hits, unknown = ((counted == answer).sum(axis=0).tolist() for answer in (YES, UNKNOWN))
        return list(zip(self.rules, hits, unknown, strict=True))


ASSESSMENTS: LabCache[Assessment] = LabCache(max_items=16)


def assess(lab: Lab, book: ShapeBook, purchase: str) -> Assessment:
    """How ready the machines of a lab are, kept by what decides on their types, and by the day."""
    key = (book.key("rightsized", purchase), book.rightsized(purchase).reason.tobytes(), timezone.localdate())
    return ASSESSMENTS.of(lab.revision_key, key, make=lambda: assessment_of(machines_of(lab, book, purchase)))


def assessment_of(machines: Machines, rules: Sequence[Rule] = RULES) -> Assessment:
    """The same for machines at hand, all of them compared."""
    answers = np.stack([rule.asks(machines) for rule in rules], axis=1) if len(machines) else np.zeros((0, len(rules)))
    return Assessment(machines, answers.astype(np.int8), np.full(len(machines), Scope.COMPARED), rules)
