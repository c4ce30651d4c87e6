"""The engine's words about hypervisors, for readers: classes, changes, features (layers: charts/layers.py)."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from virtlab.engine.hypervisors.hypervisor import Change, Feature, HypervisorClass, LatencyClass
from virtlab.engine.load.overcommit import ReadyClass

CLASSES: dict[HypervisorClass, str | Promise] = {
    HypervisorClass.TYPE_1: _("Type 1: on the hardware"),
    HypervisorClass.TYPE_1_PARAVIRTUAL: _("Type 1 with a control domain"),
    HypervisorClass.TYPE_1_OFFLOAD: _("Type 1 with offload cards"),
    HypervisorClass.TYPE_2: _("Type 2: on a host operating system"),
    HypervisorClass.NONE: _("None: one workload a server"),
    HypervisorClass.CONTAINER: _("Containers: one kernel for all"),
}
LATENCIES: dict[LatencyClass, tuple[str | Promise, str | Promise]] = {
    LatencyClass.DIRECT: (_("Direct"), _("Nothing stands between the workload and the hardware.")),
    LatencyClass.NEAR_DIRECT: (_("Nearly direct"), _("Network and disks go through cards, not through the host.")),
    LatencyClass.THROUGH_HOST: (_("Through the host"), _("Network and disks go through the hypervisor.")),
    LatencyClass.THROUGH_HOST_OS: (
        _("Through the host's own system"),
        _("Every access goes through the hypervisor and a desktop system below it."),
    ),
}
READY: dict[ReadyClass, str | Promise] = {
    ReadyClass.GOOD: _("good"),
    ReadyClass.WATCH: _("to be watched"),
    ReadyClass.BAD: _("too much"),
}
CHANGES: dict[Change, str | Promise] = {
    Change.ADD_CPU: _("Add vCPU"),
    Change.REMOVE_CPU: _("Take vCPU away"),
    Change.ADD_MEMORY: _("Add memory"),
    Change.REMOVE_MEMORY: _("Take memory away"),
    Change.ADD_DISK: _("Add a disk"),
    Change.GROW_DISK: _("Grow a disk"),
}
FEATURES: dict[Feature, str | Promise] = {
    Feature.LIVE_MIGRATION: _("Live migration"),
    Feature.SNAPSHOT: _("Snapshots"),
    Feature.MEMORY_SNAPSHOT: _("Snapshots with memory"),
    Feature.LINKED_CLONE: _("Linked clones"),
    Feature.SUSPEND: _("Suspend and resume"),
    Feature.HIGH_AVAILABILITY: _("Restart on another host"),
    Feature.OVERCOMMIT_MEMORY: _("Memory overcommit"),
}
