"""The words of readiness: where to, how ready, and what a finding does to that."""

from enum import IntEnum, StrEnum

from django.utils.translation import gettext_lazy as _

from virtlab.web.lazy_text import LazyText


class Target(StrEnum):
    """Where a machine may go."""

    EC2 = "ec2"
    CONTAINERS = "containers"
    SERVERLESS = "serverless"
    HOSTS = "hosts"


class Scope(StrEnum):
    """What a comparison does with a VM: only what is compared is counted in its totals."""

    COMPARED = "compared"
    LEFT_OUT = "left_out"
    OFF = "off"
    APART = "apart"


class State(IntEnum):
    """How ready a machine is, the gravest last: what is found weighs more than what is not known."""

    READY = 0
    NOT_ASSESSED = 1
    CONDITIONS = 2
    NOT = 3


class Effect(IntEnum):
    """What a finding does: worth knowing, a condition, or the end of it."""

    NONE = 0
    NOTE = 1
    CONDITION = 2
    STOP = 3


class Found(IntEnum):
    """Whether a rule found something: the values of the arrays (int8)."""

    UNKNOWN = -1
    NO = 0
    YES = 1


TARGETS: dict[Target, LazyText] = {
    Target.EC2: _("EC2 instances"),
    Target.CONTAINERS: _("Containers"),
    Target.SERVERLESS: _("Serverless"),
    Target.HOSTS: _("New hosts"),
}
STATES: dict[State, LazyText] = {
    State.READY: _("ready"),
    State.NOT_ASSESSED: _("not assessed"),
    State.CONDITIONS: _("with conditions"),
    State.NOT: _("not ready"),
}
SCOPES: dict[Scope, LazyText] = {
    Scope.COMPARED: _("compared"),
    Scope.LEFT_OUT: _("left out of both totals"),
    Scope.OFF: _("powered off"),
}
"""What is set apart has no word: readiness is of what is installed (machines.machines_of)."""
EFFECTS: dict[Effect, LazyText] = {
    Effect.NOTE: _("worth knowing"),
    Effect.CONDITION: _("condition"),
    Effect.STOP: _("stops it"),
}
