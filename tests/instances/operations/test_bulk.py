"""Operations on many instances at once, and requests made by hand."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from instances.models import Fault, Instance, Quota
from tests.instances.operations.cloud import TOKYO, Cloud, again, make_cloud
from tests.support.sandbox import TESTER
from tests.support.visitors import give_to
from virtlab.jobs.operations.registry import operation_named
from virtlab.jobs.requests.bulk import Bulk


def visitor(cloud: Cloud) -> Client:
    """A browser that may enter the lab."""
    client = Client()
    give_to(client, cloud.lab)
    return client


def stopped(cloud: Cloud, count: int, type_name: str = "m5.large") -> list[Instance]:
    """So many stopped instances."""
    return [cloud.instance(type_name, "stopped", name=f"web-{number:02}") for number in range(count)]


class TestBulk:
    def test_it_starts_only_as_many_as_the_quota_leaves(self, cloud: Cloud) -> None:
        instances = stopped(cloud, 4)
        Quota.objects.create(lab=cloud.lab, region_id=TOKYO, group="standard", vcpu=5)
        client = visitor(cloud)
        address = f"/labs/{cloud.lab.slug}/jobs/bulk/instance.start/"
        query = "&".join(f"subject={one.pk}" for one in instances)
        page = client.get(f"{address}?{query}").content.decode()
        assert page.count("left of the quota of 5") == 2
        client.post(f"{address}?{query}", {"subject": [one.pk for one in instances], "do": "start"})
        cloud.let_pass()
        assert Instance.objects.filter(lab=cloud.lab, state="running").count() == 2

    def test_it_asks_nearly_the_same_queries_for_many(
        self, cloud: Cloud, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        instances = stopped(cloud, 12)
        operation = operation_named("instance.start")
        for count in (2, 12):
            keys = [one.pk for one in instances[:count]]
            subjects = list(operation.subjects(cloud.lab).filter(pk__in=keys))
            with django_assert_max_num_queries(25):
                Bulk(cloud.lab, operation, subjects, {}, TESTER).look()


class TestByHand:
    @pytest.mark.parametrize("name", ["instance.terminate", "instance.set_tags", "instance.resize", "volume.modify"])
    def test_it_knows_nothing_of_another_labs_objects(self, cloud: Cloud, name: str) -> None:
        client, other = visitor(cloud), make_cloud("Other")
        theirs = other.instance()
        subject = theirs.volumes.get().pk if name == "volume.modify" else theirs.pk
        body = {"operation": name, "subject": subject, "params": {"instance_type": "m5.xlarge", "tags": "a = b"}}
        answer = client.post(f"/api/labs/{cloud.lab.slug}/jobs", body, "application/json")
        assert answer.status_code == 404
        page = client.get(f"/labs/{cloud.lab.slug}/jobs/operations/{name}/?subject={subject}")
        assert page.status_code in {302, 404}

    def test_it_refuses_a_terminated_instance_with_a_sentence(self, cloud: Cloud) -> None:
        client, instance = visitor(cloud), cloud.instance(state="terminated")
        body = {"operation": "instance.start", "subject": instance.pk, "params": {}}
        answer = client.post(f"/api/labs/{cloud.lab.slug}/jobs", body, "application/json")
        assert answer.status_code == 409
        assert "is terminated" in answer.json()["reasons"][0]

    def test_it_shows_refusals_and_ways_out_on_the_page(self, cloud: Cloud) -> None:
        client, instance = visitor(cloud), cloud.instance()
        address = f"/labs/{cloud.lab.slug}/jobs/operations/instance.resize/"
        page = client.post(address, {"subject": instance.pk, "instance_type": "m7g.large"}).content.decode()
        assert "The architecture differs" in page
        assert "instance_type=" in page

    def test_it_shows_tags_with_markup_as_text(self, cloud: Cloud) -> None:
        client, instance = visitor(cloud), cloud.instance(tags={"<script>x": "<img src=x>"})
        address = f"/labs/{cloud.lab.slug}/jobs/operations/instance.set_tags/"
        page = client.post(address, {"subject": instance.pk, "tags": "<script>y = <b>"}).content.decode()
        assert "<script>y" not in page
        assert "<img src=x>" not in page
        assert again(instance).tags == {"<script>x": "<img src=x>"}

    @pytest.mark.parametrize("name", ["fault.zone_outage", "fault.end", "quota.request", "template.create_launch"])
    def test_it_shows_the_page_of_every_other_operation(self, cloud: Cloud, name: str) -> None:
        fault = Fault.objects.create(
            lab=cloud.lab, kind="region_outage", region_id="us-east-1", since_lab_at=cloud.lab.lab_time()
        )
        subject = f"?subject={fault.pk}" if name == "fault.end" else ""
        address = f"/labs/{cloud.lab.slug}/jobs/operations/{name}/{subject}"
        assert visitor(cloud).get(address).status_code == 200
