"""A launch in time: groups that do not run in the same second, what a fault leaves, and what a cancel takes."""

import pytest

from instances.models import Instance, Volume
from tests.instances.operations.cloud import TOKYO, Cloud
from tests.support.sandbox import TESTER
from virtlab.jobs.models import Job
from virtlab.jobs.runner.cancel import cancel, way_back_of
from virtlab.labs.models import Assumption, Workload


def again(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


class TestGroups:
    def test_it_does_not_let_twenty_run_in_the_same_second(self, cloud: Cloud) -> None:
        Assumption.objects.create(lab=cloud.lab, key="duration_p95_ratio", value=1.5)
        job = cloud.launch(count=20)
        cloud.let_pass()
        assert again(job).state == "succeeded"
        began = sorted(i.running_since_lab_at for i in Instance.objects.all() if i.running_since_lab_at)
        assert len(began) == 20
        assert len(set(began)) == 10
        spread_s = (began[-1] - began[0]).total_seconds()
        assert 5 < spread_s < 40
        started = again(job).started_lab_at
        assert started
        median_s = (began[10] - started).total_seconds()
        assert median_s == pytest.approx(1.5 + 16.5, rel=0.1)

    def test_it_plans_what_it_takes(self, cloud: Cloud) -> None:
        Assumption.objects.create(lab=cloud.lab, key="duration_p95_ratio", value=1.5)
        _preview, plan = cloud.preview("instance.launch", None, **cloud.launch_params(count=20))
        assert plan.down_s == 0
        assert 1.5 + 16.5 + 90 < plan.duration_s < 1.5 + 16.5 * 2 + 90


class TestFault:
    def test_it_leaves_nothing_that_was_still_pending(self, cloud: Cloud) -> None:
        job = cloud.launch(count=3, zone=f"{TOKYO}a")
        cloud.let_pass(5)
        assert {i.state for i in Instance.objects.all()} == {"pending"}
        cloud.run_now("fault.zone_outage", None, zone=f"{TOKYO}a")
        assert again(job).state == "failed"
        assert not Instance.objects.exists()
        assert not Volume.objects.exists()
        assert not Workload.objects.exists()

    def test_it_keeps_what_runs_where_the_zone_goes_out_at_its_first_boot(self, cloud: Cloud) -> None:
        job = cloud.launch(zone=f"{TOKYO}a")
        cloud.let_pass(30)
        cloud.run_now("fault.zone_outage", None, zone=f"{TOKYO}a")
        assert again(job).state == "failed"
        assert Instance.objects.get().state == "running"


class TestCancel:
    def test_it_terminates_what_runs_and_keeps_the_charge(self, cloud: Cloud) -> None:
        job = cloud.launch()
        cloud.let_pass(30)
        back = way_back_of(again(job))
        assert [str(step) for step in back.steps] == ["Terminate what was launched"]
        cancel(again(job), TESTER)
        assert again(job).goes_back
        cloud.let_pass()
        row = Instance.objects.get()
        assert (again(job).state, row.state) == ("cancelled", "terminated")
        assert row.ran_s >= 30

    def test_it_takes_what_is_pending_away_at_once(self, cloud: Cloud) -> None:
        job = cloud.launch()
        cloud.let_pass(5)
        cancel(again(job), TESTER)
        assert not Instance.objects.exists()
        cloud.let_pass()
        assert again(job).state == "cancelled"
