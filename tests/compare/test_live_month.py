"""The month of VM pages (`hosts.live.cost`) and the bill of "on-prem as it is" (`compare.bills.onprem`) are one: both
count what is installed and bought, whether it runs or not. All lines but electricity are equal.

Machine pages draw watts at the mean of the demand, the comparison replays the trace with the hypervisor's share and
adds the disks of backups (docs/decisions.md, "On-prem").
"""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hosts.live.cost import costs
from hosts.live.facts import facts_of
from hosts.live.live import live
from hosts.live.load import load_inputs
from hosts.models import Datastore, ServerModel
from hosts.pricing.hypervisors import CHARGE_OF
from tests.compare.conftest import report_of
from virtlab.compare.bills.onprem.bill import Draw, bill
from virtlab.compare.bills.onprem.quantities import OnPremQuantities
from virtlab.labs.models import Lab, Workload
from virtlab.labs.parameters import SPECS, lab_values

LINES: dict[tuple[str, ...], tuple[str, ...]] = {
    ("server",): ("servers", "priced_servers"),
    ("network",): ("network",),
    ("maintenance",): ("maintenance",),
    ("rack",): ("rack",),
    ("licence", "vm_licence"): tuple(f"hypervisor_{key}" for key in sorted(CHARGE_OF)),
    ("windows",): ("windows_datacenter", "windows_standard", "windows_standard_by_vm"),
    ("sql", "sql_hosts"): ("sql",),
    ("windows_assurance", "sql_assurance", "sql_hosts_assurance"): ("assurance",),
    ("host_administration",): ("admin_servers",),
    ("vm_administration",): ("admin_guests",),
    ("host_monitoring",): ("monitoring_host",),
    ("vm_monitoring",): ("monitoring_vm",),
    ("linux", "linux_hosts"): ("linux",),
    ("storage",): ("storage",),
    ("backup",): ("backup",),
    ("backup_software",): ("backup_software_vm", "backup_software_tb"),
}
"""Lines of VM pages → lines of the bill."""
PRICES = (
    *("server_base_usd", "server_usd_per_core", "server_usd_per_gib", "windows_standard_usd_per_16_cores"),
    *("server_lifetime_years", "maintenance_pct", "network_ports_per_server", "network_port_usd"),
    *("rack_unit_usd_per_month", "windows_datacenter_usd_per_16_cores", "linux_pair_usd_per_year"),
    *("admin_hours_per_server", "admin_hours_per_guest", "admin_usd_per_hour", "storage_usd_per_tb"),
    *("sql_standard_usd_per_core", "sql_enterprise_usd_per_core"),
    *("monitoring_usd_per_host_year", "monitoring_usd_per_vm_year", "backup_software_usd_per_vm_year"),
    *sorted(CHARGE_OF),
)
CHOICES = ("vmware_edition", "vmware_term_years", "windows_by_vm", "sql_edition")
DUE = {"existing_age_years": 10.0}
assumed = st.fixed_dictionaries(
    {key: st.floats(SPECS[key].minimum, SPECS[key].maximum) for key in PRICES}
    | {key: st.just(0.0) | st.floats(1.0, 100.0) for key in ("software_assurance_pct", "needed_assurance_pct")}
    | {key: st.sampled_from([value for value, _name in SPECS[key].options]) for key in CHOICES}
)


@pytest.fixture
def without_storage(lab: Lab) -> Lab:
    """The small estate, Linux and Windows on VMware, all running, without disks; on servers of a model with a price of
    its own.
    """
    lab.virtual_machines.update(disk_gib=0.0, disk_used_gib=0.0, power_state="running")
    Workload.objects.filter(virtual_machine__name="ad-0").update(application="SQL Server")
    lab.datastores.all().delete()
    ServerModel.objects.filter(hosts__lab=lab).update(price_usd=13_579)
    return lab


def bought_now(lab: Lab) -> dict[str, float]:
    """The lab's values, with everything bought now: VM pages spread what is there, the bill waits for its refresh."""
    return lab_values(lab, DUE)


def live_usd(lab: Lab, values: dict[str, float]) -> tuple[dict[str, float], int]:
    """USD of each line of VM pages, and of how many rounded amounts a line is the sum at most."""
    facts = facts_of(lab)
    month = costs(facts, load_inputs(facts, values), np.zeros(len(facts.guests)), values)
    lines = month.host_lines | month.own_lines
    return {key: int(cents.sum()) / 100 for key, cents in lines.items()}, len(facts.hosts) + len(facts.guests)


def check_equal(lab: Lab, quantities: OnPremQuantities, values: dict[str, float]) -> None:
    """Each line to the cents lost by rounding each host's and guest's part of it."""
    live, parts = live_usd(lab, values)
    billed = {item.key: float(item.amount) for item in bill(quantities, Draw(0.0, 0.0), values)}
    assert set(billed) <= {key for keys in LINES.values() for key in keys}
    assert set(live) - {"electricity", "storage_electricity"} == {line for lines in LINES for line in lines}
    for lines, keys in LINES.items():
        of_pages, of_bill = sum(live[line] for line in lines), sum(billed.get(key, 0.0) for key in keys)
        # Cents are rounded for each host and guest on pages, once in the bill.
        assert of_pages == pytest.approx(of_bill, abs=0.005 * (parts + 1) * len(lines)), lines


