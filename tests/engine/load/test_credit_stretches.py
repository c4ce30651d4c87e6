"""CPU credits over any stretch: the guide's examples, and that halves come to the same as the whole."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from virtlab.engine.arrays import F64
from virtlab.engine.load.cpu_credits import Burst, CreditMode, StartCredits, account, surplus_vcpu
from virtlab.engine.load.credit_stretches import Balances, Repeated, carry_on

LARGE, MICRO = Burst(2, 0.3), Burst(2, 0.1)
HOUR = 3600.0
samples = st.lists(st.floats(0, 3), min_size=1, max_size=30)
steps = st.sampled_from([60.0, 300.0, 2700.0, 3600.0, 7200.0])


def balances(earned: float = 0.0, launch: float = 0.0) -> Balances:
    """One instance's credits."""
    return Balances(np.array([earned]), np.array([launch]), np.zeros(1))


def after(
    trace: Repeated, burst: Burst, since: Balances, when_s: tuple[float, float], *, unlimited: bool = True
) -> tuple[float, float, float]:
    """Earned, launch and charged credits of one instance."""
    begins_s, lasts_s = (np.array([one]) for one in when_s)
    found = carry_on(trace, burst, np.array([unlimited]), since, (begins_s, lasts_s))
    return float(found.earned[0]), float(found.launch[0]), float(found.charged[0])


def steady(vcpu: float, step_s: float = HOUR) -> Repeated:
    """The same demand for ever."""
    return Repeated(np.array([[vcpu]]), step_s)


class TestGuide:
    def test_it_charges_what_exceeds_a_days_earnings(self) -> None:
        """t3.large, 30 % of two vCPU: 864 credits a day."""
        earned, _launch, charged = after(steady(1.593), LARGE, balances(), (0, 48 * HOUR))
        assert (earned, charged) == pytest.approx((-864, 0.993 * 60 * 48 - 864))
        assert after(steady(1.593), LARGE, balances(), (0, HOUR)) == pytest.approx((-59.58, 0, 0))

    def test_it_spends_launch_credits_first_beside_the_limit(self) -> None:
        """ "Standard mode examples", example 2: t2.nano, 3 credits an hour, 72 at most, 30 launch credits."""
        nano, state, at = Burst(1, 0.05), balances(0, 30), 0.0
        stretches = [(24, 0.0), (12, 0.0), (25, 0.02), (11, 0.02), (3, 0.2), (15, 0.02), (6, 0.0)]
        expected = [(72, 30), (72, 30), (72, 0), (72, 0), (45, 0), (71.999, 0), (72, 0)]
        for (hours, share), (earned, launch) in zip(stretches, expected, strict=True):
            found = after(steady(share), nano, state, (at, hours * HOUR), unlimited=False)
            assert found == pytest.approx((earned, launch, 0), abs=0.01)
            state, at = balances(*found[:2]), at + hours * HOUR

    def test_it_throttles_standard_mode_and_charges_nothing(self) -> None:
        assert after(steady(1.6), LARGE, balances(100), (0, 1e6), unlimited=False) == (0, 0, 0)


