"""Storage on the own side: RAID groups, pools made of them, and thick and thin volumes in a pool.

RAID: usable disks 0: n · 1: n ÷ 2 · 5: n − 1 · 6: n − 2 · 10: n ÷ 2; a random write costs 1, 2, 4, 6, 2 accesses to
disks (Patterson, Gibson & Katz, A Case for Redundant Arrays of Inexpensive Disks, 1988; Chen et al., ACM Computing
Surveys 1994). A thick volume takes its size; a thin one takes what was written, so more can be allocated than there
is.

Used by storage virtualization on the on-prem side (not yet by a page).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from virtlab.engine.sourced import Kind, Sourced, figure


class RaidLevel(StrEnum):
    """How a group guards against lost disks."""

    RAID0 = "raid0"
    RAID1 = "raid1"
    RAID5 = "raid5"
    RAID6 = "raid6"
    RAID10 = "raid10"


@dataclass(frozen=True, slots=True)
class RaidRule:
    """Fewest disks, accesses per random write, disks lost to redundancy (None: half of them), failures survived
    surely.
    """

    fewest_disks: int
    write_penalty: int
    parity_disks: int | None
    survives: int


RULES = {
    RaidLevel.RAID0: RaidRule(2, 1, 0, 0),
    RaidLevel.RAID1: RaidRule(2, 2, None, 1),
    RaidLevel.RAID5: RaidRule(3, 4, 1, 1),
    RaidLevel.RAID6: RaidRule(4, 6, 2, 2),
    RaidLevel.RAID10: RaidRule(4, 2, None, 1),
}


@dataclass(frozen=True, slots=True)
class RaidGroup:
    """n equal disks in one level. ValueError where there are too few disks, or an odd number of mirrored ones."""

    level: RaidLevel
    disks: int
    disk_gib: float
    disk_iops: float = 0.0

    def __post_init__(self) -> None:
        if self.disks < self.rule.fewest_disks:
            raise ValueError(f"{self.level} needs at least {self.rule.fewest_disks} disks, not {self.disks}.")
        if self.rule.parity_disks is None and self.disks % 2:
            raise ValueError(f"{self.level} needs an even number of disks, not {self.disks}.")
        if not 0 < self.disk_gib < float("inf") or not 0 <= self.disk_iops < float("inf"):
            raise ValueError("A disk's size must be above zero and its IOPS not negative.")

    @property
    def rule(self) -> RaidRule:
        """What the level means."""
        return RULES[self.level]

    @property
    def data_disks(self) -> int:
        """Disks' worth of data that fits."""
        return self.disks // 2 if self.rule.parity_disks is None else self.disks - self.rule.parity_disks

    @property
    def raw_gib(self) -> float:
        """Size of all disks."""
        return self.disks * self.disk_gib

    @property
    def usable_gib(self) -> float:
        """What can be stored."""
        return self.data_disks * self.disk_gib

    @property
    def survives(self) -> tuple[int, int]:
        """(surely, at best) how many disks may fail: a mirror loses none while one disk of each pair is left."""
        mirrored = self.rule.parity_disks is None
        return self.rule.survives, self.disks // 2 if mirrored else self.rule.survives

    def iops(self, write_share: float) -> float:
        """Random accesses per second that callers get: n × IOPS ÷ (reads + writes × penalty). ValueError unless 0 …
        1.
        """
        if not 0 <= write_share <= 1:
            raise ValueError(f"The share of writes must lie between 0 and 1, not at {write_share}.")
        return self.disks * self.disk_iops / ((1.0 - write_share) + write_share * self.rule.write_penalty)

    def lives_with(self, failed_pairs: Sequence[int]) -> bool:
        """Whether the data are still there after a number of failures in each mirrored pair, or in all where parity
        is used.
        """
        if self.rule.parity_disks is None:
            return all(failed < 2 for failed in failed_pairs)
        return sum(failed_pairs) <= self.rule.survives


@dataclass(frozen=True, slots=True)
class RebuildRates:
    """How fast a replaced disk is filled while the group goes on working."""

    hdd_mib_per_s: float = figure(
        Sourced(
            100, "MiB/s", "7,200 rpm disk of 150 MB/s under moderate load", "2026-11", Kind.ASSUMPTION, low=1, high=300
        )
    )
    ssd_mib_per_s: float = figure(
        Sourced(
            370, "MiB/s", "SATA SSD of 550 MB/s under moderate load", "2026-11", Kind.ASSUMPTION, low=1, high=10_000
        )
    )