def test_it_bills_what_machine_pages_say(without_storage: Lab) -> None:
    quantities = report_of(without_storage).by_key["as_is"].shape.quantities
    assert isinstance(quantities, OnPremQuantities)
    assert quantities.bought[0].priced_servers
    assert quantities.windows_cores
    assert quantities.sql_cores == (4, 112), "of a VM of 2 vCPU, and of both hosts of its cluster"
    assert quantities.linux_subscriptions
    assert quantities.storage_tb == quantities.backup_tb == 0
    check_equal(without_storage, quantities, bought_now(without_storage))


@pytest.mark.parametrize("price_usd", [None, 13_579])
def test_it_bills_what_machine_pages_say_whatever_a_lab_assumes(without_storage: Lab, price_usd: int | None) -> None:
    ServerModel.objects.update(price_usd=price_usd)
    quantities, own = report_of(without_storage).by_key["as_is"].shape.quantities, bought_now(without_storage)
    assert isinstance(quantities, OnPremQuantities)

    @given(assumed)
    @settings(max_examples=40, deadline=None)
    def check(changes: dict[str, float]) -> None:
        check_equal(without_storage, quantities, own | changes)

    check()


@pytest.mark.parametrize("windows", [False, True])
def test_it_bills_hyper_v_hosts_as_machine_pages_do(without_storage: Lab, windows: bool) -> None:
    """Where no VM has Windows all VMs of a host share the licence that it has for itself."""
    without_storage.clusters.update(hypervisor="hyperv_2025")
    if not windows:
        Workload.objects.filter(lab=without_storage).update(operating_system="linux")
    quantities = report_of(without_storage).by_key["as_is"].shape.quantities
    assert isinstance(quantities, OnPremQuantities)
    assert bool(quantities.hyperv_cores) is not windows
    check_equal(without_storage, quantities, bought_now(without_storage))
    month = live(without_storage).costs
    assert month.host_lines["windows"].sum() == month.guest_lines["windows"].sum() > 0


@pytest.fixture
def with_datastore(lab: Lab) -> Lab:
    """The small estate, one VM of it stopped, its disks on a datastore but for two: a thin one and a thick one."""
    store = Datastore.objects.create(lab=lab, cluster=lab.clusters.get(), name="san-01", capacity_gib=4096.0)
    lab.virtual_machines.update(datastore=store)
    lab.virtual_machines.filter(name="web-0").update(datastore=None, thin=True)
    lab.virtual_machines.filter(name="hook-0").update(datastore=None, thin=False)
    return lab


def all_but_electricity(lab: Lab) -> tuple[float, float]:
    """USD a month: of all clusters' pages, and of "on-prem as it is"."""
    now = live(lab)
    pages_usd = float(sum(cluster.cost_usd_per_month for cluster in now.clusters.values()))
    electricity = (now.costs.host_lines["electricity"], now.costs.store_lines["storage_electricity"])
    as_is = report_of(lab, **DUE).by_key["as_is"]
    billed = sum(item.amount for item in as_is.cost if item.key != "electricity")
    return pages_usd - sum(int(cents.sum()) for cents in electricity) / 100, float(billed)


def touched(lab: Lab) -> Lab:
    """The lab as a change of what runs leaves it."""
    Lab.objects.filter(pk=lab.pk).update(revision=lab.revision + 1)
    lab.refresh_from_db()
    return lab


def stop_all(lab: Lab) -> None:
    lab.virtual_machines.update(power_state="stopped")


def fail_a_host(lab: Lab) -> None:
    lab.virtual_machines.filter(host__name="esx-01").update(power_state="stopped")
    lab.hosts.filter(name="esx-01").update(state="failed")


def stop_one(lab: Lab) -> None:
    lab.virtual_machines.filter(name="ad-0").update(power_state="stopped")


@pytest.mark.parametrize("happens", [lambda lab: None, stop_one, fail_a_host, stop_all])
def test_it_costs_as_it_is_what_the_clusters_pages_sum_to(with_datastore: Lab, happens: Callable[[Lab], None]) -> None:
    before, _ = all_but_electricity(with_datastore)
    happens(with_datastore)
    pages, as_is = all_but_electricity(touched(with_datastore))
    assert pages == pytest.approx(before), "what is off saves electricity alone"
    assert as_is == pytest.approx(pages, abs=0.15)  # cents are rounded line by line on either side


@pytest.mark.parametrize("happens", [stop_one, fail_a_host])
def test_it_keeps_administration_and_storage_of_what_is_off_on_either_side(
    with_datastore: Lab, happens: Callable[[Lab], None]
) -> None:
    kept = {"admin_guests", "volumes", "snapshots", "storage", "backup"}

    def kept_usd(key: str) -> dict[str, float]:
        items = report_of(with_datastore).by_key[key].cost
        return {item.key: float(item.amount) for item in items if item.key in kept}

    keys = ("as_is", "consolidated", "rightsized-one_year", "same_size-one_year")
    before = {key: kept_usd(key) for key in keys}
    happens(with_datastore)
    touched(with_datastore)
    assert {key: kept_usd(key) for key in keys} == before
