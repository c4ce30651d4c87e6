"""Whether a host has room for a guest. A host never promises more memory than it has."""

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from hosts.models import Host, VirtualMachine
from virtlab.engine.admission import Resource, Room, refusals
from virtlab.jobs.text import Text, say

MIB_PER_GIB = 1024


def memory_room(host: Host, without: VirtualMachine | None = None) -> Room:
    """The host's memory in MiB: what it has, and what its guests (but for `without`) were promised."""
    guests = VirtualMachine.objects.filter(host=host)
    if without is not None:
        guests = guests.exclude(pk=without.pk)
    promised = guests.aggregate(total=Sum("memory_mib"))["total"] or 0
    return Room(capacity=host.memory_mib, reserved=promised, used=promised)


def why_full(host: Host, memory_mib: int, without: VirtualMachine | None = None) -> Text | None:
    """Why a guest of that much memory does not fit, in words; None where it does."""
    room = memory_room(host, without)
    if not refusals({Resource.MEMORY: memory_mib}, {Resource.MEMORY: room}):
        return None
    return say(
        _("Needs %(wanted).1f GiB of memory; host %(host)s has %(free).1f GiB left of %(capacity).1f GiB."),
        wanted=memory_mib / MIB_PER_GIB,
        host=host.name,
        free=room.free / MIB_PER_GIB,
        capacity=room.capacity / MIB_PER_GIB,
    )
