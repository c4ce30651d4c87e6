"""What pages say of a host short of memory, of disks beyond what there is, and of what linked clones need."""

import pytest
from django.test import Client
from django.urls import reverse

from hosts.choices import Hypervisor
from hosts.inventory.write import touch
from hosts.live.live import live
from hosts.models import Cluster, Datastore, VirtualMachine
from tests.hosts.operations.operated import Operated, give_demand, make_operated
from tests.support.sandbox import GIB
from tests.support.visitors import give_to
from virtlab.labs.models import Assumption

pytestmark = pytest.mark.django_db


@pytest.fixture
def crowded(aiko: Client) -> Operated:
    """Aiko's, with 96 GiB allocated on a host of 64 GiB."""
    estate = make_operated(Hypervisor.ESXI)
    VirtualMachine.objects.update(memory_mib=32 * GIB, disk_used_gib=40.0)
    estate.cluster.memory_overcommit = 2.0
    estate.cluster.save()
    give_to(aiko, estate.lab)
    return estate


def page(client: Client, name: str, estate: Operated, pk: int) -> str:
    """A page of the estate."""
    return client.get(reverse(f"hosts:{name}", args=[estate.lab.slug, pk])).content.decode()


def test_it_shows_split_state_and_slowdown_on_host_and_vm(aiko: Client, crowded: Operated) -> None:
    host, vm = live(crowded.lab).hosts[crowded.hosts[0].pk], live(crowded.lab).guests[crowded.vms[0].pk]
    assert host.ballooned_gib > 5
    assert vm.ballooned_gib == pytest.approx(host.ballooned_gib / 3)
    for shown in (page(aiko, "host", crowded, host.pk), page(aiko, "vm", crowded, vm.pk)):
        assert "The host is short of memory: it takes back what its guests leave idle." in shown
        assert "Ballooned" in shown
        assert "× as long" in shown


@pytest.mark.parametrize(
    ("kind", "active_gib", "ways", "slower"),
    [
        (Hypervisor.ESXI, 4.0, ["ballooned"], False),
        (Hypervisor.ESXI, 20.0, ["ballooned", "compressed"], True),
        (Hypervisor.KVM, 4.0, ["swapped"], False),
        (Hypervisor.KVM, 20.0, ["swapped"], True),
        (Hypervisor.XEN, 4.0, ["ballooned"], False),
        (Hypervisor.XEN, 20.0, ["ballooned"], True),
    ],
)
def test_it_takes_back_as_the_hypervisor_does(
    aiko: Client, crowded: Operated, kind: str, active_gib: float, ways: list[str], *, slower: bool
) -> None:
    """84 of 96 GiB may be allocated: 1.5 times what there is."""
    VirtualMachine.objects.update(memory_mib=28 * GIB)
    Cluster.objects.update(hypervisor=kind, memory_overcommit=1.5)
    Assumption.objects.create(lab=crowded.lab, key="host_swap_gib", value=64.0)
    for vm in crowded.vms:
        give_demand(vm, memory_gib=active_gib)
    now = live(crowded.lab)
    host, guest = now.hosts[crowded.hosts[0].pk], now.guests[crowded.vms[0].pk]
    for row in (host, guest):
        taken = {way: getattr(row, f"{way}_gib") for way in ("ballooned", "compressed", "swapped")}
        assert [way for way, gib in taken.items() if gib > 0] == ways
        assert (row.memory_slowdown > 1) == slower
    for shown in (page(aiko, "host", crowded, host.pk), page(aiko, "vm", crowded, guest.pk)):
        assert ("takes back what its guests use" if slower else "what its guests leave idle") in shown
        assert "Work takes" in shown


@pytest.mark.parametrize("swap_gib", [0.0, 4.0])
def test_it_says_that_a_linux_host_without_swap_left_would_end_a_vm(
    aiko: Client, crowded: Operated, swap_gib: float
) -> None:
    Cluster.objects.update(hypervisor=Hypervisor.KVM)
    Assumption.objects.create(lab=crowded.lab, key="host_swap_gib", value=swap_gib)
    for each in crowded.vms:
        give_demand(each, memory_gib=30.0)
    assert live(crowded.lab).hosts[crowded.hosts[0].pk].swapped_gib == swap_gib
    for shown in (
        page(aiko, "host", crowded, crowded.hosts[0].pk),
        page(aiko, "vm", crowded, crowded.vms[0].pk),
    ):
        assert "OOM killer" in shown
        assert "Work takes" not in shown, "nobody knows what comes after"


def test_it_slows_the_guests_where_too_little_is_idle(crowded: Operated) -> None:
    for each in crowded.vms:
        give_demand(each, memory_gib=30.0)
    now = live(crowded.lab)
    host, vm = now.hosts[crowded.hosts[0].pk], now.guests[crowded.vms[0].pk]
    assert host.swapped_gib > 0
    assert vm.memory_slowdown == host.memory_slowdown > 1


def test_it_says_nothing_where_nothing_is_taken_back(aiko: Client, crowded: Operated) -> None:
    VirtualMachine.objects.update(memory_mib=8 * GIB)
    assert "Ballooned" not in page(aiko, "host", crowded, crowded.hosts[0].pk)
    assert "Ballooned" not in page(aiko, "vm", crowded, crowded.vms[0].pk)


def test_it_shows_which_snapshot_a_linked_clone_needs(aiko: Client, crowded: Operated) -> None:
    crowded.run("vm.clone", crowded.vms[0], name="lc", linked=True)
    clone = crowded.vm("lc")
    assert f"/hosts/vms/{clone.pk}/" in page(aiko, "vm", crowded, crowded.vms[0].pk).partition('id="snapshots"')[2]
    assert "base-lc" in page(aiko, "vm", crowded, clone.pk)


def test_it_says_where_thin_disks_may_grow_to_more_than_the_datastore_has(aiko: Client, crowded: Operated) -> None:
    assert "not all of its thin disks can fill" not in page(aiko, "datastore", crowded, crowded.datastore.pk)
    Datastore.objects.update(capacity_gib=100)
    touch(crowded.lab)
    assert "not all of its thin disks can fill" in page(aiko, "datastore", crowded, crowded.datastore.pk)
