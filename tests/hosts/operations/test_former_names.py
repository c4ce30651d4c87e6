"""What jobs of before keep under the names of today."""

from importlib import import_module

import pytest
from django.apps import apps

from tests.hosts.operations.operated import make_operated
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
