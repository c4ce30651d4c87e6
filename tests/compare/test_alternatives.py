"""What the alternatives are, and how they answer to the assumptions."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.compare.conftest import report_of
from virtlab.compare.alternatives.on_hosts.refresh import refreshed
from virtlab.compare.report.cash.flow import CashFlow
from virtlab.compare.report.evaluate import evaluate
from virtlab.compare.report.report import Report
from virtlab.labs.models import Lab
from virtlab.labs.parameters import SPECS

ROUNDING = 0.05


def usd(report: Report) -> dict[str, float]:
    return {side.key: float(side.usd) for side in report.alternatives}


def test_it_offers_every_alternative(lab: Lab) -> None:
    keys = [side.key for side in report_of(lab).alternatives]
    assert keys == [
        "physical",
        "as_is",
        "consolidated",
        "refresh",
        "same_size-one_year",
        "rightsized-on_demand",
        "rightsized-one_year",
        "rightsized-three_year",
        "containers-one_year",
        "serverless-one_year",
    ]


def test_it_carries_every_running_workload_in_every_alternative(lab: Lab) -> None:
    report = report_of(lab)
    counts = {side.shape.key: side.shape for side in report.alternatives}
    assert counts["physical"].machines == 5
    assert counts["as_is"].machines == 2
    assert counts["as_is"].facts["guests"] == 5
    assert counts["same_size"].machines == counts["rightsized"].machines == 5
    assert counts["serverless"].machines == 4
    assert counts["serverless"].facts["functions"] == 1
    assert counts["containers"].facts["containers"] == 3
    assert counts["containers"].facts["guests"] == 2
    assert not any(shape.not_carried for shape in counts.values())


def test_it_consolidates_onto_no_more_than_a_proven_few_and_keeps_a_spare(lab: Lab) -> None:
    shape = report_of(lab).by_key["consolidated"].shape
    assert shape.facts["bound"] <= shape.facts["loaded"] <= 2
    assert shape.facts["spare"] == 1
    assert shape.machines == shape.facts["loaded"] + shape.facts["spare"]


def test_it_keeps_no_spare_where_none_is_asked_for(lab: Lab) -> None:
    assert report_of(lab, spare_hosts=0).by_key["consolidated"].shape.facts["spare"] == 0


def test_it_right_sizes_to_no_more_than_the_same_size_costs(lab: Lab) -> None:
    cost = usd(report_of(lab))
    assert cost["rightsized-one_year"] <= cost["same_size-one_year"]
    assert cost["rightsized-three_year"] <= cost["rightsized-one_year"] <= cost["rightsized-on_demand"]


def test_it_says_which_workload_is_too_large(lab: Lab) -> None:
    lab.virtual_machines.filter(name="db-0").update(vcpu=4096)
    lab.revision += 1
    lab.save()
    report = report_of(lab, right="same_size")
    assert report.not_carried == ("db-0",)
    assert report.not_carried_by_side == [(report.names[report.right.key], ("db-0",))]
    alone = report_of(lab, left="physical", right="same_size")
    assert alone.not_carried == ("db-0",), "what neither side carries is in no alternative"
    assert [names for _side, names in alone.not_carried_by_side] == [("db-0",), ("db-0",)]
    assert alone.not_carried_by(alone.left) == alone.not_carried_by(alone.right) == ()


RISING = [
    ("electricity_usd_per_kwh", "hosts"),
    ("pue_onprem", "hosts"),
    ("server_base_usd", "hosts"),
    ("server_usd_per_core", "hosts"),
    ("server_usd_per_gib", "hosts"),
    ("maintenance_pct", "hosts"),
    ("esxi_usd_per_core_year", "hosts"),
    ("windows_datacenter_usd_per_16_cores", "hosts"),
    ("windows_standard_usd_per_16_cores", "hosts"),
    ("admin_hours_per_server", "hosts"),
    ("rack_unit_usd_per_month", "hosts"),
    ("admin_usd_per_hour", "both"),
    ("admin_hours_per_guest", "both"),
    ("hours_per_day", "instances"),
    ("nat_gateways", "instances"),
    ("public_ipv4", "instances"),
    ("gp3_iops_per_volume", "instances"),
    ("windows_usd_per_vcpu_hour", "instances"),
    ("data_out_gib_per_workload", "instances"),
    ("backup_share_pct", "both"),
]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shares=st.tuples(st.floats(0, 1), st.floats(0, 1)))
@pytest.mark.parametrize(("key", "side"), RISING)
def test_it_never_gets_cheaper_by_a_dearer_assumption(
    lab: Lab, key: str, side: str, shares: tuple[float, float]
) -> None:
    spec = SPECS[key]
    low, high = (spec.minimum + share * (spec.maximum - spec.minimum) for share in sorted(shares))
    before, after = (report_of(lab, purchase="on_demand", **{key: value}) for value in (low, high))
    for one, two in zip(before.alternatives, after.alternatives, strict=True):
        assert float(two.usd) >= float(one.usd) - ROUNDING, f"{one.key} at {low} and {high}"
        if side not in ("both", one.side):
            assert two.usd == one.usd


def test_it_takes_less_energy_the_fewer_hours_instances_run(lab: Lab) -> None:
    day, work = (report_of(lab, purchase="on_demand", hours_per_day=hours) for hours in (24, 8))
    assert work.right.kwh < day.right.kwh
    assert work.left.kwh == day.left.kwh


def test_it_lets_commitments_be_paid_day_and_night(lab: Lab) -> None:
    assert report_of(lab, hours_per_day=8).right.usd == report_of(lab, hours_per_day=24).right.usd


def test_it_moves_carbon_with_the_region_but_not_on_premises(lab: Lab) -> None:
    tokyo, stockholm = report_of(lab), report_of(lab, region="eu-north-1")
    assert stockholm.right.carbon_kg < tokyo.right.carbon_kg
    assert stockholm.left.carbon_kg == tokyo.left.carbon_kg


class TestRefresh:
    def test_it_buys_the_hosts_that_cost_least_and_keeps_the_storage(self, lab: Lab) -> None:
        report = report_of(lab)
        side = report.by_key["refresh"]
        assert side.shape.facts["guests"] == 5
        assert side.shape.machines == side.shape.facts["loaded"] + side.shape.facts["spare"]
        (build,) = report.book.builds
        assert build
        others = {replace(build, memory_gib=gib) for gib in (512.0, 1024.0, 2048.0)} - {build}
        for other in others:
            dearer = evaluate(refreshed(report.book.basis, (other,)), "", report.place, report.question.values)
            assert dearer.usd >= side.usd

    def test_it_pays_for_new_hosts_from_the_first_month(self, lab: Lab) -> None:
        report = report_of(lab, existing_age_years=1)
        flow = CashFlow.of(report.by_key["refresh"], report.question.values)
        assert {purchase.first for purchase in flow.purchases} == {0, 48}

    def test_it_follows_prices_in_what_it_buys(self, lab: Lab) -> None:
        dear, cheap = (report_of(lab, server_usd_per_gib=usd).book.builds[0] for usd in (200, 0))
        assert dear
        assert cheap
        assert dear.memory_gib <= cheap.memory_gib


class TestSurvival:
    def test_it_says_which_clusters_hold_their_vms_with_a_host_lost(self, lab: Lab) -> None:
        facts = report_of(lab).left.shape.facts
        assert (facts["clusters"], facts["survive"]) == (1.0, 1.0)
        lab.hosts.filter(name="esx-02").update(memory_mib=32 * 1024)
        Lab.objects.filter(pk=lab.pk).update(revision=lab.revision + 1)
        lab.refresh_from_db()
        assert report_of(lab).left.shape.facts["survive"] == 0.0, "80 GiB do not fit beside the loss of 384"
