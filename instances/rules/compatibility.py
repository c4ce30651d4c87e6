"""Whether an image boots on a type, and whether an instance may become another type. Each reason is a sentence."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from instances.catalog.names.naming import BadName, parse
from instances.catalog.queries import shares_attachments
from instances.choices import Hypervisor, PlacementStrategy, Virtualization
from instances.models import Image, Instance, InstanceType, PlacementGroup
from instances.rules.volumes.attachments import volumes_left
from virtlab.jobs.text import Text, say

REQUIRED = "required"
DEDICATED_HOST_SERIES = ("mac",)
NOT_CLUSTERED = {"t1", "m1", "m2", "m3", "c1"}
"""Families of previous generations that the EC2 User Guide does not list for cluster groups."""
COMBINATION = "InvalidParameterCombination"


class Unfit(NamedTuple):
    """Why something does not go together, and EC2's error code for that (empty where none is known)."""

    text: Text
    code: str = ""


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


def why_not_become(instance: Instance, kind: InstanceType, volumes: int) -> Unfit | None:
    """Why an instance to which so many volumes are attached cannot be of a type; None where it can.

    Whether its zone offers the type is asked elsewhere (`rules.availability`).
    """
    facts, interfaces = BootFacts.of(kind), instance.network_interfaces
    if unfit := why_not_boot(facts, instance.image):
        return unfit
    if why := why_interfaces(facts, interfaces) or why_attachments(facts, interfaces, volumes):
        return Unfit(why)
    if unfit := why_not_clustered(instance.placement_group, kind):
        return unfit
    if instance.hibernation and not kind.details.get("hibernation"):
        return Unfit(say(_("%(name)s may hibernate, and %(type)s cannot."), name=instance.name, type=kind.pk))
    return None


def why_not_boot(kind: BootFacts, image: Image | None) -> Unfit | None:
    """Why an image does not boot on a type; None if it does, or if the image is unknown."""
    words = {"type": kind.name, "image": image.name if image else ""}
    if kind.name.startswith(DEDICATED_HOST_SERIES):
        return Unfit(say(_("%(type)s runs only on a dedicated host, which this lab does not rent."), type=kind.name))
    if image is None:
        return None
    if image.architecture not in kind.architectures:
        message = _("The architecture differs: the image %(image)s is built for %(arch)s, %(type)s is %(other)s.")
        text = say(message, **words, arch=image.architecture, other=" / ".join(kind.architectures))
        return Unfit(text, "InvalidParameterValue")
    if image.virtualization == Virtualization.PARAVIRTUAL and "paravirtual" not in kind.details["virtualization"]:
        message = _("The image %(image)s is paravirtual; %(type)s boots only hardware virtual machines (HVM).")
        return Unfit(say(message, **words), COMBINATION)
    why = _why_no_drivers(kind, image)
    # EC2 asks for the ENA attribute; of NVMe drivers it knows nothing, so that such an instance just does not come up.
    return Unfit(why, "" if image.ena else COMBINATION) if why else None


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


def why_not_clustered(group: PlacementGroup | None, kind: InstanceType) -> Unfit | None:
    """A type that cannot be in a cluster group: burstable, flex, Mac, and the oldest families."""
    if group is None or group.strategy != PlacementStrategy.CLUSTER:
        return None
    try:
        name = parse(kind.pk)
        unfit = name.flex or name.series == "mac"
    except BadName:
        unfit = False
    if not (unfit or kind.burstable or kind.family in NOT_CLUSTERED):
        return None
    return Unfit(say(_("%(type)s cannot be in a cluster placement group."), type=kind.pk), COMBINATION)


def why_interfaces(kind: BootFacts, interfaces: int) -> Text | None:
    """More network interfaces than a type allows."""
    if interfaces <= kind.network_interfaces:
        return None
    message = _("%(type)s has %(most)s network interfaces at most; %(count)s are attached.")
    return say(message, type=kind.name, most=kind.network_interfaces, count=interfaces)


def why_attachments(kind: BootFacts, interfaces: int, volumes: int) -> Text | None:
    """More volumes than a type takes beside the network interfaces."""
    most = kind.details.get("ebs_attachments")
    if most is None:
        return None
    shared = shares_attachments(kind.details, kind.hypervisor)
    left = int(volumes_left(most, interfaces, shared=shared))
    if volumes <= left:
        return None
    message = (
        _("%(type)s takes %(most)s volumes beside %(count)s network interfaces; %(volumes)s are attached.")
        if shared
        else _("%(type)s takes %(most)s volumes; %(volumes)s are attached.")
    )
    return say(message, type=kind.name, most=max(left, 0), count=interfaces, volumes=volumes)
