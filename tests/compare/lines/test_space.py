"""The cloud bills space and data by a GB of 2³⁰ bytes: the comparison's GiB are those of every other page."""

import pytest

from instances.catalog.prices import service_prices
from instances.pricing.instance import VolumeShape, volume_usd_per_month
from tests.compare.conftest import report_of
from virtlab.compare.bills.cloud.quantities import CloudQuantities
from virtlab.compare.bills.items import Item, Num
from virtlab.compare.bills.onprem.quantities import OnPremQuantities
from virtlab.labs.models import Lab
from virtlab.labs.parameters import lab_values


def lines_of(lab: Lab, **asked: object) -> dict[str, Item]:
    """The right side's bill by line."""
    return {line.key: line for line in report_of(lab, **asked).right.cost}


def _amount(line: Item) -> float:
    amount = line.numbers["amount"]
    assert isinstance(amount, Num)
    return amount.value


def test_it_prices_volumes_as_the_page_of_an_instance_does(lab: Lab) -> None:
    report = report_of(lab, right="same_size")
    quantities, values = report.right.shape.quantities, lab_values(lab)
    assert isinstance(quantities, CloudQuantities)
    assert quantities.volume_gib == pytest.approx(600)
    volume = VolumeShape("gp3", quantities.volume_gib, values["gp3_included_iops"], values["gp3_included_mib_per_s"])
    on_its_page_usd = volume_usd_per_month(volume, service_prices("ap-northeast-1"), values)
    line = next(line for line in report.right.cost if line.key == "volumes")
    assert float(line.amount) == pytest.approx(on_its_page_usd)


def test_it_keeps_snapshots_of_the_share_of_what_is_used(lab: Lab) -> None:
    line = lines_of(lab, backup_share_pct=50)["snapshots"]
    assert _amount(line) == 6 * 40 * 0.5


def test_it_keeps_as_much_by_the_share_as_by_changes_and_days(lab: Lab) -> None:
    """Six machines with 40 GiB in use: a copy, and 14 days of 2 % each; the same on storage of one's own."""
    share, changes = (lines_of(lab, snapshots=kind)["snapshots"] for kind in (0, 1))
    assert _amount(share) == _amount(changes) == pytest.approx(6 * 40 * (1 + 14 * 0.02))
    report = report_of(lab)
    for key in ("as_is", "consolidated", "refresh"):
        quantities = report.by_key[key].shape.quantities
        assert isinstance(quantities, OnPremQuantities)
        assert quantities.backup_tb == pytest.approx(6 * 40 * 1.28 * 2**30 / 1e12, abs=1e-3), key


def test_it_ends_the_tiers_of_data_out_where_the_price_list_ends_them(lab: Lab) -> None:
    """Five machines run; 100 are free, and the list's first 10 TB are 10,240 of its GB."""
    lines = lines_of(lab, data_out_gib_per_workload=4_000)
    assert [_amount(lines[key]) for key in ("data_out_1", "data_out_2")] == [10_240, 20_000 - 10_340]
