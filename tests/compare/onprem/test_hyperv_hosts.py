"""Hosts with Hyper-V run Windows Server themselves: where no VM has it they are licensed once, with Standard."""

import numpy as np
import pytest

from hosts.inventory.write import create_estate
from tests.compare.conftest import report_of
from tests.compare.exports.test_live import check, not_live
from tests.compare.outlook.test_counted_hosts import uneven
from tests.compare.outlook.test_outlook import drawn_of, exactly, pair_of
from virtlab.compare.bills.items import Cited, Item
from virtlab.compare.bills.onprem.growth import of_host
from virtlab.compare.bills.onprem.quantities import OnPremQuantities
from virtlab.compare.report.report import Report
from virtlab.compare.report.sensitivity.band import draw
from virtlab.compare.report.sensitivity.response import respond
from virtlab.compare.report.sensitivity.whole_hosts import WINDOWS_LINE
from virtlab.labs.models import Lab, Workload

PACKED = ("as_is", "consolidated", "refresh")
DUE = {"existing_age_years": 10, "windows_standard_usd_per_16_cores": 1200, "windows_cal_users": 30}
LINE = "windows_standard"


@pytest.fixture
def linux_on_hyperv(lab: Lab) -> Lab:
    """The small estate, its two hosts of two CPUs and 28 cores each on Hyper-V, without a Windows VM."""
    lab.clusters.update(hypervisor="hyperv_2025")
    Workload.objects.filter(lab=lab, operating_system__startswith="windows").update(operating_system="linux")
    return lab


def on_hypervisor(lab: Lab, hypervisor: str) -> Lab:
    """The same estate on another one."""
    lab.clusters.update(hypervisor=hypervisor)
    Lab.objects.filter(pk=lab.pk).update(revision=lab.revision + 1)
    lab.refresh_from_db()
    return lab


def licences(report: Report, key: str) -> dict[str, Item]:
    return {item.key: item for item in report.by_key[key].cost if item.key.startswith(("windows", "assurance"))}


def test_it_licenses_hosts_without_windows_vms_once(linux_on_hyperv: Lab) -> None:
    report = report_of(linux_on_hyperv, **DUE)
    for key in PACKED:
        q, its = report.by_key[key].shape.quantities, licences(report, key)
        assert isinstance(q, OnPremQuantities)
        assert list(its) == [LINE], "and no CALs: users of such a host need none"
        assert float(its[LINE].amount) == pytest.approx(q.hyperv_cores / 16 * 1200 / 60, abs=0.005)
        assert any(isinstance(rest, Cited) and rest.text() == str(q.hyperv_cores) for rest in its[LINE].rests_on)
    assert licences(report, "as_is")[LINE].numbers["cores"].value == 112
    assert not licences(report, "physical")


@pytest.mark.parametrize("key", PACKED)
def test_it_licenses_none_on_hyper_v_server_or_another_hypervisor(linux_on_hyperv: Lab, key: str) -> None:
    on_kvm = on_hypervisor(linux_on_hyperv, "kvm")
    assert not licences(report_of(on_kvm, **DUE), key)
    on_server = on_hypervisor(on_kvm, "hyperv")
    assert licences(report_of(on_server, **DUE), key)
    assert not licences(report_of(on_server, **DUE, hyperv_hosts_licensed=0), key)


def test_it_covers_hosts_with_the_licences_of_their_windows_vms(lab: Lab) -> None:
    on_vmware = licences(report_of(lab, **DUE), "as_is")
    on_hyperv = licences(report_of(on_hypervisor(lab, "hyperv"), **DUE), "as_is")
    assert on_vmware[LINE].amount == on_hyperv[LINE].amount
    assert "windows_cals" in on_hyperv


def test_it_buys_them_with_each_host_more(linux_on_hyperv: Lab) -> None:
    report = report_of(linux_on_hyperv, **DUE, growth_pct_per_year=60)
    q, v = report.by_key["as_is"].shape.quantities, report.question.values
    assert isinstance(q, OnPremQuantities)
    each = {str(part.name): part.usd for part in of_host(q, v)}
    assert each["Windows Server Standard"] == pytest.approx(56 / 16 * 1200)


def test_it_computes_them_in_a_workbook(linux_on_hyperv: Lab) -> None:
    report = report_of(linux_on_hyperv, **DUE, growth_pct_per_year=20)
    assert not_live(report) == []
    check(report)


def test_it_draws_them_with_the_hosts(catalog: None) -> None:
    lab = Lab.objects.create(name="Uneven", visitor_token="x")
    create_estate(lab, uneven(12))
    on_hypervisor(lab, "hyperv_2025")
    Workload.objects.filter(lab=lab, operating_system__startswith="windows").update(operating_system="linux")
    report = report_of(lab, **DUE, left="refresh")
    pair, movable = pair_of(report), drawn_of(report)
    drawn, whole = draw(movable, 30, 5), respond(pair, movable).whole
    assert whole
    alike, found = exactly(pair, drawn)
    counted = whole.drawn(drawn)
    hosts, usd = counted.hosts[alike].sum(axis=1), counted.windows_usd[alike] * report.question.values["horizon_months"]
    exact_usd = np.array([lines.usd[WINDOWS_LINE] for lines in found])
    assert len(set(hosts.tolist())) > 1
    assert exact_usd.min() > 0
    assert usd == pytest.approx(exact_usd, rel=0.01)
