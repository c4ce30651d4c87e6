"""Watts and carbon of every workload sum to those of hosts, instances and alternatives."""

import csv

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse

from instances.pricing.power import InstancePower
from tests.compare.conftest import report_of
from virtlab.compare.report.report import Report
from virtlab.compare.report.workloads.power import shares_now, shares_rightsized, sums
from virtlab.compare.report.workloads.rows import workload_rows
from virtlab.labs.models import Lab

HALF_DAY = {"purchase": "on_demand", "hours_per_day": 12}


def check_sums(report: Report) -> None:
    book, purchase = report.common.book, report.question.purchase
    for key, watts, shares in (
        ("as_is", book.watts_now, shares_now(report)),
        (f"rightsized-{purchase}", book.watts_rightsized(purchase), shares_rightsized(report)),
    ):
        item = report.by_key[key]
        machines_w = float(item.shape.power_w.mean())
        assert float(watts.vm_w.sum()) + watts.unused_w == pytest.approx(machines_w, rel=1e-9)
        assert shares.total_w * 730 / 1000 == pytest.approx(float(item.kwh), abs=0.005)
        assert shares.total_w * shares.kg_per_w == pytest.approx(float(item.carbon_kg), abs=0.005)
        of_vms = (watts.vm_w * item.hours_share).sum() + (watts.storage_tb * item.w_per_tb[0]).sum()
        of_vms += (watts.backup_tb * item.w_per_tb[1]).sum()
        # Bills count storage in whole GB.
        assert float(shares.vm_w.sum()) == pytest.approx(float(of_vms) * item.pue, abs=0.02)
    running, rest, *sites, total = sums(report)
    rows = workload_rows(report)
    assert sum(row.power_now_w for row in rows) == pytest.approx(running.power_now_w, rel=1e-9)
    assert sum(row.carbon_kg_per_month for row in rows) == pytest.approx(running.carbon_kg, rel=1e-9)
    for name in ("power_now_w", "carbon_now_kg", "power_w", "carbon_kg"):
        parts = sum(getattr(line, name) for line in (running, rest, *sites))
        assert parts == pytest.approx(getattr(total, name), rel=1e-9)
        # What no workload uses is storage counted to the GB and hosts without work: never less than nothing.
        assert getattr(rest, name) > -0.01


@pytest.mark.parametrize(
    "query",
    [
        {},
        HALF_DAY,
        {"region": "eu-north-1", "extra_memory_w_per_gib": 0.08},
        {"snapshots": 1, "snapshot_days": 30},
        {"second_site_pct": 40},
    ],
)
def test_it_sums_watts_and_carbon_of_workloads_to_the_totals(lab: Lab, query: dict[str, object]) -> None:
    check_sums(report_of(lab, **query))


def test_it_powers_and_makes_a_second_site_as_it_pays_for_it(lab: Lab) -> None:
    one, two = (report_of(lab, second_site_pct=pct, tax_pct=8) for pct in (0, 40))
    for key in ("physical", "as_is", "consolidated", "refresh"):
        first, both = one.by_key[key], two.by_key[key]
        for name in ("energy", "embodied"):
            *lines, site = getattr(both, name)
            assert tuple(lines) == getattr(first, name)
            assert site.key == "second_site"
            assert float(site.amount) == pytest.approx(0.4 * float(sum(line.amount for line in lines)), abs=0.001)
        assert float(both.carbon_kg) == pytest.approx(1.4 * float(first.carbon_kg), abs=0.002)
        assert both.mean_w == pytest.approx(1.4 * first.mean_w)
        electricity = [next(line.amount for line in side.cost if line.key == "electricity") for side in (first, both)]
        assert electricity[0] == electricity[1], "that of the second site is in its own line"
    cloud = [report.right for report in (one, two)]
    assert (cloud[0].kwh, cloud[0].embodied_kg) == (cloud[1].kwh, cloud[1].embodied_kg)
    site = sums(two)[2]
    assert (site.name, site.power_w) == ("Second site", 0.0)
    assert site.power_now_w == pytest.approx(0.4 * one.left.mean_w)


def test_it_sums_them_for_a_real_estate(real_lab: Lab) -> None:
    check_sums(report_of(real_lab))


def test_it_gives_idle_watts_by_size_and_the_rest_by_use(lab: Lab) -> None:
    """Two hosts R740 with 384 GiB: 49.8 W idle + 192 GiB × 0.1 W. esx-01 has db (8 vCPU, 64 GiB) and ad (2, 8)."""
    report = report_of(lab)
    vm_w = dict(zip(report.estate.vms.names, report.book.watts_now.vm_w, strict=True))
    idle_w = 49.8 + 192 * 0.1
    db, ad = vm_w["db-0"], vm_w["ad-0"]
    shares = (8 / 10 + 64 / 72) / 2, (2 / 10 + 8 / 72) / 2
    assert sum(shares) == pytest.approx(1)
    # Both use a fifth of their vCPU: 1.6 and 0.4 of the 2 vCPU at work.
    assert db - idle_w * shares[0] == pytest.approx(4 * (ad - idle_w * shares[1]), rel=0.05)
    assert vm_w["old-0"] == 0


def test_it_shows_the_sums_on_the_page_and_the_watts_in_its_file(lab: Lab, visitor: Client) -> None:
    address = reverse("compare:workloads", args=[lab.slug])
    page = visitor.get(address).content.decode()
    running, _rest, total = sums(report_of(lab))
    assert "Power and carbon in all" in page
    assert f"{total.power_now_w:,.1f}" in page
    assert f"{running.power_w:,.1f}" in page
    file = csv.DictReader(visitor.get(address, {"format": "csv"}).content.decode("utf-8-sig").splitlines())
    assert sum(float(row["W now"]) for row in file) == pytest.approx(running.power_now_w, abs=0.01)


def test_it_sums_over_blocks_what_it_sums_at_once() -> None:
    rng = np.random.default_rng(7)
    used = rng.uniform(0, 4, (1300, 5)).astype(np.float32)
    power = InstancePower(rng.uniform(1, 9, 1300), rng.uniform(1, 4, 1300))
    each = np.stack([power.power_w(used[:, t].astype(np.float64)) for t in range(5)], axis=1)
    np.testing.assert_allclose(power.together_w(used), each.sum(axis=0), rtol=1e-12)
