"""What takes something away names, before it happens, the jobs in progress that will fail with it."""

import pytest

from instances.models import Instance, Volume
from tests.instances.operations.cloud import TOKYO, Cloud
from virtlab.jobs.models import Job

ZONE, OTHER = f"{TOKYO}a", f"{TOKYO}c"
FAST = {"kind": "gp3", "size_gib": 500, "iops": 6000, "throughput_mib_per_s": 250}


def said(cloud: Cloud, name: str, subject: Instance | None = None, /, **params: str) -> str:
    """All notes of a preview."""
    preview, _plan = cloud.preview(name, subject, **params)
    return "\n".join(str(note) for note in preview.notes)


def failed() -> set[str]:
    return {str(job.title) for job in Job.objects.filter(state="failed")}


@pytest.mark.parametrize(("name", "place"), [("zone", {"zone": ZONE}), ("region", {"region": TOKYO})])
def test_it_names_those_of_the_place(cloud: Cloud, name: str, place: dict[str, str]) -> None:
    jobs = [
        cloud.start("volume.modify", cloud.instance(name="db").volumes.get(), **FAST),
        cloud.start("fault.system_failure", cloud.instance(name="ill")),
        cloud.launch(count=3, zone=ZONE, name="new"),
    ]
    elsewhere = [
        cloud.launch(zone=OTHER, name="far"),
        cloud.start("address.allocate", None, region=TOKYO),
        cloud.start("quota.request", None, region=TOKYO, group="standard", vcpu=5000),
    ]
    cloud.let_pass(1)
    titles = [str(job.title) for job in [*jobs, *(elsewhere[:2] if name == "region" else [])]]
    notes = said(cloud, f"fault.{name}_outage", **place)
    assert f"{len(titles)} jobs in progress fail with it: {', '.join(titles)}." in notes
    assert "still pending" not in notes, "nothing is made yet"
    cloud.run_now(f"fault.{name}_outage", None, **place)
    assert failed() == set(titles)


def test_it_counts_what_goes_with_its_launch(cloud: Cloud) -> None:
    job = cloud.launch(count=3, zone=ZONE, name="new")
    cloud.let_pass(5)
    assert "go with their launch, volumes included: 3" in said(cloud, "fault.zone_outage", zone=ZONE)
    cloud.let_pass(30)
    notes = said(cloud, "fault.zone_outage", zone=ZONE)
    assert f"1 job in progress fails with it: {job.title}." in notes
    assert "still pending" not in notes


def test_it_says_nothing_where_nothing_is_in_progress(cloud: Cloud) -> None:
    cloud.instance()
    assert "in progress" not in said(cloud, "fault.zone_outage", zone=ZONE)


def test_it_names_those_of_an_instance_that_is_terminated(cloud: Cloud) -> None:
    instance = cloud.instance()
    data = instance.volumes.get()
    kept = Volume.objects.create(
        lab=cloud.lab, region_id=TOKYO, zone=ZONE, instance=instance, size_gib=10, delete_on_termination=False
    )
    goes = cloud.start("volume.modify", data, **FAST)
    cloud.start("volume.modify", kept, **FAST)
    cloud.start("volume.modify", cloud.instance(name="other").volumes.get(), **FAST)
    cloud.let_pass(60)
    assert f"1 job in progress fails with it: {goes.title}." in said(cloud, "instance.terminate", instance)
    cloud.start("instance.terminate", instance)
    cloud.let_pass(60)
    assert failed() == {str(goes.title)}


def test_it_names_a_launch_of_which_it_is_the_last(cloud: Cloud) -> None:
    job = cloud.launch(count=2, instance_type="m5.large")
    cloud.let_pass(30)
    one, last = Instance.objects.order_by("pk")
    for name in ("instance.terminate", "fault.system_failure"):
        assert "in progress" not in said(cloud, name, one)
    cloud.start("instance.terminate", one)
    cloud.let_pass(1)
    for name in ("instance.terminate", "fault.system_failure"):
        assert f"1 job in progress fails with it: {job.title}." in said(cloud, name, last)
    cloud.start("fault.system_failure", last)
    cloud.let_pass(0.1)
    assert failed() == {str(job.title)}
