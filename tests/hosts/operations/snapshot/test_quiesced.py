"""Quiesced snapshots and backups, where a hypervisor can ask the guest OS."""

import pytest
from django.test import Client
from django.urls import reverse

from hosts.models import Backup
from tests.operations.estates import quiet
from tests.support.visitors import give_to

pytestmark = pytest.mark.django_db
ABLE, UNABLE = ["esxi", "hyperv", "kvm"], ["xen", "virtualbox", "workstation"]


@pytest.mark.parametrize("hypervisor", UNABLE)
def test_it_is_refused_with_a_way_out_where_there_is_none(hypervisor: str) -> None:
    estate = quiet(hypervisor)
    [refusal] = estate.refused("snapshot.take", estate.vms[0], name="s", quiesced=True).refusals
    assert ("quiesces no guest" in str(refusal.text), refusal.field) == (True, "quiesced")
    without, stop = refusal.ways_out
    assert (without.operation, stop.operation) == ("snapshot.take", "vm.stop")
    estate.run(without.operation, without.subject, **without.params)
    assert not estate.snapshot("s").quiesced


@pytest.mark.parametrize("hypervisor", ABLE)
def test_it_is_taken_where_there_is(hypervisor: str) -> None:
    estate = quiet(hypervisor)
    estate.run("snapshot.take", estate.vms[0], name="s", quiesced=True)
    assert estate.snapshot("s").quiesced
    estate.run("backup.take", estate.vms[0], quiesced=True)
    assert Backup.objects.get().quiesced


def test_it_is_refused_for_a_backup_that_no_agent_takes() -> None:
    estate = quiet("xen")
    [refusal] = estate.refused("backup.take", estate.vms[0], quiesced=True).refusals
    without = refusal.ways_out[0]
    estate.run(without.operation, without.subject, **without.params)
    assert not Backup.objects.get().quiesced


@pytest.mark.parametrize("hypervisor", [*ABLE, *UNABLE])
def test_it_is_offered_only_where_it_can_be_had(aiko: Client, hypervisor: str) -> None:
    estate = quiet(hypervisor)
    give_to(aiko, estate.lab)
    for name, able in (("snapshot.take", ABLE), ("backup.take", [*ABLE, "virtualbox", "workstation"])):
        address = reverse("jobs:operate", args=[estate.lab.slug, name])
        page = aiko.get(address, {"subject": estate.vms[0].pk}).content.decode()
        box = next(part for part in page.split("<input")[1:] if 'name="quiesced"' in part.split(">")[0]).split(">")[0]
        assert ("disabled" in box) == (hypervisor not in able), name
        assert ("quiesces no guest" in page) == (hypervisor not in able), name
