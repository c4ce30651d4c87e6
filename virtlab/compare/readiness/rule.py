"""What a rule is, and the questions that most of them ask."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from django.utils.translation import gettext_lazy as _

from hosts.choices import VmFact
from virtlab.compare.readiness.machines import Machines
from virtlab.compare.readiness.words import Effect, Found, Target
from virtlab.engine.arrays import F64
from virtlab.web import formats
from virtlab.web.lazy_text import LazyText

Answers = npt.NDArray[np.int8]
"""A value of Found for each machine (M,)."""
Asks = Callable[[Machines], Answers]
Shows = Callable[[Machines, int], str]
YES, NO, UNKNOWN = (np.int8(answer) for answer in (Found.YES, Found.NO, Found.UNKNOWN))
PRACTICE = _("Field's practice")
"""The source of rules that stand in no manual."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule. `asks` answers for all machines at once, `shows` what the inventory says of one that it found.

    `core`: the targets of which nothing can be said while it is not answered; `needed`: those for which no machine is
    called ready without an answer; of both, `settles` says what would answer it. `topic` is what it asks about,
    where its title says what it found. `source` is whose rule it is, and when that was read.
    """

    code: str
    title: LazyText
    topic: LazyText = ""
    asks: Asks
    shows: Shows
    remedy: LazyText
    effects: Mapping[Target, Effect]
    source: LazyText
    core: frozenset[Target] = frozenset()
    needed: frozenset[Target] = frozenset()
    settles: LazyText = ""

    @property
    def subject(self) -> LazyText:
        """What is not known while nobody answers it."""
        return self.topic or self.title


def subjects(rules: Iterable[Rule]) -> str:
    """What is not known of rules that nobody can answer, each once."""
    return " · ".join(dict.fromkeys(str(rule.subject) for rule in rules))


def known(numbers: F64, found: npt.NDArray[np.bool_]) -> Answers:
    """`found` where `numbers` (M,) are known, else not known."""
    return np.where(np.isnan(numbers), UNKNOWN, found).astype(np.int8)


def answers(values: Sequence[bool | None]) -> Answers:
    """One answer a machine, None being not known."""
    return np.array([UNKNOWN if value is None else value for value in values], dtype=np.int8)


def any_of(fact: VmFact) -> Asks:
    """Whether a number is above 0, or a truth value true."""

    def ask(machines: Machines) -> Answers:
        numbers = machines.number(fact)
        return known(numbers, numbers > 0)

    return ask


def is_word(fact: VmFact, *words: str) -> Asks:
    """Whether a word is one of these."""

    def ask(machines: Machines) -> Answers:
        found = machines.word(fact)
        return np.where(found == "", UNKNOWN, np.isin(found, words)).astype(np.int8)

    return ask


def never(found: Answers) -> Answers:
    """The same answers, those that are not known being none."""
    return np.where(found == UNKNOWN, NO, found).astype(np.int8)


def says(text: LazyText) -> Shows:
    """A sentence that is the same for all machines."""
    return lambda _machines, _row: str(text)


def counts(fact: VmFact, text: LazyText) -> Shows:
    """A number in words; the text holds %(count)s."""
    return lambda machines, row: str(text) % {"count": formats.number(int(machines.facts(row)[fact]))}


def on(condition: str = "", note: str = "", stop: str = "") -> dict[Target, Effect]:
    """Effects by targets, each list of them in one text ("ec2 hosts")."""
    found = {Effect.CONDITION: condition, Effect.NOTE: note, Effect.STOP: stop}
    return {Target(target): effect for effect, targets in found.items() for target in targets.split()}


def for_targets(targets: str) -> frozenset[Target]:
    """Targets in one text."""
    return frozenset(map(Target, targets.split()))
