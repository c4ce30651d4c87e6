"""Rules on what runs inside: licences by cores, data that has to be kept, what has to be built anew."""

import numpy as np
from django.utils.translation import gettext_lazy as _

from instances.rules.readiness.licences import licence_by_cores
from virtlab.compare.readiness.machines import Machines
from virtlab.compare.readiness.rule import NO, PRACTICE, UNKNOWN, YES, Answers, Rule, answers, for_targets, on, says
from virtlab.compare.readiness.rules.systems import is_not_linux


def has_licence(machines: Machines) -> Answers:
    """Products whose licence counts cores; not known where no application is named and the machine's name is silent."""
    named = zip(machines.names, machines.applications, machines.kinds.tolist(), strict=True)
    return answers([bool(licence_by_cores(*its)) or (False if its[1] else None) for its in named])


def keeps_data(machines: Machines) -> Answers:
    """Databases and stores."""
    told = machines.vms.says_in_memory[machines.rows].tolist()
    return answers([says or (False if app else None) for says, app in zip(told, machines.applications, strict=True)])


def names(machines: Machines, row: int) -> str:
    """The application and the machine, by whose names it is told."""
    words = {"names": " · ".join(filter(None, (machines.applications[row], machines.names[row])))}
    return _("By its names: %(names)s") % words


def product(machines: Machines, row: int) -> str:
    """The product, and by what it is told."""
    found = licence_by_cores(machines.names[row], machines.applications[row], str(machines.kinds[row]))
    return f"{found}. {names(machines, row)}" if found else str(_("By a name that is not shown."))


def to_build(machines: Machines) -> Answers:
    """Whatever runs on Linux has to be packed."""
    linux = is_not_linux(machines)
    return np.where(linux == UNKNOWN, UNKNOWN, np.where(linux == NO, YES, NO)).astype(np.int8)


def not_called(machines: Machines) -> Answers:
    """Nobody says of a machine that is not marked whether it runs only when called."""
    return np.where(machines.vms.event_driven[machines.rows], NO, UNKNOWN).astype(np.int8)


APPLICATIONS = (
    Rule(
        code="licence-by-cores",
        title=_("Licence counted by cores"),
        topic=_("Application and its licence"),
        asks=has_licence,
        shows=product,
        remedy=_("Count its licences for the vCPU of the target, or buy them with the hour; whole hosts may need all."),
        effects=on(condition="ec2 containers", note="hosts"),
        source=_("Microsoft Product Terms; Oracle, Licensing Oracle Software in the Cloud Computing Environment"),
    ),
    Rule(
        code="keeps-data",
        title=_("Database or store"),
        topic=_("Application"),
        asks=keeps_data,
        shows=names,
        remedy=_("Keep its data on volumes of its own, or use a managed database."),
        effects=on(note="ec2", condition="containers", stop="serverless"),
        source=_("Names of databases (virtlab/engine/systems/databases.py), field's practice"),
    ),
    Rule(
        code="to-build",
        title=_("To be built as an image or as functions"),
        topic=_("Application"),
        asks=to_build,
        shows=says(_("No inventory says whether its application runs without a machine of its own.")),
        remedy=_("Ask who maintains it: an image has to be built and its settings and data moved out of it."),
        effects=on(condition="containers serverless"),
        source=PRACTICE,
    ),
    Rule(
        code="called",
        title=_("Runs only when called"),
        topic=_("How often it is called"),
        asks=not_called,
        shows=says("–"),
        remedy=_("Mark it as event-driven in the inventory, with its calls a month, where it is."),
        effects=on(condition="serverless"),
        core=for_targets("serverless"),
        settles=_("the column event_driven of VirtLab's own CSV"),
        source=_("The comparison's alternative “Serverless” (docs/model.md)"),
    ),
)
