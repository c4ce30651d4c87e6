"""The moment for which a hypervisor holds a guest while it closes and opens its disks: at a snapshot, at a merge."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from hosts.choices import PowerState
from hosts.models import VirtualMachine
from hosts.operations.needs import worked_on_by
from virtlab.engine.hypervisors.table import HYPERVISORS
from virtlab.jobs.operations.plan import PlannedStep

STUN = "snapshot_stun_s"
"""The parameter that says for how many seconds."""


def stun_steps(vm: VirtualMachine, figures: Mapping[str, float]) -> list[PlannedStep]:
    """None for a guest that does not run, and where its hypervisor does not do so; `figures`: the lab's parameters."""
    stuns = HYPERVISORS[vm.cluster.hypervisor].rules.stuns
    if vm.power_state != PowerState.RUNNING or stuns is None or not figures[STUN]:
        return []
    return [PlannedStep("stun", _("Stun it while its disks change"), figures[STUN], needs=worked_on_by(vm), down=True)]
