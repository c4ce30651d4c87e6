"""What a step made is known to the steps after it, whoever drives them and however often he dies."""

import pytest

from hosts.choices import PowerState
from hosts.models import VirtualMachine
from instances.models import Instance
from tests.hosts.operations.operated import Operated, make_operated
from tests.instances.operations.cloud import Cloud, make_cloud
from tests.support.guests import shut_down
from tests.support.sandbox import TESTER
from virtlab.jobs.choices import JobState, StepState
from virtlab.jobs.models import Job, Step
from virtlab.jobs.operations.effects import Run
from virtlab.jobs.runner.cancel import cancel
from virtlab.jobs.runner.drive import Batch, drive
from virtlab.labs import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def estate() -> Operated:
    return make_operated()


@pytest.fixture
def cloud(catalog: None) -> Cloud:
    return make_cloud()


def clone(estate: Operated) -> Job:
    """A clone that is to start: the step that starts it needs what the first one made."""
    shut_down(estate.vms[0])
    return estate.start("vm.clone", estate.vms[0], name="db-04", start=True)


def made(job: Job) -> Step:
    """The step that makes it, as the database has it."""
    return job.steps.get(key="make")


class TestResult:
    def test_it_is_known_in_the_same_batch(self, estate: Operated) -> None:
        job = clone(estate)
        estate.let_pass()
        assert estate.vm("db-04").power_state == PowerState.RUNNING
        assert made(job).memory == {"vm": estate.vm("db-04").pk}

    def test_it_is_known_to_the_next_worker(self, estate: Operated) -> None:
        job = clone(estate)
        estate.let_pass(1)
        assert (made(job).state, estate.vm("db-04").power_state) == (StepState.DONE, PowerState.STOPPED)
        VirtualMachine.objects.filter(name="db-04").update(name="renamed")
        estate.let_pass()
        assert estate.vm("renamed").power_state == PowerState.RUNNING

    def test_it_is_kept_or_lost_with_what_was_made(self, estate: Operated, monkeypatch: pytest.MonkeyPatch) -> None:
        job = clone(estate)
        lab = clock.move_forward(estate.lab.pk, job.ends_lab_at or estate.lab.lab_time())

        def killed(_batch: Batch) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(Batch, "write", killed)
            with pytest.raises(KeyboardInterrupt):
                drive(lab.pk)
        assert not VirtualMachine.objects.filter(name="db-04").exists()
        assert made(job).memory == {}
        estate.let_pass()
        assert Job.objects.get(pk=job.pk).state == JobState.SUCCEEDED
        assert made(job).memory == {"vm": estate.vm("db-04").pk}

    def test_it_is_known_to_the_undoing(self, estate: Operated) -> None:
        job = clone(estate)
        estate.let_pass(job.duration_s - 1)
        assert estate.vm("db-04").power_state == PowerState.RUNNING
        cancel(job, TESTER)
        assert not VirtualMachine.objects.filter(name="db-04").exists()
        assert [step.state for step in job.steps.all()] == ["undone", "done", "done", "undone", "skipped"]

    def test_it_is_empty_where_no_earlier_step_has_the_key(self, estate: Operated) -> None:
        job = clone(estate)
        first, _copy, _register, start, _customise = job.steps.all()
        assert Run(estate.lab, job, start, estate.lab.lab_time()).result("nothing") == {}
        assert Run(estate.lab, job, first, estate.lab.lab_time()).result("start") == {}

    def test_it_goes_on_with_jobs_of_an_earlier_version(self, estate: Operated) -> None:
        job = clone(estate)
        estate.let_pass(1)
        job.steps.filter(key="make").update(memory={})
        job.steps.filter(key="start").update(params={"name": "db-04"})
        estate.let_pass()
        assert estate.vm("db-04").power_state == PowerState.RUNNING

    def test_it_undoes_jobs_of_an_earlier_version(self, estate: Operated) -> None:
        job = clone(estate)
        estate.let_pass(1)
        job.steps.filter(key="make").update(memory={})
        cancel(job, TESTER)
        assert not VirtualMachine.objects.filter(name="db-04").exists()

    def test_it_brings_all_instances_of_a_launch_to_run(self, cloud: Cloud) -> None:
        job = cloud.launch(count=3)
        cloud.let_pass()
        keys = job.steps.get(key="api").memory["instances"]
        assert {i.pk for i in Instance.objects.filter(lab=cloud.lab, state="running")} == set(keys)
