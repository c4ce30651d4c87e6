"""Lines of an on-prem bill that are off by default: each appears where it is put in, and is its own formula."""

from decimal import Decimal

import pytest

from tests.compare.conftest import report_of
from tests.compare.test_reconcile import value_of
from virtlab.compare.bills.items import Item
from virtlab.labs.models import Lab, Workload

ALL_ON = {
    "vmware_edition": 2,
    "vmware_term_years": 1,
    "vmware_renewal_uplift_pct": 20,
    "vmware_min_cores_per_order": 1000,
    "windows_by_vm": 1,
    "software_assurance_pct": 25,
    "sql_edition": 1,
    "windows_cal_users": 250,
    "storage_nvme_pct": 30,
    "storage_hdd_pct": 20,
    "data_reduction": 3,
    "backup_software_usd_per_vm_year": 90,
    "backup_software_usd_per_tb_year": 30,
    "switch_usd": 8000,
    "switch_ports": 3,
    "san_usd": 20000,
    "firewall_usd": 10000,
    "monitoring_usd_per_host_year": 120,
    "monitoring_usd_per_vm_year": 24,
    "second_site_pct": 50,
    "cooling_usd_per_kw": 3000,
    "floor_usd_per_m2_month": 25,
    "tax_pct": 10,
    "count_write_off": 1,
}
ONPREM = ("physical", "as_is", "consolidated", "refresh")


@pytest.fixture
def with_sql(lab: Lab) -> Lab:
    """The small estate; of its two Windows VMs one runs SQL Server by its application."""
    Workload.objects.filter(virtual_machine__name="ad-0").update(application="SQL Server")
    return lab


def lines(lab: Lab, key: str, **sent: object) -> dict[str, Item]:
    """The lines of an alternative's bill by key."""
    return {item.key: item for item in report_of(lab, **sent).by_key[key].cost}


def test_it_leaves_out_what_nobody_put_in(with_sql: Lab) -> None:
    usual = {"servers", "maintenance", "windows_standard", "linux", "storage", "backup", "electricity", "rack"}
    usual |= {"network", "admin_servers", "admin_guests", "hypervisor_esxi_usd_per_core_year"}
    assert set(lines(with_sql, "as_is")) == usual


@pytest.mark.parametrize("changes", [{}, {"sql_edition": 2}, {"sql_edition": 3, "windows_by_vm": 0}])
def test_it_prints_formulas_that_give_their_amounts(with_sql: Lab, changes: dict[str, int]) -> None:
    report, seen = report_of(with_sql, **{**ALL_ON, **changes}), set()
    for key in (*ONPREM, "rightsized-one_year"):
        for item in (*report.by_key[key].cost, *report.by_key[key].once, *report.by_key[key].book):
            seen.add(item.key)
            assert value_of(item) == pytest.approx(float(item.amount), abs=0.011), f"{key} {item.key}: {item.text}"
    new = {"hypervisor_esxi_usd_per_core_year_order", "assurance", "sql", "backup_software_vm", "backup_software_tb"}
    assert seen >= new | {"switches", "san_usd", "firewall_usd", "monitoring_host", "monitoring_vm", "second_site"}
    assert seen >= {"cooling", "floor"}
    assert seen >= {"tax", "write_off"}


def test_it_buys_less_storage_where_data_is_reduced_but_not_of_what_is_there(lab: Lab) -> None:
    report, reduced = report_of(lab), report_of(lab, data_reduction=2)
    for key in ONPREM:
        before, after = (
            {item.key: item.amount for item in side.cost}["storage"]
            for side in (report.by_key[key], reduced.by_key[key])
        )
        assert float(after) == pytest.approx(float(before) / (1 if key == "as_is" else 2), abs=0.011)
        watts = [side.by_key[key].storage_w for side in (report, reduced)]
        assert (watts[1] < watts[0]) == (key != "as_is")


