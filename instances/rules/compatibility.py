"""Whether an image boots on a type, and whether an instance may become another type. Each reason is a sentence."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from instances.choices import Hypervisor, Virtualization
from instances.models import Image, InstanceType
from virtlab.jobs.text import Text, say

REQUIRED = "required"
SHARED = "shared"
DEDICATED_HOST_SERIES = ("mac",)


@dataclass(frozen=True, slots=True)
class BootFacts:
    """What compatibility asks of a type: read from a row of the catalog or from its values."""

    name: str
    architectures: tuple[str, ...]
    hypervisor: str
    network_interfaces: int
    details: dict[str, Any]

    @classmethod
    def of(cls, kind: InstanceType) -> "BootFacts":
        """A type's facts."""
        return cls(kind.pk, tuple(kind.architectures), kind.hypervisor, kind.network_interfaces, kind.details)


def why_not_boot(kind: BootFacts, image: Image | None) -> Text | None:
    """Why an image does not boot on a type; None if it does, or if the image is unknown."""
    words = {"type": kind.name, "image": image.name if image else ""}
    if kind.name.startswith(DEDICATED_HOST_SERIES):
        return say(_("%(type)s runs only on a dedicated host, which this lab does not rent."), type=kind.name)
    if image is None:
        return None
    if image.architecture not in kind.architectures:
        message = _("The architecture differs: the image %(image)s is built for %(arch)s, %(type)s is %(other)s.")
        return say(message, **words, arch=image.architecture, other=" / ".join(kind.architectures))
    if image.virtualization == Virtualization.PARAVIRTUAL and "paravirtual" not in kind.details["virtualization"]:
        message = _("The image %(image)s is paravirtual; %(type)s boots only hardware virtual machines (HVM).")
        return say(message, **words)
    return _why_no_drivers(kind, image)


def _why_no_drivers(kind: BootFacts, image: Image) -> Text | None:
    """Nitro and bare metal present their network as ENA and their disks as NVMe: an old image sees neither."""
    missing = {"ENA": not image.ena and kind.details.get("ena") == REQUIRED}
    missing["NVMe"] = not image.nvme and kind.details.get("ebs_nvme") == REQUIRED
    names = [name for name, lacks in missing.items() if lacks]
    if not names:
        return None
    message = _("The image %(image)s has no driver for %(drivers)s, which %(type)s (%(hypervisor)s) needs to come up.")
    label = Hypervisor(kind.hypervisor).label
    return say(message, image=image.name, drivers=", ".join(names), type=kind.name, hypervisor=label)


def boot_code(kind: BootFacts, image: Image | None) -> str:
    """The EC2 API's error code for an image that does not boot on a type; empty where it does not refuse it."""
    if image is None or kind.name.startswith(DEDICATED_HOST_SERIES):
        return ""
    if image.architecture not in kind.architectures:
        return "InvalidParameterValue"
    refused = image.virtualization == Virtualization.PARAVIRTUAL or not image.ena
    return "InvalidParameterCombination" if refused else ""


def why_interfaces(kind: BootFacts, interfaces: int) -> Text | None:
    """More network interfaces than a type allows."""
    if interfaces <= kind.network_interfaces:
        return None
    message = _("%(type)s has %(most)s network interfaces at most; %(count)s are attached.")
    return say(message, type=kind.name, most=kind.network_interfaces, count=interfaces)


def why_attachments(kind: BootFacts, interfaces: int, volumes: int) -> Text | None:
    """More volumes than a type takes beside the network interfaces (Amazon EC2 User Guide, "Amazon EBS volume limits").

    Where the limit is shared, as on most Nitro types (28), the catalog's number is what is left beside the first
    interface and the instance store; each further interface takes one more.
    """
    most = kind.details.get("ebs_attachments")
    if most is None:
        return None
    shared = kind.details.get("ebs_attachment_limit") == SHARED and kind.hypervisor == Hypervisor.NITRO
    left = int(most) - (interfaces - 1 if shared else 0)
    if volumes <= left:
        return None
    message = (
        _("%(type)s takes %(most)s volumes beside %(count)s network interfaces; %(volumes)s are attached.")
        if shared
        else _("%(type)s takes %(most)s volumes; %(volumes)s are attached.")
    )
    return say(message, type=kind.name, most=max(left, 0), count=interfaces, volumes=volumes)
