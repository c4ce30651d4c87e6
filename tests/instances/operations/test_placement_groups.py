"""Placement groups: how near and how far apart instances are, and what each kind of group allows."""

from collections import Counter
from typing import Any

import pytest

from hosts.operations.guest.attributes import SetPlacement
from instances.models import Instance, PlacementGroup
from instances.operations.placement_group.member import SetPlacementGroup
from tests.instances.operations.cloud import TOKYO, Cloud, again
from virtlab.jobs.choices import JobState
from virtlab.jobs.operations.refusals import Invalid, Refused
from virtlab.labs.models import Assumption

ZONE_A, ZONE_C = f"{TOKYO}a", f"{TOKYO}c"


def made(cloud: Cloud, strategy: str, **more: Any) -> PlacementGroup:
    """A group of a strategy, made by its operation."""
    cloud.run("placement_group.create", None, region=TOKYO, name=f"my-{strategy}", strategy=strategy, **more)
    return PlacementGroup.objects.get(name=f"my-{strategy}")


def code_of(cloud: Cloud, name: str, subject: Any = None, /, **params: Any) -> str:
    """The code of the one refusal."""
    [refusal] = cloud.refused(name, subject, **params).refusals
    return refusal.code


class TestGroups:
    def test_it_has_a_name_of_its_own_in_a_region(self, cloud: Cloud) -> None:
        values = {"region": TOKYO, "name": "apart", "strategy": "spread"}
        cloud.run("placement_group.create", None, **values)
        assert code_of(cloud, "placement_group.create", None, **values) == "InvalidPlacementGroup.Duplicate"
        cloud.run("placement_group.create", None, **{**values, "region": "us-east-1"})

    def test_it_fails_where_the_name_was_taken_meanwhile(self, cloud: Cloud) -> None:
        job = cloud.start("placement_group.create", None, region=TOKYO, name="apart", strategy="spread")
        PlacementGroup.objects.create(lab=cloud.lab, region_id=TOKYO, name="apart", strategy="cluster")
        cloud.let_pass()
        job.refresh_from_db()
        assert (job.state, PlacementGroup.objects.get().strategy) == (JobState.FAILED, "cluster")

    def test_it_is_one_of_so_many(self, cloud: Cloud) -> None:
        Assumption.objects.create(lab=cloud.lab, key="placement_groups_per_region", value=1)
        made(cloud, "spread")
        values = {"region": TOKYO, "name": "second", "strategy": "spread"}
        assert code_of(cloud, "placement_group.create", None, **values) == "PlacementGroupLimitExceeded"

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"strategy": "partition", "partitions": 8}, "partitions"),
            ({"strategy": "spread", "partitions": 3}, "partitions"),
            ({"strategy": "spread", "name": "日本"}, "name"),
        ],
    )
    def test_it_refuses_at_the_field_what_a_group_cannot_be(
        self, cloud: Cloud, values: dict[str, Any], field: str
    ) -> None:
        with pytest.raises(Invalid) as invalid:
            cloud.start("placement_group.create", None, **{"region": TOKYO, "name": "x", **values})
        assert field in invalid.value.form.errors

    def test_it_is_deleted_when_it_is_empty(self, cloud: Cloud) -> None:
        group = made(cloud, "spread")
        instance = cloud.instance(state="stopped", placement_group=group)
        [refusal] = cloud.refused("placement_group.delete", group).refusals
        assert refusal.code == "InvalidPlacementGroup.InUse"
        assert "has an instance. Terminate it" in str(refusal.text)
        [way] = refusal.ways_out
        cloud.run(way.operation, instance, placement_group="")
        cloud.run("placement_group.delete", group)
        assert not PlacementGroup.objects.exists()

    def test_it_is_not_deleted_under_an_instance_that_came_meanwhile(self, cloud: Cloud) -> None:
        group = made(cloud, "spread")
        job = cloud.start("placement_group.delete", group)
        cloud.instance(placement_group=group)
        cloud.let_pass()
        job.refresh_from_db()
        assert (job.state, PlacementGroup.objects.count()) == (JobState.FAILED, 1)

    def test_it_is_left_by_what_is_terminated(self, cloud: Cloud) -> None:
        group = made(cloud, "spread")
        cloud.run("instance.terminate", cloud.instance(placement_group=group))
        cloud.run("placement_group.delete", group)


