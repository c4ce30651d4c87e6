"""Machines with their readiness as a list, a file and one page show them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from virtlab.compare.readiness.assess import Assessment
from virtlab.compare.readiness.rule import Rule, subjects
from virtlab.compare.readiness.words import EFFECTS, SCOPES, STATES, TARGETS, Effect, Scope, State, Target
from virtlab.labs.choices import OperatingSystem
from virtlab.web import formats
from virtlab.web.table import Column, Table


@dataclass(frozen=True)
class Finding:
    """A rule that found something of a machine, with what the inventory says, and what it does to each target."""

    rule: Rule
    evidence: str

    @property
    def effects(self) -> list[tuple[str, str]]:
        """Targets with what the finding does to them."""
        return effects_of(self.rule)

    @property
    def sentence(self) -> str:
        """All of it in one line, for files."""
        words = {"title": self.rule.title, "evidence": self.evidence, "remedy": self.rule.remedy}
        return _("%(title)s (%(evidence)s) → %(remedy)s") % words


def effects_of(rule: Rule) -> list[tuple[str, str]]:
    """Targets with what a finding of a rule does to them, in words."""
    shown = ((target, rule.effects.get(target, Effect.NONE)) for target in Target)
    return [(str(TARGETS[target]), str(EFFECTS[effect])) for target, effect in shown if effect]


@dataclass(frozen=True)
class ReadyRow:
    """A machine with its states; what was found and what is not known is put into words when it is asked for. `scope`:
    what a comparison does with it.
    """

    assessment: Assessment
    row: int
    name: str
    system: str
    kind: str
    ec2: int
    containers: int
    serverless: int
    hosts: int
    scope: str

    @property
    def not_compared(self) -> str:
        """Why no count is of it; empty where it is compared."""
        return "" if self.scope == Scope.COMPARED else str(SCOPES[Scope(self.scope)])

    @property
    def pk(self) -> int:
        """The key of its VM."""
        machines = self.assessment.machines
        return int(machines.vms.ids[machines.rows[self.row]])

    @cached_property
    def findings(self) -> list[Finding]:
        """What was found, the gravest first."""
        machines = self.assessment.machines
        found = sorted(self.assessment.found(self.row), key=lambda rule: -max(rule.effects.values()))
        return [Finding(rule, rule.shows(machines, self.row)) for rule in found]

    @cached_property
    def unknown(self) -> list[Rule]:
        """What is not known."""
        return list(self.assessment.unknown(self.row))

    @property
    def decisive(self) -> str:
        """What is not known and keeps it from being assessed for EC2; empty where it is assessed."""
        lacking = [rule for rule in self.unknown if Target.EC2 in rule.core | rule.needed]
        return subjects(lacking) if self.ec2 == State.NOT_ASSESSED else ""

    @property
    def unknown_subjects(self) -> list[str]:
        """What is not known, each once."""
        return list(dict.fromkeys(str(rule.subject) for rule in self.unknown))

    @property
    def found_codes(self) -> frozenset[str]:
        """Codes of the rules that found something."""
        return frozenset(rule.code for rule in self.assessment.found(self.row))

    @property
    def unknown_codes(self) -> frozenset[str]:
        """Codes of the rules that nobody can answer."""
        return frozenset(rule.code for rule in self.assessment.unknown(self.row))

    @property
    def states(self) -> list[tuple[str, int, str]]:
        """Each target, the state and its words."""
        return [(str(TARGETS[target]), getattr(self, target), self.words(target)) for target in Target]

    def words(self, target: Target) -> str:
        """The state for a target in words."""
        return state_words(getattr(self, target), self.unknowns(target))

    def unknowns(self, target: Target) -> int:
        """How many facts are not known that a rule for the target asks for."""
        return int(self.assessment.unknowns[target][self.row])


def state_words(value: int, unknowns: int) -> str:
    """A state in words; one that is ready says how many facts nobody stated."""
    word = str(STATES[State(value)])
    if value != State.READY or not unknowns:
        return word
    text = ngettext("%(word)s, %(count)s fact not known", "%(word)s, %(count)s facts not known", unknowns)
    return text % {"word": word, "count": formats.number(unknowns)}


def ready_rows(assessment: Assessment) -> list[ReadyRow]:
    """Every machine in the order of the inventory."""
    machines = assessment.machines
    kinds, scopes = machines.kinds.tolist(), assessment.scope.tolist()
    columns = zip(machines.names, systems_of(assessment), kinds, scopes, strict=True)
    states = {target: assessment.states[target].tolist() for target in Target}
    return [
        ReadyRow(
            assessment,
            row,
            name=name,
            system=system,
            kind=kind,
            ec2=states[Target.EC2][row],
            containers=states[Target.CONTAINERS][row],
            serverless=states[Target.SERVERLESS][row],
            hosts=states[Target.HOSTS][row],
            scope=scope,
        )
        for row, (name, system, kind, scope) in enumerate(columns)
    ]


def systems_of(assessment: Assessment) -> list[str]:
    """The systems as the inventory calls them, else their kinds."""
    machines = assessment.machines
    labels = {kind: str(label) for kind, label in OperatingSystem.choices}
    return [name or labels[kind] for name, kind in zip(machines.system_names, machines.kinds.tolist(), strict=True)]


def text_of(row: ReadyRow) -> str:
    """What a search looks at."""
    titles = " ".join(f"{rule.code} {rule.title}" for rule in row.assessment.found(row.row))
    return f"{row.name} {row.system} {titles}"


def word_of(target: Target) -> Callable[[ReadyRow], str]:
    """The state for a target, for files and for the list."""
    return lambda row: row.words(target)


def unknowns_of(target: Target) -> Callable[[ReadyRow], int]:
    """The number of facts for a target that are not known, for files."""
    return lambda row: row.unknowns(target)


def state_columns(targets: Sequence[Target]) -> list[Column[ReadyRow]]:
    """A column a target, and in files one of what is not known for it."""
    shown = [Column(key, TARGETS[key], key.value, word_of(key), value=word_of(key)) for key in targets]
    counted = [
        Column(
            f"{key.value}_unknown",
            csv=unknowns_of(key),
            csv_label=format_lazy(_("{target}: facts not known"), target=TARGETS[key]),
        )
        for key in targets
    ]
    return [*shown, *counted]


def sentences(row: ReadyRow) -> str:
    """All findings of a machine, for files."""
    return " | ".join(finding.sentence for finding in row.findings)


READINESS = Table[ReadyRow](
    _("Readiness"),
    [
        Column("name", _("Workload"), "name", "name"),
        Column("system", _("System"), "system", "system"),
        *state_columns(tuple(Target)),
        Column("findings", _("Found"), value=lambda _row: "", csv=sentences),
        Column("codes", csv=lambda row: " ".join(sorted(row.found_codes)), csv_label=_("Codes")),
        Column("unknown", csv=lambda row: subjects(row.unknown), csv_label=_("Not known")),
        Column("scope", csv=lambda row: str(SCOPES[Scope(row.scope)]), csv_label=_("Comparison")),
    ],
    default="-ec2",
)
