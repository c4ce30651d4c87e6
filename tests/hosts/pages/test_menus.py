"""What pages offer first, how forms open, and the jobs that a datastore's page names."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.hosts.operations.operated import Operated, make_operated
from tests.support.guests import shut_down
from tests.support.visitors import give_to
from virtlab.jobs.operations.refusals import Invalid

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine(aiko: Client) -> Operated:
    """An estate that is Aiko's."""
    estate = make_operated()
    give_to(aiko, estate.lab)
    return estate


def test_it_offers_to_resume_a_suspended_vm_first(mine: Operated, aiko: Client) -> None:
    mine.run("vm.suspend", mine.vms[0])
    page = aiko.get(reverse("hosts:vm", args=[mine.lab.slug, mine.vms[0].pk])).content.decode()
    menu = page.partition('class="op-menu"')[2]
    assert "/vm.resume/" in menu.partition("</a>")[0]


def test_it_opens_a_resize_without_a_refusal_until_something_is_changed(mine: Operated, aiko: Client) -> None:
    address, vm = reverse("jobs:operate", args=[mine.lab.slug, "vm.resize"]), mine.vms[0]
    page = aiko.get(address, {"subject": vm.pk}).content.decode()
    assert "has this size already" not in page
    assert "notice-error" not in page
    same = {"subject": vm.pk, "vcpu": vm.vcpu, "memory_mib": vm.memory_mib, "disk_gib": vm.disk_gib}
    assert "db-01 has this size already." in aiko.post(address, same).content.decode()
    assert "has this size already" not in aiko.post(address, same | {"vcpu": 4}).content.decode()


def test_it_opens_a_change_of_hypervisor_without_a_refusal_until_another_one_is_chosen(
    mine: Operated, aiko: Client
) -> None:
    address, cluster = reverse("jobs:operate", args=[mine.lab.slug, "cluster.change_hypervisor"]), mine.cluster
    page = aiko.get(address, {"subject": cluster.pk}).content.decode()
    assert "has it already" not in page
    assert "notice-error" not in page
    assert '<option value="kvm" selected>' in page
    same = {"subject": cluster.pk, "hypervisor": "kvm"}
    assert "c1 has it already: KVM." in aiko.post(address, same).content.decode()
    assert "has it already" not in aiko.post(address, same | {"hypervisor": "esxi"}).content.decode()
    with pytest.raises(Invalid, match="has it already"):
        mine.start("cluster.change_hypervisor", cluster, hypervisor="kvm")


def test_it_names_the_jobs_that_go_through_a_datastore(mine: Operated, aiko: Client) -> None:
    address = reverse("hosts:datastore", args=[mine.lab.slug, mine.datastore.pk])
    assert "No job has touched this yet" in aiko.get(address).content.decode()
    shut_down(mine.vms[0])
    job = mine.start("vm.clone", mine.vms[0], name="copy")
    mine.let_pass(10)
    for _moment in ("while it runs", "afterwards"):
        page = aiko.get(address).content.decode()
        assert "No job has touched this yet" not in page
        history = page.partition("Jobs that touched it")[2]
        assert reverse("jobs:job", args=[mine.lab.slug, job.pk]) in history
        mine.let_pass()
