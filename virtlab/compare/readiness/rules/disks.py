"""Rules on disks: what does not come along when files or blocks are copied."""

import numpy as np
from django.utils.translation import gettext_lazy as _

from hosts.choices import VmFact
from instances.rules.volumes.limits import LARGEST_GIB
from virtlab.compare.readiness.machines import Machines
from virtlab.compare.readiness.rule import (
    NO,
    PRACTICE,
    UNKNOWN,
    YES,
    Answers,
    Rule,
    any_of,
    counts,
    for_targets,
    known,
    on,
    says,
)
from virtlab.engine.arrays import F64
from virtlab.web import formats

MOST_IMPORTED = 21
"""Volumes of a VM that VM Import/Export imports as a whole (IMPORT_SOURCE)."""
IMPORT_SOURCE = _('AWS, VM Import/Export User Guide, "Limitations for resources being imported" (2026-11)')


def no_disks(machines: Machines) -> Answers:
    """Machines of which no table says how large their disks are."""
    return np.where(machines.of(machines.vms.disk_gib) > 0, NO, YES).astype(np.int8)


def largest_gib(machines: Machines) -> F64:
    """The largest disk (M,) as far as that is known: as stated, or all that there is of a single disk; else NaN."""
    together, stated = machines.of(machines.vms.disk_gib), machines.number(VmFact.LARGEST_DISK_GIB)
    single = machines.number(VmFact.DISKS) == 1
    return np.where(np.isnan(stated) & single, together, stated)


def disk_too_large(machines: Machines) -> Answers:
    """A disk beyond the largest volume. Of disks whose sum alone is known none is, where the sum is not."""
    together, largest = machines.of(machines.vms.disk_gib), largest_gib(machines)
    by_sum = np.where((together > 0) & (together <= LARGEST_GIB), NO, UNKNOWN)
    return np.where(np.isnan(largest), by_sum, np.where(largest > LARGEST_GIB, YES, NO)).astype(np.int8)


def disk_size(machines: Machines, row: int) -> str:
    """The largest disk."""
    return _("Its largest disk has %(gib)s GiB.") % {"gib": formats.number(float(largest_gib(machines)[row]), 0)}


def many_volumes(machines: Machines) -> Answers:
    """More disks than an import takes at once."""
    disks = machines.number(VmFact.DISKS)
    return known(disks, disks > MOST_IMPORTED)


STATES_DISKS = _("the tab vDisk of RVTools, or the columns raw_disks and shared_disks of VirtLab's own CSV")
DISKS = (
    Rule(
        code="disks-unknown",
        title=_("Disks not known"),
        asks=no_disks,
        shows=says(_("No table says how large its disks are.")),
        remedy=_("Export the disks as well (vDisk, or disk columns), and import again."),
        effects=on(condition="ec2 hosts"),
        source=_("The import (docs/import.md)"),
    ),
    Rule(
        code="disk-too-large",
        title=_("Disk larger than a volume"),
        topic=_("Size of each disk"),
        asks=disk_too_large,
        shows=disk_size,
        remedy=_("Split it over several volumes of at most 64 TiB, joined by the system."),
        effects=on(condition="ec2"),
        needed=for_targets("ec2"),
        settles=_("the tab vDisk of RVTools, or a list with the size of each disk"),
        source=_('Amazon EBS User Guide, "Amazon EBS volume types" (2026)'),
    ),
    Rule(
        code="volumes-beyond-import",
        title=_("More than 21 disks"),
        topic=_("Number of disks"),
        asks=many_volumes,
        shows=counts(VmFact.DISKS, _("Disks: %(count)s")),
        remedy=_(
            "VM Import takes 21 volumes at most: import the further disks one by one (ImportSnapshot), or copy the "
            "machine with an agent."
        ),
        effects=on(condition="ec2"),
        source=IMPORT_SOURCE,
    ),
    Rule(
        code="raw-disks",
        title=_("Raw device mapping"),
        topic=_("Raw disks"),
        asks=any_of(VmFact.RAW_DISKS),
        shows=counts(VmFact.RAW_DISKS, _("Raw disks (RDM): %(count)s")),
        remedy=_("Copy it from inside the system with an agent, or turn it into a virtual disk: an import refuses it."),
        effects=on(condition="ec2 hosts"),
        needed=for_targets("ec2 hosts"),
        settles=STATES_DISKS,
        source=IMPORT_SOURCE,
    ),
    Rule(
        code="shared-disks",
        title=_("Shared disks of a cluster"),
        topic=_("Shared disks"),
        asks=any_of(VmFact.SHARED_DISKS),
        shows=counts(VmFact.SHARED_DISKS, _("Disks with multi-writer or a shared bus: %(count)s")),
        remedy=_(
            "Move the whole cluster at once, onto io2 with Multi-Attach in one zone, FSx, or without a shared disk."
        ),
        effects=on(condition="ec2 hosts containers"),
        needed=for_targets("ec2 hosts"),
        settles=STATES_DISKS,
        source=_('Amazon EBS User Guide, "Attach an EBS volume to multiple EC2 instances using Multi-Attach" (2026)'),
    ),
    Rule(
        code="independent-disks",
        title=_("Independent disks"),
        asks=any_of(VmFact.INDEPENDENT_DISKS),
        shows=counts(VmFact.INDEPENDENT_DISKS, _("Independent disks: %(count)s")),
        remedy=_("Change their mode while it is off, or copy them with an agent: snapshots leave them out."),
        effects=on(condition="ec2", note="hosts"),
        source=_("VMware, vSphere API, VirtualDiskMode: independent disks are not affected by snapshots"),
    ),
    Rule(
        code="snapshots",
        title=_("Snapshots"),
        asks=any_of(VmFact.SNAPSHOTS),
        shows=counts(VmFact.SNAPSHOTS, _("Snapshots: %(count)s")),
        remedy=_("Delete them before the move, so that there is one state to copy."),
        effects=on(condition="ec2", note="hosts"),
        source=PRACTICE,
    ),
    Rule(
        code="consolidation",
        title=_("Disks to be consolidated"),
        topic=_("Whether disks need consolidation"),
        asks=any_of(VmFact.CONSOLIDATION),
        shows=says(_("Disks of deleted snapshots are still there.")),
        remedy=_("Consolidate its disks first."),
        effects=on(condition="ec2 hosts"),
        source=_("VMware, vSphere API, VirtualMachineRuntimeInfo.consolidationNeeded"),
    ),
)
