"""Rules on the operating system: whether it runs there, for how long its maker mends it, what it needs to start."""

from collections.abc import Callable

import numpy as np
from django.utils.translation import gettext_lazy as _

from instances.catalog.generations import is_later
from instances.rules.guest_needs import starting_bit
from instances.rules.sizing_candidates import XEN
from virtlab.compare.readiness.machines import Machines
from virtlab.compare.readiness.rule import NO, YES, Answers, Asks, Rule, answers, for_targets, never, on
from virtlab.engine.systems.names import system_of
from virtlab.engine.systems.support import (
    is_older_windows,
    is_out_of_support,
    is_undated,
    support_ends,
    supported_by_volunteers,
    updates_sold_until,
)
from virtlab.engine.systems.system import Family, System
from virtlab.labs.choices import LINUX_SYSTEMS, WINDOWS_SYSTEMS, OperatingSystem
from virtlab.web import formats

SOON_DAYS = 365
MIGRATE_SOURCE = _('Amazon EC2 User Guide, "Migrate an EC2 Windows instance to a Nitro-based instance type" (2026-11)')
IMPORT_SOURCE = _('AWS, VM Import/Export User Guide, "Operating systems" (2026-11)')


def by_name(ask: Callable[[System], bool | None]) -> Asks:
    """A question about a system's name alone, asked once for each name."""

    def find(machines: Machines) -> Answers:
        told = answers([ask(system_of(name)) for name in machines.vms.system_names])
        return np.asarray(told[machines.systems])

    return find


def stays(machines: Machines) -> Answers:
    """Systems that EC2 cannot run; where a name does not tell, its kind may."""
    runs = by_name(lambda system: None if system.runs_on_ec2 is None else not system.runs_on_ec2)(machines)
    return np.where(machines.kinds != OperatingSystem.OTHER.value, np.where(runs == YES, YES, NO), runs).astype(np.int8)


def ended(*, sold: bool) -> Asks:
    """Support that has ended; `sold`: whether updates beyond it can still be bought."""

    def find(machines: Machines) -> Answers:
        def ask(system: System) -> bool | None:
            if (end := support_ends(system)) is None:
                return None
            return end < machines.today and is_out_of_support(system, machines.today) != sold

        return by_name(ask)(machines)

    return find


def ends_soon(machines: Machines) -> Answers:
    """Support that ends within a year."""

    def soon(system: System) -> bool | None:
        end = support_ends(system)
        return None if end is None else 0 <= (end - machines.today).days < SOON_DAYS

    return by_name(soon)(machines)


def named(machines: Machines, row: int) -> str:
    """The system as the inventory calls it."""
    return machines.system_names[row] or str(OperatingSystem(machines.kinds[row]).label)


def until(machines: Machines, row: int) -> str:
    """The system with the last day of its support."""
    system = machines.system(row)
    words = {"system": system.label, "day": formats.day(support_ends(system))}
    if supported_by_volunteers(system):
        return _("%(system)s: its long-term support (LTS, by volunteers) is until %(day)s.") % words
    sentence = _("%(system)s: its maker's standard support is until %(day)s.") % words
    if (sold := updates_sold_until(system)) is None:
        return sentence
    return sentence + _(" Updates beyond it: sold until %(day)s.") % {"day": formats.day(sold)}


def is_windows_on_arm(machines: Machines) -> Answers:
    """Windows for Arm."""
    return np.where(machines.arm & np.isin(machines.kinds, WINDOWS_SYSTEMS), YES, NO).astype(np.int8)


def needs_drivers(system: System) -> bool | None:
    """Windows that runs on Nitro once it has drivers; None where its name does not tell which Windows it is."""
    older = is_older_windows(system)
    return None if older is None else system.family == Family.WINDOWS and not older


def for_what(machines: Machines, row: int) -> str:
    """The system, and what its type is priced for where that is newer than what it is tested on."""
    chosen = int(machines.types[row])
    if chosen < 0 or not is_later(machines.table)[chosen]:
        return named(machines, row)
    words = {"system": named(machines, row), "type": machines.table.names[chosen]}
    return _("%(system)s; its type, %(type)s, is priced for after the upgrade") % words


def is_not_linux(machines: Machines) -> Answers:
    """Systems other than Linux; not known where neither name nor kind tells."""
    other = machines.kinds == OperatingSystem.OTHER.value
    runs = by_name(lambda system: True if system.product else None)(machines)
    return np.where(other, runs, np.where(np.isin(machines.kinds, LINUX_SYSTEMS), NO, YES)).astype(np.int8)


