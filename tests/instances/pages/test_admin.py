"""The cloud catalog in the admin console."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from instances.catalog.cache import catalog_version
from instances.models import Instance, Price, Region
from tests.instances.operations.cloud import Cloud

TABLES = ["region", "availabilityzone", "cpupower", "instancetype", "offering", "price", "serviceprice"]
ACCOUNT = ["image", "instance", "volume", "launchtemplate", "quota", "fault"]
SignIn = Callable[[User], Client]


@pytest.fixture
def console(catalog: None, eve: User, client_of: SignIn) -> Client:
    """Eve's browser in the admin console."""
    return client_of(eve)


def price_form(price: Price, **changes: str) -> dict[str, str]:
    values = {
        "region": price.region_id,
        "instance_type": price.instance_type_id,
        "usd_per_hour": str(price.usd_per_hour),
        "kind": price.kind,
        "source": price.source,
        "source_date": price.source_date,
    }
    return values | changes


def m5_large() -> Price:
    return Price.objects.get(region="ap-northeast-1", instance_type="m5.large")


@pytest.mark.parametrize("table", TABLES)
def test_it_lists_and_searches_every_table_with_few_queries(console: Client, table: str) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page = console.get(reverse(f"admin:instances_{table}_changelist"), {"q": "a"})
    assert page.status_code == 200
    assert len(queries) <= 12


def test_it_keeps_the_query_count_whatever_the_number_of_rows(console: Client) -> None:
    url = reverse("admin:instances_price_changelist")
    counts = []
    for search in ("m5.large", "m5.", "m"):
        with CaptureQueriesContext(connection) as queries:
            console.get(url, {"q": search})
        counts.append(len(queries))
    assert len(set(counts)) == 1


def test_it_marks_an_edited_price_and_renews_what_rests_on_it(console: Client) -> None:
    price, version = m5_large(), catalog_version()
    form = price_form(price, usd_per_hour="0.2", kind="assumption", source="Our contract", source_date="2026-11")
    assert console.post(reverse("admin:instances_price_change", args=[price.pk]), form).status_code == 302
    edited = m5_large()
    assert (edited.usd_per_hour, edited.rule, edited.kind) == (Decimal("0.2"), "edited", "assumption")
    assert edited.edited_at is not None
    assert catalog_version() != version


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"usd_per_hour": "-1"}, "usd_per_hour"),
        ({"usd_per_hour": "1e30"}, "usd_per_hour"),
        ({"usd_per_hour": "NaN"}, "usd_per_hour"),
        ({"usd_per_hour": "0.1364", "kind": "list"}, "usd_per_hour"),
        ({"source": ""}, "source"),
        ({"source_date": "yesterday"}, "source_date"),
        ({"kind": ""}, "kind"),
    ],
)
def test_it_refuses_a_price_that_cannot_be(console: Client, changes: dict[str, str], field: str) -> None:
    price = m5_large()
    page = console.post(reverse("admin:instances_price_change", args=[price.pk]), price_form(price, **changes))
    assert page.status_code == 200
    assert field in page.context["adminform"].form.errors
    assert m5_large().usd_per_hour == price.usd_per_hour


def test_it_lets_a_list_price_on_the_line_pass(console: Client) -> None:
    price = Price.objects.get(region="ap-northeast-1", instance_type="t3.micro")
    form = price_form(price, kind="list", source="AWS price list", source_date="2026-11-01")
    assert console.post(reverse("admin:instances_price_change", args=[price.pk]), form).status_code == 302


def test_it_refuses_a_grid_out_of_range(console: Client) -> None:
    region = Region.objects.get(pk="eu-north-1")
    names = ["code", "name", "country", "grid_low_g_per_kwh", "grid_high_g_per_kwh", "kind", "source", "source_date"]
    form = {name: str(getattr(region, name)) for name in names} | {"grid_g_per_kwh": "99999"}
    page = console.post(reverse("admin:instances_region_change", args=[region.pk]), form)
    assert "grid_g_per_kwh" in page.context["adminform"].form.errors


def test_it_is_closed_to_others(dara: User, client_of: SignIn) -> None:
    page = client_of(dara).get(reverse("admin:instances_price_changelist"))
    assert page.status_code == 302


@pytest.mark.parametrize("table", ACCOUNT)
def test_it_shows_what_labs_have_and_lets_nobody_change_it_by_hand(console: Client, cloud: Cloud, table: str) -> None:
    cloud.instance()
    listed = reverse(f"admin:instances_{table}_changelist")
    assert console.get(listed, {"q": "a"}).status_code == 200
    assert console.get(reverse(f"admin:instances_{table}_add")).status_code == 403
    instance = Instance.objects.get(lab=cloud.lab)
    assert (
        console.post(reverse("admin:instances_instance_change", args=[instance.pk]), {"name": "x"}).status_code == 403
    )
