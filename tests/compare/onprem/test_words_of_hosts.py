"""What the table of alternatives says of hosts is true of few and of many, on and off."""

from dataclasses import replace

import pytest

from hosts.inventory.rows import Inventory
from hosts.inventory.write import create_estate
from tests.compare.conftest import report_of, small_inventory
from virtlab.compare.bills.onprem.purchases import purchases
from virtlab.compare.bills.onprem.quantities import OnPremQuantities, network_usd
from virtlab.compare.pages.addresses import Addresses
from virtlab.compare.pages.context import line
from virtlab.labs.models import Lab

Words = dict[str, str]


def said_of(inventory: Inventory) -> Words:
    """What the table says of each alternative's hosts."""
    lab = Lab.objects.create(name="Words", visitor_token="x")
    create_estate(lab, inventory)
    report = report_of(lab)
    addresses = Addresses.in_lab(lab, report.question)
    return {item.key: line(report, item, addresses).bound for item in report.alternatives}


def on_one_host(*, running: bool) -> Inventory:
    """All machines of the small estate on one host."""
    several = small_inventory()
    vms = [replace(vm, host="esx-01") for vm in several.vms[:2]]
    if not running:
        vms = [replace(vm, power_state="stopped") for vm in vms]
    return replace(several, hosts=several.hosts[:1], vms=vms)


@pytest.mark.parametrize("running", [True, False])
def test_it_says_nothing_of_a_lost_host_where_there_is_one(catalog: None, running: bool) -> None:
    assert said_of(on_one_host(running=running))["as_is"] == ""


def test_it_proves_no_number_of_hosts_where_nothing_runs(catalog: None) -> None:
    said = said_of(on_one_host(running=False))
    assert said["consolidated"] == "No VM that runs is packed here, so none carries load."


def test_it_says_why_a_plan_takes_more_hosts_than_there_are(catalog: None) -> None:
    few, many = (said_of(small_inventory(copies))["consolidated"] for copies in (1, 12))
    assert "beyond" not in few
    assert "1 is spare." in few
    assert "hosts are beyond what their clusters have: planning keeps spare hosts" in many


def test_it_says_of_several_hosts_what_one_lost_takes(catalog: None) -> None:
    assert said_of(small_inventory())["as_is"].startswith("With one host lost every cluster of several hosts still")


def test_it_buys_hosts_beyond_what_clusters_have_now_and_has_them_in_no_books(catalog: None) -> None:
    lab = Lab.objects.create(name="Beyond", visitor_token="x")
    create_estate(lab, small_inventory(12))
    report = report_of(lab, esxi_usd_per_core_year=0)
    side, v = report.by_key["consolidated"], report.question.values
    q = side.shape.quantities
    assert isinstance(q, OnPremQuantities)
    assert q.new_servers == side.shape.facts["more"] > 0
    there, new = ([group for group in q.bought if group.new == new] for new in (False, True))
    hosts_usd = sum(group.price_usd(v) for group in new)
    ports_usd = network_usd(q.servers, v) - network_usd(q.servers - q.new_servers, v)
    assert sum(one.usd for one in purchases(replace(q, windows_cores=()), v) if not one.first) == pytest.approx(
        hosts_usd + ports_usd
    )
    book = {item.key: float(item.amount) for item in side.book}
    assert book["servers"] == pytest.approx(sum(group.price_usd(v) for group in there) / 2, abs=0.01)
    words = next(item.text for item in side.cost if item.key == "network")
    assert words.endswith("those after its refresh; all of them of what is bought now")