def test_it_prices_storage_by_shares_of_its_classes(lab: Lab) -> None:
    usual = lines(lab, "as_is")["storage"].amount
    half = lines(lab, "as_is", storage_nvme_pct=50, storage_nvme_usd_per_tb=2500)["storage"].amount
    assert float(half) == pytest.approx(float(usual) * 3, abs=0.02), "half at 500, half at 2,500 USD a TB"
    full = lines(lab, "as_is", storage_nvme_pct=100, storage_ssd_pct=100, storage_nvme_usd_per_tb=500)["storage"]
    assert full.amount == usual, "what is beyond 100 % does not count"


def test_it_raises_vmwares_price_at_each_renewal(lab: Lab) -> None:
    key = "hypervisor_esxi_usd_per_core_year"
    first = lines(lab, "as_is", horizon_months=36, vmware_renewal_uplift_pct=20)[key].amount
    later = lines(lab, "as_is", horizon_months=72, vmware_renewal_uplift_pct=20)[key].amount
    assert first == lines(lab, "as_is")[key].amount, "no renewal within the first term"
    assert float(later) == pytest.approx(float(first) * 1.1, abs=0.01), "half of the months at the price of now"


def test_it_orders_the_cores_that_are_asked_for(lab: Lab) -> None:
    order = lines(lab, "as_is", vmware_min_cores_per_order=200)
    assert order["hypervisor_esxi_usd_per_core_year"].amount == Decimal("1260.00"), "112 cores at 135 USD a year"
    assert order["hypervisor_esxi_usd_per_core_year_order"].amount == Decimal("990.00"), "and 88 more"


def test_it_licenses_kvm_by_cpu(lab: Lab) -> None:
    lab.clusters.update(hypervisor="kvm")
    line = lines(lab, "as_is", kvm_usd_per_socket_year=600)["hypervisor_kvm_usd_per_socket_year"]
    assert line.amount == Decimal("200.00"), "four CPUs at 600 USD a year"


def test_it_counts_sql_server_of_vms_or_of_hosts(with_sql: Lab) -> None:
    due = {"existing_age_years": 10, "sql_standard_usd_per_core": 1200, "sql_enterprise_usd_per_core": 6000}
    due["needed_assurance_pct"] = 0
    by_edition = [lines(with_sql, "as_is", sql_edition=edition, **due)["sql"].amount for edition in (1, 2, 3)]
    assert by_edition == [Decimal(4 * 1200) / 60, Decimal(4 * 6000) / 60, Decimal(112 * 6000) / 60]


def test_it_never_buys_sql_server_again_that_is_under_assurance(with_sql: Lab) -> None:
    """Hosts pay Software Assurance alone; a server for each system needs none, and has it bought now."""
    report = report_of(with_sql, sql_edition=1, sql_standard_usd_per_core=1200, existing_age_years=10)
    for key in ("as_is", "consolidated", "refresh"):
        found = {item.key: item for item in report.by_key[key].cost}
        assert "sql" not in found
        assert found["assurance"].amount == Decimal("100.00"), "25 % a year of four cores"
        assert "never bought again" in str(found["assurance"].formula)
    found = {item.key: item for item in report.by_key["physical"].cost}
    assert found["sql"].amount
    assert "assurance" not in found


@pytest.mark.parametrize(("edition", "by_vm", "cores_usd"), [(1, 0, 4 * 1_200), (0, 1, 8 / 16 * 1_000)])
def test_it_charges_the_assurance_that_licences_by_vm_need(
    with_sql: Lab, edition: int, by_vm: int, cores_usd: float
) -> None:
    """Of SQL Server by VM, and of Windows Server by VM (two VMs of eight cores); of others only where it is put in."""
    sent = {"sql_edition": edition, "sql_standard_usd_per_core": 1_200, "windows_by_vm": by_vm}
    sent |= {"windows_standard_usd_per_16_cores": 1_000, "windows_datacenter_usd_per_16_cores": 9_000}
    assert "assurance" not in lines(with_sql, "as_is", **{**sent, "sql_edition": 0, "windows_by_vm": 0})
    usd = cores_usd * (2 if by_vm else 1)
    line = lines(with_sql, "as_is", **sent)["assurance"]
    assert float(line.amount) == pytest.approx(usd * 0.25 / 12, abs=0.01)
    assert "needed_assurance_pct" in line.rests_on
    own = lines(with_sql, "as_is", **sent, needed_assurance_pct=30)["assurance"]
    assert float(own.amount) == pytest.approx(usd * 0.3 / 12, abs=0.01)
    assert "assurance" not in lines(with_sql, "physical", **{**sent, "windows_by_vm": 0}), "a server licenses itself"


