"""RAID groups, pools and volumes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from virtlab.engine.storage import (
    Pool,
    PoolState,
    RaidGroup,
    RaidLevel,
    Volume,
    WriteEnd,
    days_until_full,
    rebuild_s,
)

levels = st.sampled_from(RaidLevel)


@st.composite
def groups(draw: st.DrawFn) -> RaidGroup:
    """A group of any level that its number of disks allows."""
    return RaidGroup(draw(levels), 2 * draw(st.integers(2, 12)), draw(st.floats(1, 20_000)), draw(st.floats(0, 1e6)))


class TestRaid:
    """What n equal disks give."""

    @pytest.mark.parametrize(
        ("level", "data_disks", "penalty", "survives"),
        [
            (RaidLevel.RAID0, 8, 1, (0, 0)),
            (RaidLevel.RAID1, 4, 2, (1, 4)),
            (RaidLevel.RAID5, 7, 4, (1, 1)),
            (RaidLevel.RAID6, 6, 6, (2, 2)),
            (RaidLevel.RAID10, 4, 2, (1, 4)),
        ],
    )
    def test_it_gives_what_the_level_says(
        self, level: RaidLevel, data_disks: int, penalty: int, survives: tuple[int, int]
    ) -> None:
        group = RaidGroup(level, 8, 1000, 200)
        assert group.usable_gib == data_disks * 1000
        assert group.survives == survives
        assert group.iops(0) == 1600
        assert group.iops(1) == pytest.approx(1600 / penalty)

    def test_it_mixes_reads_and_writes(self) -> None:
        """8 disks of 200 in RAID 5, a third of it writes: 1600 ÷ (⅔ + ⅓ × 4) = 800."""
        assert RaidGroup(RaidLevel.RAID5, 8, 1000, 200).iops(1 / 3) == pytest.approx(800)

    @given(groups(), st.floats(0, 1), st.floats(0, 1))
    def test_it_never_gains_from_redundancy_or_writes(self, group: RaidGroup, one: float, other: float) -> None:
        assert group.usable_gib <= group.raw_gib
        assert group.usable_gib + (group.disks - group.data_disks) * group.disk_gib == pytest.approx(group.raw_gib)
        few, many = sorted((one, other))
        assert group.iops(many) <= group.iops(few) * (1 + 1e-12)

    def test_it_loses_a_mirror_only_with_both_of_a_pair(self) -> None:
        mirror = RaidGroup(RaidLevel.RAID10, 8, 1000)
        assert mirror.lives_with([1, 1, 1, 1])
        assert not mirror.lives_with([2, 0, 0, 0])
        assert not RaidGroup(RaidLevel.RAID5, 8, 1000).lives_with([1, 1])

    @pytest.mark.parametrize(
        ("level", "disks"),
        [(RaidLevel.RAID0, 1), (RaidLevel.RAID5, 2), (RaidLevel.RAID6, 3), (RaidLevel.RAID10, 2), (RaidLevel.RAID1, 3)],
    )
    def test_it_refuses_a_wrong_number_of_disks(self, level: RaidLevel, disks: int) -> None:
        with pytest.raises(ValueError, match="disks"):
            RaidGroup(level, disks, 1000)

    def test_it_refuses_a_share_beyond_one(self) -> None:
        with pytest.raises(ValueError, match="share of writes"):
            RaidGroup(RaidLevel.RAID5, 4, 1000, 100).iops(1.1)

    def test_it_rebuilds_a_disk_at_its_rate(self) -> None:
        assert rebuild_s(RaidGroup(RaidLevel.RAID5, 4, 1000), 100) == pytest.approx(10_240)
        with pytest.raises(ValueError, match="nothing to rebuild"):
            rebuild_s(RaidGroup(RaidLevel.RAID0, 4, 1000), 100)
        with pytest.raises(ValueError, match="above zero"):
            rebuild_s(RaidGroup(RaidLevel.RAID5, 4, 1000), 0)


POOL = Pool((RaidGroup(RaidLevel.RAID5, 4, 100), RaidGroup(RaidLevel.RAID10, 4, 100)))


class TestPool:
    """Space allocated, taken, written."""

    def test_it_adds_up_its_groups(self) -> None:
        assert POOL.usable_gib == 300 + 200

    def test_it_reserves_thick_and_overcommits_thin(self) -> None:
        pool = POOL.add(Volume("thick", 200, 50, thin=False)).add(Volume("thin", 600, 100))
        assert (pool.taken_gib, pool.written_gib, pool.allocated_gib) == (300, 150, 800)
        assert pool.overcommit == pytest.approx(1.6)
        assert pool.free_gib == 200

    def test_it_warns_before_it_is_full_and_then_stops(self) -> None:
        pool = POOL.add(Volume("thin", 600, 399))
        assert pool.state is PoolState.FINE
        pool, done, end = pool.write("thin", 1)
        assert (pool.state, done, end) == (PoolState.ALARM, 1, WriteEnd.DONE)
        pool, done, end = pool.write("thin", 150)
        assert (pool.state, done, end) == (PoolState.FULL, 100, WriteEnd.POOL_FULL)
        assert pool.write("thin", 1)[1] == 0

    def test_it_still_writes_to_a_thick_volume_when_the_pool_is_full(self) -> None:
        pool = POOL.add(Volume("thick", 200, 50, thin=False)).add(Volume("thin", 600, 300))
        assert pool.state is PoolState.FULL
        assert pool.write("thick", 150)[1:] == (150, WriteEnd.DONE)
        assert pool.write("thick", 151)[1:] == (150, WriteEnd.VOLUME_FULL)

    def test_it_refuses_what_does_not_fit(self) -> None:
        with pytest.raises(ValueError, match="are left"):
            POOL.add(Volume("thick", 501, thin=False))
        with pytest.raises(ValueError, match="already"):
            POOL.add(Volume("a", 1)).add(Volume("a", 1))
        with pytest.raises(ValueError, match="not possible"):
            Volume("a", 10, 11)
        with pytest.raises(KeyError):
            POOL.write("nobody", 1)
        with pytest.raises(ValueError, match="cannot be written"):
            POOL.add(Volume("a", 1)).write("a", -1)

    @given(
        st.lists(groups(), min_size=1, max_size=3),
        st.lists(st.tuples(st.floats(0, 50_000), st.booleans()), max_size=5),
        st.lists(st.tuples(st.integers(0, 4), st.floats(0, 50_000)), max_size=20),
    )
    def test_it_never_holds_more_than_it_can(
        self, raid: list[RaidGroup], volumes: list[tuple[float, bool]], writes: list[tuple[int, float]]
    ) -> None:
        pool = Pool(tuple(raid))
        for number, (size, thin) in enumerate(volumes):
            if thin or size <= pool.free_gib:
                pool = pool.add(Volume(str(number), size, thin=thin))
        for number, wanted in writes:
            if str(number) in {volume.name for volume in pool.volumes}:
                before = pool.written_gib
                pool, done, end = pool.write(str(number), wanted)
                assert pool.written_gib == pytest.approx(before + done)
                assert (done >= wanted) == (end is WriteEnd.DONE)
            assert pool.taken_gib <= pool.usable_gib * (1 + 1e-9)
            assert pool.taken_gib + pool.free_gib == pytest.approx(pool.usable_gib)
            assert all(volume.written_gib <= volume.size_gib for volume in pool.volumes)

    def test_it_tells_when_it_will_be_full(self) -> None:
        assert days_until_full(POOL, 50) == 10
        assert days_until_full(POOL, 0) == float("inf")
