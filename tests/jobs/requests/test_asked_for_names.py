"""A name that a job is still to give is taken: nobody else may ask for it."""

from typing import Any

import pytest
from django.db import models

from hosts.models import Backup, Datastore, Host
from tests.hosts.operations.operated import Operated
from tests.instances.operations.cloud import TOKYO, make_cloud
from tests.operations.estates import quiet, with_backup, with_template
from tests.support.sandbox import DAY_S, GIB, TESTER, Sandbox
from virtlab.jobs.choices import JobState
from virtlab.jobs.lifecycle.admission import AT_ONCE
from virtlab.jobs.models import Job
from virtlab.jobs.operations.refusals import Invalid
from virtlab.jobs.requests.start import begin_waiting
from virtlab.jobs.runner.cancel import cancel
from virtlab.labs.models import Assumption

pytestmark = pytest.mark.django_db
DEPLOYED = {"count": 2, "pattern": "new-{n}", "first": 1, "vcpu": 1, "memory_mib": GIB, "start": False}
CREATED = {"vcpu": 1, "memory_mib": GIB, "disk_gib": 10, "operating_system": "linux", "start": False}


def full(sandbox: Sandbox) -> None:
    """From now on everything queues."""
    Assumption.objects.create(lab=sandbox.lab, key=AT_ONCE.key, value=0)


def wrong(sandbox: Sandbox, field: str, name: str, subject: models.Model | None = None, /, **params: Any) -> str:
    """What is said at the field."""
    with pytest.raises(Invalid) as refused:
        sandbox.start(name, subject, **params)
    assert list(refused.value.form.errors) == [field]
    return str(refused.value.form.errors[field][0])


def hosts(estate: Operated) -> dict[str, Any]:
    return {"cluster": estate.cluster.pk, "model": estate.hosts[0].model_id, "count": 2, "pattern": "q{n}"}


class TestOrdered:
    def test_it_takes_the_names_of_hosts_that_are_to_be_delivered(self) -> None:
        estate = quiet()
        job = estate.begin("host.add", None, **hosts(estate), first=1)
        said = wrong(estate, "pattern", "host.add", None, **hosts(estate), first=2)
        assert said.startswith(f"q2 is asked for by “{job.title}” (job {job.pk})")
        other = estate.begin("host.add", None, **hosts(estate), first=3)
        estate.let_pass(200 * DAY_S)
        assert {Job.objects.get(pk=each.pk).state for each in (job, other)} == {JobState.SUCCEEDED}
        assert Host.objects.filter(name__startswith="q").count() == 4

    def test_it_takes_the_name_of_a_datastore_that_is_to_be_delivered(self) -> None:
        estate = quiet()
        params = {"name": "dd", "cluster": estate.cluster.pk, "capacity_gib": 50, "mib_per_s": 500}
        job = estate.begin("datastore.add", None, **params)
        assert f"(job {job.pk})" in wrong(estate, "name", "datastore.add", None, **params)
        estate.let_pass(200 * DAY_S)
        assert Datastore.objects.filter(name="dd").count() == 1

    def test_it_gives_the_name_free_where_the_order_is_cancelled(self) -> None:
        estate = quiet()
        job = estate.begin("host.add", None, **hosts(estate), first=1)
        cancel(Job.objects.get(pk=job.pk), TESTER)
        estate.start("host.add", None, **hosts(estate), first=1)

    def test_it_takes_none_of_another_lab(self) -> None:
        estate, other = quiet(), quiet()
        estate.begin("host.add", None, **hosts(estate), first=1)
        other.begin("host.add", None, **hosts(other), first=1)


QUEUED: dict[str, tuple[str, dict[str, Any]]] = {
    "vm.create": ("new-1", {"name": "new-1", **CREATED}),
    "vm.clone": ("new-1", {"name": "new-1"}),
    "vm.rename": ("new-1", {"name": "new-1", "hostname": ""}),
    "template.save": ("new-1", {"name": "new-1", "how": "copy"}),
    "template.deploy": ("new-2", DEPLOYED),
    "template.deploy_copy": ("new-1", {"name": "new-1", "vcpu": 1, "memory_mib": GIB}),
    "backup.restore": ("new-1", {"name": "new-1", "start": False}),
}


@pytest.mark.parametrize("operation", QUEUED)
def test_it_takes_the_name_of_a_guest_that_is_to_be_made(operation: str) -> None:
    estate = with_backup() if operation == "backup.restore" else with_template()
    if operation in {"vm.clone", "vm.rename", "template.save"}:
        estate.run("vm.stop", estate.vms[1])
    name, params = QUEUED[operation]
    subject: models.Model | None = estate.vms[1]
    if operation in {"template.deploy", "template.deploy_copy"}:
        subject = estate.vm("db-01")
    elif operation == "backup.restore":
        subject = Backup.objects.get()
    elif operation == "vm.create":
        subject, params = None, params | {"cluster": estate.cluster.pk}
    full(estate)
    job = estate.begin(operation, subject, **params)
    assert job.state == JobState.QUEUED
    said = wrong(estate, "name", "vm.create", None, cluster=estate.cluster.pk, name=name, **CREATED)
    assert f"(job {job.pk})" in said
    Assumption.objects.filter(key=AT_ONCE.key).delete()
    begin_waiting(estate.lab.pk)
    estate.let_pass()
    assert Job.objects.get(pk=job.pk).state == JobState.SUCCEEDED, "it is not in its own way"


def test_it_takes_the_addresses_too() -> None:
    estate = with_template()
    full(estate)
    job = estate.begin("template.deploy", estate.vm("db-01"), **DEPLOYED, first_address="10.0.0.1")
    said = wrong(estate, "address", "vm.clone", estate.vms[1], name="other", address="10.0.0.2")
    assert said.startswith("10.0.0.2 is asked for by")
    assert f"(job {job.pk})" in said


def test_it_takes_the_name_of_a_cluster() -> None:
    estate = quiet()
    full(estate)
    params = {"name": "c2", "site": "Main", "hypervisor": "kvm", "policy": "spread"}
    params |= dict.fromkeys(("cpu_overcommit", "memory_overcommit"), "1")
    job = estate.begin("cluster.add", None, **params)
    assert f"(job {job.pk})" in wrong(estate, "name", "cluster.add", None, **params)


@pytest.mark.usefixtures("catalog")
def test_it_takes_the_name_of_a_placement_group_in_its_region() -> None:
    cloud = make_cloud()
    full(cloud)
    params = {"name": "near", "strategy": "cluster"}
    job = cloud.begin("placement_group.create", None, **params, region=TOKYO)
    [refusal] = cloud.refused("placement_group.create", None, **params, region=TOKYO).refusals
    assert (refusal.field, refusal.job, refusal.code) == ("name", job, "InvalidPlacementGroup.Duplicate")
    cloud.start("placement_group.create", None, **params, region="us-east-1")
