"""A launch in time: groups that do not run in the same second, what a fault leaves, and what a cancel takes."""

from random import Random
from statistics import median, quantiles

import pytest

from instances.models import ElasticAddress, Fault, Instance, PlacementGroup, Volume
from instances.operations.launch.effects import LINKED
from instances.pricing.commitments import owed
from tests.instances.operations.cloud import AL2023, TOKYO, WINDOWS_2019, Cloud, image
from tests.support.sandbox import TESTER
from virtlab.engine.durations.spread import quantile_s
from virtlab.jobs.models import Job
from virtlab.jobs.runner.cancel import cancel, way_back_of
from virtlab.labs.models import Assumption, Workload


def again(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def moments_of(cloud: Cloud, count: int = 20) -> tuple[Job, list[float], list[float]]:
    """A launch that has ended, when each of its instances began to run, and how long its steps lasted."""
    job = again(cloud.launch(count=count))
    assert job.started_lab_at
    cloud.let_pass()
    assert again(job).state == "succeeded"
    rows = Instance.objects.filter(requested_lab_at__gte=job.started_lab_at, state="running").order_by("pk")
    ran_s = [(i.running_since_lab_at - job.started_lab_at).total_seconds() for i in rows if i.running_since_lab_at]
    assert len(ran_s) == count
    return job, ran_s, [step.duration_s for step in job.steps.all()]


class TestGroups:
    def test_it_does_not_let_any_two_run_at_the_same_moment(self, cloud: Cloud) -> None:
        Assumption.objects.create(lab=cloud.lab, key="duration_p95_ratio", value=1.5)
        job, ran_s, _lasted = moments_of(cloud)
        assert len(set(ran_s)) == 20
        assert 5 < max(ran_s) - min(ran_s) < 60
        assert median(ran_s) == pytest.approx(1.5 + 16.5, rel=0.2)
        entered = {s.pk: s for s in again(job).steps.all() if s.key.startswith("pending")}.values()
        assert max(ran_s) == pytest.approx(1.5 + sum(s.duration_s for s in again(job).steps.all()[1:11]), abs=0.01)
        assert [len(step.params["instances"]) for step in entered] == [2] * 10

    def test_it_is_not_the_same_launch_twice(self, cloud: Cloud) -> None:
        Assumption.objects.create(lab=cloud.lab, key="duration_p95_ratio", value=1.3)
        moments = [moments_of(cloud) for _number in range(3)]
        steps = [tuple(lasted) for _job, _ran_s, lasted in moments]
        assert len(set(steps)) == 3
        differ = [len({lasted[n] for lasted in steps}) for n in range(1, 21)]
        assert sum(differ) > 55, "each step but the request"
        # In milliseconds two of sixty may well be the same.
        assert len({at_s for _job, ran_s, _lasted in moments for at_s in ran_s}) > 55

    def test_it_is_the_same_when_the_lab_is_repeated(self, cloud: Cloud) -> None:
        Assumption.objects.create(lab=cloud.lab, key="duration_p95_ratio", value=1.3)
        job = again(cloud.launch(count=20))
        lasted = [step.duration_s for step in job.steps.all()]
        cloud.let_pass()
        Job.objects.all().delete()
        assert [step.duration_s for step in cloud.launch(count=20).steps.all()] == lasted

    @pytest.mark.parametrize("count", [2, 4, 20])
    @pytest.mark.parametrize("image_name", [AL2023, WINDOWS_2019])
    def test_it_previews_when_the_last_of_them_is_up(self, cloud: Cloud, count: int, image_name: str) -> None:
        """The end is that of the slowest: half of all launches end before what is said, 95 of 100 before the other."""
        Assumption.objects.create(lab=cloud.lab, key="duration_p95_ratio", value=1.3)
        params = cloud.launch_params(
            count=count, instance_type="m5.large", image=image(image_name).image_id, root_gib=50
        )
        _preview, plan = cloud.preview("instance.launch", None, **params)
        dice = Random(1)
        drawn = [plan.case(lambda m: quantile_s(m, 1.3, dice.random())) for _n in range(800)]
        cases = [sum(step.lasts_s or 0.0 for step in steps) for steps in drawn]
        assert plan.duration_s == pytest.approx(median(cases), rel=0.02)
        assert plan.p95_s(1.3) == pytest.approx(quantiles(cases, n=20)[-1], rel=0.03)
        assert plan.p95_s(1.3) > plan.duration_s * 1.05

    def test_it_plans_what_it_takes(self, cloud: Cloud) -> None:
        Assumption.objects.create(lab=cloud.lab, key="duration_p95_ratio", value=1.5)
        _preview, plan = cloud.preview("instance.launch", None, **cloud.launch_params(count=20))
        assert plan.down_s == 0
        assert 1.5 + 16.5 + 90 < plan.duration_s < 1.5 + (16.5 + 90) * 1.7
        assert plan.duration_s == pytest.approx(sum(step.duration_s for step in plan.steps))
        job = cloud.launch(count=20)
        assert sum(step.planned_s for step in job.steps.all()) == pytest.approx(plan.duration_s)

    def test_it_does_not_let_first_boots_end_together(self, cloud: Cloud) -> None:
        Assumption.objects.create(lab=cloud.lab, key="duration_p95_ratio", value=1.5)
        job = cloud.launch(count=20)
        cloud.let_pass()
        steps = [step for step in again(job).steps.all() if step.key.startswith(("pending", "first_boot"))]
        assert len({step.ended_lab_at for step in steps}) == len(steps) == 20
        ran = [place for s in steps if s.key.startswith("pending") for place in s.params["instances"]]
        up = [place for s in steps if s.key.startswith("first_boot") for place in s.params["instances"]]
        assert sorted(ran) == sorted(up) == list(range(20))
        assert ran != up, "not as they began to run"

    def test_it_says_of_each_group_which_has_not_come_up(self, cloud: Cloud) -> None:
        Assumption.objects.create(lab=cloud.lab, key="duration_p95_ratio", value=1.5)
        job = cloud.launch(count=4, instance_type="m5.large")
        cloud.let_pass(45)
        broken = list(Instance.objects.all()[:3])
        for instance in broken:
            Instance.objects.filter(pk=instance.pk).update(system_failed_lab_at=cloud.lab.lab_time())
        cloud.let_pass(400)
        said = [str(line.text) for line in again(job).log.filter(level="error")]
        assert len(said) == 3
        assert all(any(one.name in line for line in said) for one in broken)
        assert again(job).state == "succeeded"

    def test_it_fails_where_none_of_several_groups_came_up(self, cloud: Cloud) -> None:
        Assumption.objects.create(lab=cloud.lab, key="duration_p95_ratio", value=1.5)
        job = cloud.launch(count=4, instance_type="m5.large")
        cloud.let_pass(45)
        Instance.objects.all().update(system_failed_lab_at=cloud.lab.lab_time())
        cloud.let_pass(400)
        assert (again(job).state, Instance.objects.filter(state="running").count()) == ("failed", 4)


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

    def test_it_fails_where_the_hardware_fails_at_its_first_boot(self, cloud: Cloud) -> None:
        job = cloud.launch(instance_type="m5.large")
        cloud.let_pass(30)
        cloud.start("fault.system_failure", Instance.objects.get())
        cloud.let_pass(100)
        failed = again(job)
        assert (failed.state, "failed: a stop and a start" in str(failed.error)) == ("failed", True)
        assert Instance.objects.get().state == "running"

    def test_it_says_which_of_several_has_not_come_up(self, cloud: Cloud) -> None:
        job = cloud.launch(count=2, instance_type="m5.large")
        cloud.let_pass(60)
        broken = Instance.objects.all()[0]
        cloud.start("fault.system_failure", broken)
        cloud.let_pass(100)
        [line] = again(job).log.filter(level="error")
        assert (again(job).state, broken.name in str(line.text)) == ("succeeded", True)


class TestNothingLeft:
    """A launch ends at the moment at which nothing of it can come up any more."""

    @pytest.mark.parametrize("at_s", [5.0, 60.0])
    def test_it_ends_once_all_are_terminated(self, cloud: Cloud, at_s: float) -> None:
        Assumption.objects.create(lab=cloud.lab, key="duration_p95_ratio", value=1.3)
        job = cloud.launch(count=20)
        cloud.let_pass(at_s)
        *others, last = Instance.objects.order_by("pk")
        for instance in others:
            cloud.start("instance.terminate", instance)
        cloud.let_pass(1)
        assert again(job).state == "running"
        cloud.start("instance.terminate", last)
        cloud.let_pass(0.1)
        assert (again(job).state, str(again(job).error)) == ("failed", "The instances are gone.")
        cloud.let_pass(60)
        assert {one.state for one in Instance.objects.all()} == {"terminated"}

    def test_it_ends_once_the_last_is_stopped(self, cloud: Cloud) -> None:
        job = cloud.launch()
        cloud.let_pass(30)
        cloud.start("instance.stop", Instance.objects.get())
        cloud.let_pass(0.1)
        assert (again(job).state, "does not run any more" in str(again(job).error)) == ("failed", True)
        cloud.let_pass(60)
        assert Instance.objects.get().state == "stopped"

    def test_it_ends_with_the_hardware_of_the_last(self, cloud: Cloud) -> None:
        job = cloud.launch(instance_type="m5.large")
        cloud.let_pass(30)
        cloud.start("fault.system_failure", Instance.objects.get())
        cloud.let_pass(0.1)
        assert (again(job).state, "failed: a stop and a start" in str(again(job).error)) == ("failed", True)

    def test_it_asks_for_nothing_in_a_zone_that_is_out(self, cloud: Cloud) -> None:
        job = cloud.launch(zone=f"{TOKYO}a")
        cloud.let_pass(0.5)
        cloud.run_now("fault.zone_outage", None, zone=f"{TOKYO}a")
        assert again(job).state == "failed"

    def test_it_terminates_nothing_before_its_zone_is_back(self, cloud: Cloud) -> None:
        job = cloud.launch(zone=f"{TOKYO}a")
        cloud.let_pass(30)
        cancel(again(job), TESTER)
        cloud.run_now("fault.zone_outage", None, zone=f"{TOKYO}a")
        assert (again(job).state, "went out" in str(again(job).error)) == ("failed", True)
        assert Instance.objects.get().state == "shutting-down"
        cloud.run_now("fault.end", Fault.objects.get())
        assert Instance.objects.get().state == "terminated"

    def test_it_needs_its_placement_group(self, cloud: Cloud) -> None:
        cloud.run("placement_group.create", None, region=TOKYO, name="racks", strategy="spread")
        cloud.start("placement_group.delete", PlacementGroup.objects.get())
        cloud.let_pass(0.5)
        job = cloud.launch(instance_type="m5.large", placement_group="racks")
        cloud.let_pass(1.1)
        assert not PlacementGroup.objects.exists()
        assert (again(job).state, str(again(job).error)) == ("failed", "racks is gone.")
        assert not Instance.objects.exists()


class TestHold:
    def test_it_lets_go_of_what_runs(self, cloud: Cloud) -> None:
        job = cloud.launch(count=2)
        cloud.let_pass(5)
        one, other = Instance.objects.all()
        assert cloud.refused("instance.rename", one, name="x").refusals[0].job == job
        cloud.let_pass(60)
        assert again(job).state == "running"
        cloud.run("instance.stop", one)
        assert Instance.objects.get(pk=one.pk).state == "stopped"
        assert again(job).state == "succeeded"
        assert Instance.objects.get(pk=other.pk).state == "running"

    def test_it_lets_nothing_be_done_with_any_of_many_before_they_run(self, cloud: Cloud) -> None:
        """The job's page names fifty of them; the others are no less on their way."""
        cloud.launch(count=LINKED + 2)
        cloud.let_pass(5)
        named, *_others, unnamed = Instance.objects.order_by("pk")
        asked: list[tuple[str, dict[str, str]]] = [
            ("instance.stop", {}),
            ("instance.start", {}),
            ("instance.reboot", {}),
            ("instance.rename", {"name": "x"}),
            ("instance.resize", {"instance_type": "m5.large"}),
            ("instance.change_type", {"instance_type": "m5.large"}),
            ("instance.set_protection", {"protected": "on"}),
            ("fault.system_failure", {}),
        ]
        for instance in (named, unnamed):
            for name, params in asked:
                cloud.refused(name, instance, **params)


class TestCancel:
    def test_it_says_what_stays_owed(self, cloud: Cloud) -> None:
        job = cloud.launch(instance_type="m5.large", purchase="one_year", elastic_address="on")
        cloud.let_pass(5)
        assert not way_back_of(again(job)).lost, "nothing has run yet"
        cloud.let_pass(30)
        _volumes, commitment, addresses = way_back_of(again(job)).lost
        assert "commitment is owed" in str(commitment)
        assert "Elastic IPs stay allocated" in str(addresses)
        cancel(again(job), TESTER)
        cloud.let_pass()
        assert ElasticAddress.objects.get().instance is None
        assert owed("one_year", Instance.objects.get().launched_lab_at, cloud.lab.lab_time())

    def test_it_says_that_what_was_paid_at_once_does_not_come_back(self, cloud: Cloud) -> None:
        job = cloud.launch(instance_type="m5.large", purchase="three_year")
        cloud.let_pass(35)
        _volumes, commitment = way_back_of(again(job)).lost
        assert "paid at once for the commitment does not come back" in str(commitment)

    def test_it_terminates_what_runs_and_keeps_the_charge(self, cloud: Cloud) -> None:
        job = cloud.launch()
        cloud.let_pass(30)
        back = way_back_of(again(job))
        assert [str(step) for step in back.steps] == [
            "The cloud takes the request",
            "The operating system shuts down",
            "Terminate what was launched",
        ]
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


class TestSaid:
    @pytest.mark.parametrize("count", [3, 25])
    def test_it_counts_instances_in_its_steps(self, cloud: Cloud, count: int) -> None:
        Assumption.objects.create(lab=cloud.lab, key="duration_p95_ratio", value=1.3)
        _preview, plan = cloud.preview("instance.launch", **cloud.launch_params(count=count))
        titles = [str(step.title) for step in plan.steps]
        assert f"Pending to running, until {count} of {count} instances run" in titles
        assert f"First boots, until {count} of {count} instances are up" in titles
        assert not [title for title in titles if "group" in title]
        assert len(set(titles)) == len(titles)

    def test_it_says_for_how_many_the_surplus_is(self, cloud: Cloud) -> None:
        busy = {"instance_type": "t3.micro", "load_mean_pct": 60, "load_peak_pct": 90, "credit_mode": "unlimited"}
        one, three = (
            next(
                str(note)
                for note in cloud.preview("instance.launch", **cloud.launch_params(**busy, count=count))[0].notes
                if "Unlimited mode" in str(note)
            )
            for count in (1, 3)
        )
        assert "this surplus costs" in one
        assert "for all" not in one
        assert "of each instance" in three
        assert "USD a month for each" in three
        assert "USD for all 3." in three