class TestCluster:
    def launch(self, cloud: Cloud, **changes: Any) -> dict[str, Any]:
        return cloud.launch_params(instance_type="m5.large", placement_group="my-cluster", **changes)

    def test_it_is_in_one_zone(self, cloud: Cloud) -> None:
        made(cloud, "cluster")
        cloud.run("instance.launch", None, **self.launch(cloud, count=3, zone=ZONE_C))
        cloud.run("instance.launch", None, **self.launch(cloud, count=2, name="later"))
        assert {one.zone for one in Instance.objects.all()} == {ZONE_C}
        code = code_of(cloud, "instance.launch", None, **self.launch(cloud, name="elsewhere", zone=ZONE_A))
        assert code == "InvalidPlacementGroup.InUse"

    def test_it_chooses_one_zone_for_the_first(self, cloud: Cloud) -> None:
        made(cloud, "cluster")
        cloud.run("instance.launch", None, **self.launch(cloud, count=4))
        assert len({one.zone for one in Instance.objects.all()}) == 1

    @pytest.mark.parametrize("type_name", ["t3.micro", "t2.micro", "m7i-flex.large", "m3.medium"])
    def test_it_refuses_types_that_cannot_be_close_together(self, cloud: Cloud, type_name: str) -> None:
        group = made(cloud, "cluster")
        values = {**self.launch(cloud), "instance_type": type_name}
        assert "InvalidParameterCombination" in [
            r.code for r in cloud.refused("instance.launch", None, **values).refusals
        ]
        member = cloud.instance(state="stopped", placement_group=group)
        refusal = cloud.refused("instance.change_type", member, instance_type=type_name).refusals[0]
        assert refusal.code == "InvalidParameterCombination"

    def test_it_takes_bare_metal(self, cloud: Cloud) -> None:
        made(cloud, "cluster")
        cloud.run("instance.launch", None, **{**self.launch(cloud), "instance_type": "m5.metal"})
        assert Instance.objects.get().placement_group is not None


class TestSpread:
    def test_it_runs_seven_in_a_zone(self, cloud: Cloud) -> None:
        group = made(cloud, "spread")
        values = {"instance_type": "m5.large", "zone": ZONE_A, "placement_group": "my-spread"}
        cloud.run("instance.launch", None, **cloud.launch_params(**values, count=7))
        [refusal] = cloud.refused("instance.launch", None, **cloud.launch_params(**values, name="8th")).refusals
        assert "has room for 0 more" in str(refusal.text)
        assert refusal.field == "placement_group"
        cloud.run("instance.launch", None, **cloud.launch_params(**{**values, "zone": ZONE_C}, name="other"))
        eighth = cloud.instance(state="stopped", name="8th", placement_group=group)
        with pytest.raises(Refused, match="7 run at most"):
            cloud.start("instance.start", eighth)
        cloud.run("instance.stop", Instance.objects.filter(name="web-01").get())
        cloud.run("instance.start", eighth)

    def test_it_does_not_start_an_eighth_that_was_asked_for_before(self, cloud: Cloud) -> None:
        group = made(cloud, "spread")
        stopped = cloud.instance(state="stopped", placement_group=group)
        job = cloud.start("instance.start", stopped)
        for number in range(7):
            cloud.instance(name=f"other-{number}", placement_group=group)
        cloud.let_pass()
        job.refresh_from_db()
        assert (job.state, again(stopped).state) == (JobState.FAILED, "stopped")

    def test_it_does_not_launch_an_eighth_that_was_asked_for_before(self, cloud: Cloud) -> None:
        group = made(cloud, "spread")
        values = {"instance_type": "m5.large", "zone": ZONE_A, "placement_group": "my-spread"}
        job = cloud.launch(**values)
        for number in range(7):
            cloud.instance(name=f"other-{number}", placement_group=group)
        cloud.let_pass()
        job.refresh_from_db()
        assert (job.state, Instance.objects.count()) == (JobState.FAILED, 7)


