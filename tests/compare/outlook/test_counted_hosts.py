"""Hosts of packed clusters are counted for draws as the bill has them, spare ones that nobody asked for included."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hosts.inventory.rows import ClusterRow, HostRow, Inventory, VmRow
from hosts.inventory.write import create_estate
from tests.compare.conftest import report_of
from tests.compare.outlook.test_outlook import drawn_of, exactly, pair_of
from virtlab.compare.bills.onprem.quantities import OnPremQuantities
from virtlab.compare.report.report import Report
from virtlab.compare.report.sensitivity.band import draw
from virtlab.compare.report.sensitivity.counting import Counting
from virtlab.compare.report.sensitivity.levers import Lever
from virtlab.compare.report.sensitivity.response import Response, respond
from virtlab.labs.models import Lab

GIB = 1024
RISES = st.lists(st.integers(0, 3), min_size=1, max_size=20)


def uneven(seed: int) -> Inventory:
    """A cluster of hosts of several sizes, none of which need hold what another one carries."""
    chance = np.random.default_rng(seed)
    hosts = [
        HostRow(
            name=f"h{number}",
            cluster="A",
            vendor="Dell",
            model="PowerEdge R740",
            cores=int(chance.choice([16, 24, 32, 64])),
            sockets=2,
            memory_mib=int(chance.choice([128, 256, 512, 1024])) * GIB,
        )
        for number in range(int(chance.integers(2, 10)))
    ]
    vms = [
        VmRow(
            name=f"v{number}",
            vcpu=int(chance.integers(1, 17)),
            memory_mib=int(chance.integers(1, 120)) * GIB,
            cluster="A",
            host=f"h{int(chance.integers(len(hosts)))}",
            operating_system=str(chance.choice(["windows", "linux", "rhel"])),
            disk_gib=100.0,
            disk_used_gib=40.0,
            cpu_mean=float(chance.uniform(0.02, 0.6)),
            memory_mean=0.3,
            usage_from="file",
        )
        for number in range(int(chance.integers(4, 60)))
    ]
    return Inventory(format="test", clusters=[ClusterRow(name="A", hypervisor="esxi")], hosts=hosts, vms=vms)


def asked_of(seed: int, spare: int) -> Report:
    lab = Lab.objects.create(name=f"Uneven {seed}", visitor_token="x")
    create_estate(lab, uneven(seed))
    return report_of(lab, left="consolidated", spare_hosts=spare)


def answered(report: Report) -> tuple[Response, list[Lever]]:
    movable = drawn_of(report)
    return respond(pair_of(report), movable), movable


@given(RISES, st.floats(0.3, 3.0), st.integers(0, 3))
def test_it_counts_as_was_packed_whatever_number_a_filling_took(rises: list[int], width: float, spare: int) -> None:
    """Hosts of other sizes, and spare ones that come and go with them: a step may be anywhere, and of several hosts."""
    filled = np.tile((np.arange(len(rises)) * width + 0.1)[:, None, None], (1, 1, 3)) * [1.0, 0.1, 0.1]
    hosts = (1.0 + spare + np.cumsum(rises))[:, None]
    counting = Counting.learnt(filled, hosts, np.full_like(hosts, spare))
    assert (counting.hosts(filled) == hosts).all()


@given(st.integers(1, 30), st.integers(0, 3))
def test_it_counts_whole_hosts_where_all_are_alike(most: int, spare: int) -> None:
    amounts = np.linspace(0.05, most, 400)
    filled = np.tile(amounts[:, None, None], (1, 1, 3)) * [1.0, 0.1, 0.1]
    hosts = (np.ceil(amounts - 1e-9) + spare)[:, None]
    counting = Counting.learnt(filled[::7], hosts[::7], np.full_like(hosts[::7], spare))
    assert (counting.hosts(filled) == hosts).all()
    assert counting.hosts(np.array([[[most + 0.5, 0.0, 0.0]]])) == most + 1 + spare, "also beyond what was packed"


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 400), st.integers(0, 3))
def test_it_has_the_hosts_of_the_bill_at_the_values_of_now(catalog: None, seed: int, spare: int) -> None:
    report = asked_of(seed, spare)
    response, movable = answered(report)
    quantities = report.left.shape.quantities
    assert isinstance(quantities, OnPremQuantities)
    if response.whole:
        now = {lever.key: np.array([lever.now]) for lever in movable}
        assert response.whole.drawn(now).hosts.sum() == quantities.servers
        exact_usd = report.pair.sides_at({})
        left_usd, right_usd = (sum(side.usd.values()) for side in exact_usd)
        assert response.net_usd(now)[0] == pytest.approx(left_usd - right_usd, abs=0.5)


@pytest.mark.parametrize(("seed", "spare"), [(47, 2), (12, 1)])
def test_it_counts_spare_hosts_that_nobody_asked_for_in_each_draw(catalog: None, seed: int, spare: int) -> None:
    """Where no one size holds what any host carries, there are more spare ones than were asked for."""
    report = asked_of(seed, spare)
    assert report.left.shape.facts["spare"] > spare
    response, movable = answered(report)
    assert response.whole
    drawn = draw(movable, 30, 5)
    alike, found = exactly(pair_of(report), drawn)
    billed = np.array([lines.packed.hosts for lines in found if lines.packed])
    off = response.whole.drawn(drawn).hosts[alike] - billed
    assert np.abs(off).mean() <= 0.25
    assert np.abs(off).max() <= 1
