"""What licences count on hosts and clusters."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hosts.pricing.licences import windows_need
from virtlab.engine.arrays import Ints

PRICES = {"windows_datacenter_usd_per_16_cores": 6_155.0, "windows_standard_usd_per_16_cores": 1_069.0}


def ints(*numbers: int) -> Ints:
    return np.array(numbers, dtype=np.intp)


def test_it_takes_standard_for_one_windows_vm_on_a_big_cluster() -> None:
    """Five hosts of 32 cores, one Windows VM: Datacenter for all was 1,025.83 USD a month, Standard is 178.17."""
    need = windows_need(np.full(5, 32.0), np.zeros(5, dtype=np.intp), ints(0), ints(2))
    assert need.by_cluster() == ((160, 160),)
    assert need.price_usd(PRICES).sum() / 60 == pytest.approx(178.17, abs=0.005)


def test_it_takes_datacenter_where_standard_would_be_stacked_too_high() -> None:
    few, many = (
        windows_need(np.full(2, 16.0), ints(0, 0), np.zeros(vms, dtype=np.intp), np.zeros(vms, dtype=np.intp))
        for vms in (10, 11)
    )
    assert few.price_usd(PRICES).sum() == pytest.approx(2 * 5 * 1_069)
    assert many.price_usd(PRICES).sum() == pytest.approx(2 * 6_155)


def test_it_licenses_for_the_share_of_a_lost_host() -> None:
    need = windows_need(np.full(3, 16.0), ints(0, 0, 0), np.zeros(9, dtype=np.intp), ints(0, 0, 0, 1, 1, 1, 2, 2, 2))
    assert need.standard_cores.tolist() == [48.0, 48.0, 48.0], "nine on two: five each, three licences for two each"


def test_it_leaves_clusters_without_windows_alone() -> None:
    need = windows_need(np.full(2, 16.0), ints(0, 1), ints(1), ints(1))
    assert need.datacenter_cores.tolist() == [0.0, 16.0]
    assert need.by_cluster() == ((16, 16),)


@given(vms=st.integers(0, 60), hosts=st.integers(1, 8))
def test_it_never_pays_more_than_datacenter(vms: int, hosts: int) -> None:
    clusters = np.zeros(hosts, dtype=np.intp)
    need = windows_need(np.full(hosts, 32.0), clusters, np.zeros(vms, dtype=np.intp), np.arange(vms) % hosts)
    assert need.price_usd(PRICES).sum() <= hosts * 2 * 6_155 * bool(vms) + 1e-6