class TestStretches:
    @given(samples, steps, st.integers(1, 9), st.booleans(), st.floats(0, 1), st.floats(0, 90))
    @settings(max_examples=80)
    def test_it_is_the_account_of_each_sample(
        self, trace: list[float], step_s: float, laps: int, unlimited: bool, full: float, launch: float
    ) -> None:
        mode, given_launch = (CreditMode.UNLIMITED, 0.0) if unlimited else (CreditMode.STANDARD, launch)
        demand = np.array([trace])
        whole = account(np.tile(demand, laps), MICRO, step_s, mode, StartCredits(288 * full, given_launch))
        lasts_s = len(trace) * step_s * laps
        since = balances(288 * full, given_launch)
        found = after(Repeated(demand, step_s), MICRO, since, (0, lasts_s), unlimited=unlimited)
        if unlimited or given_launch == 0:
            assert found[0] == pytest.approx(float(whole.balance[0, -1]), abs=1e-6)
        assert found[2] == pytest.approx(float(whole.charged[0]), abs=1e-6)

    @given(samples, steps, st.floats(-2e5, 2e5), st.floats(0, 2e6), st.floats(0, 1), st.booleans(), st.floats(-1, 1))
    @settings(max_examples=120)
    def test_it_is_the_same_in_two_halves(
        self,
        trace: list[float],
        step_s: float,
        begins_s: float,
        lasts_s: float,
        share: float,
        unlimited: bool,
        full: float,
    ) -> None:
        repeated, launch = Repeated(np.array([trace]), step_s), 0.0 if unlimited else 60.0
        since = balances(288 * (full if unlimited else abs(full)), launch)
        whole = after(repeated, MICRO, since, (begins_s, lasts_s), unlimited=unlimited)
        first = after(repeated, MICRO, since, (begins_s, lasts_s * share), unlimited=unlimited)
        rest = (begins_s + lasts_s * share, lasts_s * (1 - share))
        second = after(repeated, MICRO, balances(*first[:2]), rest, unlimited=unlimited)
        assert (second[0], second[1], first[2] + second[2]) == pytest.approx(whole, rel=1e-6, abs=1e-3)

    @given(samples, steps, st.floats(0, 3e6), st.floats(-1, 1))
    @settings(max_examples=80)
    def test_it_loses_no_credit_and_never_takes_a_charge_back(
        self, trace: list[float], step_s: float, lasts_s: float, full: float
    ) -> None:
        repeated = Repeated(np.array([trace]), step_s)
        earned, _launch, charged = after(repeated, MICRO, balances(288 * full), (0, lasts_s))
        assert -288 - 1e-9 <= earned <= 288 + 1e-9
        assert charged >= 0
        assert after(repeated, MICRO, balances(288 * full), (0, lasts_s + 977))[2] >= charged - 1e-6
        spent = _demanded(np.minimum(np.array(trace), 2), step_s, lasts_s)
        assert earned - charged <= 288 * full + 12 * lasts_s / HOUR - spent + 1e-3

    @given(st.lists(st.floats(0, 2), min_size=24, max_size=24))
    @settings(max_examples=40)
    def test_it_charges_the_mean_surplus_in_the_long_run_of_equal_days(self, day: list[float]) -> None:
        """What the forecast of a month counts: credits earned later pay surplus back."""
        days = 1000
        charged = after(Repeated(np.array([day]), HOUR), LARGE, balances(), (0, days * 24 * HOUR))[2]
        mean = charged / 60 / (24 * days)
        assert mean == pytest.approx(float(surplus_vcpu(float(np.mean(day)), 2.0, 0.6)), abs=2 * 864 / 60 / (24 * days))

    def test_it_accounts_for_many_at_once(self) -> None:
        trace = Repeated(np.array([[1.593], [0.0], [1.593]]), HOUR)
        since = Balances(np.zeros(3), np.zeros(3), np.zeros(3))
        when_s = (np.zeros(3), np.array([48 * HOUR, 24 * HOUR, HOUR]))
        found = carry_on(trace, LARGE, np.array([True, True, False]), since, when_s)
        assert found.earned.tolist() == pytest.approx([-864, 864, 0])
        assert found.charged.tolist() == pytest.approx([1995.84, 0, 0])

    def test_it_refuses_wrong_numbers(self) -> None:
        with pytest.raises(ValueError, match="demand"):
            after(steady(-1.0), LARGE, balances(), (0, 1))
        with pytest.raises(ValueError, match="longer"):
            after(steady(1.0, 0.0), LARGE, balances(), (0, 1))


def _demanded(trace: F64, step_s: float, lasts_s: float) -> float:
    """Credits that a demand takes in a stretch from its start."""
    ends_s = np.arange(trace.size + 1) * step_s
    laps, rest_s = divmod(lasts_s, ends_s[-1])
    taken = np.concatenate([[0.0], np.cumsum(trace)]) * step_s / 60
    return float(laps * taken[-1] + np.interp(rest_s, ends_s, taken))
