"""Choices of laboratories and workloads."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What somebody may do in a lab, weakest first."""

    VIEWER = "viewer", _("Viewer")
    OPERATOR = "operator", _("Operator")
    OWNER = "owner", _("Owner")


class OperatingSystem(models.TextChoices):
    """What a workload runs on; licences and prices follow from it."""

    LINUX = "linux", _("Linux")
    WINDOWS = "windows", _("Windows Server")
    RHEL = "rhel", _("Red Hat Enterprise Linux")
    SUSE = "suse", _("SUSE Linux Enterprise Server")
    WINDOWS_CLIENT = "winclient", _("Windows client (7, 10, 11 …)")  # EC2 lends no licence for it
    OTHER = "other", _("Other")


WINDOWS_SYSTEMS = (OperatingSystem.WINDOWS.value, OperatingSystem.WINDOWS_CLIENT.value)
LINUX_SYSTEMS = (OperatingSystem.LINUX.value, OperatingSystem.RHEL.value, OperatingSystem.SUSE.value)


class Architecture(models.TextChoices):
    """The processor architecture that a workload's programs are built for."""

    X86_64 = "x86_64", _("x86-64")
    ARM64 = "arm64", _("Arm64")
    ANY = "any", _("x86-64 or Arm64")


class FigureKind(models.TextChoices):
    """How far a figure can be trusted: published, computed from published ones, estimated, or assumed by the user."""

    LIST = "list", _("List")
    DERIVED = "derived", _("Derived")
    ESTIMATE = "estimate", _("Estimate")
    ASSUMPTION = "assumption", _("Assumption")


OWN_PRICE = "yours"
"""The kind of a price that a lab has of its own, beside those of FigureKind that a catalogue has."""


def is_own(kind: str) -> bool:
    """Whether a price of this kind is a lab's own: those of the catalogue are listed, derived or estimated."""
    return kind == OWN_PRICE


def kind_label(kind: str) -> str:
    """What a kind of price is called."""
    return str(_("Yours") if is_own(kind) else FigureKind(kind).label)


class Evidence(models.TextChoices):
    """How a workload's demand is known. Only what was measured over time may be sized tightly."""

    MEASURED = "measured", _("measured")
    STATED = "stated", _("stated")
    UNKNOWN = "unknown", _("not known")


class MemorySeenBy(models.TextChoices):
    """Who saw the memory of a trace. A hypervisor sees what was touched lately ("active"), not what a system needs."""

    GUEST = "guest", _("inside the guest")
    HYPERVISOR = "hypervisor", _("by the hypervisor (active memory)")
    NOBODY = "", _("not measured")


class TraceKind(models.TextChoices):
    """Where a demand trace comes from."""

    MEASURED = "measured", _("Measured")
    SYNTHETIC = "synthetic", _("Synthetic")
