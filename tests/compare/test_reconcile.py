"""Every total is the sum of its lines, and every line is its own formula with the numbers put in."""

import re
from decimal import Decimal

import numpy as np
import pytest
from django.utils import translation

from tests.compare.conftest import report_of
from virtlab.compare.alternatives.on_hosts.plan import curve_of
from virtlab.compare.bills.items import Cited, Item, Num, Usd, by_category, total
from virtlab.compare.report.evaluate import Alternative
from virtlab.compare.report.figures import watts
from virtlab.compare.report.report import Report
from virtlab.engine.load.replay import replay
from virtlab.engine.power.split import split_energy_kwh
from virtlab.engine.power.watts import HostPower
from virtlab.labs.models import Lab
from virtlab.labs.parameters import SPECS


def value_of(item: Item) -> float:
    """What the formula gives when a reader types its printed numbers into a calculator."""
    with translation.override("en"):
        text = item.text
    text = (
        text.replace(",", "")
        .replace("$", "")
        .replace("×", "*")
        .replace("÷", "/")
        .replace("−", "-")
        .replace("%", "/100")
    )
    text = re.sub(r"[^\d.*/()+\- ]", " ", text)
    text = re.sub(r"(?<!\d)\.|\.(?!\d)|(?<=\s)-(?=\s*[*)])", " ", text)
    text = re.sub(r"\( *\)", " ", text)
    assert re.fullmatch(r"[\d.*/()+\- ]+", text), item.text
    return float(eval(re.sub(r"-(?=\s*[a-zA-Z])", " ", text)))


def every_item(report: Report) -> list[tuple[Alternative, Item]]:
    return [
        (side, item)
        for side in report.alternatives
        for item in (*side.cost, *side.once, *side.energy, *side.carbon, *side.embodied)
    ]


@pytest.mark.parametrize(
    "query",
    [
        {"embodied_existing": 1, "embodied_kg_per_gib": 2},
        {"region": "eu-north-1", "carbon_method": 1, "market_cloud_g_per_kwh": 12.5},
        {},
        {"purchase": "on_demand", "hours_per_day": 10, "support_plan": 2},
        {"hours_per_day": 9, "coverage_pct": 72.5, "spot_share_pct": 12.5, "private_discount_pct": 6.25},
        {"purchase": "three_year", "commitment_offer": 1, "three_year_upfront": 1, "support_plan": 4},
        {"nat_gateways": 2, "nat_gb": 310.5, "load_balancers": 3, "load_balancer_units": 4.5, "public_ipv4": 7},
        {"inter_zone_gb": 812, "vpn_connections": 2, "direct_connect_ports": 1, "direct_connect_gb": 99, "logs_gb": 50},
        {"snapshots": 1, "st1_share_pct": 10, "sc1_share_pct": 5, "gp3_iops_per_volume": 4_000},
        {"gp3_mib_per_s_per_volume": 250, "monitoring_usd_per_instance": 2.1, "support_plan": 1},
        {"windows_own_licences": 1, "purchase": "three_year", "coverage_pct": 80, "hours_per_day": 12},
        {"data_out_gib_per_workload": 4_000, "dual_running_months": 2, "second_site_pct": 30},
        {"windows_own_licences": 1, "software_assurance_pct": 25, "dual_running_months": 3},
        {"maintenance_pct": 7.125, "admin_usd_per_hour": 41.5, "training_usd": 700},
    ],
)
def test_it_prints_formulas_that_give_their_amounts(lab: Lab, query: dict[str, object]) -> None:
    report = report_of(lab, **query)
    for side, item in every_item(report):
        grain = 0.011 if item in (*side.cost, *side.once) else 0.0011
        assert value_of(item) == pytest.approx(float(item.amount), abs=grain), f"{side.key} {item.key}: {item.text}"


def test_it_says_where_every_price_of_an_instance_comes_from(lab: Lab) -> None:
    seen = set()
    for side in report_of(lab, purchase="on_demand").alternatives:
        for item in side.cost:
            if item.key in {"instances", "nodes"}:
                seen.add(item.key)
                cited = [one for one in item.rests_on if isinstance(one, Cited)]
                assert cited
                assert all(one.source and one.source_date and one.kind for one in cited)
                if item.key == "instances":
                    parts = sum(one.value.value for one in cited if isinstance(one.value, Usd))
                    assert parts == pytest.approx(item.numbers["price"].value, abs=0.0003)
    assert seen == {"instances", "nodes"}


