"""Licences of Microsoft that are there go to other hosts; what new hosts need beyond them is bought now. Under Software
Assurance neither is bought again.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hosts.parameters import SPECS
from hosts.pricing.licences import EDITIONS
from tests.compare.test_reconcile import value_of
from virtlab.compare.bills.microsoft import Clusters, Licences, spread_licences
from virtlab.compare.bills.onprem.bill import Draw, bill
from virtlab.compare.bills.onprem.purchases import purchases
from virtlab.compare.bills.onprem.quantities import OnPremQuantities
from virtlab.compare.report.cash.spending import due, left_of
from virtlab.compare.report.sensitivity.whole_hosts import windows_usd_per_month

V = {spec.key: spec.default for spec in SPECS} | {"horizon_months": 60.0, "existing_age_years": 2.5}
ASSURED = {**V, "software_assurance_pct": 25.0}


def need(today: int, then: int) -> OnPremQuantities:
    """Datacenter cores of one cluster; the other editions would cost more."""
    return OnPremQuantities(
        existing_storage=True,
        windows_cores=((then, 1_000_000, 1_000_000),),
        owned_windows_cores=((today, 1_000_000, 1_000_000),),
    )


def core_usd() -> float:
    return V["windows_datacenter_usd_per_16_cores"] / 16


def licence_lines(q: OnPremQuantities, v: dict[str, float]) -> dict[str, float]:
    """USD of the lines of licences; each formula gives its amount."""
    lines = [item for item in bill(q, Draw(0.0, 0.0), v) if item.category == "licences"]
    assert all(value_of(item) == pytest.approx(float(item.amount), abs=0.006) for item in lines)
    return {item.key: float(item.amount) for item in lines}


def test_it_buys_what_is_not_there_now_and_the_rest_at_its_refresh() -> None:
    bought = {purchase.first: purchase.usd for purchase in purchases(need(64, 160), V)}
    assert bought == {0: pytest.approx(96 * core_usd()), 30: pytest.approx(64 * core_usd())}


def test_it_buys_nothing_now_where_less_is_needed_than_is_there() -> None:
    bought = {purchase.first: purchase.usd for purchase in purchases(need(160, 64), V)}
    assert bought == {30: pytest.approx(64 * core_usd())}


def test_it_owns_nothing_where_all_is_bought_anew() -> None:
    (bought,) = purchases(OnPremQuantities(windows_cores=((32, 10**6, 10**6),)), V)
    assert (bought.first, bought.again) == (0, True)
    assert bought.usd == pytest.approx(32 * core_usd())


def test_it_never_buys_what_is_there_under_assurance() -> None:
    assert purchases(need(160, 160), ASSURED) == purchases(need(160, 64), ASSURED) == []
    assert licence_lines(need(160, 160), ASSURED) == {
        "assurance": pytest.approx(160 * core_usd() * 0.25 / 12, abs=0.006)
    }


def test_it_buys_what_is_not_there_once_with_its_assurance() -> None:
    q, v = need(64, 160), {**ASSURED, "horizon_months": 120.0}
    (bought,) = purchases(q, v)
    assert (bought.first, bought.again) == (0, False)
    assert bought.usd == pytest.approx(96 * core_usd())
    assert list(due(bought, 120)) == [0]
    assert left_of(bought, 120) == 0
    assert left_of(bought, 45) == pytest.approx(bought.usd / 4)
    lines = licence_lines(q, v)
    assert lines["windows_datacenter"] == pytest.approx(96 * core_usd() / 120, abs=0.006)
    assert lines["assurance"] == pytest.approx(160 * core_usd() * 0.25 / 12, abs=0.006)


@pytest.mark.parametrize(("pct", "once"), [(25.0, True), (0.0, False)])
def test_it_licenses_larger_hosts_for_sql_server_beyond_what_is_there(pct: float, once: bool) -> None:
    v = {**V, "sql_edition": 3.0, "sql_server_edition": 0.0, "needed_assurance_pct": pct}
    q = OnPremQuantities(existing_storage=True, sql_cores=(8, 96), owned_sql_cores=(8, 64))
    usd = v["sql_enterprise_usd_per_core"]
    bought = [(one.usd, one.first, one.again) for one in purchases(q, v)]
    assert bought == [*([] if once else [(64 * usd, 30, True)]), (32 * usd, 0, not once)]


@pytest.mark.parametrize(
    ("then", "pct", "bought"),
    [((160, 160, 160), 25, [(30, True)]), ((160, 160, 8), 25, [(0, False)]), ((160, 160, 8), 0, [(30, True)])],
)
def test_it_buys_cals_anew_where_they_need_assurance_that_they_do_not_have(
    then: tuple[int, int, int], pct: int, bought: list[tuple[int, bool]]
) -> None:
    v = {**V, "windows_by_vm": 1.0, "windows_cal_users": 10.0, "needed_assurance_pct": float(pct)}
    q = OnPremQuantities(existing_storage=True, windows_cores=(then,), owned_windows_cores=((160, 160, 160),))
    cals = q.licences(v)["windows_cals"].purchases(v)
    assert [(one.first, one.again) for one in cals] == bought


@given(
    st.floats(0, 1e6),
    st.floats(0, 1e6),
    st.booleans(),
    st.fixed_dictionaries(
        {
            "horizon_months": st.integers(12, 120),
            "server_lifetime_years": st.integers(1, 10),
            "existing_age_years": st.integers(0, 15),
        }
    ),
)
def test_it_pays_in_months_what_it_pays_in_all(
    usd: float, owned_usd: float, assured: bool, changes: dict[str, int]
) -> None:
    """What a line comes to over the months ahead is what is bought in them, less what is left; assured once at most."""
    licences, v = Licences.of(usd, owned_usd, assured), {**V, **changes}
    months, bought = changes["horizon_months"], licences.purchases(v)
    paid_usd = sum(one.usd * len(due(one, months)) for one in bought)
    left_usd = sum(left_of(one, months) for one in bought)
    line = spread_licences([licences], v)
    in_all_usd = line.price_usd / (changes["server_lifetime_years"] * 12) * line.share * months
    assert in_all_usd == pytest.approx(paid_usd - left_usd, rel=1e-5, abs=1e-6 * months * usd / 12 + 1e-6)
    if assured:
        assert paid_usd == pytest.approx(max(usd - owned_usd, 0.0))


cores = st.lists(st.tuples(*[st.integers(8, 400)] * 3), min_size=1, max_size=3).map(tuple)


@given(
    cores,
    cores,
    st.fixed_dictionaries(
        {
            "software_assurance_pct": st.sampled_from([0.0, 25.0]),
            "needed_assurance_pct": st.sampled_from([0.0, 25.0]),
            "windows_by_vm": st.sampled_from([0.0, 1.0]),
            "horizon_months": st.sampled_from([12.0, 60.0, 120.0]),
            "server_lifetime_years": st.sampled_from([3.0, 5.0]),
            "existing_age_years": st.sampled_from([0.0, 2.5, 10.0]),
        }
    ),
)
def test_it_draws_what_the_bill_has(then: Clusters, today: Clusters, changes: dict[str, float]) -> None:
    """The Monte Carlo's licences of Windows Server are the bill's."""
    v = {**V, **changes}
    q = OnPremQuantities(existing_storage=True, windows_cores=then, owned_windows_cores=today)
    billed = sum(usd for key, usd in licence_lines(q, v).items() if key.startswith("windows_"))
    needed, owned = (np.array(of, dtype=np.float64).reshape(-1, len(EDITIONS)) for of in (then, today))
    assert float(windows_usd_per_month(needed[None], owned, v)[0]) == pytest.approx(billed, abs=0.1)
