"""What is off, whose disks are not known, or has no disk any more counts by one rule in every alternative."""

from typing import Any

from django.test import Client
from django.urls import reverse

from tests.compare.conftest import report_of
from tests.compare.sizing.conftest import OneVm
from virtlab.compare.bills.onprem.quantities import OnPremQuantities
from virtlab.compare.report.report import Report
from virtlab.labs.models import Lab


def quantities_of(report: Report, key: str) -> Any:
    """What an alternative's bill is of."""
    return report.by_key[key].shape.quantities


def test_it_administers_what_is_off_in_every_alternative(lab: Lab) -> None:
    report = report_of(lab)
    every = [side.shape.quantities for side in report.alternatives]
    assert [one.guests for one in every if isinstance(one, OnPremQuantities)] == [6, 6, 6, 6]
    rightsized = quantities_of(report, "rightsized-one_year")
    assert rightsized.instances.machines + rightsized.stopped == 6


def test_it_backs_up_all_of_a_disk_whose_use_nobody_stated(one_vm: OneVm) -> None:
    report = report_of(one_vm(disk_gib=100.0, disk_used_gib=0.0))
    held_tb = {key: quantities_of(report, key).backup_tb for key in ("as_is", "consolidated", "rightsized-one_year")}
    assert len(set(held_tb.values())) == 1, held_tb
    assert held_tb["as_is"] > 0


def test_it_keeps_no_snapshot_of_a_volume_that_a_function_does_not_have(one_vm: OneVm) -> None:
    called = {"event_driven": True, "requests_per_month": 1_000_000.0, "request_duration_ms": 100.0}
    report = report_of(one_vm(**called), right="serverless")
    serverless, rightsized = (quantities_of(report, f"{key}-one_year") for key in ("serverless", "rightsized"))
    assert (serverless.functions, serverless.volume_gib, serverless.snapshot_gib) == (1, 0, 0)
    assert rightsized.snapshot_gib > 0


def test_it_prints_when_todays_hosts_are_full(visitor: Client, lab: Lab) -> None:
    page = visitor.get(reverse("compare:paper", args=[lab.slug]), {"growth_pct_per_year": "30"})
    text = " ".join(page.content.decode().split())
    assert "Runway: when today" in text
    assert "At 30 % a year the first to be full is" in text.replace("\N{NO-BREAK SPACE}", " ")
