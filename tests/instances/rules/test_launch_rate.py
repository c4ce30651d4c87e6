"""How many instances may be launched at once."""

from datetime import UTC, datetime, timedelta

from instances.rules.launch_rate import launchable_after_s, left_in_bucket

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


class TestLaunchRate:
    def test_it_fills_a_bucket_of_a_thousand_by_two_a_second(self) -> None:
        def left(*launched: tuple[float, int], at_s: float = 0.0) -> float:
            moments = [(NOON + timedelta(seconds=second), count) for second, count in launched]
            return left_in_bucket(moments, NOON + timedelta(seconds=at_s))

        assert left() == 1000
        assert left((0, 1000)) == 0
        assert left((0, 1000), at_s=100) == 200
        assert left((0, 1000), (200, 400), at_s=600) == 800
        assert left((0, 1000), at_s=9000) == 1000

    def test_it_says_how_long_to_wait_and_that_too_many_never_pass(self) -> None:
        assert launchable_after_s(1000, 1000) == 0
        assert launchable_after_s(800, 200) == 300
        assert launchable_after_s(1001, 1000) is None
