"""What sizes and speeds a kind of volume may have (Amazon EBS User Guide, "Amazon EBS volume types", 2026)."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from instances.choices import VolumeKind
from virtlab.jobs.text import Text, say


@dataclass(frozen=True, slots=True)
class VolumeLimits:
    """Ranges of size (GiB), IOPS and throughput (MB/s); `per_gib`: IOPS at most for each GiB."""

    size_gib: tuple[int, int]
    iops: tuple[int, int] = (0, 0)
    throughput_mbps: tuple[int, int] = (0, 0)
    per_gib: int = 0
    bootable: bool = True


LIMITS = {
    VolumeKind.GP3: VolumeLimits((1, 65_536), (3000, 80_000), (125, 2000), 500),
    VolumeKind.GP2: VolumeLimits((1, 16_384)),
    VolumeKind.IO2: VolumeLimits((4, 65_536), (100, 256_000), per_gib=1000),
    VolumeKind.ST1: VolumeLimits((125, 16_384), bootable=False),
    VolumeKind.SC1: VolumeLimits((125, 16_384), bootable=False),
}
GP2_IOPS_PER_GIB, GP2_LEAST, GP2_MOST = 3, 100, 16_000
GP2_MBPS = 250
IO2_MBPS_PER_IOPS, IO2_MOST_MBPS = 0.256, 4000
HDD_MBPS_PER_TIB = {VolumeKind.ST1: (40, 500), VolumeKind.SC1: (12, 192)}


def figures(kind: str, size_gib: int, iops: int | None, throughput: int | None) -> tuple[int, int]:
    """(IOPS, MB/s) that a volume has: as asked where the kind is provisioned, else as its size gives."""
    if kind == VolumeKind.GP3:
        return iops or 3000, throughput or 125
    if kind == VolumeKind.GP2:
        return min(max(GP2_IOPS_PER_GIB * size_gib, GP2_LEAST), GP2_MOST), GP2_MBPS
    if kind == VolumeKind.IO2:
        wanted = iops or 3000
        return wanted, min(round(wanted * IO2_MBPS_PER_IOPS), IO2_MOST_MBPS)
    per_tib, most = HDD_MBPS_PER_TIB[VolumeKind(kind)]
    rate = min(round(per_tib * size_gib / 1024), most)
    return rate, rate


def problems(kind: str, size_gib: int, iops: int, throughput_mbps: int, *, root: bool) -> dict[str, Text]:
    """What is wrong with a volume by field ("kind", "gib", "iops", "throughput"); empty where it can be."""
    limits, wrong = LIMITS[VolumeKind(kind)], {}
    if root and not limits.bootable:
        wrong["kind"] = say(_("A hard-disk volume cannot be a root volume."))
    if not limits.size_gib[0] <= size_gib <= limits.size_gib[1]:
        wrong["gib"] = _range(_("A %(kind)s volume has %(low)s to %(high)s GiB."), kind, limits.size_gib)
    if limits.iops[1]:
        low, high = limits.iops
        if not low <= iops <= high:
            wrong["iops"] = _range(_("A %(kind)s volume has %(low)s to %(high)s IOPS."), kind, limits.iops)
        elif iops > max(limits.per_gib * size_gib, low):
            message = _("A %(kind)s volume of %(gib)s GiB has %(most)s IOPS at most.")
            wrong["iops"] = say(message, kind=kind, gib=size_gib, most=limits.per_gib * size_gib)
    low, high = limits.throughput_mbps
    if high and not low <= throughput_mbps <= high:
        message = _("A %(kind)s volume has %(low)s to %(high)s MB/s.")
        wrong["throughput"] = _range(message, kind, limits.throughput_mbps)
    return wrong


def _range(message: object, kind: str, bounds: tuple[int, int]) -> Text:
    return say(message, kind=kind, low=bounds[0], high=bounds[1])  # type: ignore[arg-type]  # a lazy sentence
