"""A zone that is lost while an instance is stopped or terminated: it stays on its way down until the zone is back."""

import pytest

from instances.live.region import region_view
from instances.models import Fault, Instance, Volume
from tests.instances.operations.cloud import TOKYO, Cloud, again
from tests.support.invariants import require_possible
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import Job

ZONE = f"{TOKYO}a"
MOMENTS_S = (0.5, 5.0, 9.9, 10.1, 25.0, 39.9)
"""Within the request, the shutdown (10 s) and the cloud's part (30 s)."""


def total(cloud: Cloud) -> tuple[float, float]:
    """USD per month and watts of the region."""
    sums = region_view(cloud.lab, TOKYO).total
    return sums.usd_per_month, sums.power_w


def lose_and_regain(cloud: Cloud, job: Job, instance: Instance, at_s: float, on_its_way: str) -> None:
    """Loses the zone in the middle of the job, and gets it back an hour later."""
    cloud.let_pass(at_s)
    cloud.run_now("fault.zone_outage", None, zone=ZONE)
    for _moment in range(2):
        assert again(instance).state == on_its_way
        require_possible(cloud.lab)
        cloud.let_pass(1800)
    job.refresh_from_db()
    assert (job.state, f"{ZONE} went out" in str(job.error)) == (JobState.FAILED, True)
    preview, _plan = cloud.preview("fault.end", Fault.objects.get())
    assert instance.name in str(preview.notes[0])
    cloud.begin("fault.end", Fault.objects.get())
    assert preview.cost_usd_per_month
    assert total(cloud) == pytest.approx((preview.cost_usd_per_month[1], 0), abs=1e-6)
    require_possible(cloud.lab)


@pytest.mark.parametrize("at_s", MOMENTS_S)
def test_it_is_stopped_once_the_zone_is_back(cloud: Cloud, at_s: float) -> None:
    instance = cloud.instance()
    lose_and_regain(cloud, cloud.start("instance.stop", instance), instance, at_s, "stopping")
    stopped = again(instance)
    assert (stopped.state, stopped.public_address) == ("stopped", None)
    assert stopped.ran_s == 60


@pytest.mark.parametrize("at_s", MOMENTS_S)
def test_it_is_terminated_once_the_zone_is_back(cloud: Cloud, at_s: float) -> None:
    instance = cloud.instance()
    lose_and_regain(cloud, cloud.start("instance.terminate", instance), instance, at_s, "shutting-down")
    assert again(instance).state == "terminated"
    assert not Volume.objects.filter(lab=cloud.lab).exists()


@pytest.mark.parametrize("at_s", MOMENTS_S)
def test_it_is_stopped_without_its_memory_where_it_hibernated(cloud: Cloud, at_s: float) -> None:
    instance = cloud.instance(hibernation=True)
    lose_and_regain(cloud, cloud.start("instance.hibernate", instance), instance, at_s, "stopping")
    assert (again(instance).state, again(instance).hibernated) == ("stopped", False)


def test_it_stays_on_its_way_while_the_region_is_out_too(cloud: Cloud) -> None:
    instance = cloud.instance()
    cloud.start("instance.stop", instance)
    cloud.let_pass(5)
    for name, place in (("fault.zone_outage", {"zone": ZONE}), ("fault.region_outage", {"region": TOKYO})):
        cloud.run_now(name, None, **place)
    cloud.begin("fault.end", Fault.objects.get(kind="zone_outage"))
    assert again(instance).state == "stopping"
    cloud.begin("fault.end", Fault.objects.get())
    assert again(instance).state == "stopped"
