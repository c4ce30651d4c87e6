"""Every chart is valid by Plotly's own schema, says its finding in words and has a table of its figures."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from django.utils.translation import override
from plotly import graph_objects

from tests.web.hypervisors.test_comparison import compared
from virtlab.charts.allocated import Holding, allocated_used_free
from virtlab.charts.base import Chart, as_script
from virtlab.charts.cost import Stack, cost_stack
from virtlab.charts.cumulative import cumulative
from virtlab.charts.distribution import Spread, distribution
from virtlab.charts.heatmap import MOST_COLUMNS, MOST_HOSTS, host_heatmap
from virtlab.charts.hypervisors import ready_by_guests, work_done
from virtlab.charts.power import Bar, Draw, carbon_bars, energy_bars, host_energy, watts_over_time
from virtlab.charts.theme import CLOUD, ONPREM
from virtlab.charts.tornado import Swing, tornado, tornado_summary
from virtlab.web.formats import NBSP

TIMES = [f"2026-07-20T{minute // 60:02d}:{minute % 60:02d}" for minute in range(0, 1440, 5)]
RNG = np.random.default_rng(7)
STACKS = [
    Stack("As it is", ONPREM, {"compute": 900.5, "energy": 120.0}),
    Stack("Right-sized", CLOUD, {"compute": 700.0, "storage": 55.25}),
]
BARS = [Bar("Physical servers", ONPREM, 900.0, 500.0), Bar("Right-sized", CLOUD, 90.0, 12.0)]
SWINGS = [Swing("Electricity price", "USD per kWh", 0.1, 0.2, -50.0, 60.0), Swing("PUE", "1", 1.2, 1.9, -5.0, 4.0)]


def every_chart() -> list[Chart]:
    share = RNG.random((3, len(TIMES)))
    return [
        host_heatmap(["a", "b", "c"], TIMES, share, ONPREM, 0.5),
        distribution(Spread("before", ONPREM, RNG.random(50)), Spread("after", CLOUD, RNG.random(50) * 1.3)),
        allocated_used_free(
            [Holding(ONPREM, "CPU", "vCPU", 20, 150, 100), Holding(CLOUD, "Memory", "GiB", 5, 5, 8)],
            "Much is idle on both.",
        ),
        cost_stack(STACKS, {"compute": "Machines", "storage": "Storage", "energy": "Energy"}),
        cumulative(
            ("a", ONPREM, [100.0, 110.0, 120.0]), ("b", CLOUD, [0.0, 80.0, 160.0]), 2, "Level after two months."
        ),
        tornado(SWINGS, tornado_summary(SWINGS), 60),
        watts_over_time(TIMES, [Draw("a", ONPREM, RNG.random(len(TIMES)) * 900)]),
        energy_bars(BARS),
        carbon_bars([replace(bar, made=40.0) for bar in BARS]),
        host_energy(["a", "b"], np.array([50.0, 40.0]), np.array([9.0, 30.0]), ONPREM),
        ready_by_guests(compared("kvm", "virtualbox"), ONPREM),
        work_done(compared("ec2_xen", "nitro", "metal"), CLOUD),
    ]


@pytest.mark.parametrize("chart", every_chart(), ids=lambda chart: chart.key)
class TestEveryChart:
    def test_it_is_valid_by_plotlys_schema(self, chart: Chart) -> None:
        graph_objects.Figure(json.loads(as_script(chart.figure)))

    def test_it_says_its_finding_and_has_a_table(self, chart: Chart) -> None:
        assert len(chart.summary) > 15
        assert "%(" not in chart.summary
        assert chart.rows
        assert all(len(row) == len(chart.columns) for row in chart.rows)

    def test_it_takes_its_colours_from_the_tokens(self, chart: Chart) -> None:
        assert not re.search(r"#[0-9a-fA-F]{3,6}\b", as_script(chart.figure))
        assert "var(--" in as_script(chart.figure)


def test_it_gives_the_two_sides_their_hues() -> None:
    data = cost_stack(STACKS, {"compute": "Machines", "storage": "Storage", "energy": "Energy"}).figure["data"]
    hues = {trace["marker"]["color"][6:10] for trace in data if "As it is" in trace["y"]}
    assert hues == {"warm"}
    assert {trace["marker"]["color"][6:10] for trace in data if "Right-sized" in trace["y"]} == {"cool"}


def test_it_thins_a_long_heatmap_and_keeps_its_mean() -> None:
    share = RNG.random((MOST_HOSTS + 20, 2016))
    chart = host_heatmap([f"h{n}" for n in range(len(share))], TIMES * 7, share, ONPREM, 0.5)
    trace = chart.figure["data"][0]
    assert len(trace["z"]) == MOST_HOSTS
    assert len(trace["z"][0]) == len(trace["x"]) <= MOST_COLUMNS
    assert len(chart.rows) == len(share)
    assert chart.note


def test_it_lets_no_text_leave_the_script_element() -> None:
    script = as_script({"name": "</script><!-- & \u2028"})
    assert not set("<>&") & set(script)
    assert json.loads(script) == {"name": "</script><!-- & \u2028"}


def test_it_never_shows_more_than_the_whole() -> None:
    used, idle, free = Holding(ONPREM, "CPU", "vCPU", used=120, allocated=500, total=100).parts
    assert used + idle + free == pytest.approx(100)
    assert free == 0


def test_it_says_what_matters_most_to_three_digits_and_of_a_choice_on_what_workloads() -> None:
    number, choice = (Swing("A", "years", 1, 2, 0.0, 5_725_061.0, names) for names in (None, ("x", "y")))
    assert tornado_summary([number]).endswith("it moves the difference by about $5,730,000.")
    assert tornado_summary([choice]).endswith("it moves the difference by about $5,730,000 on the same workloads.")


@pytest.mark.parametrize(
    ("language", "unit", "said"),
    [
        ("en", "% of the catalogue's", f"85{NBSP}% of the catalogue's"),
        ("ja", "カタログ価格の %", f"カタログ価格の 85{NBSP}%"),
        ("ja", "%/年", f"85{NBSP}%/年"),
        ("en", "USD per kWh", "85 USD per kWh"),
        ("en", "", "85"),
    ],
)
def test_it_writes_a_value_with_its_unit_where_the_language_has_it(language: str, unit: str, said: str) -> None:
    with override(language):
        swing = Swing("A", unit, 85, 105, -50.0, 60.0)
        (low, _high) = tornado([swing], "", 60).figure["data"]
        assert low["customdata"] == [said]
        assert swing.measured("105") in tornado_summary([swing])
