"""What sizes and speeds a kind of volume may have, how long it bursts, and how often it is modified.

Amazon EBS User Guide, "Amazon EBS volume types"; EC2 API Reference, ModifyVolume; both 2026. Throughput is in MiB/s.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from instances.choices import VolumeKind
from virtlab.engine.units import GIB_PER_TIB, MIB_PER_GIB
from virtlab.jobs.text import Text, say


@dataclass(frozen=True, slots=True)
class VolumeLimits:
    """Ranges of size (GiB), IOPS and throughput (MiB/s), where a kind lets them be chosen, and what is had without.

    per_gib: IOPS at most for each GiB; mib_per_s_for_each_iops: MiB/s at most for each of the IOPS.
    """

    size_gib: tuple[int, int]
    iops: tuple[int, int] = (0, 0)
    throughput_mib_per_s: tuple[int, int] = (0, 0)
    per_gib: int = 0
    mib_per_s_for_each_iops: float = 0.0
    usual_iops: int = 3000
    bootable: bool = True


@dataclass(frozen=True, slots=True)
class HardDisk:
    """A hard-disk kind's MiB/s for each TiB and at most: always, and in a burst."""

    base_per_tib: int
    burst_per_tib: int
    most_base: int
    most_burst: int


@dataclass(frozen=True, slots=True)
class Burst:
    """More than a volume's size gives, until its full credits are used up: IOPS or MiB/s, and for how many seconds."""

    iops: int = 0
    throughput_mib_per_s: int = 0
    seconds: float = 0.0


LIMITS = {
    VolumeKind.GP3: VolumeLimits((1, 65_536), (3000, 80_000), (125, 2000), per_gib=500, mib_per_s_for_each_iops=0.25),
    VolumeKind.GP2: VolumeLimits((1, 16_384)),
    VolumeKind.IO2: VolumeLimits((4, 65_536), (100, 256_000), per_gib=1000),
    VolumeKind.ST1: VolumeLimits((125, 16_384), bootable=False),
    VolumeKind.SC1: VolumeLimits((125, 16_384), bootable=False),
}
LARGEST_GIB = LIMITS[VolumeKind.GP3].size_gib[1]
"""What a volume of the usual kind holds at most."""
GP2_IOPS_PER_GIB, GP2_LEAST, GP2_MOST = 3, 100, 16_000
GP2_BURST_IOPS, GP2_CREDITS = 3000, 5_400_000
GP2_MIB_PER_S_TO_170_GIB, GP2_MIB_PER_S_FROM_334_GIB, GP2_MIB_PER_S_PER_GIB = 128, 250, 0.75
"""Between these sizes: the baseline's IOPS at 256 KiB each, which is 0.75 MiB/s a GiB."""
IO2_MIB_PER_S_FOR_EACH_IOPS, IO2_MOST_MIB_PER_S = 0.256, 4000
HARD_DISKS = {VolumeKind.ST1: HardDisk(40, 250, 500, 500), VolumeKind.SC1: HardDisk(12, 80, 192, 250)}
HARD_DISK_CREDIT_TIB_PER_TIB = 1
MODIFICATIONS, MODIFICATIONS_WITHIN = 4, timedelta(hours=24)


def figures(kind: str, size_gib: int, iops: int | None, throughput: int | None) -> tuple[int, int]:
    """(IOPS, MiB/s) that a volume has: as asked where the kind is provisioned, else as its size gives, without bursts.

    A hard disk's IOPS are 0: it is measured by its throughput alone.
    """
    if kind == VolumeKind.GP3:
        return iops or LIMITS[VolumeKind.GP3].usual_iops, throughput or LIMITS[VolumeKind.GP3].throughput_mib_per_s[0]
    if kind == VolumeKind.GP2:
        by_size = round(GP2_MIB_PER_S_PER_GIB * size_gib)
        mib_per_s = min(max(by_size, GP2_MIB_PER_S_TO_170_GIB), GP2_MIB_PER_S_FROM_334_GIB)
        return min(max(GP2_IOPS_PER_GIB * size_gib, GP2_LEAST), GP2_MOST), mib_per_s
    if kind == VolumeKind.IO2:
        wanted = iops or LIMITS[VolumeKind.IO2].usual_iops
        return wanted, min(round(wanted * IO2_MIB_PER_S_FOR_EACH_IOPS), IO2_MOST_MIB_PER_S)
    disk = HARD_DISKS[VolumeKind(kind)]
    return 0, min(round(disk.base_per_tib * size_gib / GIB_PER_TIB), disk.most_base)


