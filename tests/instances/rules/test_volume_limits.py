"""What sizes and speeds volumes have, how long they burst, and how often they are modified."""

from datetime import UTC, datetime, timedelta

import pytest

from instances.choices import VolumeKind
from instances.rules.volumes.limits import LIMITS, Burst, burst, figures, modifiable_at, problems

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


class TestFigures:
    @pytest.mark.parametrize(
        ("kind", "size_gib", "iops", "throughput_mib_per_s"),
        [
            ("gp2", 30, 100, 128),
            ("gp2", 170, 510, 128),
            ("gp2", 250, 750, 188),
            ("gp2", 334, 1002, 250),
            ("gp2", 16_384, 16_000, 250),
            ("gp3", 100, 3000, 125),
            ("st1", 1024, 0, 40),
            ("st1", 16_384, 0, 500),
            ("sc1", 1024, 0, 12),
            ("sc1", 16_384, 0, 192),
            ("io2", 100, 3000, 768),
        ],
    )
    def test_it_gives_what_kind_and_size_give(
        self, kind: str, size_gib: int, iops: int, throughput_mib_per_s: int
    ) -> None:
        assert figures(kind, size_gib, None, None) == (iops, throughput_mib_per_s)

    def test_it_knows_every_kind(self) -> None:
        assert set(LIMITS) == set(VolumeKind)


class TestBurst:
    @pytest.mark.parametrize(
        ("kind", "size_gib", "expected"),
        [
            ("gp2", 100, Burst(iops=3000, seconds=2000)),
            ("gp2", 1000, None),
            ("gp3", 100, None),
            ("io2", 100, None),
            ("st1", 1024, Burst(throughput_mib_per_s=250, seconds=1024**2 / 210)),
            ("st1", 12_800, None),
            ("sc1", 1024, Burst(throughput_mib_per_s=80, seconds=1024**2 / 68)),
            ("sc1", 16_384, Burst(throughput_mib_per_s=250, seconds=16 * 1024**2 / 58)),
        ],
    )
    def test_it_lasts_until_full_credits_are_used_up(self, kind: str, size_gib: int, expected: Burst | None) -> None:
        assert burst(kind, size_gib) == expected


class TestProblems:
    def test_it_gives_a_gp3_volume_a_quarter_of_a_megabyte_for_each_iops(self) -> None:
        assert not problems("gp3", 100, 3000, 750, root=True)
        assert not problems("gp3", 100, 8000, 2000, root=True)
        assert set(problems("gp3", 100, 3000, 751, root=True)) == {"throughput"}


class TestModifications:
    def test_it_allows_four_in_any_24_hours(self) -> None:
        started = [NOON + timedelta(hours=hours) for hours in (0, 1, 2, 3)]
        assert modifiable_at(started[:3], NOON + timedelta(hours=4)) is None
        assert modifiable_at(started, NOON + timedelta(hours=4)) == NOON + timedelta(hours=24)
        assert modifiable_at(started, NOON + timedelta(hours=24)) is None
