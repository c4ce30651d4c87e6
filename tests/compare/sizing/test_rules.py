"""Which types are thought of, what they are compared by, and what their vCPU are worth."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from instances.catalog.names.naming import parse_family
from instances.catalog.processors import cores_per_vcpu, launch_year
from instances.catalog.queries import type_table
from instances.rules.sizing_candidates import left_by_rules
from tests.compare.conftest import report_of
from tests.compare.sizing.conftest import CaseLab, OneVm, rows_of
from virtlab.compare.alternatives.sizing import worth
from virtlab.labs.parameters import global_values

Left = Callable[..., set[str]]


def generations(names: set[str], series: str) -> set[int | None]:
    """The generations of a series among types."""
    families = [parse_family(name.split(".")[0]) for name in names]
    return {family.generation for family in families if family.series == series}


PAID = {"on_demand": 1017, "one_year": 690, "three_year": 470}


class TestPaid:
    @pytest.mark.parametrize(("purchase", "usd"), PAID.items())
    def test_it_compares_with_the_licence_and_as_hours_are_bought(self, case: CaseLab, purchase: str, usd: int) -> None:
        (row,) = rows_of(case("windows_memory_heavy.csv"), purchase=purchase, generations=0).values()
        assert row.type == "x2iedn.xlarge"
        assert row.usd_per_month == pytest.approx(usd, abs=0.6)

    @pytest.mark.parametrize(("mean", "dearer"), [(0.3, False), (1.0, True)])
    def test_it_pays_more_than_for_todays_size_only_to_hold_the_need(
        self, one_vm: OneVm, mean: float, *, dearer: bool
    ) -> None:
        lab = one_vm("db-1", operating_system="windows", measured=True, cpu_mean=mean)
        for purchase in PAID:
            book = report_of(lab, purchase=purchase).book
            sized, today = (made(purchase).usd_per_hour[0] for made in (book.rightsized, book.same_size))
            assert bool(sized > today) is dearer


class TestRules:
    @pytest.fixture
    def left(self, catalog: None) -> Left:
        table, values = type_table("ap-northeast-1"), global_values()
        return lambda **changed: {
            table.names[row] for row in np.flatnonzero(left_by_rules(table, {**values, **changed}))
        }

    def test_it_leaves_the_latest_generations_of_each_series(self, left: Left) -> None:
        every, two, one = (left(generations=count) for count in (0, 2, 1))
        assert one < two < every
        assert generations(two, "m") == {7, 8, 9}
        assert generations(one, "m") == {8, 9}
        assert not {name for name in two if name.startswith("t2.")}
        assert {name for name in two if name.startswith("t3.")}

    def test_it_counts_up_to_the_newest_of_the_architecture(self, left: Left) -> None:
        table = type_table("ap-northeast-1")
        two, one = ({name for name in left(generations=count) if table.x86[table.row_of[name]]} for count in (2, 1))
        assert (generations(two, "m"), generations(one, "m")) == ({7, 8}, {8})
        assert (generations(two, "c"), generations(one, "c")) == ({7, 8}, {8})

    def test_it_takes_no_series_for_new_that_is_alone(self, left: Left) -> None:
        assert [name for name in left(generations=0) if name.startswith("z1d.")]
        assert not [name for name in left(generations=2) if name.startswith(("z1d.", "im4gn."))]

    def test_it_leaves_the_families_that_are_allowed(self, left: Left) -> None:
        every, general, intel = (left(families=rule) for rule in (0, 1, 2))
        assert intel < general < every
        assert {name[0] for name in every - general} >= {"x", "i"}
        assert {name[0] for name in general} == {"m", "c", "r", "t"}
        assert not {name for name in general if name.startswith("mac")}
        assert {"m8g.large", "m7i.large", "t3.large"} <= intel
        assert {"m7a.large", "t3a.large"} <= general - intel

    def test_it_leaves_even_numbers_of_vcpu(self, left: Left) -> None:
        assert {name for name in left() if name.endswith(".medium")} > {
            name for name in left(even_vcpu=1) if name.endswith(".medium")
        }

    def test_it_bursts_only_where_demand_is_known_well_enough(self, one_vm: OneVm) -> None:
        facts: dict[str, Any] = {"operating_system": "windows", "size": (2, 8), "cpu_mean": 0.05}
        stated, measured = one_vm(**facts), one_vm("app2", measured=True, **facts)
        assert rows_of(measured)["app2"].type.startswith("t")
        assert not rows_of(measured, burstable=0)["app2"].type.startswith("t")
        assert not rows_of(stated)["app"].type.startswith("t")
        assert rows_of(stated, burstable=2)["app"].type.startswith("t")

    def test_it_keeps_off_arm_where_told_to(self, one_vm: OneVm) -> None:
        lab = one_vm(architecture="any")
        table = report_of(lab).book.table
        assert table.arm[table.row_of[rows_of(lab)["app"].type]]
        assert table.x86[table.row_of[rows_of(lab, arm_types=0)["app"].type]]
        only = one_vm("arm", architecture="arm64")
        assert table.arm[table.row_of[rows_of(only, arm_types=0)["arm"].type]]


class TestWorth:
    def test_it_takes_a_thread_for_less_than_a_core(self, catalog: None) -> None:
        table = type_table("ap-northeast-1")
        cores = dict(zip(table.names, cores_per_vcpu(table, 1.25), strict=True))
        assert (cores["m7i.large"], cores["m7g.large"], cores["m7a.large"]) == (0.625, 1.0, 1.0)

    def test_it_knows_how_old_the_processor_of_every_type_is(self, catalog: None) -> None:
        table = type_table("us-east-1")
        sold = {cpu for cpu, choosable in zip(table.cpus, table.choosable, strict=True) if cpu and choosable}
        assert {cpu for cpu in sold if math.isnan(launch_year(cpu))} == set()

    def test_it_gains_with_every_year_and_nothing_where_vcpu_are_not_compared(self, catalog: None) -> None:
        table, values = type_table("us-east-1"), global_values()
        m8g, m6g = (table.row_of[name] for name in ("m8g.large", "m6g.large"))
        gained = worth.of_types(table, {**values, "cpu_gain_pct_per_year": 5.0})
        assert gained[m8g] / gained[m6g] == pytest.approx(1.05**4)
        assert (worth.of_types(table, {**values, "normalise_vcpu": 0.0}) == 1).all()

    def test_it_sizes_for_cores_but_keeps_todays_size_in_vcpu(self, one_vm: OneVm) -> None:
        lab = one_vm(measured=True, cpu_mean=0.4, memory_seen_by="guest")
        sized = {switch: rows_of(lab, normalise_vcpu=switch, burstable=0)["app"] for switch in (0, 1)}
        assert sized[1].usd_per_month > sized[0].usd_per_month
        books = [report_of(lab, normalise_vcpu=switch).book for switch in (0, 1)]
        assert books[0].same_size("one_year").row[0] == books[1].same_size("one_year").row[0]
