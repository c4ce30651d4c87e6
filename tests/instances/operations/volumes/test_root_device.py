"""The name of the device that an instance boots from is its image's; what is a root volume does not follow from it."""

from importlib import import_module

import pytest
from django.apps import apps

from instances.models import Image, Volume
from tests.instances.operations.cloud import AL2023, PARAVIRTUAL, WINDOWS_2019, Cloud, again
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import Job, Step
from virtlab.jobs.operations.refusals import Invalid
from virtlab.labs.models import Assumption

NAMES = [
    (AL2023, "/dev/xvda"),
    ("debian-12-amd64-illustrative", "/dev/xvda"),
    (WINDOWS_2019, "/dev/sda1"),
    ("RHEL-9.6.0_HVM-x86_64-illustrative", "/dev/sda1"),
    ("suse-sles-15-sp7-hvm-ssd-x86_64-illustrative", "/dev/sda1"),
    ("ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-illustrative", "/dev/sda1"),
]
MIGRATION = "instances.migrations.0014_cloud_facts"


@pytest.mark.parametrize(("image_name", "device"), NAMES)
def test_it_is_called_as_its_image_says(cloud: Cloud, image_name: str, device: str) -> None:
    root = cloud.instance(image_name=image_name).volumes.get()
    assert (root.device, root.root) == (device, True)
    with pytest.raises(Invalid) as invalid:
        cloud.start("volume.modify", root, kind="st1", size_gib=500)
    assert "cannot be a root volume" in str(invalid.value.form.errors["kind"])


def test_it_is_sda1_where_the_image_is_paravirtual(catalog: None) -> None:
    devices = Image.objects.filter(name=PARAVIRTUAL).values_list("root_device", flat=True)
    assert set(devices) == {"/dev/sda1"}


def test_it_is_no_root_any_more_once_its_instance_is_gone(cloud: Cloud) -> None:
    instance = cloud.instance()
    instance.volumes.update(delete_on_termination=False)
    cloud.run("instance.terminate", instance)
    volume = Volume.objects.get()
    assert (volume.root, again(instance).root_volume) == (False, None)
    cloud.prepared("volume.modify", volume, kind="st1", size_gib=500)


def test_it_takes_over_what_was_there_before(cloud: Cloud) -> None:
    migration = import_module(MIGRATION)
    linux, windows = (cloud.instance(name=name, image_name=name) for name in (AL2023, WINDOWS_2019))
    Volume.objects.update(root=False, device="/dev/xvda")
    migration.name_roots(apps, None)
    roots = [again(instance).root_volume for instance in (linux, windows)]
    assert [root.device for root in roots if root] == ["/dev/xvda", "/dev/sda1"]


def test_it_carries_on_with_a_modification_of_before(cloud: Cloud) -> None:
    migration = import_module(MIGRATION)
    volume = cloud.instance().volumes.get()
    job = cloud.start("volume.modify", volume, kind="gp3", size_gib=100, iops=6000, throughput_mib_per_s=250)
    Assumption.objects.create(lab=cloud.lab, key="gp3_included_mib_per_s", value=100)
    migration.to_mb(apps, None)
    assert "throughput_mbps" in Step.objects.get(job=job, key="modify").params
    migration.to_mib(apps, None)
    assert Assumption.objects.get().key == "gp3_included_mib_per_s"
    cloud.let_pass()
    volume.refresh_from_db()
    assert (Job.objects.get(pk=job.pk).state, volume.throughput_mib_per_s) == (JobState.SUCCEEDED, 250)
