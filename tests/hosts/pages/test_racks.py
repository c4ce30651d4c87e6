"""The racks and the table of VMs."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from hosts.choices import HostState
from hosts.demo.service import fill_with_demo
from hosts.inventory.write import clear_estate, touch
from hosts.models import Cluster, Host, ServerModel, VirtualMachine
from hosts.pages.racks.read import rack_view
from tests.labs.test_labs import open_lab
from virtlab.labs.models import Lab
from virtlab.web.cache import clear_caches

pytestmark = pytest.mark.django_db


@pytest.fixture
def lab() -> Lab:
    lab = Lab.objects.create(name="Demo")
    fill_with_demo(lab)
    return lab


def test_it_puts_every_vm_on_its_host(lab: Lab) -> None:
    estate = rack_view(lab)
    assert [(rack.name, [slab.host.name for slab in rack.slabs]) for rack in estate.racks] == [
        ("Rack A", ["kvm-01", "kvm-02"]),
        ("Rack B", ["esx-03", "esx-04"]),
    ]
    assert estate.vm_count == 65
    assert estate.unplaced == []


def test_it_counts_only_what_runs(lab: Lab) -> None:
    slab = rack_view(lab).racks[1].slabs[1]
    assert slab.host.vcpu_allocated == 51
    assert {block.note for block in slab.blocks if block.state != "running"} == {"Stopped", "template"}


def test_it_shows_what_each_machine_uses_now(lab: Lab) -> None:
    slab = rack_view(lab).racks[0].slabs[0]
    used = sum(block.used * int(block.size.split(" · ")[0]) for block in slab.blocks)
    assert used == pytest.approx(slab.host.cpu_used_vcpu)
    assert slab.host.power_w > 0


def test_it_draws_no_watts_from_a_host_that_is_off(lab: Lab) -> None:
    Host.objects.filter(lab=lab, name="kvm-01").update(state=HostState.OFF)
    touch(lab)
    slab = rack_view(lab).racks[0].slabs[0]
    assert slab.off
    assert slab.host.power_w == 0


def test_it_shows_machines_without_a_host(lab: Lab) -> None:
    VirtualMachine.objects.filter(lab=lab, name="db-01").update(host=None)
    touch(lab)
    estate = rack_view(lab)
    assert [block.name for block in estate.unplaced] == ["db-01"]
    assert estate.vm_count == 65


def test_it_says_where_more_memory_is_allocated_than_installed(aiko: Client) -> None:
    lab = open_lab(aiko)
    Host.objects.filter(lab=lab, name="kvm-01").update(memory_mib=64 * 1024)
    page = aiko.get(f"/labs/{lab.slug}/hosts/").content.decode()
    assert "more memory allocated than installed" in page


def test_it_shows_the_first_hosts_only_where_asked(lab: Lab) -> None:
    shown = rack_view(lab).first(3)
    assert [len(rack.slabs) for rack in shown] == [2, 1]


def more_machines(lab: Lab, count: int) -> None:
    cluster = Cluster.objects.filter(lab=lab)[0]
    host = Host.objects.create(
        lab=lab, cluster=cluster, name="big", model=ServerModel.objects.all()[0], cores=64, memory_mib=2**20
    )
    VirtualMachine.objects.bulk_create(
        VirtualMachine(lab=lab, cluster=cluster, host=host, name=f"vm-{number}", vcpu=2, memory_mib=2048)
        for number in range(count)
    )


@pytest.mark.parametrize(
    "page",
    ["hosts/", "hosts/vms/", "hosts/hosts/", "hosts/clusters/", "hosts/templates/", "hosts/datastores/"],
)
def test_it_asks_the_database_no_more_for_more_machines(
    aiko: Client, page: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    lab = open_lab(aiko)
    address = f"/labs/{lab.slug}/{page}"
    aiko.get(address)
    clear_caches()
    with django_assert_max_num_queries(32) as before:
        aiko.get(address)
    more_machines(lab, 200)
    clear_caches()
    with django_assert_max_num_queries(len(before)):
        assert aiko.get(address).status_code == 200


class TestMachines:
    def test_it_sorts_by_what_a_machine_uses(self, aiko: Client) -> None:
        lab = open_lab(aiko)
        answer = aiko.get(f"/labs/{lab.slug}/hosts/vms/?sort=-vcpu")
        assert [vm.name for vm in answer.context["rows"].page][:2] == ["db-01", "db-02"]

    def test_it_finds_by_name_host_and_application(self, aiko: Client) -> None:
        lab = open_lab(aiko)
        for words, count in (("db-01", 3), ("kvm-01 web", 2), ("postgresql", 3), ("nothing", 0)):
            answer = aiko.get(f"/labs/{lab.slug}/hosts/vms/", {"q": words})
            assert answer.context["rows"].page.paginator.count == count, words

    def test_it_teaches_the_next_step_where_there_is_none(self, aiko: Client) -> None:
        lab = open_lab(aiko)
        clear_estate(lab)
        touch(lab)
        for page in ("hosts/", "hosts/vms/", ""):
            answer = aiko.get(f"/labs/{lab.slug}/{page}").content.decode()
            assert f"/labs/{lab.slug}/import/" in answer
            assert "No hosts yet" in answer
