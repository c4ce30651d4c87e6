"""Licences of Windows Server that are there go to other hosts; what new hosts need beyond them is bought now."""

import pytest

from hosts.parameters import SPECS
from virtlab.compare.bills.onprem.purchases import purchases, windows_parts
from virtlab.compare.bills.onprem.quantities import OnPremQuantities

V = {spec.key: spec.default for spec in SPECS} | {"horizon_months": 60.0, "existing_age_years": 2.5}


def need(today: int, then: int) -> OnPremQuantities:
    """Datacenter cores of one cluster; the other editions would cost more."""
    return OnPremQuantities(
        existing_storage=True,
        windows_cores=((then, 1_000_000, 1_000_000),),
        owned_windows_cores=((today, 1_000_000, 1_000_000),),
    )


def core_usd() -> float:
    return V["windows_datacenter_usd_per_16_cores"] / 16


def test_it_buys_what_is_not_there_now_and_the_rest_at_its_refresh() -> None:
    bought = {purchase.first: purchase.usd for purchase in purchases(need(64, 160), V)}
    assert bought == {0: pytest.approx(96 * core_usd()), 30: pytest.approx(64 * core_usd())}


def test_it_buys_nothing_now_where_less_is_needed_than_is_there() -> None:
    bought = {purchase.first: purchase.usd for purchase in purchases(need(160, 64), V)}
    assert bought == {30: pytest.approx(64 * core_usd())}


def test_it_owns_nothing_where_all_is_bought_anew() -> None:
    parts = windows_parts("datacenter", OnPremQuantities(windows_cores=((32, 10**6, 10**6),)), V)
    assert sum(usd for usd, first in parts if first == 0) == pytest.approx(32 * core_usd())