STATES_SYSTEM = _("the system with its version, such as “Windows Server 2019”, “Windows 11 24H2” or “SLES 15 SP7”")
SUPPORT_SOURCE = _("Life-cycle pages of the makers (virtlab/engine/systems/support_dates.py, 2026-11)")
SYSTEMS = (
    Rule(
        code="system-stays",
        title=_("System that none of the types offered runs"),
        topic=_("System and its version"),
        asks=stays,
        shows=named,
        remedy=_("Leave it where it is, or move its application to Linux or Windows."),
        effects=on(stop="ec2 containers serverless", condition="hosts"),
        core=for_targets("ec2 containers"),
        settles=STATES_SYSTEM,
        source=IMPORT_SOURCE,
    ),
    Rule(
        code="support-ended",
        title=_("Support of the system has ended, and no updates are sold"),
        topic=_("End of support"),
        asks=ended(sold=False),
        shows=until,
        remedy=_(
            "Upgrade or replace it, before it moves or with the move. That work comes up whether it moves or stays; "
            "until then keep it apart from other networks. Its maker sells no updates for it, or no more."
        ),
        effects=on(condition="ec2 containers", note="hosts"),
        needed=for_targets("ec2"),
        settles=STATES_SYSTEM,
        source=SUPPORT_SOURCE,
    ),
    Rule(
        code="support-sold",
        title=_("Support of the system has ended, updates are sold"),
        asks=lambda machines: never(ended(sold=True)(machines)),
        shows=until,
        remedy=_("Upgrade it or pay for its maker's extended updates, whether it moves or stays."),
        effects=on(condition="ec2 containers", note="hosts"),
        source=SUPPORT_SOURCE,
    ),
    Rule(
        code="support-undated",
        title=_("No date of its support is known"),
        topic=_("End of support"),
        asks=by_name(is_undated),
        shows=named,
        remedy=_("Look on its maker's page until when it is supported: no date of this version is in the lab's list."),
        effects=on(condition="ec2"),
        source=SUPPORT_SOURCE,
    ),
    Rule(
        code="support-ends-soon",
        title=_("Support of the system ends within a year"),
        topic=_("End of support"),
        asks=ends_soon,
        shows=until,
        remedy=_("Plan its upgrade together with the move."),
        effects=on(note="ec2 containers serverless hosts"),
        source=SUPPORT_SOURCE,
    ),
    Rule(
        code="no-nitro-drivers",
        title=_("No drivers for Nitro"),
        topic=_("Drivers for Nitro"),
        asks=by_name(lambda system: None if (bit := starting_bit(system)) is None else bit == XEN),
        shows=named,
        remedy=_(
            "Upgrade the system first: without ENA and NVMe it starts on types of the Xen generation alone (M4, C4, R4 "
            "and older)."
        ),
        effects=on(condition="ec2"),
        source=_('Amazon EC2 User Guide, "Instances built on the AWS Nitro System", requirements'),
    ),
    Rule(
        code="windows-before-2016",
        title=_("Windows older than 2016"),
        topic=_("Version of Windows"),
        asks=by_name(is_older_windows),
        shows=for_what,
        remedy=_(
            "Upgrade it with the move: types of newer generations are priced for what it is upgraded to. To move it as "
            "it is, install the last ENA and NVMe drivers that were made for it, take a type of an older generation "
            "instead (M5, C5, R5, T3), and test it there: AWS does not test it on the newest types."
        ),
        effects=on(condition="ec2"),
        source=MIGRATE_SOURCE,
    ),
    Rule(
        code="windows-drivers",
        title=_("Windows needs drivers for Nitro"),
        topic=_("Version of Windows"),
        asks=by_name(needs_drivers),
        shows=named,
        remedy=_(
            "Install the AWS NVMe and ENA drivers before it moves, or let the migration's agent do it: without them it "
            "finds neither its disk nor its network."
        ),
        effects=on(note="ec2"),
        source=MIGRATE_SOURCE,
    ),
    Rule(
        code="bits-32",
        title=_("32-bit system"),
        topic=_("32 or 64 bits"),
        asks=by_name(lambda system: None if not system.bits else system.bits == 32),
        shows=named,
        remedy=_(
            "Move its application to a 64-bit system: of Linux only that is imported, and few small types of the Xen "
            "generation start others (up to 2 vCPU and 4 GiB; the largest is a T2, which lives on CPU credits)."
        ),
        effects=on(condition="ec2 containers"),
        source=IMPORT_SOURCE,
    ),
    Rule(
        code="windows-client",
        title=_("Windows client"),
        asks=lambda machines: np.where(machines.kinds == OperatingSystem.WINDOWS_CLIENT.value, YES, NO).astype(np.int8),
        shows=named,
        remedy=_("Bring its own licence on Dedicated Instances, or give its users WorkSpaces: EC2 lends none."),
        effects=on(condition="ec2"),
        source=_("Microsoft Product Terms; AWS, Microsoft licensing on AWS, FAQ (field's practice)"),
    ),
    Rule(
        code="windows-arm",
        title=_("Windows on Arm"),
        asks=is_windows_on_arm,
        shows=named,
        remedy=_("Install it anew for x86-64: no type with Graviton runs Windows."),
        effects=on(stop="ec2"),
        source=IMPORT_SOURCE,
    ),
    Rule(
        code="arm",
        title=_("Programs for Arm"),
        asks=lambda machines: np.where(machines.arm, YES, NO).astype(np.int8),
        shows=lambda _machines, _row: "arm64",
        remedy=_("Only Arm processors run it: choose types with Graviton, and hosts of that kind on-prem."),
        effects=on(note="ec2 containers serverless", condition="hosts"),
        source=_("Amazon EC2 Instance Types, processor architecture (2026)"),
    ),
    Rule(
        code="not-linux",
        title=_("Not Linux"),
        topic=_("System and its version"),
        asks=is_not_linux,
        shows=named,
        remedy=_("It stays an instance of its own: containers here share a Linux kernel, functions run on Linux."),
        effects=on(stop="containers serverless"),
        core=for_targets("containers"),
        settles=STATES_SYSTEM,
        source=_("The comparison's alternative “Containers on EC2” (docs/model.md)"),
    ),
)
