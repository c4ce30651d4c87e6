"""The range where hosts of the left side are packed anew for each draw."""

import pytest

from hosts.inventory.write import create_estate
from tests.compare.conftest import report_of, small_inventory
from virtlab.labs.models import Lab


@pytest.mark.parametrize("left", ["consolidated", "refresh"])
def test_it_is_drawn_where_no_vm_runs_windows(catalog: None, left: str) -> None:
    inventory = small_inventory()
    for vm in inventory.vms:
        vm.os_text, vm.operating_system = "Ubuntu Linux 22.04 (64-bit)", "linux"
    lab = Lab.objects.create(name="Linux alone", visitor_token="x")
    create_estate(lab, inventory)
    band = report_of(lab, left=left).band
    assert band
    assert band.low_usd < band.median_usd < band.high_usd
