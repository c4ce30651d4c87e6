"""Whether an instance can hibernate, and for how long (Amazon EC2 User Guide, "Prerequisites for EC2 instance
hibernation" and "Limitations", 2026).
"""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from instances.models import Image, Instance, InstanceType
from instances.rules.hibernation_images import why_not_image
from virtlab.engine.units import MIB_PER_GIB
from virtlab.jobs.text import Text, say
from virtlab.labs.choices import OperatingSystem

LINUX_MOST_GIB, WINDOWS_MOST_GIB = 150, 16
LONGEST = timedelta(days=60)
"""EC2 does not support keeping an instance hibernated for longer."""
NO_HIBERNATION = "UnsupportedHibernationConfiguration"
"""The EC2 API's error code, at a launch and for an instance that was launched without."""


def why_cannot(kind: InstanceType, image: Image | None, root_gib: int, *, encrypted: bool) -> Text | None:
    """Why a type, an image and a root volume cannot keep the memory while stopped; None where they can."""
    memory_gib = kind.memory_mib / MIB_PER_GIB
    windows = image is not None and image.operating_system == OperatingSystem.WINDOWS
    most_gib = WINDOWS_MOST_GIB if windows else LINUX_MOST_GIB
    if not kind.details.get("hibernation"):
        return say(_("%(type)s cannot hibernate."), type=kind.pk)
    if why := why_not_image(kind, image):
        return why
    if memory_gib > most_gib:
        message = _("Only instances of up to %(most)s GiB of memory hibernate; %(type)s has %(gib).0f GiB.")
        return say(message, most=most_gib, type=kind.pk, gib=memory_gib)
    system_gib = image.root_gib if image else 0
    if root_gib < system_gib + memory_gib:
        return say(
            _("The memory (%(memory).0f GiB) does not fit on the root volume: %(need).0f GiB needed, %(has)s there."),
            memory=memory_gib,
            need=system_gib + memory_gib,
            has=root_gib,
        )
    if not encrypted:
        return say(_("The root volume is not encrypted: the memory is written there only where it is."))
    return None


def why_no_hibernation(instance: Instance) -> Text | None:
    """Why an instance cannot hibernate now; None where it can."""
    if not instance.hibernation:
        return say(
            _("%(name)s was launched without hibernation, and that cannot be changed afterwards."), name=instance.name
        )
    root = instance.root_volume
    size_gib, encrypted = (root.size_gib, root.encrypted) if root else (0, False)
    return why_cannot(instance.instance_type, instance.image, size_gib, encrypted=encrypted)


def hibernated_until(instance: Instance) -> datetime | None:
    """Until when a hibernated instance may stay so; None for any other."""
    since = instance.hibernated_lab_at if instance.hibernated else None
    return since + LONGEST if since else None