def test_it_counts_cals_where_users_are_put_in(lab: Lab) -> None:
    due = {"existing_age_years": 10, "windows_cal_users": 300, "windows_cal_usd": 40}
    assert lines(lab, "as_is", **due)["windows_cals"].amount == Decimal("200.00"), "12,000 USD over 60 months"
    lab.workloads.filter(operating_system="windows").update(operating_system="linux")
    lab.revision += 1
    lab.save(update_fields=["revision"])
    assert "windows_cals" not in lines(lab, "as_is", **due)


def test_it_subscribes_to_linux_by_two_vms_of_a_host(lab: Lab) -> None:
    """One VM with Red Hat on one host, two more on the other: two subscriptions."""
    one = lines(lab, "as_is")["linux"]
    assert one.amount == Decimal("66.67"), "800 USD a year for one of two"
    lab.workloads.filter(name__in=["web-0", "hook-0"]).update(operating_system="rhel")
    lab.revision += 1
    lab.save(update_fields=["revision"])
    assert lines(lab, "as_is")["linux"].amount == Decimal("133.33")
    assert lines(lab, "physical")["linux"].amount == Decimal("200.00"), "a server counts one"


@pytest.mark.parametrize(
    ("line", "sent", "keys"),
    [
        ("maintenance", {"switch_usd": 5, "san_usd": 9}, {"switch_usd", "switch_ports", "san_usd", "backup_share_pct"}),
        ("maintenance", {"data_reduction": 2}, {"data_reduction", "network_ports_per_server", "server_usd_per_gib"}),
        ("assurance", {"sql_edition": 2}, {"sql_edition", "sql_enterprise_usd_per_core", "needed_assurance_pct"}),
        ("assurance", {"software_assurance_pct": 20}, {"windows_datacenter_usd_per_16_cores", "windows_by_vm"}),
    ],
)
def test_it_names_all_that_a_line_rests_on(with_sql: Lab, line: str, sent: dict[str, int], keys: set[str]) -> None:
    found = lines(with_sql, "consolidated", **sent)[line].rests_on
    assert keys <= set(found)
    for key in keys & set(sent) - {"switch_ports", "sql_edition"}:
        more = lines(with_sql, "consolidated", **{**sent, key: sent[key] * 2})[line]
        assert more.amount != lines(with_sql, "consolidated", **sent)[line].amount


def test_it_cools_the_highest_watts_and_rents_the_floor_of_whole_racks(lab: Lab) -> None:
    asked = {"cooling_usd_per_kw": 3600, "cooling_lifetime_years": 10, "floor_usd_per_m2_month": 20}
    side = report_of(lab, **asked).by_key["as_is"]
    found = {item.key: item.amount for item in side.cost}
    peak_kw = (float(side.shape.power_w.max()) + side.storage_w) / 1000
    assert float(found["cooling"]) == pytest.approx(peak_kw * 3600 / 120, abs=0.02)
    assert found["floor"] == Decimal("50.00"), "four units are one rack of 2.5 m²"


def test_it_counts_whole_switches(lab: Lab) -> None:
    due = {"existing_age_years": 10, "switch_usd": 6000, "switch_ports": 3}
    assert lines(lab, "as_is", **due)["switches"].amount == Decimal("200.00"), "four ports, two switches"
