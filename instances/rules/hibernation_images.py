"""Whether the system in an image hibernates: AWS lists those that do, by release (facts/hibernation_images.csv).

An image that is the lab's own is taken as configured for it (Amazon EC2 User Guide, "Configure a Linux AMI to support
hibernation"); a public one without a date in its name as released today.
"""

import re
from functools import cache

from django.utils.translation import gettext_lazy as _

from instances.catalog import files
from instances.choices import Hypervisor, Virtualization
from instances.models import Image, InstanceType
from virtlab.jobs.text import Text, say

RELEASED = re.compile(r"(?<!\d)(20\d\d)\.?([01]\d)\.?([0-3]\d)(?!\d)", re.ASCII)


@cache
def listed() -> tuple[files.Row, ...]:
    """The images that can, as AWS lists them."""
    return tuple(files.read(files.FACTS / "hibernation_images.csv"))


def why_not_image(kind: InstanceType, image: Image | None) -> Text | None:
    """Why what is in an image does not hibernate on a type; None where it does."""
    if image is None or not image.ena or image.virtualization == Virtualization.PARAVIRTUAL:
        return say(_("Its image cannot hibernate: it is too old or paravirtual."))
    if image.lab_id is not None:
        return None
    of_system = [row for row in listed() if re.match(row["pattern"], image.name)]
    row = next((row for row in of_system if row["architecture"] == image.architecture), None)
    if row is None:
        return say(_("EC2 does not hibernate the system of the image %(image)s."), image=image.name)
    found = RELEASED.search(image.name)
    if found and row["released_from"] and "-".join(found.groups()) < row["released_from"]:
        message = _("EC2 hibernates images of this system from %(date)s on; %(image)s is older.")
        return say(message, date=row["released_from"], image=image.name)
    if row["nitro_only"] and kind.hypervisor != Hypervisor.NITRO:
        message = _("The system of the image %(image)s hibernates on Nitro alone; %(type)s runs on %(hypervisor)s.")
        return say(message, image=image.name, type=kind.pk, hypervisor=Hypervisor(kind.hypervisor).label)
    return None
