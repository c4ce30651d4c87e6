"""A lab's home."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.labs.test_labs import open_lab
from virtlab.labs.models import Lab


@pytest.mark.usefixtures("catalog")
def test_it_shows_both_sides_and_the_ledger_between(aiko: Client) -> None:
    page = aiko.get(open_lab(aiko).get_absolute_url())
    text = page.content.decode()
    assert "57 workloads run" in text
    assert page.context["region"].total == 57
    assert page.context["rows"]
    assert text.index("kvm-01") < text.index("ap-northeast-1")


@pytest.mark.django_db
def test_it_shows_its_own_side_where_the_clouds_catalog_is_empty(aiko: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("virtlab.compare.pages.lab.region_list", tuple)
    page = aiko.get(open_lab(aiko).get_absolute_url()).content.decode()
    assert "No catalogue of the cloud yet" in page
    assert "kvm-01" in page


def test_it_asks_the_database_a_fixed_number_of_times(
    visitor: Client, real_lab: Lab, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    Lab.objects.filter(pk=real_lab.pk).update(clock_speed=0)  # a new moment between the two would be read anew
    visitor.get(real_lab.get_absolute_url())
    with django_assert_max_num_queries(24):
        page = visitor.get(real_lab.get_absolute_url())
    assert page.context["estate"].host_count == 39
    assert page.context["hosts_left"] == 33
