"""A host that is shut down: nothing starts on it any more, no job loses it, and once begun it goes through."""

import pytest

from hosts.choices import HostState, PowerState
from hosts.models import Host, VirtualMachine
from tests.hosts.operations.operated import Operated, make_operated
from tests.support.sandbox import TESTER
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import Job
from virtlab.jobs.runner.cancel import cancel, way_back_of

pytestmark = pytest.mark.django_db

SHUTDOWN_S, BOOT_S = 60.0, 300.0


@pytest.fixture
def estate() -> Operated:
    return make_operated()


def state(host: Host) -> str:
    return Host.objects.get(pk=host.pk).state


class TestCancel:
    @pytest.mark.parametrize("name", ["host.power_off", "host.remove"])
    def test_it_goes_through_and_boots_again(self, estate: Operated, name: str) -> None:
        host = estate.hosts[1]
        job = estate.start(name, host)
        estate.let_pass(SHUTDOWN_S - 1)
        back = way_back_of(Job.objects.get(pk=job.pk))
        assert back.duration_s == pytest.approx(1 + BOOT_S, abs=0.1)
        cancel(job, TESTER)
        estate.let_pass(2)
        assert state(host) == HostState.OFF
        estate.let_pass()
        job.refresh_from_db()
        assert (job.state, state(host)) == (JobState.CANCELLED, HostState.ON)

    def test_it_leaves_a_host_in_maintenance_as_it_was(self, estate: Operated) -> None:
        host = estate.hosts[1]
        Host.objects.filter(pk=host.pk).update(state=HostState.MAINTENANCE)
        job = estate.start("host.power_off", host)
        assert [step.key for step in job.steps.all()] == ["off"]
        estate.let_pass(5)
        cancel(job, TESTER)
        estate.let_pass()
        assert state(host) == HostState.MAINTENANCE

    def test_it_leaves_one_failed_that_fails_meanwhile(self, estate: Operated) -> None:
        job = estate.start("host.remove", estate.hosts[1])
        estate.let_pass(5)
        estate.run_now("host.fail", estate.hosts[1])
        estate.let_pass()
        assert Job.objects.get(pk=job.pk).state == JobState.FAILED
        assert state(estate.hosts[1]) == HostState.FAILED


class TestMeanwhile:
    @pytest.mark.parametrize("name", ["host.power_off", "host.remove"])
    def test_it_lets_no_guest_come_to_it(self, estate: Operated, name: str) -> None:
        job = estate.start(name, estate.hosts[1])
        estate.let_pass(1)
        [refusal] = estate.refused("vm.move", estate.vms[0], host=estate.hosts[1].pk).refusals
        assert (refusal.job, refusal.field) == (job, "host")

    def test_it_lets_no_guest_start_on_it(self, estate: Operated) -> None:
        VirtualMachine.objects.update(power_state=PowerState.STOPPED)
        job = estate.start("host.power_off", estate.hosts[0])
        estate.let_pass(1)
        [refusal] = estate.refused("vm.start", estate.vms[0]).refusals
        assert (refusal.job, [way.operation for way in refusal.ways_out]) == (job, ["vm.move"])
        estate.let_pass(SHUTDOWN_S)
        assert state(estate.hosts[0]) == HostState.OFF

    def test_it_works_on_no_disk_any_more(self, estate: Operated) -> None:
        VirtualMachine.objects.update(power_state=PowerState.STOPPED)
        estate.start("host.power_off", estate.hosts[0])
        estate.let_pass(1)
        copy = estate.start("vm.clone", estate.vms[0], name="copy")
        estate.let_pass()
        assert Job.objects.get(pk=copy.pk).state == JobState.SUCCEEDED

    def test_it_names_the_job_that_boots_it(self, estate: Operated) -> None:
        VirtualMachine.objects.update(power_state=PowerState.STOPPED)
        Host.objects.filter(pk=estate.hosts[0].pk).update(state=HostState.OFF)
        job = estate.start("host.power_on", estate.hosts[0])
        [refusal] = estate.refused("vm.start", estate.vms[0]).refusals
        assert refusal.job == job
        assert "host.power_on" not in [way.operation for way in refusal.ways_out]


class TestNeeded:
    @pytest.mark.parametrize("name", ["host.power_off", "host.remove"])
    def test_it_refuses_where_a_guest_is_on_its_way_to_it(self, estate: Operated, name: str) -> None:
        job = estate.start("vm.move", estate.vms[0], host=estate.hosts[1].pk)
        estate.let_pass(1)
        [refusal] = estate.refused(name, estate.hosts[1]).refusals
        assert refusal.job == job

    def test_it_refuses_where_a_copy_is_made_with_it(self, estate: Operated) -> None:
        VirtualMachine.objects.update(power_state=PowerState.STOPPED)
        job = estate.start("vm.clone", estate.vms[0], name="copy")
        estate.let_pass(5)
        [refusal] = estate.refused("host.power_off", estate.hosts[0]).refusals
        assert refusal.job == job
        assert "Wait for it or cancel it" in str(refusal.text)
        estate.let_pass()
        estate.run("host.power_off", estate.hosts[0])

    def test_it_names_a_deployment_once(self, estate: Operated) -> None:
        VirtualMachine.objects.update(power_state=PowerState.STOPPED)
        estate.run("template.save", estate.vms[0], name="golden", how="convert")
        params = {"count": 12, "pattern": "web-{n:02}", "first": 1, "vcpu": 1, "memory_mib": 1024, "start": False}
        job = estate.start("template.deploy", estate.vm("golden"), **params)
        estate.let_pass(5)
        [refusal] = estate.refused("host.power_off", estate.hosts[0]).refusals
        assert refusal.job == job
