"""A guest that its hypervisor pauses, while it does."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from hosts.live.live import live, live_for_hosts
from hosts.live.totals import estate_totals
from tests.hosts.operations.operated import Operated, give_demand, make_operated
from tests.support.visitors import give_to
from virtlab.jobs.models import Job

pytestmark = pytest.mark.django_db
STEADY_VCPU = 0.1


def busy(hypervisor: str = "kvm") -> Operated:
    """Its guests have a steady demand."""
    estate = make_operated(hypervisor)
    for vm in estate.vms:
        give_demand(vm, memory_gib=1.0)
    return estate


def after(estate: Operated, seconds: float, name: str, /, **params: Any) -> Job:
    """The job of an operation on the first guest, so many seconds after its start."""
    job = estate.start(name, estate.vms[0], **params)
    estate.let_pass(seconds)
    return job


@pytest.mark.parametrize(
    ("hypervisor", "name", "params", "pauses"),
    [
        ("kvm", "snapshot.take", {"name": "s", "with_memory": True}, True),
        ("esxi", "snapshot.take", {"name": "s", "with_memory": True}, False),
        ("kvm", "snapshot.take", {"name": "s"}, False),
        ("esxi", "vm.suspend", {}, True),
        ("kvm", "vm.stop", {}, False),
        ("kvm", "backup.take", {}, False),
    ],
)
def test_it_uses_no_cpu_while_it_is_paused(hypervisor: str, name: str, params: dict[str, Any], pauses: bool) -> None:
    estate = busy(hypervisor)
    before = live(estate.lab)
    after(estate, 1.0, name, **params)
    now = live(estate.lab)
    guest, other = now.guests[estate.vms[0].pk], now.guests[estate.vms[1].pk]
    assert (guest.power_state, guest.paused, other.paused) == ("running", pauses, False)
    assert guest.cpu_used_vcpu == pytest.approx(0.0 if pauses else STEADY_VCPU)
    host, was = now.hosts[estate.hosts[0].pk], before.hosts[estate.hosts[0].pk]
    assert (host.memory_allocated_gib, host.vcpu_allocated) == (was.memory_allocated_gib, was.vcpu_allocated)
    assert (host.power_w < was.power_w) == pauses
    assert live_for_hosts(estate.lab, {estate.hosts[0].pk}).guests[guest.pk].paused == pauses


def test_it_draws_as_many_watts_in_the_sums_as_on_its_hosts_page() -> None:
    estate = busy()
    moment = estate.lab.lab_time()
    before = estate_totals(estate.lab, moment)
    after(estate, 0.0, "snapshot.take", name="s", with_memory=True)
    now = estate_totals(estate.lab, moment)
    assert now.cpu_share < before.cpu_share
    assert now.total.tenths_w / 10 == pytest.approx(live(estate.lab, moment).clusters[estate.cluster.pk].power_w)
    assert now.total.cents == before.total.cents


def test_it_goes_on_afterwards() -> None:
    estate = busy()
    after(estate, 3600.0, "snapshot.take", name="s", with_memory=True)
    guest = live(estate.lab).guests[estate.vms[0].pk]
    assert not guest.paused
    assert guest.cpu_used_vcpu == pytest.approx(STEADY_VCPU)


def test_it_is_simply_off_where_its_host_fails() -> None:
    estate = busy()
    after(estate, 1.0, "snapshot.take", name="s", with_memory=True)
    estate.run_now("host.fail", estate.hosts[0])
    guest = live(estate.lab).guests[estate.vms[0].pk]
    assert (guest.power_state, guest.paused) == ("stopped", False)


def test_it_is_said_on_its_page_and_in_the_racks(aiko: Client) -> None:
    estate = busy()
    give_to(aiko, estate.lab)
    after(estate, 1.0, "snapshot.take", name="s", with_memory=True)
    page = aiko.get(reverse("hosts:vm", args=[estate.lab.slug, estate.vms[0].pk])).content.decode()
    assert "Paused: it stands still" in page
    assert "login:" not in page
    assert 'data-state="paused"' in aiko.get(reverse("hosts:estate", args=[estate.lab.slug])).content.decode()