class TestPartition:
    def test_it_puts_instances_evenly_into_its_partitions(self, cloud: Cloud) -> None:
        made(cloud, "partition", partitions=3)
        values = {"instance_type": "m5.large", "placement_group": "my-partition"}
        cloud.run("instance.launch", None, **cloud.launch_params(**values, count=7))
        cloud.run("instance.launch", None, **cloud.launch_params(**values, count=2, name="more"))
        assert Counter(one.partition for one in Instance.objects.all()) == {1: 3, 2: 3, 3: 3}

    def test_it_begins_at_the_first_in_a_zone_that_has_none(self, cloud: Cloud) -> None:
        """ "Up to seven partitions in each Availability Zone": what is in another zone fills none of them."""
        made(cloud, "partition", partitions=3)
        values = {"instance_type": "m5.large", "placement_group": "my-partition"}
        cloud.run("instance.launch", None, **cloud.launch_params(**values, zone=ZONE_A, count=2))
        cloud.run("instance.launch", None, **cloud.launch_params(**values, zone=ZONE_C, count=4, name="there"))
        given = {
            zone: list(Instance.objects.filter(zone=zone).order_by("pk").values_list("partition", flat=True))
            for zone in (ZONE_A, ZONE_C)
        }
        assert given == {ZONE_A: [1, 2], ZONE_C: [1, 2, 3, 1]}

    def test_it_has_two_where_nobody_says(self, cloud: Cloud) -> None:
        assert made(cloud, "partition").partitions == 2


class TestSetting:
    def test_it_puts_a_stopped_instance_in_and_takes_it_out(self, cloud: Cloud) -> None:
        group, instance = made(cloud, "partition"), cloud.instance(state="stopped")
        cloud.run("instance.set_placement_group", instance, placement_group=group.pk)
        assert (again(instance).placement_group, again(instance).partition) == (group, 1)
        with pytest.raises(Invalid):
            cloud.start("instance.set_placement_group", instance, placement_group=group.pk)
        cloud.run("instance.set_placement_group", instance, placement_group="")
        assert (again(instance).placement_group, again(instance).partition) == (None, None)

    def test_it_needs_a_stopped_one(self, cloud: Cloud) -> None:
        group = made(cloud, "spread")
        code = code_of(cloud, "instance.set_placement_group", cloud.instance(), placement_group=group.pk)
        assert code == "IncorrectInstanceState"

    def test_it_keeps_the_groups_rules(self, cloud: Cloud) -> None:
        group = made(cloud, "cluster")
        cloud.instance(placement_group=group, zone=ZONE_C)
        stopped = cloud.instance(state="stopped", name="web-02")
        code = code_of(cloud, "instance.set_placement_group", stopped, placement_group=group.pk)
        assert code == "InvalidPlacementGroup.InUse"

    def test_it_fails_where_the_group_is_gone_meanwhile(self, cloud: Cloud) -> None:
        group, instance = made(cloud, "spread"), cloud.instance(state="stopped")
        job = cloud.start("instance.set_placement_group", instance, placement_group=group.pk)
        PlacementGroup.objects.all().delete()
        cloud.let_pass()
        job.refresh_from_db()
        assert job.state == JobState.FAILED

    def test_it_is_kept_by_a_launch_template(self, cloud: Cloud) -> None:
        group = made(cloud, "spread")
        params = cloud.launch_params(instance_type="m5.large", placement_group=group.name, name="from-template")
        cloud.run("template.create_launch", None, **params, save_as="apart")
        cloud.run("instance.launch", None, template="apart")
        assert Instance.objects.get().placement_group == group

    def test_it_is_the_other_sides_placement_rules(self) -> None:
        pair = (SetPlacementGroup.counterpart, SetPlacement.counterpart)
        assert pair == ("vm.set_placement", "instance.set_placement_group")
