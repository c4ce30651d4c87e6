"""Rules on what a machine does at the moment of the inventory."""

import numpy as np
from django.utils.translation import gettext_lazy as _

from hosts.choices import PowerState, VmFact
from virtlab.compare.readiness.machines import Machines
from virtlab.compare.readiness.rule import NO, PRACTICE, YES, Answers, Asks, Rule, known, on, says


def unreached(machines: Machines) -> Answers:
    """Machines whose host or files are not there."""
    connected = machines.number(VmFact.CONNECTED)
    return known(connected, connected == 0)


def in_state(state: PowerState) -> Asks:
    """Whether machines are in a power state."""
    return lambda machines: np.where(machines.stated.power_state[machines.places] == state.value, YES, NO).astype(
        np.int8
    )


STATES = (
    Rule(
        code="unreachable",
        title=_("Orphaned or disconnected"),
        topic=_("Connection to its host"),
        asks=unreached,
        shows=says(_("Its host or its files are not reached.")),
        remedy=_("Register it again, or delete what is left of it."),
        effects=on(stop="ec2 containers serverless hosts"),
        source=_("VMware, vSphere API, VirtualMachineConnectionState"),
    ),
    Rule(
        code="suspended",
        title=_("Suspended"),
        asks=in_state(PowerState.SUSPENDED),
        shows=says(PowerState.SUSPENDED.label),
        remedy=_("Resume it and shut it down: its memory cannot come along."),
        effects=on(condition="ec2", note="hosts"),
        source=PRACTICE,
    ),
    Rule(
        code="off",
        title=_("Switched off"),
        asks=in_state(PowerState.STOPPED),
        shows=says(PowerState.STOPPED.label),
        remedy=_("Ask whether anybody needs it; an agent copies only what runs."),
        effects=on(note="ec2 containers serverless hosts"),
        source=PRACTICE,
    ),
)
