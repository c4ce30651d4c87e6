"""A service whose price an administrator deletes is "not in the catalogue" on every page that shows it, never 0."""

import pytest
from django.test import Client
from django.urls import reverse

from instances.catalog.cache import renew_catalog_version
from instances.models import ServicePrice
from instances.services.addresses import allocate
from tests.instances.operations.cloud import TOKYO, Cloud
from virtlab.labs.access import SESSION_KEY

GONE = "not in the catalogue"


@pytest.mark.parametrize("item", ["ebs-gp3-gb-month", "public-ipv4-hour", "ebs-snapshot-gb-month", "nat-gateway-hour"])
def test_it_says_so_instead_of_an_amount(client: Client, cloud: Cloud, item: str) -> None:
    instance, lab = cloud.instance("m5.large"), cloud.lab
    lab.visitor_token = "aiko-in-her-browser"
    lab.save()
    allocate(lab, TOKYO, 1, lab.lab_time())
    session = client.session
    session[SESSION_KEY] = lab.visitor_token
    session.save()
    ServicePrice.objects.filter(item=item).delete()
    renew_catalog_version()
    used = item in {"ebs-gp3-gb-month", "public-ipv4-hour"}
    of_volumes = item.startswith("ebs")
    pages = {
        reverse("instances:instance", args=[lab.slug, instance.pk]): used,
        reverse("instances:list", args=[lab.slug]): used,
        f"{reverse('instances:list', args=[lab.slug])}?format=csv": used,
        reverse("instances:region", args=[lab.slug]): used,
        reverse("instances:addresses", args=[lab.slug]): used and not of_volumes,
        reverse("jobs:operate", args=[lab.slug, "instance.launch"]): None,
        reverse("jobs:operate", args=[lab.slug, "address.allocate"]): None,
        f"{reverse('jobs:operate', args=[lab.slug, 'instance.stop'])}?subject={instance.pk}": None,
    }
    for address, says in pages.items():
        page = client.get(address)
        assert page.status_code == 200, address
        text = page.content.decode()
        assert says is None or (GONE in text) == says, address
        assert "nan" not in text.split(), address
