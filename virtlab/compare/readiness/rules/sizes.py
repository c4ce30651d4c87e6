"""Rules on size: what no type, host or function holds, and what the chosen type does not connect."""

import numpy as np
from django.utils.translation import gettext_lazy as _

from hosts.choices import VmFact
from instances.rules.guest_needs import runs_on_ec2, starts_on
from instances.rules.readiness.ports import is_held, most_volumes_left
from instances.rules.risk import Fit, why_no_type
from virtlab.compare.alternatives.serverless import MOST_GIB
from virtlab.compare.readiness.machines import Machines
from virtlab.compare.readiness.rule import NO, YES, Answers, Rule, known, on, says
from virtlab.engine.arrays import F64, Bools
from virtlab.engine.sizing.instance_types import NoType
from virtlab.labs.choices import Evidence
from virtlab.web import formats

LONGEST_CALL_MS = 900_000.0
"""AWS Lambda quotas, function timeout (2026)."""


def no_type(machines: Machines) -> Answers:
    """Machines that run and that right-sizing has no type for, though their system runs on EC2."""
    runs = machines.vms.by_system(runs_on_ec2)[machines.rows] > 0
    return np.where(runs & (machines.missing != NoType.OK), YES, NO).astype(np.int8)


def why_none(machines: Machines, row: int) -> str:
    """The reason, as the comparison's list of workloads has it."""
    device = bool(machines.vms.passthrough[machines.rows[row]])
    return why_no_type(
        Fit(missing=int(machines.missing[row]), starts_on=starts_on(machines.system_names[row]), device=device)
    )


def too_much_memory(machines: Machines) -> Answers:
    """More memory than any type of the region."""
    return np.where(held(machines)[0], NO, YES).astype(np.int8)


def too_many_vcpu(machines: Machines) -> Answers:
    """As much memory is to be had, but not with as many vCPU."""
    by_memory, by_both = held(machines)
    return np.where(by_memory & ~by_both, YES, NO).astype(np.int8)


def held(machines: Machines) -> tuple[Bools, Bools]:
    """By types of the region: as much memory, and as much of both."""
    size = machines.of(machines.vms.vcpu), machines.of(machines.vms.memory_gib)
    return is_held(machines.table, size)


def too_large_for_hosts(machines: Machines) -> Answers:
    """More vCPU than the largest server has threads."""
    return np.where(machines.of(machines.vms.vcpu) > machines.most_threads, YES, NO).astype(np.int8)


def too_many_interfaces(machines: Machines) -> Answers:
    """More network adapters than the chosen type."""
    nics, most = machines.number(VmFact.NICS), machines.ports.interfaces
    return known(nics + most, nics > most)


def too_many_volumes(machines: Machines) -> Answers:
    """More disks than the chosen type takes beside the adapters; without a type, than any takes."""
    disks, left = machines.number(VmFact.DISKS), volumes_left(machines)
    return known(disks + left, disks > left)


def volumes_left(machines: Machines) -> F64:
    """The volumes (M,) that the chosen type has left, NaN where its limit is not known; without a type, the most that
    one of the region has.
    """
    nics = machines.number(VmFact.NICS)
    return np.where(machines.ports.there, machines.ports.volumes_left(nics), most_volumes_left(machines.table, nics))


def size(machines: Machines, row: int) -> str:
    """VCPU and memory."""
    place = machines.rows[row]
    words = {"vcpu": machines.vms.vcpu[place], "gib": machines.vms.memory_gib[place]}
    return _("%(vcpu)s vCPU, %(gib)s GiB") % {name: formats.number(float(value)) for name, value in words.items()}


def adapters(machines: Machines, row: int) -> str:
    """Network adapters beside what the type has."""
    most, nics = float(machines.ports.interfaces[row]), machines.facts(row)[VmFact.NICS]
    words = {"nics": formats.number(nics), "most": formats.number(most)}
    return _("%(nics)s network adapters; the type chosen for it has %(most)s interfaces.") % words


