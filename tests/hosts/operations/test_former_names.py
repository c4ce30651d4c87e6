"""What jobs of before keep under the names of today."""

from importlib import import_module

import pytest
from django.apps import apps

from hosts.models import VirtualMachine
from tests.hosts.operations.operated import Operated, make_operated
from virtlab.jobs.models import Job

pytestmark = pytest.mark.django_db


def test_it_keeps_the_group_of_a_vm_that_was_asked_for_under_the_old_name() -> None:
    estate = make_operated()
    params = {"name": "new-01", "vcpu": 2, "memory_mib": 4096, "disk_gib": 40, "operating_system": "linux"}
    job = estate.start("vm.create", None, **params, cluster=estate.cluster.pk, anti_affinity="web")
    kept = job.params
    Job.objects.filter(pk=job.pk).update(params={**kept, "apart": kept["anti_affinity"], "anti_affinity": ""})
    import_module("hosts.migrations.0009_params").rename(apps, "apart", "anti_affinity")
    assert Job.objects.get(pk=job.pk).params == kept


def test_it_renames_the_effects_on_a_guest_that_was_made_and_in_ways_back() -> None:
    estate = make_operated()
    job = estate.start("vm.clone", _stopped(estate), name="copy", start=True)
    start = job.steps.get(key="start")
    assert (start.effect, start.undo) == ("vm.start_made", "vm.stop_made")
    inner = {"key": "x", "effect": "vm.start_newborn", "undo": "vm.stop_newborn", "abort": "", "way_back": []}
    back = {**inner, "effect": "vm.unmake", "undo": "", "way_back": [inner]}
    job.steps.filter(pk=start.pk).update(effect="vm.start_newborn", undo="vm.stop_newborn", way_back=[back])
    import_module("virtlab.jobs.migrations.0011_names_of_effects").rename(apps, None)
    start.refresh_from_db()
    assert (start.effect, start.undo) == ("vm.start_made", "vm.stop_made")
    [kept] = start.way_back
    assert (kept["effect"], kept["undo"]) == ("vm.unmake", "")
    assert kept["way_back"] == [{**inner, "effect": "vm.start_made", "undo": "vm.stop_made"}]


def _stopped(estate: Operated) -> VirtualMachine:
    estate.run("vm.stop", estate.vms[0])
    return estate.vm("db-01")
