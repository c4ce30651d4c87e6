"""What is set on an instance and its volumes; quotas and launch templates of the account."""

import pytest

from instances.models import Instance, Quota
from tests.instances.operations.cloud import TOKYO, Cloud, again
from virtlab.jobs.choices import JobState
from virtlab.jobs.operations.refusals import Invalid, Refused


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
        cloud.do("instance.set_user_data", instance, user_data="#!/bin/sh\n<script>")
        assert again(instance).user_data == "#!/bin/sh\n<script>"


class TestVolumes:
    def test_it_grows_while_the_instance_runs(self, cloud: Cloud) -> None:
        volume = cloud.instance().volumes.get()
        values = {"kind": "gp3", "size_gib": 100, "iops": 6000, "throughput_mbps": 250}
        preview, plan = cloud.preview("volume.modify", volume, **values)
        assert preview.cost_usd_per_month is not None
        assert preview.cost_usd_per_month[0] == pytest.approx(30 * 0.096)
        assert preview.cost_usd_per_month[1] > 100 * 0.096
        assert plan.steps[1].duration_s == pytest.approx(21_600 * 100 / 1024)
        cloud.do("volume.modify", volume, **values)
        volume.refresh_from_db()
        assert (volume.size_gib, volume.iops, volume.throughput_mbps) == (100, 6000, 250)

    def test_it_never_shrinks(self, cloud: Cloud) -> None:
        with pytest.raises(Refused, match="only grows: it has 30 GiB"):
            cloud.start("volume.modify", cloud.instance().volumes.get(), kind="gp3", size_gib=29)

    @pytest.mark.parametrize(
        ("values", "field", "why"),
        [
            ({"kind": "gp3", "size_gib": 40, "iops": 50_000}, "iops", "20000 IOPS at most"),
            ({"kind": "st1", "size_gib": 500}, "kind", "cannot be a root volume"),
            ({"kind": "gp2", "size_gib": 20_000}, "size_gib", "1 to 16384 GiB"),
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
