"""Reads of the catalog."""

from decimal import Decimal

import numpy as np
import pytest
from pytest_django import DjangoAssertNumQueries

from instances.catalog.cache import renew_catalog_version
from instances.catalog.prices import service_prices
from instances.catalog.queries import grid_g_per_kwh, region_list, type_table
from instances.models import InstanceType, Price
from instances.pricing.hourly import os_usd_per_hour, purchase_factor
from virtlab.labs.parameters import SPECS

VALUES = {key: spec.default for key, spec in SPECS.items()}


@pytest.mark.usefixtures("catalog")
class TestTypeTable:
    def test_it_holds_every_offered_type_as_arrays_of_equal_length(self) -> None:
        table = type_table("ap-northeast-1")
        row = table.row_of["m5.large"]
        assert len(table) == 1202
        assert (table.vcpu[row], table.memory_gib[row], table.usd_per_hour[row]) == (2, 8, 0.124)
        assert (table.x86[row], table.arm[row], table.zones[row], table.kinds[row]) == (True, False, 3, "list")
        assert table.arm[table.row_of["m8g.large"]]
        assert table.baseline_share[table.row_of["t3.micro"]] == 0.1
        assert table.baseline_share[table.row_of["m7i-flex.large"]] == 0.4
        assert {len(value) for value in vars(table).values() if isinstance(value, np.ndarray)} == {1202}

    def test_it_recommends_only_priced_types_without_accelerators_or_bare_metal(self) -> None:
        table = type_table("ap-northeast-1")
        chosen = table.choosable
        assert chosen.sum() == 1012
        assert np.isfinite(table.usd_per_hour[chosen]).all()
        assert not (table.accelerated | table.metal)[chosen].any()
        assert not chosen[table.row_of["g5.xlarge"]]

    def test_it_recommends_no_part_of_a_gpu_for_a_whole_one(self) -> None:
        table = type_table("ap-northeast-1")
        shared = [row for name, row in table.row_of.items() if name.startswith(("g6f.", "gr6f."))]
        assert shared
        assert table.accelerated[shared].all()
        assert not table.with_gpu[shared].any()
        assert table.with_gpu[table.row_of["g6.xlarge"]]
        assert InstanceType.objects.get(name="g6f.xlarge").accelerators == ["0.125 × NVIDIA L4"]

    def test_it_cannot_be_changed_by_a_reader(self) -> None:
        with pytest.raises(ValueError, match="read-only"):
            type_table("ap-northeast-1").vcpu[0] = 99

    def test_it_asks_the_database_once_until_the_catalog_changes(
        self, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        first = type_table("eu-west-1")
        with django_assert_num_queries(1):
            assert type_table("eu-west-1") is first
        Price.objects.filter(region="eu-west-1", instance_type="m5.large").update(usd_per_hour=Decimal("0.2"))
        renew_catalog_version()
        with django_assert_num_queries(2):
            again = type_table("eu-west-1")
        assert again.usd_per_hour[again.row_of["m5.large"]] == 0.2

    def test_it_is_empty_for_a_region_that_does_not_exist(self) -> None:
        assert len(type_table("mars-north-1")) == 0
        assert type_table("mars-north-1").choosable.sum() == 0


@pytest.mark.usefixtures("catalog")
class TestRegions:
    def test_it_lists_regions_with_their_grids(self, django_assert_num_queries: DjangoAssertNumQueries) -> None:
        renew_catalog_version()
        with django_assert_num_queries(2):
            regions = {row.code: row for row in region_list()}
        assert len(regions) == 30
        assert sum(row.zones for row in regions.values()) == 95
        tokyo = regions["ap-northeast-1"]
        assert (tokyo.types, tokyo.priced_types >= 1000, tokyo.grid_g_per_kwh) == (1202, True, 485)
        assert all(r.grid_low_g_per_kwh <= r.grid_g_per_kwh <= r.grid_high_g_per_kwh for r in regions.values())

    def test_it_refuses_a_region_without_a_grid(self) -> None:
        assert grid_g_per_kwh("eu-north-1") == 8
        with pytest.raises(KeyError):
            grid_g_per_kwh("mars-north-1")

    def test_it_prices_services_everywhere(self) -> None:
        tokyo, paris = service_prices("ap-northeast-1"), service_prices("eu-west-3")
        assert tokyo["ebs-gp3-gb-month"].usd_exact == Decimal("0.096")
        assert tokyo["data-out-gb-tier1"].kind == "list"
        assert paris["ebs-gp3-gb-month"].kind == "estimate"
        assert paris["eks-cluster-hour"].usd == 0.1
        assert tokyo["eks-cluster-hour"].label

    def test_it_has_as_many_prices_as_the_tables(self) -> None:
        prices = Price.objects.filter(region="ap-northeast-1")
        assert prices.count() == 1177
        assert prices.filter(kind="list").count() > 400


@pytest.mark.parametrize(
    ("system", "vcpu", "usd"),
    [
        ("linux", 8, 0),
        ("windows", 8, 0.368),
        ("rhel", 8, 0.1152),
        ("rhel", 16, 0.1728),
        ("rhel", 128, 1.2288),
        ("suse", 4, 0.056),
        ("suse", 8, 0.125),
        ("other", 8, 0),
    ],
)
def test_it_adds_the_operating_system_to_the_linux_price(system: str, vcpu: int, usd: float) -> None:
    assert os_usd_per_hour(system, vcpu, vcpu, VALUES) == pytest.approx(usd)


@pytest.mark.parametrize(
    ("name", "usd"),
    [
        ("t3.nano", 0.0046),
        ("t3.micro", 0.0092),
        ("t3a.small", 0.0184),
        ("t3a.medium", 0.0184),
        ("t3.large", 0.0276),
        ("t3a.xlarge", 0.0736),
        ("t3.2xlarge", 0.1472),
        ("t2.medium", 0.018),
        ("t2.large", 0.028),
        ("m5.large", 0.092),
        ("m7i-flex.large", 0.092),
    ],
)
@pytest.mark.usefixtures("catalog")
def test_it_charges_windows_for_the_baseline_of_burstable_types(name: str, usd: float) -> None:
    """As the price list of 2025-03-02 has them (ec2_windows less ec2_linux), to 3 % for T2."""
    table = type_table("ap-northeast-1")
    added = os_usd_per_hour("windows", table.vcpu, table.lasting_vcpu, VALUES)
    assert added[table.row_of[name]] == pytest.approx(usd, rel=0.03)


@pytest.mark.usefixtures("catalog")
def test_it_charges_every_type_of_a_table_as_it_charges_one() -> None:
    table = type_table("ap-northeast-1")
    for system in ("linux", "rhel", "suse", "other"):
        expected = [os_usd_per_hour(system, int(vcpu), int(vcpu), VALUES) for vcpu in table.vcpu]
        added = os_usd_per_hour(system, table.vcpu, table.lasting_vcpu, VALUES)
        assert added.tolist() == pytest.approx(expected)


def test_it_discounts_commitments() -> None:
    assert purchase_factor("on_demand", VALUES) == 1
    assert purchase_factor("one_year", VALUES) == pytest.approx(0.63)
    assert purchase_factor("three_year", VALUES) == pytest.approx(0.38)
    with pytest.raises(ValueError, match="ten_year"):
        purchase_factor("ten_year", VALUES)
