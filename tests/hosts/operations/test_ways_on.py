"""After a job that was broken, every way on that is offered is possible at that moment."""

from collections.abc import Callable

import pytest

from hosts.choices import HostState, PowerState
from hosts.models import Host
from tests.hosts.operations.operated import Operated, make_operated
from tests.support.sandbox import GIB
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import Job
from virtlab.jobs.operations.form_values import completed
from virtlab.jobs.operations.registry import operation_named
from virtlab.jobs.requests.ways_on import possible_ways_on, ways_on

pytestmark = pytest.mark.django_db
JOBS: dict[str, tuple[str, dict[str, object]]] = {
    "vm.start": ("stopped", {}),
    "vm.restart": ("running", {}),
    "vm.suspend": ("running", {}),
    "vm.resume": ("suspended", {}),
    "vm.resize": ("running", {"vcpu": 4, "memory_mib": 8 * GIB, "disk_gib": 40}),
    "snapshot.take": ("running", {"name": "before", "with_memory": True}),
}


def fail_host(estate: Operated) -> None:
    estate.run_now("host.fail", Host.objects.get(pk=estate.hosts[0].pk))


def fail_and_repair(estate: Operated) -> None:
    fail_host(estate)
    estate.run("host.repair", Host.objects.get(pk=estate.hosts[0].pk))


@pytest.mark.parametrize("lose", [fail_host, fail_and_repair])
@pytest.mark.parametrize("name", JOBS)
def test_it_offers_ways_on_that_are_possible(name: str, lose: Callable[[Operated], None]) -> None:
    estate = make_operated("workstation", capacity_gib=10_000)
    state, params = JOBS[name]
    vm = estate.vms[0]
    if state != "running":
        estate.run("vm.stop" if state == "stopped" else "vm.suspend", vm)
    job = estate.start(name, estate.vm(vm.name), **params)
    estate.let_pass(1.5)
    lose(estate)
    job = Job.objects.get(pk=job.pk)
    if job.is_active:
        estate.let_pass()
        job = Job.objects.get(pk=job.pk)
    ways = possible_ways_on(estate.lab, job)
    for way in ways:
        form = operation_named(way.operation).form(estate.lab, way.subject)
        form.bind(completed(form, way.params))
        if form.is_valid():
            estate.preview(way.operation, way.subject, **completed(form, way.params))
    if job.state == JobState.FAILED and estate.vm(vm.name).power_state != PowerState.RUNNING:
        assert ways, "a way on from a guest that does not run"
    if Host.objects.get(pk=estate.hosts[0].pk).state == HostState.FAILED and job.state == JobState.FAILED:
        assert [label for label, _address in ways_on(estate.lab, job)] == ["Repair h-01", "Choose a host"]
