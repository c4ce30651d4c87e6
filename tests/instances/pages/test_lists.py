"""The lists of Elastic IPs and of placement groups, and what an instance's page says of both."""

import csv
import io
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from instances.models import ElasticAddress, PlacementGroup
from instances.services.instances import SyntheticLoad
from tests.instances.operations.cloud import TOKYO, Cloud
from virtlab.labs.choices import Role
from virtlab.labs.models import Membership


def get(client: Client, cloud: Cloud, name: str, query: str = "", *args: int) -> str:
    answer = client.get(reverse(f"instances:{name}", args=[cloud.lab.slug, *args]) + query)
    assert answer.status_code == 200
    return answer.content.decode()


class TestAddresses:
    def test_it_marks_what_nobody_uses_and_says_what_that_costs(self, aiko: Client, own: Cloud) -> None:
        own.instance(elastic_address=True)
        own.elastic()
        page = get(aiko, own, "addresses")
        assert "Elastic IPs allocated: 2, $7.30 a month." in page
        assert "Used by nobody: 1, $3.65 a month for nothing." in page
        assert "web-01" in page
        assert all(name in page for name in ("address.associate", "address.release", "address.disassociate"))

    def test_it_filters_searches_and_exports(self, aiko: Client, own: Cloud) -> None:
        own.instance(elastic_address=True)
        unused = own.elastic()
        assert "web-01" not in get(aiko, own, "addresses", "?use=True")
        assert unused.address not in get(aiko, own, "addresses", "?q=web-01")
        rows = list(csv.reader(io.StringIO(get(aiko, own, "addresses", "?use=True&format=csv").lstrip("\ufeff"))))
        assert [row[:4] for row in rows[1:]] == [[unused.address, unused.allocation_id, TOKYO, "Used by nobody"]]

    def test_it_teaches_what_one_is_where_there_is_none(self, aiko: Client, own: Cloud) -> None:
        assert "No Elastic IP yet" in get(aiko, own, "addresses")

    def test_it_asks_the_same_queries_for_any_number(
        self, aiko: Client, own: Cloud, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        own.instance(elastic_address=True)
        get(aiko, own, "addresses")
        with django_assert_max_num_queries(30) as few:
            get(aiko, own, "addresses")
        for number in range(5):
            own.instance(name=f"more-{number}", elastic_address=True)
        with django_assert_max_num_queries(len(few)):
            get(aiko, own, "addresses")

    def test_it_is_named_on_the_region_and_on_the_instances_page(self, aiko: Client, own: Cloud) -> None:
        instance = own.instance(elastic_address=True)
        own.elastic()
        address = reverse("instances:addresses", args=[own.lab.slug])
        page = get(aiko, own, "region")
        assert f'<a href="{address}">Elastic IPs</a> that nobody uses: 1, $3.65 a month.' in page
        used = ElasticAddress.objects.get(instance=instance).address
        assert f"{address}?q={used}" in get(aiko, own, "instance", "", instance.pk)


class TestPlacementGroups:
    def test_it_counts_instances_by_zone(self, aiko: Client, own: Cloud) -> None:
        group = PlacementGroup.objects.create(lab=own.lab, region_id=TOKYO, name="on-racks", strategy="spread")
        instance = own.instance(placement_group=group)
        own.instance(name="web-02", placement_group=group, zone=f"{TOKYO}c")
        page = get(aiko, own, "placement-groups")
        assert f"{TOKYO}a: 1, {TOKYO}c: 1" in page
        assert "placement_group.delete" in page
        assert "on-racks" in get(aiko, own, "instance", "", instance.pk)
        assert "on-racks" not in get(aiko, own, "placement-groups", "?strategy=cluster")
        rows = list(csv.reader(io.StringIO(get(aiko, own, "placement-groups", "?format=csv").lstrip("\ufeff"))))
        assert rows[1] == ["on-racks", group.group_id, "spread", TOKYO, "", "2", f"{TOKYO}a: 1, {TOKYO}c: 1"]

    def test_it_teaches_what_one_is_where_there_is_none(self, aiko: Client, own: Cloud) -> None:
        assert "No placement group yet" in get(aiko, own, "placement-groups")


@pytest.mark.parametrize("name", ["addresses", "placement-groups"])
class TestAccess:
    def test_it_offers_a_viewer_nothing_to_start(
        self, dara: User, client_of: Callable[[User], Client], own: Cloud, name: str
    ) -> None:
        own.elastic()
        PlacementGroup.objects.create(lab=own.lab, region_id=TOKYO, name="on-racks", strategy="spread")
        Membership.objects.create(lab=own.lab, user=dara, role=Role.VIEWER)
        assert "/jobs/operations/" not in get(client_of(dara), own, name)

    def test_it_shows_a_stranger_nothing(self, ben: Client, own: Cloud, name: str) -> None:
        assert ben.get(reverse(f"instances:{name}", args=[own.lab.slug])).status_code == 404


class TestInstance:
    def test_it_shows_the_status_checks(self, aiko: Client, own: Cloud) -> None:
        instance = own.instance(auto_recovery=False)
        page = get(aiko, own, "instance", "", instance.pk)
        assert "3 of 3 passed" in page
        assert "system, instance, attached EBS" in page
        own.run("fault.system_failure", instance)
        page = get(aiko, own, "instance", "", instance.pk)
        assert "failed: system, instance, attached EBS" in page
        assert "Impaired" in page

    def test_it_has_no_check_of_volumes_under_xen(self, aiko: Client, own: Cloud) -> None:
        instance = own.instance("t2.micro")
        assert "2 of 2 passed" in get(aiko, own, "instance", "", instance.pk)

    def test_it_says_why_a_type_is_not_recovered(self, aiko: Client, own: Cloud) -> None:
        page = get(aiko, own, "instance", "", own.instance("m5d.large").pk)
        assert "has an instance store, which is bound to its hardware" in page

    def test_it_shows_credits_and_what_surplus_costs(self, aiko: Client, own: Cloud) -> None:
        page = get(aiko, own, "instance", "", own.instance("t3.medium", load=SyntheticLoad("steady", 0.5, 0.6)).pk)
        assert "Unlimited" in page
        assert "Surplus CPU credits" in page

    def test_it_lists_what_was_terminated_within_the_hour(self, aiko: Client, own: Cloud) -> None:
        instance = own.instance()
        own.start("instance.terminate", instance)
        own.let_pass(600)
        assert "Terminated" in get(aiko, own, "list")
        own.let_pass(3600)
        assert instance.instance_id not in get(aiko, own, "list", "?state=terminated")
