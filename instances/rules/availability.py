"""Where a type can be launched, and images to launch from."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from instances.models import AvailabilityZone, Image, Offering
from virtlab.jobs.text import Text, say
from virtlab.labs.models import Lab, Workload
from virtlab.web.lazy_text import LazyText

PREFERRED_IMAGE = "al2023-ami-2023."


def zones_of(region: str) -> list[str]:
    """All zones of a region."""
    return list(AvailabilityZone.objects.filter(region=region).values_list("name", flat=True))


def zones_offering(region: str, type_name: str) -> list[str]:
    """The zones of a region that offer a type; empty where the region does not (one query)."""
    offering = Offering.objects.filter(region=region, instance_type=type_name).first()
    return offering.zone_names if offering else []


def regions_offering(type_name: str) -> list[str]:
    """The regions that offer a type."""
    return list(Offering.objects.filter(instance_type=type_name).order_by("region").values_list("region", flat=True))


def images_for(lab: Lab, region: str) -> QuerySet[Image]:
    """The public images of a region and the lab's own there, current ones first."""
    visible = Image.objects.filter(Q(lab=None) | Q(lab=lab), region=region)
    return visible.order_by("-current", "name", "pk")


def usual_image(region: str, architecture: str) -> Image | None:
    """The newest Amazon Linux of a region for an architecture, None where there is none."""
    images = Image.objects.filter(lab=None, region=region, architecture=architecture, current=True)
    return images.filter(name__startswith=PREFERRED_IMAGE).order_by("-name").first() or images.first()


def unplaced_workloads(lab: Lab) -> QuerySet[Workload]:
    """Workloads that run nowhere: neither as an instance nor as anything else that points to a workload."""
    free = Workload.objects.filter(lab=lab)
    for relation in Workload._meta.related_objects:
        if relation.one_to_one and relation.name != "trace":
            free = free.filter(**{f"{relation.name}__isnull": True})
    return free.order_by("name")


def image_label(image: Image, at: datetime) -> list[LazyText]:
    """What is said of an image behind its name: that its maker supports it no more, that its name is made up."""
    ended = image.support_ends is not None and image.support_ends < at.date()
    return [*([_("end of life")] if ended else []), *([_("illustrative")] if image.illustrative else [])]


def image_notes(image: Image, at: datetime) -> list[Text | LazyText]:
    """What one should know of an image before it is launched at a moment of lab time."""
    notes: list[Text | LazyText] = []
    if image.support_ends and image.support_ends < at.date():
        message = _("End of life: the maker of %(image)s ended its support on %(date)s; no corrections come any more.")
        notes.append(say(message, image=image.name, date=image.support_ends.isoformat()))
    if image.illustrative:
        notes.append(_("The image is illustrative: its system is real, its name and ID are made up."))
    return notes
