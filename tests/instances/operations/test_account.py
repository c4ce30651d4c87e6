"""What is set on an instance and its volumes; quotas and launch templates of the account."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse

from instances.catalog.prices import service_prices
from instances.choices import QuotaGroup
from instances.models import Instance, Quota
from instances.rules.quotas import group_of, quotas_of
from tests.instances.operations.cloud import TOKYO, Cloud, again
from tests.instances.operations.test_bulk import visitor
from tests.support.sandbox import TESTER
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import Job
from virtlab.jobs.operations.refusals import Invalid, Refused
from virtlab.jobs.runner.cancel import cancel
from virtlab.labs.models import Assumption
from virtlab.web import formats

HOUR_S = 3600.0


class TestAttributes:
    def test_it_sets_tags_and_shows_markup_as_text(self, cloud: Cloud) -> None:
        instance = cloud.instance()
        cloud.do("instance.set_tags", instance, tags="<b>team</b> = <i>shop</i>\nstage = test")
        assert again(instance).tags == {"<b>team</b>": "<i>shop</i>", "stage": "test"}

    def test_it_refuses_a_tag_of_three_hundred_characters(self, cloud: Cloud) -> None:
        with pytest.raises(Invalid, match="has 300 characters; 256 at most"):
            cloud.start("instance.set_tags", cloud.instance(), tags={"a": "x" * 300})

    def test_it_sets_user_data_of_a_stopped_instance_only(self, cloud: Cloud) -> None:
        instance = cloud.instance()
        with pytest.raises(Refused, match="this needs “Stopped”"):
            cloud.start("instance.set_user_data", instance, user_data="x")
        cloud.do("instance.stop", instance)
        preview, _plan = cloud.preview("instance.set_user_data", instance, user_data="x")
        assert "runs user data at the first boot only" in str(preview.notes[0])
        cloud.do("instance.set_user_data", instance, user_data="#!/bin/sh\n<script>")
        assert again(instance).user_data == "#!/bin/sh\n<script>"


class TestVolumes:
    def test_it_grows_while_the_instance_runs(self, cloud: Cloud) -> None:
        volume = cloud.instance().volumes.get()
        values = {"kind": "gp3", "size_gib": 100, "iops": 6000, "throughput_mib_per_s": 250}
        preview, plan = cloud.preview("volume.modify", volume, **values)
        assert preview.cost_usd_per_month is not None
        assert preview.cost_usd_per_month[0] == pytest.approx(30 * 0.096)
        assert preview.cost_usd_per_month[1] > 100 * 0.096
        assert plan.steps[-1].duration_s == pytest.approx(21_600 * 30 / 1024), (
            "no more data than the volume had room for"
        )
        cloud.do("volume.modify", volume, **values)
        volume.refresh_from_db()
        assert (volume.size_gib, volume.iops, volume.throughput_mib_per_s) == (100, 6000, 250)

    def test_it_waits_for_the_modification_before(self, cloud: Cloud) -> None:
        volume = cloud.instance().volumes.get()
        cloud.start("volume.modify", volume, kind="gp3", size_gib=100, iops=6000)
        cloud.let_pass(60)
        refusals = cloud.refused("volume.modify", volume, kind="gp3", size_gib=200).refusals
        assert "IncorrectModificationState" in {refusal.code for refusal in refusals}

    def test_it_is_modified_four_times_in_a_day(self, cloud: Cloud) -> None:
        volume, began = cloud.instance().volumes.get(), cloud.lab.lab_time()
        for number in range(1, 5):
            cloud.start("volume.modify", volume, kind="gp3", size_gib=30 + number)
            cloud.let_pass(HOUR_S)
        [refusal] = cloud.refused("volume.modify", volume, kind="gp3", size_gib=50).refusals
        assert refusal.code == "VolumeModificationRateExceeded"
        again_at = began + timedelta(hours=24, seconds=2)
        assert formats.moment(again_at) in str(refusal.text)
        page = (
            visitor(cloud)
            .get(reverse("instances:instance", args=[cloud.lab.slug, volume.instance_id]))
            .content.decode()
        )
        assert "modified four times in 24 hours" in page
        cloud.let_pass(20 * HOUR_S + 3)
        cloud.run("volume.modify", volume, kind="gp3", size_gib=50)

    @pytest.mark.parametrize("after_s", [0.5, 60.0])
    def test_it_cannot_be_cancelled(self, cloud: Cloud, after_s: float) -> None:
        volume = cloud.instance().volumes.get()
        job = cloud.start("volume.modify", volume, kind="gp2", size_gib=100)
        cloud.let_pass(after_s)
        with pytest.raises(Refused, match="cannot be taken back"):
            cancel(Job.objects.get(pk=job.pk), TESTER)
        cloud.let_pass()
        job.refresh_from_db()
        volume.refresh_from_db()
        assert (job.state, volume.kind, volume.size_gib) == ("succeeded", "gp2", 100)
        assert [one.completed_lab_at is not None for one in volume.modifications.all()] == [True]

    def test_it_shows_how_long_a_volume_bursts(self, cloud: Cloud) -> None:
        instance = cloud.instance()
        volume = instance.volumes.get()
        preview, _plan = cloud.preview("volume.modify", volume, kind="gp2", size_gib=100)
        shown = {str(change.label): (change.before, change.after) for change in preview.changes}
        assert shown["Burst"] == ("–", f"3,000 IOPS for {formats.duration(2000)}")
        assert (shown["IOPS"], shown["Throughput"]) == ((3000, 300), (125, 128))
        cloud.run("volume.modify", volume, kind="gp2", size_gib=100)
        page = visitor(cloud).get(reverse("instances:instance", args=[cloud.lab.slug, instance.pk])).content.decode()
        assert f"3,000 IOPS for {formats.duration(2000)}" in page

    def test_it_prices_the_iops_of_io2_in_tiers(self, cloud: Cloud) -> None:
        volume = cloud.instance().volumes.get()
        values = {"kind": "io2", "size_gib": 256, "iops": 256_000}
        preview, _plan = cloud.preview("volume.modify", volume, **values)
        assert preview.cost_usd_per_month is not None
        price = service_prices(TOKYO)["ebs-io2-iops-month"].usd
        iops_usd = preview.cost_usd_per_month[1] - 256 * service_prices(TOKYO)["ebs-io2-gb-month"].usd
        assert iops_usd == pytest.approx(price * 32_000 * (1 + 0.708 + 6 * 0.492))
        assert iops_usd < 0.6 * 256_000 * price

    def test_it_never_shrinks(self, cloud: Cloud) -> None:
        with pytest.raises(Refused, match="only grows: it has 30 GiB"):
            cloud.start("volume.modify", cloud.instance().volumes.get(), kind="gp3", size_gib=29)

    @pytest.mark.parametrize(
        ("values", "field", "why"),
        [
            ({"kind": "gp3", "size_gib": 40, "iops": 50_000}, "iops", "20000 IOPS at most"),
            (
                {"kind": "gp3", "size_gib": 40, "throughput_mib_per_s": 2000},
                "throughput_mib_per_s",
                "750 MiB/s at most",
            ),
            ({"kind": "st1", "size_gib": 500}, "kind", "cannot be a root volume"),
            ({"kind": "gp2", "size_gib": 20_000}, "size_gib", "1 to 16,384 GiB"),
            ({"kind": "zip", "size_gib": 40}, "kind", "valid choice"),
        ],
    )
    def test_it_says_at_the_field_what_a_kind_does_not_allow(
        self, cloud: Cloud, values: dict[str, object], field: str, why: str
    ) -> None:
        with pytest.raises(Invalid) as invalid:
            cloud.start("volume.modify", cloud.instance().volumes.get(), **values)
        assert why in str(invalid.value.form.errors[field])


class TestQuotas:
    def test_it_raises_a_quota(self, cloud: Cloud) -> None:
        values = {"region": TOKYO, "group": "standard", "vcpu": 2000}
        preview, plan = cloud.preview("quota.request", None, **values)
        assert (preview.changes[0].before, plan.duration_s) == (1152, 1800)
        cloud.do("quota.request", None, **values)
        assert Quota.objects.get(lab=cloud.lab).vcpu == 2000
        with pytest.raises(Refused, match="2000 vCPU already"):
            cloud.start("quota.request", None, **values)

    def test_it_begins_small_in_a_new_account(self, cloud: Cloud) -> None:
        Assumption.objects.create(lab=cloud.lab, key="new_account", value=1)
        cloud.preview("instance.launch", None, **cloud.launch_params(count=2))
        refusals = cloud.refused("instance.launch", None, **cloud.launch_params(count=3)).refusals
        assert [refusal.code for refusal in refusals] == ["VcpuLimitExceeded"]
        assert "5 left of the quota of 5" in str(refusals[0].text)
        assert {quota.limit for quota in quotas_of(cloud.lab, TOKYO)} == {5, 0}
        way = refusals[0].ways_out[0]
        cloud.run(way.operation, None, **way.params)
        cloud.preview("instance.launch", None, **cloud.launch_params(count=3))

    def test_it_carries_over_what_was_before_these_rules(self, cloud: Cloud) -> None:
        ready, other = cloud.instance(hibernation=True, encrypted=False), cloud.instance(name="other")
        Quota.objects.create(lab=cloud.lab, region_id=TOKYO, group="mac", vcpu=12)
        import_module("instances.migrations.0010_volume_rules").carry_over(apps, None)
        assert (ready.volumes.get().encrypted, other.volumes.get().encrypted) == (True, False)
        assert not Quota.objects.filter(lab=cloud.lab).exists()

    def test_it_has_the_groups_of_ec2_and_none_of_mac(self) -> None:
        named = {
            "m5": "standard", "i7ie": "standard", "dl1": "dl", "f2": "f", "g6": "g-vt", "vt1": "g-vt",
            "u7i-12tb": "high-memory", "hpc7g": "hpc", "inf2": "inf", "p5": "p", "trn1n": "trn", "x8g": "x", "mac2": "",
        }  # fmt: skip
        assert {family: group_of(family) for family in named} == named
        assert set(QuotaGroup.values) == set(named.values()) - {""}


class TestTemplates:
    def test_it_saves_versions_and_launches_from_them(self, cloud: Cloud) -> None:
        params = cloud.launch_params(instance_type="m5.large", tags={"a": "b"}, name="from-template")
        cloud.do("template.create_launch", None, **params, save_as="web")
        job = cloud.do("instance.launch", None, template="web", count=2)
        assert job.state == JobState.SUCCEEDED
        instances = Instance.objects.filter(lab=cloud.lab)
        assert [(one.name, one.instance_type_id, one.tags) for one in instances] == [
            ("from-template-01", "m5.large", {"a": "b"}),
            ("from-template-02", "m5.large", {"a": "b"}),
        ]
        assert {one.template.name for one in instances if one.template} == {"web"}
        cloud.do("instance.launch", None, template="web", name="other", tags={"c": "d"})
        assert Instance.objects.get(lab=cloud.lab, name="other").tags == {"c": "d"}
        cloud.do("template.create_launch", None, **params, save_as="web")
        template = instances[0].template
        assert template is not None
        template.refresh_from_db()
        assert template.version == 2
