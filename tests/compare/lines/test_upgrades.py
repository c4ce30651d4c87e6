"""Old systems are upgraded for the cloud, once, and as readiness asks for it."""

from datetime import date

import pytest
from django.utils import timezone

from hosts.inventory.write import create_estate
from instances.rules.guest_needs import needs_upgrade, starts_on
from tests.compare.conftest import report_of, small_inventory
from virtlab.charts.theme import CLOUD
from virtlab.compare.bills.cloud.quantities import CloudQuantities
from virtlab.compare.bills.once import moving_in
from virtlab.compare.readiness.assess import assess
from virtlab.compare.readiness.rule import YES
from virtlab.compare.report.answer import sure_answer
from virtlab.compare.report.report import Report
from virtlab.labs.models import Lab

TODAY = date(2026, 12, 1)
CODES = {"support-ended", "no-nitro-drivers", "bits-32", "windows-before-2016"}
NAMES = (
    "Microsoft Windows Server 2008 R2 (64-bit)",
    "Microsoft Windows Server 2022 (64-bit)",
    "Red Hat Enterprise Linux 5 (32-bit)",
    "Red Hat Enterprise Linux 7 (64-bit)",
    "Ubuntu Linux (64-bit)",
    "Microsoft Windows Server 2003 Standard (64-bit)",
)


@pytest.mark.parametrize(
    ("name", "needed"),
    [
        ("Microsoft Windows Server 2008 R2 (64-bit)", True),
        ("Microsoft Windows Server 2019 (64-bit)", False),
        ("Microsoft Windows Server 2016 (64-bit)", False),
        ("CentOS 6 (64-bit)", True),
        ("Red Hat Enterprise Linux 9 (64-bit)", False),
        ("Red Hat Enterprise Linux 9 (32-bit)", True),
        ("", False),
        ("something", False),
    ],
)
def test_it_needs_an_upgrade_by_its_name(name: str, needed: bool) -> None:
    assert needs_upgrade(name, TODAY) is needed


def test_it_needs_none_while_updates_are_sold() -> None:
    """Red Hat Enterprise Linux 7: ended on 2024-06-30, extended life is sold until 2028-06-30."""
    name = "Red Hat Enterprise Linux 7 (64-bit)"
    assert not needs_upgrade(name, date(2028, 1, 1))
    assert needs_upgrade(name, date(2040, 1, 1))


def test_it_is_hours_beside_those_of_the_move() -> None:
    v = {"migration_hours_per_system": 8.0, "upgrade_hours_per_system": 4.0, "admin_usd_per_hour": 50.0}
    lines = {
        line.key: float(line.amount) for line in moving_in(10, 3, {**v, "training_usd": 0, "decommissioning_usd": 0})
    }
    assert lines == {"migration": 10 * 8 * 50, "migration_upgrades": 3 * 4 * 50}


def old_systems() -> tuple[Lab, Report]:
    inventory = small_inventory()
    for vm, name in zip(inventory.vms, NAMES, strict=True):
        vm.os_text = name
        vm.operating_system = "windows" if "Windows" in name else "rhel" if "Red Hat" in name else "linux"
    lab = Lab.objects.create(name="Old", visitor_token="x")
    create_estate(lab, inventory)
    return lab, report_of(lab, tax_pct=10)


def test_it_counts_what_readiness_wants_upgraded(catalog: None) -> None:
    lab, report = old_systems()
    found = assess(lab, report.book, report.question.purchase)
    columns = [n for n, rule in enumerate(found.rules) if rule.code in CODES]
    asked = (found.answers[:, columns] == YES).any(axis=1)
    line = next(item for item in report.by_key["rightsized-one_year"].once if item.key == "migration_upgrades")
    vms = report.estate.vms
    names = [vms.system_names[vms.system[row]] for row in found.machines.rows[asked].tolist()]
    # The one of 32 bits has no type of its size, and that of 2003 would start as it is on types of the Xen generation.
    assert [name for name in names if not starts_on(name)] == ["Microsoft Windows Server 2008 R2 (64-bit)"]
    assert len(names) == 3
    assert line.numbers["units"].value == 1


def test_it_counts_nothing_where_the_old_type_is_for_the_old_system(catalog: None) -> None:
    """Hours and the type of an old generation are never paid for the same VM, whether it runs or is off."""
    for state in ("running", "stopped"):
        inventory = small_inventory()
        for vm in inventory.vms:
            vm.os_text, vm.operating_system, vm.power_state = "Red Hat Enterprise Linux 5 (64-bit)", "rhel", state
        lab = Lab.objects.create(name="Old", visitor_token="x")
        create_estate(lab, inventory)
        item = report_of(lab).by_key["rightsized-one_year"]
        assert isinstance(item.shape.quantities, CloudQuantities)
        assert item.shape.machines + item.shape.quantities.stopped > 0
        assert "migration_upgrades" not in {line.key for line in item.once}, state


def test_it_is_paid_in_the_cloud_alone_and_is_no_purchase(catalog: None) -> None:
    _lab, report = old_systems()
    for item in report.alternatives:
        keys = {line.key for line in item.once}
        assert ("migration_upgrades" in keys) == (item.side == CLOUD), item.key
    without = report.by_key["rightsized-one_year"]
    tax = next(float(line.amount) for line in without.once if line.key == "tax")
    bought = sum(float(line.amount) for line in without.once if line.key == "both_run")
    assert tax == pytest.approx(bought * 0.1, abs=0.01), "hours of one's own people are not taxed"


def test_it_follows_the_day(catalog: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept of a choice of types on one day is not what the next day's support asks for."""
    lab, report = old_systems()
    before = next(item for item in report.right.once if item.key == "migration_upgrades").numbers["units"].value
    monkeypatch.setattr(timezone, "localdate", lambda: date(2041, 1, 1))
    after = report_of(lab, tax_pct=10).right
    assert next(item for item in after.once if item.key == "migration_upgrades").numbers["units"].value > before


def test_it_says_on_which_side_old_systems_cost_anything(catalog: None) -> None:
    lab, report = old_systems()
    line = next(item for item in report.right.once if item.key == "migration_upgrades")
    told = sure_answer(report).evidence
    assert "is counted on neither side" in told
    assert f"(${line.amount:,.0f} once) is counted for “{report.names[report.right.key]}” alone" in told
    free = sure_answer(report_of(lab, upgrade_hours_per_system=0)).evidence
    assert "is counted on neither side" in free
    assert "alone" not in free
    new = Lab.objects.create(name="New", visitor_token="x")
    create_estate(new, small_inventory())
    assert "neither side" not in sure_answer(report_of(new)).evidence
