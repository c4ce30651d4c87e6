"""Faults switched on and off."""

from importlib import import_module

import pytest
from django.apps import apps

from instances.models import Fault, Instance
from tests.instances.operations.cloud import TOKYO, Cloud
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import Job, Step
from virtlab.jobs.operations.refusals import Invalid, Refused


class TestFaults:
    def test_it_puts_a_zone_out_and_back(self, cloud: Cloud) -> None:
        instance = cloud.instance()
        cloud.instance(zone=f"{TOKYO}c", name="web-02")
        preview, _plan = cloud.preview("fault.zone_outage", None, zone=f"{TOKYO}a")
        assert preview.changes[0].after == 1
        cloud.do("fault.zone_outage", None, zone=f"{TOKYO}a")
        with pytest.raises(Refused, match="on already"):
            cloud.start("fault.zone_outage", None, zone=f"{TOKYO}a")
        with pytest.raises(Refused, match="ap-northeast-1a is out"):
            cloud.launch(zone=f"{TOKYO}a")
        cloud.launch(name="elsewhere")
        cloud.let_pass()
        assert Instance.objects.get(name="elsewhere").zone != f"{TOKYO}a"
        cloud.do("fault.end", Fault.objects.get())
        assert cloud.do("instance.stop", instance).state == JobState.SUCCEEDED

    def test_it_puts_a_region_out(self, cloud: Cloud) -> None:
        cloud.do("fault.region_outage", None, region=TOKYO)
        with pytest.raises(Refused, match="ap-northeast-1 is out"):
            cloud.launch()

    @pytest.mark.parametrize(
        ("values", "field"),
        [({"region": TOKYO, "zone": "us-east-1a"}, "zone"), ({"region": TOKYO, "type_name": "m99"}, "type_name")],
    )
    def test_it_refuses_what_does_not_exist(self, cloud: Cloud, values: dict[str, str], field: str) -> None:
        with pytest.raises(Invalid) as invalid:
            cloud.start("fault.no_capacity", None, **values)
        assert field in invalid.value.form.errors

    def test_it_carries_on_with_a_job_of_the_old_name(self, cloud: Cloud) -> None:
        job = cloud.start("fault.zone_outage", None, zone=f"{TOKYO}a")
        Job.objects.filter(pk=job.pk).update(operation="scene.zone_outage")
        Step.objects.filter(job=job).update(effect="scene.begin")
        import_module("instances.migrations.0009_faults").to_faults(apps, None)
        cloud.let_pass()
        job.refresh_from_db()
        assert (job.operation, job.state) == ("fault.zone_outage", JobState.SUCCEEDED)
        assert Fault.objects.get().zone == f"{TOKYO}a"
