"""A modification that lasts hours loses its zone or its volume: its job ends at that moment, and can go on later."""

import pytest

from instances.models import Fault, Volume
from instances.rules.volumes.speed import Speed, speed_now
from tests.instances.operations.cloud import TOKYO, Cloud
from tests.support.invariants import require_possible
from tests.support.sandbox import TESTER
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import Job
from virtlab.jobs.operations.refusals import Refused
from virtlab.jobs.requests.retry import retry
from virtlab.jobs.requests.ways_on import possible_ways_on

BIG = {"kind": "gp3", "size_gib": 1000, "iops": 6000, "throughput_mib_per_s": 250}
BEFORE, AFTER = Speed(3000, 125), Speed(6000, 250)
HOUR_S = 3600.0


@pytest.fixture
def volume(cloud: Cloud) -> Volume:
    """A gp3 volume of 30 GiB, 3,000 IOPS and 125 MB/s."""
    return cloud.instance().volumes.get()


def lasted_s(job: Job) -> float:
    job.refresh_from_db()
    assert job.ends_lab_at
    assert job.started_lab_at
    return (job.ends_lab_at - job.started_lab_at).total_seconds()


def again(volume: Volume) -> Volume:
    return Volume.objects.get(pk=volume.pk)


def broken_off(cloud: Cloud, volume: Volume) -> Job:
    """The job of a modification whose zone goes out after a minute, and is back an hour later."""
    job = cloud.start("volume.modify", volume, **BIG)
    cloud.let_pass(60)
    cloud.run_now("fault.zone_outage", None, zone=f"{TOKYO}a")
    assert lasted_s(job) == pytest.approx(60, abs=0.1)
    assert (job.state, f"{TOKYO}a went out" in str(job.error)) == (JobState.FAILED, True)
    assert [way.operation for way in possible_ways_on(cloud.lab, job)] == ["fault.end"]
    cloud.let_pass(HOUR_S)
    require_possible(cloud.lab)
    return job


def test_it_moves_nothing_in_a_zone_that_is_out(cloud: Cloud, volume: Volume) -> None:
    job = broken_off(cloud, volume)
    with pytest.raises(Refused, match="went out"):
        retry(job, TESTER)
    assert speed_now(again(volume)) == BEFORE
    assert again(volume).size_gib == BIG["size_gib"], "set and charged since it began"


def test_it_is_not_modified_where_it_goes_with_its_instance(cloud: Cloud, volume: Volume) -> None:
    kept = cloud.instance(name="web-02")
    kept.volumes.update(delete_on_termination=False)
    for instance in (volume.instance, kept):
        cloud.start("instance.terminate", instance)
    cloud.let_pass(1)
    assert f"{volume.volume_id} goes with it" in str(cloud.refused("volume.modify", volume, **BIG).refusals[0].text)
    cloud.preview("volume.modify", kept.volumes.get(), **BIG)


def test_it_goes_on_where_it_stopped_once_the_zone_is_back(cloud: Cloud, volume: Volume) -> None:
    job = broken_off(cloud, volume)
    cloud.begin("fault.end", Fault.objects.get())
    [refusal] = cloud.refused("volume.modify", volume, **{**BIG, "iops": 9000}).refusals
    assert (refusal.job, refusal.code) == (job, "IncorrectModificationState")
    assert "was broken off" in str(refusal.text)
    retry(job, TESTER)
    cloud.let_pass(60)
    assert speed_now(again(volume)) == BEFORE
    cloud.let_pass(10 * HOUR_S)
    job.refresh_from_db()
    assert (job.state, speed_now(again(volume))) == (JobState.SUCCEEDED, AFTER)


def test_it_ends_with_its_volume(cloud: Cloud, volume: Volume) -> None:
    job = cloud.start("volume.modify", volume, **BIG)
    cloud.let_pass(60)
    cloud.start("instance.terminate", volume.instance)
    cloud.let_pass(41)
    assert not Volume.objects.exists()
    assert lasted_s(job) == pytest.approx(60 + 40, abs=0.1)
    assert (job.state, f"{volume.volume_id} is gone" in str(job.error)) == (JobState.FAILED, True)


def test_it_goes_on_on_a_volume_that_outlives_its_instance(cloud: Cloud, volume: Volume) -> None:
    Volume.objects.update(delete_on_termination=False)
    job = cloud.start("volume.modify", volume, **BIG)
    cloud.let_pass(60)
    cloud.run("instance.terminate", volume.instance)
    job.refresh_from_db()
    assert (job.state, speed_now(again(volume))) == (JobState.SUCCEEDED, AFTER)
