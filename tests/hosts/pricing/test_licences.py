"""What licences count on hosts and clusters."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hosts.pricing.licences import (
    BY_VM,
    DATACENTER,
    EDITIONS,
    STANDARD,
    WindowsNeed,
    WindowsVms,
    cheapest_edition,
    edition_to_pay,
    licensed_cores,
    linux_subscriptions,
    sql_host_cores,
    sql_vm_cores,
    windows_need,
)
from hosts.pricing.unit_prices import windows_price_usd
from virtlab.engine.arrays import F64, Ints

PRICES = {
    "windows_by_vm": 0.0,
    "windows_datacenter_usd_per_16_cores": 6_155.0,
    "windows_standard_usd_per_16_cores": 1_069.0,
    "server_lifetime_years": 5.0,
    "software_assurance_pct": 0.0,
    "needed_assurance_pct": 25.0,
    "windows_cal_users": 0.0,
    "windows_cal_usd": 45.0,
}


def ints(*numbers: int) -> Ints:
    return np.array(numbers, dtype=np.intp)


def price_usd(need: WindowsNeed, v: dict[str, float]) -> float:
    """What the licences of its clusters' cheapest editions are bought for."""
    cores = np.array(need.by_cluster(), dtype=np.float64).reshape(-1, len(EDITIONS), 1).swapaxes(0, 1)
    licensed = licensed_cores(cores, cheapest_edition(cores, v))[:, 0]
    return float(sum(windows_price_usd(of, edition, v) for of, edition in zip(licensed, EDITIONS, strict=True)))


def need_of(cores: F64, cluster: Ints, vms: tuple[Ints, Ints], vcpu: float = 2.0) -> WindowsNeed:
    """What VMs in these clusters on these hosts need, all of so many vCPU."""
    return windows_need(cores, cluster, WindowsVms(*vms, np.full(len(vms[0]), vcpu)), np.zeros(len(cores), dtype=bool))


def test_it_takes_standard_for_one_windows_vm_on_a_big_cluster() -> None:
    """Five hosts of 32 cores, one Windows VM: Datacenter for all was 1,025.83 USD a month, Standard is 178.17."""
    need = need_of(np.full(5, 32.0), np.zeros(5, dtype=np.intp), (ints(0), ints(2)))
    assert need.by_cluster() == ((160, 160, 8),)
    assert price_usd(need, PRICES) / 60 == pytest.approx(178.17, abs=0.005)


def test_it_takes_datacenter_where_standard_would_be_stacked_too_high() -> None:
    few, many = (
        need_of(np.full(2, 16.0), ints(0, 0), (np.zeros(vms, dtype=np.intp), np.zeros(vms, dtype=np.intp)))
        for vms in (10, 11)
    )
    assert price_usd(few, PRICES) == pytest.approx(2 * 5 * 1_069)
    assert price_usd(many, PRICES) == pytest.approx(2 * 6_155)


def test_it_licenses_for_the_share_of_a_lost_host() -> None:
    need = need_of(np.full(3, 16.0), ints(0, 0, 0), (np.zeros(9, dtype=np.intp), ints(0, 0, 0, 1, 1, 1, 2, 2, 2)))
    assert need.cores[STANDARD].tolist() == [48.0, 48.0, 48.0], "nine on two: five each, three licences for two each"


def test_it_leaves_clusters_without_windows_alone() -> None:
    need = need_of(np.full(2, 16.0), ints(0, 1), (ints(1), ints(1)))
    assert need.cores[DATACENTER].tolist() == [0.0, 16.0]
    assert need.by_cluster() == ((16, 16, 8),)


def test_it_licenses_hosts_that_run_windows_server_themselves() -> None:
    """Of two clusters on Hyper-V one has no Windows VM: Standard once. By VM the hosts are licensed beside the VMs."""
    vms = WindowsVms(ints(0), ints(0), np.array([4.0]))
    need = windows_need(np.full(4, 32.0), ints(0, 0, 1, 1), vms, np.array([True, True, True, True]))
    assert need.by_cluster() == ((64, 64, 8 + 64), (64, 64, 64))
    assert need.alone.tolist() == [0.0, 0.0, 32.0, 32.0]
    assert price_usd(need, PRICES) == price_usd(need, {**PRICES, "windows_by_vm": 1.0}) == pytest.approx(8 * 1_069)
    kvm = windows_need(np.full(4, 32.0), ints(0, 0, 1, 1), vms, np.array([True, True, False, False]))
    assert kvm.by_cluster() == need.by_cluster()[:1]


@given(vms=st.integers(0, 60), hosts=st.integers(1, 8))
def test_it_never_pays_more_than_datacenter(vms: int, hosts: int) -> None:
    clusters = np.zeros(hosts, dtype=np.intp)
    need = need_of(np.full(hosts, 32.0), clusters, (np.zeros(vms, dtype=np.intp), np.arange(vms) % hosts))
    assert price_usd(need, PRICES) <= hosts * 2 * 6_155 * bool(vms) + 1e-6