def volumes(machines: Machines, row: int) -> str:
    """Disks beside what the type takes."""
    left = float(volumes_left(machines)[row])
    words = {"disks": formats.number(machines.facts(row)[VmFact.DISKS]), "most": formats.number(left)}
    return _("%(disks)s disks; types take %(most)s volumes at most beside its network interfaces.") % words


def beyond_functions(machines: Machines) -> Answers:
    """Memory in demand, or calls, beyond what a function may have; asked of those that are called."""
    called = machines.vms.event_driven[machines.rows]
    peak = np.nan_to_num(machines.of(machines.vms.memory_peak_gib))
    long = machines.of(machines.vms.request_duration_ms) > LONGEST_CALL_MS
    return np.where(called & ((peak > MOST_GIB) | long), YES, NO).astype(np.int8)


def demand_unknown(machines: Machines) -> Answers:
    """Machines of which nobody knows what they use."""
    evidence = machines.vms.evidence[machines.rows]
    return np.where(evidence == Evidence.UNKNOWN.value, YES, NO).astype(np.int8)


CATALOGUE = _("The region's types in the catalogue (docs/catalog.md)")
SIZES = (
    Rule(
        code="no-type",
        title=_("No type for it"),
        asks=no_type,
        shows=why_none,
        remedy=_("Upgrade the system, split the workload, or leave it where it is: the comparison leaves it out."),
        effects=on(stop="ec2"),
        source=CATALOGUE,
    ),
    Rule(
        code="memory-beyond-types",
        title=_("More memory than any priced type"),
        asks=too_much_memory,
        shows=size,
        remedy=_("Choose a region with larger types, split the workload, or leave it where it is."),
        effects=on(stop="ec2"),
        source=CATALOGUE,
    ),
    Rule(
        code="vcpu-beyond-types",
        title=_("More vCPU than any type with its memory"),
        asks=too_many_vcpu,
        shows=size,
        remedy=_("Measure its demand: only a type with fewer vCPU holds it."),
        effects=on(condition="ec2"),
        source=CATALOGUE,
    ),
    Rule(
        code="vcpu-beyond-hosts",
        title=_("More vCPU than threads of any server"),
        asks=too_large_for_hosts,
        shows=size,
        remedy=_("Give it fewer vCPU, or add a larger server to the catalogue."),
        effects=on(stop="hosts"),
        source=_("The catalogue of server models (docs/catalog.md)"),
    ),
    Rule(
        code="interfaces",
        title=_("More network adapters than its type"),
        topic=_("Network adapters"),
        asks=too_many_interfaces,
        shows=adapters,
        remedy=_("Put several addresses on one interface, or take a larger type."),
        effects=on(condition="ec2"),
        source=_("DescribeInstanceTypes, MaximumNetworkInterfaces, in the catalogue (docs/catalog.md)"),
    ),
    Rule(
        code="attachments",
        title=_("More disks than types take"),
        topic=_("Network adapters and disks"),
        asks=too_many_volumes,
        shows=volumes,
        remedy=_("Join disks to fewer volumes: the type is chosen so that it takes them, and none takes these."),
        effects=on(condition="ec2"),
        source=_('Amazon EC2 User Guide, "Amazon EBS volume limits" (2026)'),
    ),
    Rule(
        code="beyond-functions",
        title=_("More than a function may have"),
        asks=beyond_functions,
        shows=size,
        remedy=_("Keep it on an instance or in a container."),
        effects=on(stop="serverless"),
        source=_("AWS Lambda quotas: 10,240 MB, 15 minutes (2026)"),
    ),
    Rule(
        code="demand-unknown",
        title=_("Demand not known"),
        asks=demand_unknown,
        shows=says(_("Neither measured nor stated.")),
        remedy=_("Measure it for 30 days; until then it keeps the size of today."),
        effects=on(note="ec2 containers serverless hosts"),
        source=_("The comparison's rule on evidence (docs/model.md)"),
    ),
)
