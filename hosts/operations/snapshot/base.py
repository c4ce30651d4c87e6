"""What operations on snapshots have in common, with each other and with backups."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from hosts.models import Snapshot, VirtualMachine
from hosts.operations.guest.power_effects import AT_START
from hosts.operations.ways_on import ways_from
from virtlab.jobs.choices import Side
from virtlab.jobs.models import Job
from virtlab.jobs.operations.operation import Operation
from virtlab.jobs.operations.plan import Held, WayOut

CONFIGURATION = (
    "vcpu",
    "memory_mib",
    "disk_gib",
    "disk_used_gib",
    "power_state",
    "health",
    "guest_version",
    "hostname",
    "address",
    "hot_add_cpu",
    "hot_add_memory",
    *AT_START,
)
"""What is kept of a guest as it is then, by column."""
HERE = ["snapshot", "delta_gib", "delta_lab_at"]
"""Where a guest stands in its chain."""
TO_THE_END = _("%(kind)s lets nobody cancel this once it has begun.")
QUIESCED = _("Quiesced: files are whole, and applications that take part (VSS writers) are consistent too.")


class SnapshotOperation(Operation):
    """An operation on a snapshot: it holds the guest."""

    side = Side.HOSTS
    subject_model = Snapshot
    lab_path = "vm__lab"
    related = ("vm__host__cluster", "vm__cluster", "vm__datastore", "vm__workload", "vm__lab")

    @property
    def snapshot(self) -> Snapshot:
        assert isinstance(self.subject, Snapshot)
        return self.subject

    @property
    def vm(self) -> VirtualMachine:
        """Its guest."""
        return self.snapshot.vm

    def figures_of(self) -> str:
        return self.vm.cluster.name

    def ways_on(self, job: Job) -> Sequence[WayOut]:
        return ways_from(self.vm)

    def holds(self) -> Sequence[Held]:
        """The guest; the snapshot is mentioned."""
        return [Held(self.vm), Held(self.snapshot, exclusive=False)]
