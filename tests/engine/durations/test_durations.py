"""Durations of operations, copies, and the figures behind them."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from virtlab.engine.durations.copies import (
    by_hand_s,
    chain_read_factor,
    deploy_s,
)
from virtlab.engine.durations.durations import (
    ami_s,
    at_rate_s,
    downtime_s,
    ebs_snapshot_s,
    fast_restore_s,
    ha_restart_steps,
    launch_steps,
    region_copy_s,
    resize_steps,
    total_s,
    volume_from_snapshot_s,
)
from virtlab.engine.durations.timings import Timings

shares = st.lists(st.floats(0, 1), max_size=10)


class TestCloud:
    """EC2 and EBS."""

    def test_it_launches_in_the_measured_time(self) -> None:
        """1.5 s for the call, 16.5 s pending; 22.6 to 23.3 s in all were measured with an image that boots in
        seconds.
        """
        steps = launch_steps(Timings(ec2_first_boot_linux_s=5))
        assert [step.code for step in steps] == ["api", "pending", "first_boot"]
        assert total_s(steps) == pytest.approx(23)

    def test_it_takes_longer_for_windows(self) -> None:
        assert total_s(launch_steps(windows=True)) > total_s(launch_steps())

    def test_it_snapshots_changed_blocks_alone(self) -> None:
        nothing, some = ebs_snapshot_s(0), ebs_snapshot_s(10)
        assert nothing == Timings().ebs_snapshot_start_s
        assert some - nothing == pytest.approx(10 * 1024 / 100)

    def test_it_makes_an_image_of_all_volumes_side_by_side(self) -> None:
        assert ami_s([10, 100]) == pytest.approx(ebs_snapshot_s(100) + Timings().ami_registration_s)
        assert ami_s([]) == Timings().ami_registration_s

    def test_it_can_use_a_volume_before_its_blocks_are_there(self) -> None:
        usable, full_speed = volume_from_snapshot_s(300)
        assert usable == 5
        assert full_speed == pytest.approx(5 + 1024)

    def test_it_prepares_fast_restore_in_an_hour_per_tib(self) -> None:
        assert fast_restore_s(1024) == 3600
        assert fast_restore_s(512) == 1800

    def test_it_copies_between_regions_within_both_limits(self) -> None:
        """225,000 MiB at 500 MiB/s are 450 s; eight of them share 2,000 MiB/s."""
        one = 225_000 / 1024
        assert region_copy_s([one]) == pytest.approx(450)
        assert region_copy_s([one] * 4) == pytest.approx(450)
        assert region_copy_s([one] * 8) == pytest.approx(900)
        assert region_copy_s([]) == 0


class TestOwnHosts:
    """VMs on own hosts."""

    def test_it_resizes_live_without_downtime(self) -> None:
        assert downtime_s(resize_steps(live=True)) == 0
        steps = resize_steps(live=False)
        assert [step.code for step in steps] == ["shutdown", "reconfigure", "boot"]
        assert downtime_s(steps) == total_s(steps)

    def test_it_restarts_elsewhere_after_fifteen_seconds(self) -> None:
        steps = ha_restart_steps()
        assert steps[0].duration_s == 15
        assert downtime_s(steps) == pytest.approx(15 + 10 + 20)

    @pytest.mark.parametrize(("size", "rate"), [(-1, 1), (float("inf"), 1), (1, 0), (1, -5)])
    def test_it_refuses_impossible_sizes_and_rates(self, size: float, rate: float) -> None:
        with pytest.raises(ValueError, match=r"rate|possible"):
            at_rate_s(size, rate)


class TestDeploy:
    """Many copies of one template."""

    def test_it_deploys_fifty_linked_clones_in_waves_of_eight(self) -> None:
        times = deploy_s(50, 5, shared=False)
        assert len(times) == 50
        assert [times[0], times[-1]] == [(0, 5), (30, 35)]

    def test_it_does_not_outrun_the_datastore(self) -> None:
        times = deploy_s(50, 60)
        assert times[-1][1] == pytest.approx(50 * 60)

    @given(st.integers(1, 200), st.floats(0, 1e4), st.integers(1, 50))
    def test_it_never_runs_more_than_allowed(self, copies: int, one_s: float, at_once: int) -> None:
        times = deploy_s(copies, one_s, at_once=at_once)
        assert len(times) == copies
        assert times[-1][1] == pytest.approx(copies * one_s)
        if one_s:
            assert max(sum(start == at for start, _ in times) for at, _ in times) <= at_once

    def test_it_beats_work_by_hand(self) -> None:
        assert deploy_s(50, 40 * 1024 / 500)[-1][1] < by_hand_s(50) / 10

    def test_it_refuses_no_copies(self) -> None:
        with pytest.raises(ValueError, match="not possible"):
            deploy_s(0, 10)


class TestChain:
    """Reads through a chain of snapshots."""

    def test_it_slows_reads_with_each_snapshot(self) -> None:
        assert chain_read_factor([]) == 1
        assert chain_read_factor([0]) == pytest.approx(1.2)
        assert chain_read_factor([0, 0, 0]) == pytest.approx(1.6)

    def test_it_slows_reads_with_what_a_delta_holds(self) -> None:
        assert chain_read_factor([1]) == pytest.approx(1.4)
        assert chain_read_factor([0, 0.5]) == pytest.approx(1 + 0.2 * (1 + 1.5))

    @given(shares, st.floats(0, 1))
    def test_it_reads_more_slowly_with_another_delta(self, written: list[float], share: float) -> None:
        assert chain_read_factor([*written, share]) > chain_read_factor(written) >= 1
        assert chain_read_factor(written) <= 1 + 2 * 0.2 * len(written) + 1e-9

    @given(shares.filter(bool), st.data())
    def test_it_never_reads_faster_as_a_delta_grows(self, written: list[float], data: st.DataObject) -> None:
        which = data.draw(st.integers(0, len(written) - 1))
        grown = [*written]
        grown[which] = data.draw(st.floats(written[which], 1))
        assert chain_read_factor(grown) >= chain_read_factor(written)

    @given(shares, st.floats(0, 1), st.floats(0, 1))
    def test_it_reads_faster_once_two_are_merged(self, written: list[float], first: float, second: float) -> None:
        merged = min(first + second, 1.0)
        assert chain_read_factor([merged, *written]) < chain_read_factor([first, second, *written])

    def test_it_refuses_shares_beyond_one(self) -> None:
        with pytest.raises(ValueError, match="share"):
            chain_read_factor([1.5])


def test_it_has_a_source_for_every_default() -> None:
    for item in fields(Timings):
        sourced = item.metadata["sourced"]
        assert sourced.source
        assert sourced.date
        assert sourced.low is not None
        assert sourced.high is not None