def rebuild_s(group: RaidGroup, rate_mib_per_s: float) -> float:
    """Seconds until a replaced disk is whole again: its size ÷ the rebuild rate. ValueError where nothing can be
    rebuilt.
    """
    if group.rule.survives == 0:
        raise ValueError("RAID 0 has nothing to rebuild from.")
    if not rate_mib_per_s > 0:
        raise ValueError(f"The rebuild rate must be above zero, not {rate_mib_per_s} MiB/s.")
    return group.disk_gib * 1024.0 / rate_mib_per_s


@dataclass(frozen=True, slots=True)
class Volume:
    """A volume in a pool: allocated and written GiB. Thin: takes what is written; thick: takes all at once."""

    name: str
    size_gib: float
    written_gib: float = 0.0
    thin: bool = True

    def __post_init__(self) -> None:
        if not 0 <= self.written_gib <= self.size_gib < float("inf"):
            raise ValueError(f"{self.name}: written {self.written_gib} GiB of {self.size_gib} GiB is not possible.")

    @property
    def taken_gib(self) -> float:
        """What it takes from the pool."""
        return self.written_gib if self.thin else self.size_gib


class PoolState(StrEnum):
    """How a pool stands."""

    FINE = "fine"
    ALARM = "alarm"
    FULL = "full"


class WriteEnd(StrEnum):
    """What became of a write: all of it, cut at the volume's own size, or stopped by the full pool."""

    DONE = "done"
    VOLUME_FULL = "volume_full"
    POOL_FULL = "pool_full"


@dataclass(frozen=True, slots=True)
class Pool:
    """A storage pool: RAID groups and the volumes made of their space. Nothing here changes; `write` and `add` return
    a new one.
    """

    groups: tuple[RaidGroup, ...]
    volumes: tuple[Volume, ...] = ()
    alarm_share: float = 0.8

    @property
    def usable_gib(self) -> float:
        """Σ usable of the groups."""
        return sum(group.usable_gib for group in self.groups)

    @property
    def allocated_gib(self) -> float:
        """Σ sizes of the volumes."""
        return sum(volume.size_gib for volume in self.volumes)

    @property
    def taken_gib(self) -> float:
        """What the volumes take: thick ones all of their size, thin ones what was written."""
        return sum(volume.taken_gib for volume in self.volumes)

    @property
    def written_gib(self) -> float:
        """What was written."""
        return sum(volume.written_gib for volume in self.volumes)

    @property
    def free_gib(self) -> float:
        """What is left to take."""
        return max(self.usable_gib - self.taken_gib, 0.0)

    @property
    def overcommit(self) -> float:
        """Allocated ÷ usable: above 1 not all volumes can be full at once."""
        return self.allocated_gib / self.usable_gib if self.usable_gib else 0.0

    @property
    def state(self) -> PoolState:
        """Fine, past the alarm, or full (writes to thin volumes stop)."""
        if self.free_gib <= 0:
            return PoolState.FULL
        return PoolState.ALARM if self.taken_gib >= self.alarm_share * self.usable_gib else PoolState.FINE

    def iops(self, write_share: float) -> float:
        """Σ of the groups."""
        return sum(group.iops(write_share) for group in self.groups)

    def add(self, volume: Volume) -> "Pool":
        """With one more volume. ValueError where what it takes does not fit, or the name is taken."""
        if volume.name in {other.name for other in self.volumes}:
            raise ValueError(f"There is a volume {volume.name} already.")
        if volume.taken_gib > self.free_gib:
            raise ValueError(f"{volume.name} takes {volume.taken_gib:g} GiB, {self.free_gib:g} GiB are left.")
        return replace(self, volumes=(*self.volumes, volume))

    def write(self, name: str, new_gib: float) -> tuple["Pool", float, WriteEnd]:
        """(the pool after, GiB written, how it ended) for new data to one volume. KeyError where there is no such
        volume.
        """
        if not 0 <= new_gib < float("inf"):
            raise ValueError(f"{new_gib} GiB cannot be written.")
        old = next((volume for volume in self.volumes if volume.name == name), None)
        if old is None:
            raise KeyError(name)
        in_volume = old.size_gib - old.written_gib
        in_pool = self.free_gib if old.thin else in_volume
        done = min(new_gib, in_volume, in_pool)
        new = replace(old, written_gib=min(old.written_gib + done, old.size_gib))
        after = replace(self, volumes=tuple(new if volume is old else volume for volume in self.volumes))
        if done >= new_gib:
            return after, done, WriteEnd.DONE
        return after, done, WriteEnd.VOLUME_FULL if in_volume <= in_pool else WriteEnd.POOL_FULL


def days_until_full(pool: Pool, growth_gib_per_day: float) -> float:
    """Days until the pool is full at a steady growth of thin volumes; infinite where nothing grows."""
    return pool.free_gib / growth_gib_per_day if growth_gib_per_day > 0 else float("inf")