def burst(kind: str, size_gib: int) -> Burst | None:
    """How far and how long a volume with full credits goes beyond its size; None where its kind or size does not."""
    base_iops, base_mib_per_s = figures(kind, size_gib, None, None)
    if kind == VolumeKind.GP2 and base_iops < GP2_BURST_IOPS:
        return Burst(iops=GP2_BURST_IOPS, seconds=GP2_CREDITS / (GP2_BURST_IOPS - base_iops))
    if kind not in HARD_DISKS:
        return None
    disk = HARD_DISKS[VolumeKind(kind)]
    most = min(round(disk.burst_per_tib * size_gib / GIB_PER_TIB), disk.most_burst)
    if most <= base_mib_per_s:
        return None
    credits_mib = HARD_DISK_CREDIT_TIB_PER_TIB * size_gib * MIB_PER_GIB
    return Burst(throughput_mib_per_s=most, seconds=credits_mib / (most - base_mib_per_s))


def chosen(kind: str) -> tuple[bool, bool]:
    """Whether the IOPS, and whether the throughput of a kind are chosen: of the others the size decides."""
    limits = LIMITS[VolumeKind(kind)]
    return bool(limits.iops[1]), bool(limits.throughput_mib_per_s[1])


def problems(kind: str, size_gib: int, iops: int, throughput_mib_per_s: int, *, root: bool) -> dict[str, Text]:
    """What is wrong with a volume by field ("kind", "gib", "iops", "throughput"); empty where it can be."""
    limits, wrong = LIMITS[VolumeKind(kind)], {}
    if root and not limits.bootable:
        wrong["kind"] = say(_("A hard-disk volume cannot be a root volume."))
    if not limits.size_gib[0] <= size_gib <= limits.size_gib[1]:
        wrong["gib"] = _range(_("A %(kind)s volume has %(low)s to %(high)s GiB."), kind, limits.size_gib)
    if why := _why_not_iops(kind, size_gib, iops):
        wrong["iops"] = why
    if why := _why_not_throughput(kind, iops, throughput_mib_per_s):
        wrong["throughput"] = why
    return wrong


def _why_not_iops(kind: str, size_gib: int, iops: int) -> Text | None:
    limits = LIMITS[VolumeKind(kind)]
    low, high = limits.iops
    if not high:
        return None
    if not low <= iops <= high:
        return _range(_("A %(kind)s volume has %(low)s to %(high)s IOPS."), kind, limits.iops)
    if iops > max(limits.per_gib * size_gib, low):
        message = _("A %(kind)s volume of %(gib)s GiB has %(most)s IOPS at most.")
        return say(message, kind=kind, gib=size_gib, most=limits.per_gib * size_gib)
    return None


def _why_not_throughput(kind: str, iops: int, throughput_mib_per_s: int) -> Text | None:
    limits = LIMITS[VolumeKind(kind)]
    low, high = limits.throughput_mib_per_s
    if not high:
        return None
    if not low <= throughput_mib_per_s <= high:
        return _range(_("A %(kind)s volume has %(low)s to %(high)s MiB/s."), kind, limits.throughput_mib_per_s)
    if throughput_mib_per_s > limits.mib_per_s_for_each_iops * iops:
        message = _(
            "A %(kind)s volume of %(iops)s IOPS has %(most)s MiB/s at most: %(per)s for each. This takes %(need)s IOPS."
        )
        most, need = (
            int(limits.mib_per_s_for_each_iops * iops),
            round(throughput_mib_per_s / limits.mib_per_s_for_each_iops),
        )
        return say(message, kind=kind, iops=iops, most=most, per=limits.mib_per_s_for_each_iops, need=need)
    return None


def _range(message: object, kind: str, bounds: tuple[int, int]) -> Text:
    return say(message, kind=kind, low=bounds[0], high=bounds[1])  # type: ignore[arg-type]  # a lazy sentence


def modifiable_at(started: Sequence[datetime], at: datetime) -> datetime | None:
    """When a volume may be modified again, by the moments of its modifications, oldest first; None for at once."""
    within = [moment for moment in started if moment > at - MODIFICATIONS_WITHIN]
    return within[-MODIFICATIONS] + MODIFICATIONS_WITHIN if len(within) >= MODIFICATIONS else None