def test_it_sums_to_the_cent_and_the_watt_hour(lab: Lab) -> None:
    for side in report_of(lab).alternatives:
        assert side.usd == sum((item.amount for item in side.cost), Decimal(0))
        assert side.usd == side.usd.quantize(Decimal("0.01"))
        assert side.kwh == sum((item.amount for item in side.energy), Decimal(0))
        assert side.kwh == side.kwh.quantize(Decimal("0.001"))
        assert sum(by_category(side.cost).values()) == pytest.approx(float(total(side.cost)))


@pytest.mark.parametrize("hours", [24, 10, 1.5])
def test_it_draws_over_the_day_what_the_month_is_billed_for(lab: Lab, hours: float) -> None:
    report = report_of(lab, purchase="on_demand", hours_per_day=hours, second_site_pct=20)
    for side in report.alternatives:
        assert side.power_w.mean() * 730 / 1000 == pytest.approx(float(side.kwh), abs=0.002), side.key
        assert side.mean_w * 730 / 1000 == pytest.approx(float(side.kwh), abs=0.002), side.key
    shown = watts(report.left, report.right, ["2026-01-01T00:00"] * report.left.power_w.size, report.names)
    assert (f"run {hours:.1f} hours a day" in shown.summary) == (hours < 24)
    assert f"draws {report.right.mean_w / 1000:.1f} kW on average" in shown.summary
    (power,) = (row for row in report.rows if row.key == "power")
    assert power.right.value == f"{report.right.mean_w:,.0f}"


def test_it_names_the_lines_that_today_s_hosts_go_on_costing(lab: Lab) -> None:
    report = report_of(lab, dual_running_months=2)
    (line,) = (item for item in report.right.once if item.key == "both_run")
    with translation.override("en"):
        named = set(line.text.partition("(")[2].partition(")")[0].split(" · "))
        month = [item for item in report.by_key["as_is"].cost if str(item.name) in named]
    assert named == {str(item.name) for item in month}
    assert float(total(month)) == pytest.approx(line.numbers["bill"].value)


def test_it_says_what_of_data_out_is_free(lab: Lab) -> None:
    (line,) = _out(lab, 400)
    assert "2,000.000 GiB − 100 GiB free of charge" in line.text
    first, second = _out(lab, 4_000)
    assert "free" not in first.text
    assert "20,000.000 GiB − 100 GiB free of charge − 10,240 GiB of the tiers before" in second.text


def _out(lab: Lab, gib: float) -> list[Item]:
    report = report_of(lab, data_out_gib_per_workload=gib)
    return [item for item in report.right.cost if item.key.startswith("data_out_")]


def test_it_prints_every_decimal_that_a_number_has() -> None:
    assert [Num(value).text() for value in (15_998.532, 7.125, 39.0, 21_246.2125)] == [
        "15,998.532",
        "7.125",
        "39",
        "21,246.2125",
    ]


def test_it_names_what_every_number_rests_on(lab: Lab) -> None:
    for side, item in every_item(report_of(lab)):
        assert item.rests_on, f"{side.key} {item.key}"
        assert all(rest in SPECS for rest in item.rests_on if isinstance(rest, str))
        assert all(rest.kind for rest in item.rests_on if not isinstance(rest, str)), item.key


def test_it_gives_hosts_and_their_machines_the_same_energy(lab: Lab) -> None:
    report = report_of(lab)
    estate, models, values = report.estate, report.book.basis.models, report.question.values
    vms, hosts = estate.vms, estate.hosts
    capacity = hosts.cores * np.where(hosts.threads_per_core > 1, values["smt_gain"], 1.0)
    replayed = replay(
        estate.traces.cpu_vcpu,
        np.where(vms.running, vms.host, -1),
        capacity,
        overhead_vcpu=capacity * values["hypervisor_cpu_pct"] / 100,
    )
    curves = [curve_of(models[m]) for m in hosts.model_id.tolist()]
    power = HostPower.of(curves, hosts.memory_gib, values["extra_memory_w_per_gib"])
    split = split_energy_kwh(replayed, power, (vms.vcpu, vms.memory_gib), estate.traces.step_s)
    assert split.vm_kwh.sum() + split.unallocated_kwh.sum() == pytest.approx(split.host_kwh.sum(), abs=1e-6)
    hours = estate.traces.samples * estate.traces.step_s / 3600
    as_is = report.by_key["as_is"].shape
    assert split.host_kwh.sum() == pytest.approx(as_is.power_w.mean() * hours / 1000, abs=0.001)
