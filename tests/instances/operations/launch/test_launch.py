"""Launching instances."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from instances.models import Fault, Instance, Price, Quota, Volume
from instances.operations.launch.form import LaunchForm
from instances.services.instances import names_of
from tests.instances.operations.cloud import AL2023, AL2023_ARM, OLD, PARAVIRTUAL, TOKYO, Cloud, again, image
from tests.support.sandbox import TESTER
from tests.support.visitors import give_to
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import Job
from virtlab.jobs.operations.refusals import Invalid, Refused
from virtlab.jobs.runner.cancel import cancel
from virtlab.labs.models import Assumption, Trace, Workload
from virtlab.web import formats


class TestLaunch:
    def test_it_launches_an_instance_with_volume_address_and_synthetic_load(self, cloud: Cloud) -> None:
        job = cloud.launch(tags={"team": "shop"}, user_data="#!/bin/sh\necho hello", protected="on")
        cloud.let_pass()
        assert str(Job.objects.get(pk=job.pk).error) == ""
        instance = Instance.objects.get(lab=cloud.lab)
        assert (instance.state, instance.instance_type_id, instance.protected) == ("running", "t3.micro", True)
        assert instance.tags == {"team": "shop"}
        assert instance.public_address
        assert instance.private_address
        assert instance.running_since_lab_at == instance.launched_lab_at is not None
        volume = instance.volumes.get()
        assert (volume.kind, volume.size_gib, volume.iops, volume.throughput_mib_per_s) == ("gp3", 8, 3000, 125)
        assert volume.zone == instance.zone
        trace = Trace.objects.get(workload=instance.workload)
        assert trace.kind == "synthetic"
        assert trace.cpu_peak_vcpu == pytest.approx(1.2)
        assert trace.cpu_mean_vcpu == pytest.approx(0.3, rel=0.01)

    def test_it_takes_as_long_as_the_engine_says(self, cloud: Cloud) -> None:
        _preview, plan = cloud.preview("instance.launch", None, **cloud.launch_params())
        assert [step.duration_s for step in plan.steps] == [1.5, 16.5, 90]

    def test_it_shows_the_running_price_of_tokyo(self, cloud: Cloud) -> None:
        params = cloud.launch_params(instance_type="m5.large")
        preview, _plan = cloud.preview("instance.launch", None, **params)
        assert preview.cost_usd_per_month is not None
        expected = (0.124 + 0.005) * 730 + 8 * 0.096
        assert preview.cost_usd_per_month[1] == pytest.approx(expected)
        shown = {str(change.label): change.after for change in preview.changes}
        assert shown["Price per month"] == f"{expected:.2f}"
        assert shown["Price per month, at the lab's rate"] == formats.number(expected * 150, 0)
        assert "List" in str(preview.notes[0])
        assert preview.power_w is not None

    @pytest.mark.parametrize("count", [1, 7])
    def test_it_names_the_zone_that_it_uses(self, cloud: Cloud, count: int) -> None:
        preview, _plan = cloud.preview("instance.launch", None, **cloud.launch_params(count=count))
        shown = {str(change.label): str(change.after) for change in preview.changes}
        cloud.launch(count=count)
        cloud.let_pass()
        assert {shown["Zone"]} == set(Instance.objects.filter(lab=cloud.lab).values_list("zone", flat=True))

    def test_it_shows_figures_as_the_readers_language_writes_them(self, cloud: Cloud) -> None:
        params = cloud.launch_params(instance_type="m5.24xlarge", count=4)
        preview, _plan = cloud.preview("instance.launch", None, **params)
        shown = {str(change.label): change.after for change in preview.changes}
        hourly = 4 * (5.952 + 0.005)
        assert shown["Price per month"] == f"{hourly * 730 + 4 * 8 * 0.096:,.2f}"
        assert (shown["Memory"], shown["Network"]) == ("1,536", "25 Gigabit")
        with override("ja"):
            changes = cloud.preview("instance.launch", None, **params)[0].changes
        assert "25 ギガビット" in [change.after for change in changes]

    def test_it_says_so_where_no_source_has_a_price(self, cloud: Cloud) -> None:
        assert not Price.objects.filter(region=TOKYO, instance_type="t8i.small").exists()
        preview, _plan = cloud.preview("instance.launch", None, **cloud.launch_params(instance_type="t8i.small"))
        assert preview.cost_usd_per_month is None
        assert "not in the catalogue" in str(preview.notes[0])
        prices = {str(change.label): str(change.after) for change in preview.changes if "rice" in str(change.label)}
        assert prices == {"Price per hour": "not in the catalogue"}

    def test_it_launches_many_at_once_in_the_one_zone_that_it_names(self, cloud: Cloud) -> None:
        preview, _plan = cloud.preview("instance.launch", None, **cloud.launch_params(count=60))
        zone = next(change.after for change in preview.changes if str(change.label) == "Zone")
        assert any(f"All of them go to {zone}: to spread them" in str(note) for note in preview.notes)
        cloud.launch(count=60, name="worker")
        cloud.let_pass()
        rows = Instance.objects.filter(lab=cloud.lab)
        assert rows.count() == Volume.objects.filter(lab=cloud.lab).count() == 60
        assert set(rows.values_list("state", flat=True)) == {"running"}
        assert set(rows.values_list("zone", flat=True)) == {zone}
        assert len(set(rows.values_list("private_address", flat=True))) == 60
        assert Trace.objects.filter(workload__lab=cloud.lab).count() == 60

    def test_it_chooses_a_zone_that_has_room(self, cloud: Cloud) -> None:
        cloud.do("fault.no_capacity", None, region=TOKYO, zone=f"{TOKYO}a", type_name="t3")
        cloud.launch(count=2)
        cloud.let_pass()
        zones = set(Instance.objects.filter(lab=cloud.lab).values_list("zone", flat=True))
        assert len(zones) == 1
        assert zones != {f"{TOKYO}a"}

    def test_it_runs_an_existing_workload(self, cloud: Cloud) -> None:
        workload = Workload.objects.create(lab=cloud.lab, name="batch")
        cloud.launch(workload=workload.pk)
        cloud.let_pass()
        assert Instance.objects.get(lab=cloud.lab).workload == workload
        with pytest.raises(Invalid, match="Select a valid choice"):
            cloud.launch(workload=workload.pk)

    def test_it_takes_back_what_it_made_when_cancelled(self, cloud: Cloud) -> None:
        job = cloud.launch(count=3)
        cloud.let_pass(5)
        assert Instance.objects.filter(lab=cloud.lab, state="pending").count() == 3
        cancel(Job.objects.get(pk=job.pk), TESTER)
        assert not Instance.objects.filter(lab=cloud.lab).exists()
        assert not Volume.objects.filter(lab=cloud.lab).exists()
        assert not Workload.objects.filter(lab=cloud.lab).exists()


class TestRefusals:
    def test_it_refuses_ten_thousand_whole_beyond_the_quota(self, cloud: Cloud) -> None:
        with pytest.raises(Refused, match="Needs 20000 vCPU of Standard") as refused:
            cloud.launch(count=10_000)
        refusal = refused.value.refusals[0]
        assert refusal.field == "count"
        assert refusal.ways_out[0].operation == "quota.request"
        assert refusal.ways_out[0].params["vcpu"] == 20_000
        assert not Instance.objects.exists()

    def test_it_launches_ten_thousand_only_in_batches(self, cloud: Cloud) -> None:
        Quota.objects.create(lab=cloud.lab, region_id=TOKYO, group="standard", vcpu=20_000)
        refusal = cloud.refused("instance.launch", None, **cloud.launch_params(count=10_000)).refusals[0]
        assert refusal.code == "RequestLimitExceeded"
        assert f"10000 of them take {formats.duration(9000 / 2)}" in str(refusal.text)
        way = refusal.ways_out[0]
        assert (way.operation, way.params["count"]) == ("instance.launch", 1000)
        cloud.run("instance.launch", None, **{**cloud.launch_params(), **way.params})
        assert Instance.objects.filter(lab=cloud.lab, state="running").count() == 1000

    def test_it_says_when_the_bucket_will_hold_enough_again(self, cloud: Cloud) -> None:
        cloud.launch(count=500)
        cloud.let_pass(50)
        Quota.objects.create(lab=cloud.lab, region_id=TOKYO, group="standard", vcpu=20_000)
        [refusal] = cloud.refused("instance.launch", None, **cloud.launch_params(count=800)).refusals
        left = 500 + int((50 - 1.5) * 2)
        assert f"{left} instances can be launched in this region now" in str(refusal.text)
        assert (refusal.field, refusal.code) == ("count", "RequestLimitExceeded")
        cloud.preview("instance.launch", None, **cloud.launch_params(count=left))
        elsewhere = cloud.launch_params(count=500, region="us-east-1", image=image(AL2023, "us-east-1").image_id)
        cloud.preview("instance.launch", None, **elsewhere)
        cloud.let_pass((800 - left) / 2 + 1)
        cloud.preview("instance.launch", None, **cloud.launch_params(count=800))

    @pytest.mark.parametrize("ends", ["cancel", "outage", "terminate"])
    def test_it_counts_what_was_requested_whatever_became_of_it(self, cloud: Cloud, ends: str) -> None:
        Quota.objects.create(lab=cloud.lab, region_id=TOKYO, group="standard", vcpu=20_000)
        job = cloud.launch(count=700, zone=f"{TOKYO}a")
        cloud.let_pass(5)
        if ends == "cancel":
            cancel(job, TESTER)
        elif ends == "outage":
            cloud.run_now("fault.zone_outage", None, zone=f"{TOKYO}a")
            cloud.run_now("fault.end", Fault.objects.get())
        else:
            Instance.objects.filter(lab=cloud.lab).delete()
        assert not Instance.objects.exists()
        cloud.let_pass(60)
        left = 300 + int((65 - 1.5) * 2)
        [refusal] = cloud.refused("instance.launch", None, **cloud.launch_params(count=left + 1)).refusals
        assert f"{left} instances can be launched in this region now" in str(refusal.text)
        cloud.preview("instance.launch", None, **cloud.launch_params(count=left))

    def test_it_does_not_count_a_request_that_was_refused(self, cloud: Cloud) -> None:
        Quota.objects.create(lab=cloud.lab, region_id=TOKYO, group="standard", vcpu=20_000)
        job = cloud.launch(count=700, zone=f"{TOKYO}a")
        cloud.run_now("fault.no_capacity", None, region=TOKYO)
        cloud.let_pass(5)
        assert Job.objects.get(pk=job.pk).state == JobState.FAILED
        cloud.run_now("fault.end", Fault.objects.get())
        cloud.preview("instance.launch", None, **cloud.launch_params(count=1000))

    def test_it_fails_whole_where_the_bucket_is_emptied_meanwhile(self, cloud: Cloud) -> None:
        Quota.objects.create(lab=cloud.lab, region_id=TOKYO, group="standard", vcpu=20_000)
        first, second = cloud.launch(count=600), cloud.launch(count=600, name="other")
        cloud.let_pass()
        assert Job.objects.get(pk=first.pk).state == JobState.SUCCEEDED
        failed = Job.objects.get(pk=second.pk)
        assert (failed.state, "400 instances can be launched" in str(failed.error)) == (JobState.FAILED, True)
        assert Instance.objects.filter(lab=cloud.lab).count() == 600

    def test_it_fails_whole_where_the_quota_is_used_up_meanwhile(self, cloud: Cloud) -> None:
        first, second = cloud.launch(count=500), cloud.launch(count=500, name="other")
        cloud.let_pass()
        assert Job.objects.get(pk=first.pk).state == JobState.SUCCEEDED
        failed = Job.objects.get(pk=second.pk)
        assert (failed.state, "has 152 left" in str(failed.error)) == (JobState.FAILED, True)
        assert Instance.objects.filter(lab=cloud.lab).count() == 500

    def test_it_names_the_zones_that_offer_a_type(self, cloud: Cloud) -> None:
        with pytest.raises(Refused, match=r"ap-northeast-1d does not offer m1\.small; in this region it is in"):
            cloud.launch(instance_type="m1.small", zone=f"{TOKYO}d", image=image(OLD).image_id)

    def test_it_names_the_regions_that_offer_a_type(self, cloud: Cloud) -> None:
        with pytest.raises(Refused, match=r"does not offer u7in-32tb\.224xlarge; "):
            cloud.launch(instance_type="u7in-32tb.224xlarge")

    def test_it_offers_an_image_of_the_types_architecture(self, cloud: Cloud) -> None:
        with pytest.raises(Refused, match="architecture differs") as refused:
            cloud.launch(instance_type="m7g.large")
        way = refused.value.refusals[0].ways_out[0]
        assert way.params["image"] == image(AL2023_ARM.replace("6.12", "6.18")).image_id
        assert way.params["instance_type"] == "m7g.large"

    @pytest.mark.parametrize(
        ("name", "why"),
        [(OLD, "no driver for ENA, NVMe"), (PARAVIRTUAL, "is paravirtual")],
    )
    def test_it_refuses_an_old_image_on_nitro(self, cloud: Cloud, name: str, why: str) -> None:
        with pytest.raises(Refused, match=why):
            cloud.launch(image=image(name).image_id)

    def test_it_starts_old_images_on_xen(self, cloud: Cloud) -> None:
        cloud.launch(image=image(OLD).image_id, instance_type="t2.micro")
        cloud.launch(image=image(PARAVIRTUAL).image_id, instance_type="m3.medium", name="old")
        cloud.let_pass()
        assert Instance.objects.filter(lab=cloud.lab, state="running").count() == 2

    def test_it_refuses_more_interfaces_than_the_type_has(self, cloud: Cloud) -> None:
        with pytest.raises(Refused, match=r"t3\.micro has 2 network interfaces at most; 3 are attached"):
            cloud.launch(interfaces=3)

    def test_it_refuses_hibernation_that_does_not_fit(self, cloud: Cloud) -> None:
        with pytest.raises(Refused, match="does not fit on the root volume") as refused:
            cloud.launch(hibernation="on", instance_type="m5.large")
        assert not refused.value.refusals[0].ways_out

    def test_it_refuses_hibernation_without_encryption_and_offers_it(self, cloud: Cloud) -> None:
        params = cloud.launch_params(hibernation="on", instance_type="m5.large", root_gib=20)
        [refusal] = cloud.refused("instance.launch", None, **params).refusals
        assert (refusal.code, "not encrypted" in str(refusal.text)) == ("UnsupportedHibernationConfiguration", True)
        way = refusal.ways_out[0]
        cloud.run(way.operation, None, **{**params, **way.params})
        assert Instance.objects.get(lab=cloud.lab).volumes.get().encrypted

    def test_it_encrypts_where_the_account_always_does(self, cloud: Cloud) -> None:
        Assumption.objects.create(lab=cloud.lab, key="ebs_encrypted_by_default", value=1)
        cloud.run("instance.launch", None, **cloud.launch_params())
        assert Instance.objects.get(lab=cloud.lab).volumes.get().encrypted

    def test_it_refuses_a_machine_that_needs_a_dedicated_host(self, cloud: Cloud) -> None:
        [refusal] = cloud.refused("instance.launch", None, **cloud.launch_params(instance_type="mac1.metal")).refusals
        assert "runs only on a dedicated host" in str(refusal.text)

    def test_it_says_what_is_to_be_known_of_an_image(self, cloud: Cloud) -> None:
        old = cloud.launch_params(image=image(OLD).image_id, instance_type="t2.micro")
        notes = [str(note) for note in cloud.preview("instance.launch", None, **old)[0].notes]
        assert any(note.startswith("End of life: the maker of amzn-ami") for note in notes)
        made_up = cloud.launch_params(image=image("debian-13-amd64-illustrative").image_id)
        notes = [str(note) for note in cloud.preview("instance.launch", None, **made_up)[0].notes]
        assert any("its name and ID are made up" in note for note in notes)
        page = visitor(cloud).get(f"/labs/{cloud.lab.slug}/jobs/operations/instance.launch/").content.decode()
        assert "debian-13-amd64-illustrative · illustrative<" in page
        assert f"{OLD} · end of life<" in page


BAD = [
    ("name", "", "required"),
    ("name", "x" * 256, "at most 255"),
    ("count", 0, "greater than or equal to 1"),
    ("count", 10_001, "less than or equal to 10000"),
    ("count", "many", "whole number"),
    ("region", "mars-north-1", "valid choice"),
    ("zone", "us-east-1a", "not in the region"),
    ("instance_type", "c9x.huge", "There is no instance type"),
    ("instance_type", "m5.larg", "Did you mean m5.large"),
    ("image", "ami-0", "not in the region"),
    ("purchase", "ten_year", "valid choice"),
    ("root_kind", "st1", "cannot be a root volume"),
    ("root_gib", 2, "at least 8 GiB"),
    ("root_gib", 70_000, "less than or equal to 65536"),
    ("root_iops", 5000, "4000 IOPS at most"),
    ("root_throughput", 5000, "less than or equal to 2000"),
    ("root_throughput", 751, "750 MiB/s at most: 0.25 for each. This takes 3004 IOPS"),
    ("user_data", "x" * 16_385, "16385 bytes"),
    ("tags", {"k": "v" * 257}, "257 characters"),
    ("tags", {"k" * 300: "v"}, "300 characters"),
    ("tags", {f"k{n}": "v" for n in range(51)}, "51 tags"),
    ("tags", "aws:name = x", "begins with aws:"),
    ("tags", " = x", "needs a key"),
    ("tags", "a = 1\na = 2", "given twice"),
    ("tags", {"a": ["b"]}, "is no text"),
    ("tags", {"a": "\0"}, "NUL"),
    ("user_data", "\0", "Null characters"),
    ("instance_type", {"a": 1}, "One value is expected"),
    ("image", ["a"], "One value is expected"),
    ("load_mean_pct", "nan", "Enter a number"),
    ("load_peak_pct", 5, "below the mean"),
    ("load", "sometimes", "valid choice"),
]


@pytest.mark.parametrize(("field", "value", "why"), BAD)
def test_it_says_at_the_field_what_is_wrong(cloud: Cloud, field: str, value: Any, why: str) -> None:
    with pytest.raises(Invalid) as invalid:
        cloud.launch(**{field: value})
    assert why in str(invalid.value.form.errors[field])
    assert not Instance.objects.exists()


def visitor(cloud: Cloud) -> Client:
    """A browser that may enter the lab."""
    client = Client()
    give_to(client, cloud.lab)
    return client


class TestByHand:
    def test_it_answers_a_page_with_the_running_price(self, cloud: Cloud) -> None:
        client = visitor(cloud)
        address = f"/labs/{cloud.lab.slug}/jobs/operations/instance.launch/"
        answer = client.post(address, cloud.launch_params())
        assert answer.status_code == 200
        assert "JPY" in answer.content.decode()

    def test_it_shows_markup_as_text(self, cloud: Cloud) -> None:
        client = visitor(cloud)
        address = f"/labs/{cloud.lab.slug}/jobs/operations/instance.launch/"
        bad = "<script>alert(1)</script>"
        answer = client.post(address, cloud.launch_params(name=bad, user_data=bad, tags=f"{bad} = {bad}", zone="x"))
        assert bad not in answer.content.decode()
        client.post(address, {**cloud.launch_params(name=bad, tags=f"{bad} = {bad}", user_data=bad), "do": "start"})
        cloud.let_pass()
        instance = Instance.objects.get(lab=cloud.lab)
        assert (instance.name, instance.tags, instance.user_data) == (bad, {bad: bad}, bad)
        job = Job.objects.get(lab=cloud.lab)
        assert bad not in client.get(job.get_absolute_url()).content.decode()

    @pytest.mark.parametrize(
        ("field", "value", "why"),
        [("tags", {"k": "v" * 300}, "300"), ("tags", {"a": ["b"]}, "is no text"), ("count", -1, "greater")],
    )
    def test_it_refuses_a_hand_made_request(self, cloud: Cloud, field: str, value: Any, why: str) -> None:
        client = visitor(cloud)
        body = {"operation": "instance.launch", "params": cloud.launch_params(**{field: value})}
        answer = client.post(f"/api/labs/{cloud.lab.slug}/jobs", body, "application/json")
        assert (answer.status_code, why in str(answer.json()["fields"][field])) == (422, True)

    def test_it_takes_tags_as_json(self, cloud: Cloud) -> None:
        client = visitor(cloud)
        body = {"operation": "instance.launch", "params": cloud.launch_params(tags={"a": "b", "k=v": "{x"})}
        assert client.post(f"/api/labs/{cloud.lab.slug}/jobs", body, "application/json").status_code == 201
        cloud.let_pass()
        assert again(Instance.objects.get(lab=cloud.lab)).tags == {"a": "b", "k=v": "{x"}


def test_it_numbers_many_names() -> None:
    assert names_of("web", 1) == ["web"]
    assert names_of("web", 3) == ["web-01", "web-02", "web-03"]
    assert len(max(names_of("x" * 255, 10_000), key=len)) == 255


@pytest.mark.django_db
def test_it_groups_every_field_of_its_form() -> None:
    titles = [title for title, _fields in LaunchForm().parts]
    assert all(titles), "a field belongs to no group"


@pytest.mark.parametrize(("purchase", "until"), [("on_demand", 0), ("one_year", 365), ("three_year", 1095)])
def test_it_says_until_when_a_commitment_is_owed(cloud: Cloud, purchase: str, until: int) -> None:
    params = cloud.launch_params(purchase=purchase)
    preview, _plan = cloud.preview("instance.launch", None, **params)
    ends = formats.day(cloud.lab.lab_time() + timedelta(days=until))
    word = "is paid for until" if purchase == "three_year" else "is owed until"
    said = [str(note) for note in preview.notes if word in str(note)]
    assert [ends in note for note in said] == [True] * bool(until)


@pytest.mark.parametrize(
    ("purchase", "count", "usd"), [("one_year", 2, None), ("three_year", 1, 1238), ("three_year", 2, 2477)]
)
def test_it_tells_what_is_paid_at_once(cloud: Cloud, purchase: str, count: int, usd: int | None) -> None:
    """0.124 USD less 62 %, for the 26,280 hours of three years: what its months in the figures come to."""
    params = cloud.launch_params(instance_type="m5.large", purchase=purchase, count=count)
    preview, _plan = cloud.preview("instance.launch", None, **params)
    said = [str(note) for note in preview.notes if "Paid at once" in str(note)]
    assert [f"{usd:,} USD, spread over the term" in note for note in said] == [True] * (usd is not None)
    if usd:
        assert preview.cost_usd_per_month is not None
        beside = (8 * 0.096 + 0.005 * 730) * count
        assert (preview.cost_usd_per_month[1] - beside) * 36 == pytest.approx(usd, abs=1)
