"""A cancelled launch: what it made is terminated by a request like any other, and what is protected is not."""

from typing import Any

import pytest

from instances.models import Instance, Volume
from instances.operations.launch.way_back import ASK
from tests.instances.operations.cloud import Cloud
from tests.support.sandbox import TESTER
from virtlab.jobs.models import Job
from virtlab.jobs.operations.refusals import Refused
from virtlab.jobs.runner.cancel import cancel, way_back_of, why_not_cancelled


def again(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def in_first_boot(cloud: Cloud, **params: Any) -> Job:
    job = cloud.launch(**params)
    cloud.let_pass(30)
    assert set(Instance.objects.values_list("state", flat=True)) == {"running"}
    return job


def test_it_shuts_down_from_the_request_on_and_is_charged_no_more(cloud: Cloud) -> None:
    job = in_first_boot(cloud)
    cancel(again(job), TESTER)
    cloud.let_pass(0.1)
    instance = Instance.objects.get()
    assert (again(job).goes_back, instance.state, instance.running_since_lab_at) == (True, "shutting-down", None)
    charged_s = instance.ran_s
    for name in ("instance.stop", "instance.reboot", "instance.terminate"):
        assert "Shutting down" in str(cloud.refused(name, instance).refusals[0].text)
    cloud.let_pass()
    instance.refresh_from_db()
    assert (again(job).state, instance.state, instance.ran_s) == ("cancelled", "terminated", charged_s)


def test_it_takes_as_long_as_a_terminate(cloud: Cloud) -> None:
    job = in_first_boot(cloud)
    _preview, plan = cloud.preview("instance.terminate", Instance.objects.get())
    assert way_back_of(again(job)).duration_s == pytest.approx(plan.duration_s)


def test_it_stops_what_needs_the_instance_at_the_request(cloud: Cloud) -> None:
    job = in_first_boot(cloud)
    other = cloud.start("instance.reboot", Instance.objects.get())
    cancel(again(job), TESTER)
    cloud.let_pass(0.1)
    assert again(other).state == "failed"


def test_it_leaves_a_terminate_that_was_asked_for_before_to_itself(cloud: Cloud) -> None:
    job = in_first_boot(cloud, count=2)
    first, second = Instance.objects.order_by("pk")
    ended = cloud.start("instance.terminate", first)
    cloud.let_pass(0.1)
    cancel(again(job), TESTER)
    cloud.let_pass()
    assert (again(ended).state, again(job).state) == ("succeeded", "cancelled")
    assert set(Instance.objects.values_list("state", flat=True)) == {"terminated"}
    assert second.pk in job.steps.get(key=ASK).memory["ending"]


def test_it_is_not_cancelled_while_one_is_protected(cloud: Cloud) -> None:
    job = in_first_boot(cloud, count=2)
    _first, second = Instance.objects.order_by("pk")
    Instance.objects.filter(pk=second.pk).update(protected=True)
    assert f"{second.name} is protected from termination" in str(why_not_cancelled(again(job)))
    with pytest.raises(Refused, match="switch its protection off first"):
        cancel(again(job), TESTER)
    assert not again(job).goes_back
    cloud.start("instance.set_protection", second, protected="")
    cloud.let_pass(3)
    cancel(again(job), TESTER)
    cloud.let_pass()
    assert set(Instance.objects.values_list("state", flat=True)) == {"terminated"}


def test_it_is_not_cancelled_while_a_protected_one_is_pending_but_before_it_was_given_anything(cloud: Cloud) -> None:
    early = cloud.launch(protected="on")
    cancel(again(early), TESTER)
    assert again(early).state == "cancelled"
    job = cloud.launch(protected="on")
    cloud.let_pass(5)
    with pytest.raises(Refused, match="is protected from termination"):
        cancel(again(job), TESTER)
    assert Instance.objects.get().state == "pending"


def test_it_ends_none_where_one_is_protected_by_the_time_of_the_request(cloud: Cloud) -> None:
    job = in_first_boot(cloud, count=2)
    cancel(again(job), TESTER)
    Instance.objects.filter(pk=Instance.objects.first().pk).update(protected=True)  # type: ignore[union-attr]
    cloud.let_pass()
    assert (again(job).state, "is protected from termination" in str(again(job).error)) == ("failed", True)
    assert set(Instance.objects.values_list("state", flat=True)) == {"running"}


def test_it_says_what_goes_with_the_instances(cloud: Cloud) -> None:
    job = in_first_boot(cloud, instance_type="m5d.large")
    volumes, store = map(str, way_back_of(again(job)).lost)
    assert ("root volumes" in volumes, "instance store" in store) == (True, True)
    cancel(again(job), TESTER)
    cloud.let_pass()
    assert not Volume.objects.exists()
