"""While a cluster's hosts are installed anew nothing is done with them and their guests, and none are added."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Model

from hosts.choices import Hypervisor, PowerState
from hosts.models import Backup, Cluster, Host, ServerModel
from tests.hosts.operations.operated import Operated, make_operated
from tests.support.sandbox import DAY_S, GIB, TESTER
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import Job
from virtlab.jobs.operations.refusals import Refused
from virtlab.jobs.requests.retry import retry
from virtlab.jobs.requests.start import begin_waiting
from virtlab.labs.models import Assumption

pytestmark = pytest.mark.django_db

Asked = tuple[str, Model | None, dict[str, Any]]
SHAPE = {"vcpu": 2, "memory_mib": 4 * GIB, "disk_gib": 30, "thin": True, "operating_system": "linux"}


@pytest.fixture
def estate() -> Operated:
    """With a template, a backup of a guest, and a host that is off."""
    estate = make_operated()
    estate.run("backup.take", estate.vms[1])
    estate.run("vm.stop", estate.vms[0])
    estate.run("template.save", estate.vms[0], name="golden", how="convert")
    estate.run("host.power_off", estate.hosts[1])
    return estate


def changing(estate: Operated) -> Job:
    """A change that is installing the hosts."""
    job = estate.start("cluster.change_hypervisor", estate.cluster, hypervisor="esxi")
    estate.let_pass(600)
    return Job.objects.get(pk=job.pk)


def new_hosts(estate: Operated, **more: Any) -> dict[str, Any]:
    model = ServerModel.objects.get(name="Test server")
    base = {"cluster": estate.cluster.pk, "model": model.pk, "count": 1, "pattern": "h-{n:02}", "first": 3}
    return base | {"from_shelf": True} | more


def create(estate: Operated) -> Asked:
    return "vm.create", None, {"name": "new", "cluster": estate.cluster.pk, "start": True, **SHAPE}


def deploy(estate: Operated) -> Asked:
    params = {"count": 1, "pattern": "web-{n:02}", "first": 1, "vcpu": 2, "memory_mib": 4 * GIB, "start": True}
    return "template.deploy", estate.vm("golden"), params


REFUSED: dict[str, Callable[[Operated], Asked]] = {
    "vm.create": create,
    "template.deploy": deploy,
    "backup.restore": lambda estate: ("backup.restore", Backup.objects.get(), {"name": "new", "start": True}),
    "vm.start": lambda estate: ("vm.start", estate.vm("db-02"), {}),
    "vm.move": lambda estate: ("vm.move", estate.vm("db-02"), {"host": estate.hosts[1].pk}),
    "vm.clone": lambda estate: ("vm.clone", estate.vm("db-02"), {"name": "copy"}),
    "host.add": lambda estate: ("host.add", None, new_hosts(estate)),
    "host.power_off": lambda estate: ("host.power_off", estate.hosts[0], {}),
    "host.power_on": lambda estate: ("host.power_on", estate.hosts[1], {}),
    "host.remove": lambda estate: ("host.remove", estate.hosts[1], {}),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_refuses_what_would_be_done_with_its_guests_and_hosts(estate: Operated, what: str) -> None:
    job = changing(estate)
    name, subject, params = REFUSED[what](estate)
    refused = estate.refused(name, subject, **params)
    assert [refusal.job for refusal in refused.refusals].count(job) == 1


@pytest.mark.parametrize("what", ["vm.create", "template.deploy", "backup.restore", "host.add"])
def test_it_does_not_begin_while_one_of_these_is_at_work(estate: Operated, what: str) -> None:
    name, subject, params = REFUSED[what](estate)
    estate.run("host.power_on", estate.hosts[1])
    job = estate.start(name, subject, **params)
    estate.let_pass(1)
    refused = estate.refused("cluster.change_hypervisor", estate.cluster, hypervisor="esxi")
    assert job in [refusal.job for refusal in refused.refusals]


def test_it_refuses_hosts_that_are_shut_down_or_booted(estate: Operated) -> None:
    job = estate.start("host.power_on", estate.hosts[1])
    [refusal] = estate.refused("cluster.change_hypervisor", estate.cluster, hypervisor="esxi").refusals
    assert refusal.job == job


def test_it_refuses_what_is_tried_again_meanwhile(estate: Operated) -> None:
    failed = estate.start("vm.create", None, name="new", cluster=estate.cluster.pk, start=False, **SHAPE)
    Host.objects.update(state="maintenance")
    estate.let_pass()
    assert Job.objects.get(pk=failed.pk).state == JobState.FAILED
    Host.objects.update(state="on")
    job = changing(estate)
    with pytest.raises(Refused) as refused:
        retry(failed, TESTER)
    assert refused.value.refusals[0].job == job


def test_it_refuses_what_queued_until_then(estate: Operated) -> None:
    """However it came about that both were accepted."""
    job = changing(estate)
    of_cluster = job.subjects.filter(object_id=estate.cluster.pk, content_type__model="cluster")
    of_cluster.update(held=False)
    Assumption.objects.create(lab=estate.lab, key="jobs_at_once", value=1)
    queued = estate.start("vm.create", None, name="new", cluster=estate.cluster.pk, start=True, **SHAPE)
    assert queued.state == JobState.QUEUED
    of_cluster.update(held=True)
    Assumption.objects.update(value=2)
    begin_waiting(estate.lab.pk)
    queued.refresh_from_db()
    assert queued.state == JobState.FAILED
    assert f"(job {job.pk}) is still to end" in str(queued.error)


def test_it_lets_a_host_fail_and_ends_at_that_moment(estate: Operated) -> None:
    job = changing(estate)
    estate.run_now("host.fail", estate.hosts[0])
    assert Job.objects.get(pk=job.pk).goes_back


def test_it_lets_what_is_delivered_wait(estate: Operated) -> None:
    add = estate.start("host.add", **new_hosts(estate, from_shelf=False))
    estate.let_pass(84 * DAY_S - 600)
    job = changing(estate)
    estate.let_pass(60)
    assert str(Job.objects.get(pk=add.pk).note) == f"Waits for “{job.title}”."
    estate.let_pass(Job.objects.get(pk=job.pk).duration_s - 700)
    assert not Host.objects.filter(name="h-03").exists()
    estate.let_pass()
    assert Host.objects.filter(name="h-03").exists()
    assert Job.objects.get(pk=job.pk).state == Job.objects.get(pk=add.pk).state == JobState.SUCCEEDED


def test_it_is_open_again_afterwards(estate: Operated) -> None:
    job = changing(estate)
    estate.let_pass()
    assert Job.objects.get(pk=job.pk).state == JobState.SUCCEEDED
    assert Cluster.objects.get().hypervisor == Hypervisor.ESXI
    name, subject, params = create(estate)
    estate.run(name, subject, **params)
    assert estate.vm("new").power_state == PowerState.RUNNING