def test_it_licenses_single_vms_where_that_is_allowed_and_cheaper() -> None:
    """One VM of 12 vCPU on five hosts of 32 cores: 12 cores of Standard instead of 160; one of 2 vCPU counts 8."""
    for vcpu, counted in ((12.0, 12), (2.0, 8)):
        need = need_of(np.full(5, 32.0), np.zeros(5, dtype=np.intp), (ints(0), ints(2)), vcpu)
        assert need.by_cluster() == ((160, 160, counted),)
        assert price_usd(need, {**PRICES, "windows_by_vm": 1.0}) == pytest.approx(counted / 16 * 1_069)
        assert price_usd(need, PRICES) == pytest.approx(10 * 1_069)


def test_it_chooses_licences_by_vm_with_the_assurance_that_they_need() -> None:
    """Seven VMs of 8 vCPU on one host of 32 cores: 56 cores of Standard by VM, or 4 × 32 stacked, 10.4 or 23.8 thousand
    USD at 2,972 a 16 cores; with 25 % a year over five years by VM costs 2.25 times as much.
    """
    need = need_of(np.full(1, 32.0), ints(0), (np.zeros(7, dtype=np.intp), np.zeros(7, dtype=np.intp)), 8.0)
    assert need.by_cluster() == ((32, 128, 56),)
    v = {**PRICES, "windows_by_vm": 1.0, "windows_standard_usd_per_16_cores": 2_000.0}
    assert price_usd(need, {**v, "needed_assurance_pct": 0.0}) == pytest.approx(7_000)
    assert price_usd(need, v) == pytest.approx(2 * 6_155), "12,310 once is less than 7,000 and 1,750 a year"
    longer = {**v, "server_lifetime_years": 2.0}
    assert price_usd(need, longer) == pytest.approx(7_000), "10,500 in two years is less than 12,310"
    assert need.assurance_usd_per_month(longer).sum() == pytest.approx(7_000 * 0.25 / 12)
    assert need.assurance_usd_per_month(v).sum() == 0


def test_it_counts_a_subscription_for_each_two_linux_systems_of_a_host() -> None:
    assert linux_subscriptions(ints(0, 0, 0, 2, -1, -1, -1), 3).tolist() == [2.0, 0.0, 1.0, 2.0]


def test_it_counts_at_least_four_cores_of_sql_server_in_packs_of_two() -> None:
    assert sql_vm_cores(np.array([1.0, 4.0, 5.0, 8.0])).tolist() == [4.0, 4.0, 6.0, 8.0]
    assert sql_host_cores(np.array([1.0, 2.0, 2.0]), np.array([2.0, 6.0, 32.0])).tolist() == [4.0, 8.0, 32.0]


@pytest.mark.parametrize(("users", "by_vm"), [(0, True), (300, True), (330, False)])
def test_it_counts_the_assurance_of_cals_for_the_estate_once(users: int, by_vm: bool) -> None:
    """By VM saves 148 USD a month in each of two clusters; a CAL's Software Assurance is 0.94 for both together."""
    cluster = ints(0, 0, 0, 0, 0, 1, 1, 1, 1, 1)
    need = need_of(np.full(10, 32.0), cluster, (ints(0, 1), ints(2, 7)), vcpu=12.0)
    asked = {**PRICES, "windows_by_vm": 1.0, "windows_cal_users": float(users)}
    by_host_usd, by_vm_usd = 10 * 32 / 16 * 1_069, 2 * 12 / 16 * 1_069
    assert price_usd(need, asked) == pytest.approx(by_vm_usd if by_vm else by_host_usd)
    everywhere = price_usd(need, {**asked, "software_assurance_pct": 25.0})
    assert everywhere == pytest.approx(by_vm_usd), "where all licences have it, CALs have it either way"


def to_pay_usd(cores: F64, owned: F64, to_pay: float, v: dict[str, float]) -> float:
    """What the chosen editions of clusters (E, C) cost, of which some cores are owned (E,)."""
    chosen = edition_to_pay(cores[:, :, None], owned[:, None], to_pay, v)
    licensed = licensed_cores(cores[:, :, None], chosen)[:, 0]
    paid = licensed - np.minimum(licensed, owned) * (1 - to_pay)
    return float(sum(windows_price_usd(of, edition, v) for of, edition in zip(paid, EDITIONS, strict=True)))


def stacked(stacks: list[int], cores: int = 48) -> F64:
    """Cores (E, C) of clusters with so many stacks of Standard; by VM too many."""
    return np.array([[cores] * len(stacks), [cores * n for n in stacks], [10**6] * len(stacks)], dtype=np.float64)


