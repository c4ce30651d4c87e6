"""What a guest's load says to another size, on either side."""

from django.utils.translation import gettext_lazy as _

from virtlab.engine.units import MIB_PER_GIB
from virtlab.jobs.text import Text, say
from virtlab.labs.models import Trace


def short_of_memory(workload: int | None, memory_mib: float, memory_now_mib: float) -> list[Text]:
    """A warning where less memory is left than the load had in use at its peak (a query where it shrinks)."""
    if workload is None or memory_mib >= memory_now_mib:
        return []
    peak_gib = Trace.objects.filter(workload=workload).values_list("memory_peak_gib", flat=True).first()
    if not peak_gib or peak_gib * MIB_PER_GIB <= memory_mib:
        return []
    message = _(
        "Its load had up to %(peak).1f GiB in use, more than %(gib).1f GiB: the guest will swap or end processes."
    )
    return [say(message, peak=peak_gib, gib=memory_mib / MIB_PER_GIB)]
