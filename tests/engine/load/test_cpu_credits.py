"""CPU credits against the examples of AWS's own guide."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from virtlab.engine.load.cpu_credits import Burst, CreditMode, StartCredits, account, earned_per_hour

NANO = Burst(vcpu=2, baseline_share=0.05)
HOUR = 12
traces = st.lists(st.floats(0, 4), min_size=1, max_size=100)


def _hours(*stretches: tuple[int, float]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """A five-minute trace of (hours, utilisation of 2 vCPU)."""
    return np.concatenate([np.full(hours * HOUR, 2 * share) for hours, share in stretches])


class TestGuide:
    """ "Unlimited mode examples", t3.nano: 6 credits an hour, at most 144."""

    @pytest.mark.parametrize(("vcpu", "baseline", "hourly"), [(2, 0.05, 6), (2, 0.10, 12), (2, 0.2, 24), (8, 0.4, 192)])
    def test_it_earns_what_the_table_says(self, vcpu: int, baseline: float, hourly: float) -> None:
        assert float(earned_per_hour(vcpu, baseline)) == pytest.approx(hourly)

    def test_it_follows_the_guide_from_point_to_point(self) -> None:
        days = _hours((24, 0.0), (12, 0.025), (24, 0.07), (24, 0.025), (24, 0.05), (24, 0.10), (24, 0.07))
        history = account(days, NANO, 300)
        after = [24, 36, 60, 84, 108, 132, 156]
        balance = [float(history.balance[0, hour * HOUR - 1]) for hour in after]
        assert balance == pytest.approx([144, 144, 86.4, 144, 144, 0, -57.6])
        assert float(history.charged[0]) == 0
        assert float(history.owed[0]) == pytest.approx(57.6)

    def test_it_charges_beyond_a_day_of_surplus(self) -> None:
        """A day at 20 %: 576 − 144 = 432 credits beyond the baseline; 144 may be owed, 288 are charged: 4.8
        vCPU-hours.
        """
        history = account(_hours((24, 0.20)), NANO, 300)
        assert float(history.charged[0]) == pytest.approx(288)
        assert float(history.surplus_vcpu_hours(settle=False)[0]) == pytest.approx(4.8)
        assert float(history.surplus_vcpu_hours()[0]) == pytest.approx(7.2)

    def test_it_falls_to_the_baseline_in_standard_mode(self) -> None:
        history = account(_hours((24, 1.0)), NANO, 300, CreditMode.STANDARD, StartCredits(144))
        assert float(history.delivered_vcpu[0, 0]) == pytest.approx(2)
        assert float(history.delivered_vcpu[0, -1]) == pytest.approx(0.1)
        assert float(history.charged[0]) == 0


class TestAccount:
    """Properties of the accounting."""

    @given(traces, st.floats(0.01, 0.6), st.sampled_from(CreditMode))
    @settings(max_examples=60)
    def test_it_loses_no_credit(self, trace: list[float], baseline: float, mode: CreditMode) -> None:
        history = account(np.array(trace), Burst(2, baseline), 300, mode)
        hourly = 120 * baseline
        spent = float(history.delivered_vcpu.sum()) * 5
        earned = hourly * len(trace) / 12
        balance = float(history.balance[0, -1])
        assert spent <= earned + float(history.charged[0]) - balance + 1e-6 * (earned + 1)
        assert abs(balance) <= hourly * 24 + 1e-9

    @given(traces)
    def test_it_delivers_all_in_unlimited_mode(self, trace: list[float]) -> None:
        history = account(np.array(trace), NANO, 300)
        assert history.delivered_vcpu[0] == pytest.approx(np.minimum(trace, 2))

    @given(traces)
    def test_it_never_delivers_more_in_standard_mode(self, trace: list[float]) -> None:
        history = account(np.array(trace), NANO, 300, CreditMode.STANDARD)
        assert (history.delivered_vcpu[0] <= np.minimum(trace, 2) + 1e-9).all()
        assert (history.delivered_vcpu[0] >= np.minimum(np.minimum(trace, 2), 0.1) - 1e-9).all()
        assert (history.balance >= -1e-9).all()

    def test_it_accounts_for_many_at_once(self) -> None:
        demand = np.stack([_hours((24, 0.20)), _hours((24, 0.0))])
        history = account(demand, Burst(np.array([2, 2]), 0.05), 300)
        assert history.charged.tolist() == pytest.approx([288, 0])
        assert history.balance[1, -1] == pytest.approx(144)

    def test_it_refuses_wrong_numbers(self) -> None:
        with pytest.raises(ValueError, match="demand"):
            account(np.array([[-1.0]]), NANO, 300)
        with pytest.raises(ValueError, match="longer"):
            account(np.array([[1.0]]), NANO, 0)
        with pytest.raises(ValueError, match="vCPU"):
            account(np.array([[1.0]]), Burst(0, 0.1), 300)
