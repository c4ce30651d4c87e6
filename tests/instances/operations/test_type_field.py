"""The names that the fields for an instance type suggest."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from instances.models import Offering
from instances.operations.type_field import TypeField
from tests.instances.operations.cloud import AL2023_ARM, TOKYO, Cloud
from tests.instances.operations.test_bulk import visitor

OTHERS = ("us-east-1", "eu-north-1")
OPTION = re.compile(r'<option value="([^"]+)">[\d.]+ vCPU · [\d.]+ GiB</option>')


def page_of(cloud: Cloud, name: str, **query: str | int) -> str:
    """The page of an operation."""
    return visitor(cloud).get(reverse("jobs:operate", args=[cloud.lab.slug, name]), query).content.decode()


class TestSuggestions:
    def test_it_suggests_what_the_region_offers_at_a_launch(self, cloud: Cloud) -> None:
        page = page_of(cloud, "instance.launch")
        offered = Offering.objects.filter(region=TOKYO).values_list("instance_type", flat=True)
        assert OPTION.findall(page) == sorted(offered)
        assert 'list="id_instance_type-types"' in page
        assert '<datalist id="id_instance_type-types">' in page

    def test_it_suggests_what_another_region_offers_once_it_is_chosen(self, cloud: Cloud) -> None:
        names = {region: OPTION.findall(page_of(cloud, "instance.launch", region=region)) for region in OTHERS}
        assert all(names.values())
        assert names[OTHERS[0]] != names[OTHERS[1]]

    @pytest.mark.parametrize(("name", "state"), [("instance.change_type", "stopped"), ("instance.resize", "running")])
    def test_it_suggests_what_fits_the_nearest_first(self, cloud: Cloud, name: str, state: str) -> None:
        instance = cloud.instance("m6g.large", state, image_name=AL2023_ARM)
        names = OPTION.findall(page_of(cloud, name, subject=instance.pk))
        assert len(names) == 60
        assert "m6g.large" not in names
        assert "m7g.large" in names[:10]
        for type_name in names[:3]:
            cloud.preview(name, instance, instance_type=type_name)

    def test_it_asks_for_them_only_where_they_are_drawn(self, cloud: Cloud) -> None:
        instance = cloud.instance(state="stopped")
        with CaptureQueriesContext(connection) as drawn:
            page_of(cloud, "instance.change_type", subject=instance.pk)
        with CaptureQueriesContext(connection) as asked:
            cloud.preview("instance.change_type", instance, instance_type="m5.xlarge")
        assert [sum("accelerators" in one["sql"].partition("WHERE")[2] for one in of) for of in (drawn, asked)] == [
            1,
            0,
        ]


class TestTypedNames:
    def test_it_reads_full_width_letters(self, cloud: Cloud) -> None:
        field = TypeField()
        assert str(field.clean("ｍ７ｇ．ｌａｒｇｅ")) == "m7g.large"

    @pytest.mark.parametrize(
        ("name", "says"),
        [
            ("m5.1xlarge", "xlarge without a number, then 2xlarge. Did you mean m5.xlarge"),
            ("m5-flex.large", "none with the addition flex"),
            ("db.m5.large", "Amazon RDS (databases), with prices of its own"),
        ],
    )
    def test_it_says_which_part_is_wrong(self, cloud: Cloud, name: str, says: str) -> None:
        with pytest.raises(ValidationError) as problem:
            TypeField().clean(name)
        assert says in problem.value.messages[0]