def test_it_keeps_owned_licences_where_another_edition_would_be_cheaper_anew() -> None:
    owned = np.array([64.0, 0.0, 0.0])
    chosen = edition_to_pay(stacked([5])[:, :, None], owned[:, None], 0.5, PRICES)
    assert chosen.tolist() == [[DATACENTER]]
    assert edition_to_pay(stacked([1])[:, :, None], owned[:, None], 0.5, PRICES).tolist() == [[STANDARD]]


def test_it_gives_owned_licences_to_the_cluster_where_they_save_most() -> None:
    owned = np.array([48.0, 0.0, 0.0])
    chosen = edition_to_pay(stacked([4, 5])[:, :, None], owned[:, None], 0.0, PRICES)
    assert chosen[:, 0].tolist() == [STANDARD, DATACENTER]


@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=5),
    st.integers(0, 4),
    st.integers(1, 4),
    st.tuples(st.integers(0, 300), st.integers(0, 900)),
    st.floats(0, 1),
)
def test_it_never_costs_less_with_more_vms(
    stacks: list[int], where: int, more: int, has: tuple[int, int], to_pay: float
) -> None:
    owned = np.array([*has, 0.0])
    grown = [n + more * (at == where % len(stacks)) for at, n in enumerate(stacks)]
    assert (
        to_pay_usd(stacked(grown), owned, to_pay, PRICES) >= to_pay_usd(stacked(stacks), owned, to_pay, PRICES) - 1e-3
    )


@given(st.lists(st.integers(1, 9), min_size=1, max_size=12), st.integers(0, 500), st.floats(0, 1))
def test_it_never_pays_more_than_for_what_is_cheapest_anew(stacks: list[int], has: int, to_pay: float) -> None:
    owned, cores = np.array([has, 0.0, 0.0]), stacked(stacks)
    anew = licensed_cores(cores, cheapest_edition(cores, PRICES))
    paid = anew - np.minimum(anew, owned) * (1 - to_pay)
    usd = sum(windows_price_usd(of, edition, PRICES) for of, edition in zip(paid, EDITIONS, strict=True))
    assert to_pay_usd(cores, owned, to_pay, PRICES) <= float(usd) + 1e-3


def test_it_counts_no_purchase_of_what_is_assured_on_hosts() -> None:
    """Ten licences of 16 cores of Standard; eight cores of one VM where that is allowed."""
    need = need_of(np.full(5, 32.0), np.zeros(5, dtype=np.intp), (ints(0), ints(2)))
    assert need.owned_usd_per_month(PRICES).sum() == pytest.approx(10 * 1_069 / 60)
    assured = {**PRICES, "software_assurance_pct": 20.0}
    assert need.owned_usd_per_month(assured).sum() == 0
    assert need.assurance_usd_per_month(assured).sum() == pytest.approx(10 * 1_069 * 0.2 / 12)
    by_vm = {**PRICES, "windows_by_vm": 1.0}
    assert need.owned_usd_per_month(by_vm).sum() == 0
    assert need.assurance_usd_per_month(by_vm).sum() == pytest.approx(8 / 16 * 1_069 * 0.25 / 12)
    assert need.owned_usd_per_month({**by_vm, "needed_assurance_pct": 0.0}).sum() == pytest.approx(8 / 16 * 1_069 / 60)


@pytest.mark.parametrize(("owned", "chosen"), [(0.0, STANDARD), (40.0, BY_VM)])
def test_it_compares_what_is_still_to_be_paid_of_what_is_assured(owned: float, chosen: int) -> None:
    """Of 40 cores by VM at 1,000 USD a 16 cores 52.08 USD a month are Software Assurance and 41.67 the licence; of 80
    cores of Standard 83.33. Who owns those by VM pays Software Assurance alone.
    """
    v = {**PRICES, "windows_by_vm": 1.0, "windows_standard_usd_per_16_cores": 1_000.0}
    cores, has = np.array([[[10**6]], [[80.0]], [[40.0]]]), np.array([[0.0], [0.0], [owned]])
    assert edition_to_pay(cores, has, 1.0, v).tolist() == [[chosen]]


@pytest.mark.parametrize(("users", "owned", "chosen"), [(0, 0.0, BY_VM), (100, 0.0, STANDARD), (100, 8.0, BY_VM)])
def test_it_buys_cals_anew_where_they_get_assurance(users: int, owned: float, chosen: int) -> None:
    """Half of 80 cores of Standard is 41.67 USD a month, eight by VM are 10.42. Half of 100 CALs that are there is
    37.50, with Software Assurance they are bought anew: 93.75.
    """
    v = {**PRICES, "windows_by_vm": 1.0, "windows_standard_usd_per_16_cores": 1_000.0}
    v |= {"windows_cal_users": float(users), "needed_assurance_pct": 5.0}
    cores, has = np.array([[[10**6]], [[80.0]], [[8.0]]]), np.array([[0.0], [80.0 * (not owned)], [owned]])
    assert edition_to_pay(cores, has, 1.0 if owned else 0.5, v).tolist() == [[chosen]]
