"""Carbon of use by location or market, and carbon of manufacture, against sums by hand."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.compare.conftest import report_of
from virtlab.compare.bills.items import Cited
from virtlab.compare.report.evaluate import Alternative
from virtlab.labs.models import Lab


def embodied(item: Alternative) -> dict[str, float]:
    return {line.key: float(line.amount) for line in item.embodied}


def test_it_counts_the_making_of_servers_by_their_processors_and_memory(lab: Lab) -> None:
    """Two R740 with 384 GiB: 2 × (1,000 + 100 + 368 × 1.388) kg over 60 months."""
    whole = embodied(report_of(lab, embodied_existing=1).by_key["as_is"])
    by_hand = 2 * (1000 + 100 + (384 - 16) * 1.388) / 60
    assert whole["servers"] == pytest.approx(by_hand, abs=0.001)
    # Bought 2.5 years ago for 5: emitted already until the refresh, half of the 60 months ahead.
    assert embodied(report_of(lab).by_key["as_is"])["servers"] == pytest.approx(by_hand / 2, abs=0.001)
    new = embodied(report_of(lab, horizon_months=12).by_key["as_is"])
    assert "servers" not in new


def test_it_counts_the_part_of_a_server_that_an_instance_takes(lab: Lab) -> None:
    report = report_of(lab, purchase="on_demand")
    item = report.by_key["rightsized-on_demand"]
    line = next(line for line in item.embodied if line.key == "servers")
    with translation.override("en"):
        assert "more CPUs" in line.text
    made = item.shape.quantities.made  # type: ignore[union-attr]
    assert 0 < made.servers < item.shape.machines
    kg = (made.servers * 1000 + made.more_cpus * 100 + made.more_gib * 1.388) / 60
    assert float(line.amount) == pytest.approx(kg, abs=0.001)
    half = report_of(lab, purchase="on_demand", hours_per_day=12).by_key["rightsized-on_demand"]
    assert embodied(half)["servers"] == pytest.approx(kg / 2, abs=0.001)


def test_it_counts_disks_with_their_copies(lab: Lab) -> None:
    item = report_of(lab).by_key["rightsized-one_year"]
    q = item.shape.quantities
    disks_tb = round(q.storage_tb * 2 + q.backup_tb * 3, 3)
    assert embodied(item)["disks"] == pytest.approx(disks_tb * 20 / 60, abs=0.001)
    energy = {line.key: float(line.amount) for line in item.energy}
    assert energy["storage"] == pytest.approx(q.storage_tb * 2 * 1.2 * 0.73, abs=0.0006)
    assert energy["backups"] == pytest.approx(q.backup_tb * 3 * 1.2 * 0.73, abs=0.0006)


def test_it_keeps_carbon_of_manufacture_out_of_that_of_use(lab: Lab) -> None:
    more, same = (report_of(lab, embodied_kg_per_server=kg).by_key["as_is"] for kg in (2000, 1000))
    assert more.carbon_kg == same.carbon_kg
    assert more.embodied_kg > same.embodied_kg


def test_it_says_kind_zone_and_year_of_the_grid(lab: Lab) -> None:
    (line,) = report_of(lab).by_key["rightsized-one_year"].carbon
    (grid,) = (rest for rest in line.rests_on if isinstance(rest, Cited))
    assert grid.text() == "485 g CO₂e / kWh · JP · 2023"
    assert "location-based" in str(line.name)


def test_it_counts_by_contract_where_that_is_asked(lab: Lab) -> None:
    sent = {"carbon_method": 1, "market_onprem_g_per_kwh": 100, "market_cloud_g_per_kwh": 0}
    report = report_of(lab, **sent)
    onprem, cloud = report.by_key["as_is"], report.by_key["rightsized-one_year"]
    assert float(onprem.carbon_kg) == pytest.approx(float(onprem.kwh) / 10, abs=0.001)
    assert cloud.carbon_kg == 0
    assert "market-based" in str(cloud.carbon[0].name)


def test_it_falls_back_to_the_grid_where_no_contract_is_given(lab: Lab) -> None:
    """No figure is not zero grams: the location's counts, and its line says so."""
    location, market = (report_of(lab, carbon_method=method) for method in (0, 1))
    for key in ("as_is", "rightsized-one_year"):
        before, after = (report.by_key[key].carbon[0] for report in (location, market))
        assert after.amount == before.amount > 0
        assert "no contract" in str(after.name)
        assert "no contract" not in str(before.name)
        assert any(str(rest).startswith("market_") for rest in after.rests_on)


def test_it_shows_both_balances_on_the_page_of_line_items(lab: Lab, visitor: Client) -> None:
    page = visitor.get(reverse("compare:items", args=[lab.slug, "as_is"])).content.decode()
    assert "Carbon of use per month" in page
    assert "Embodied carbon per month" in page
    assert "Making of servers" in page
