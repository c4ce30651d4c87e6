"""Pages of lists: the list alone for htmx, the whole page for the history."""

import pytest
from django.test import Client

from hosts.models import VirtualMachine
from instances.models import LaunchTemplate
from tests.labs.test_labs import open_lab
from virtlab.jobs.actor import Actor
from virtlab.jobs.choices import Source
from virtlab.jobs.operations.registry import operation_named
from virtlab.jobs.requests.prepare import Request
from virtlab.jobs.requests.start import start
from virtlab.labs.models import Lab

pytestmark = pytest.mark.django_db
LISTS = (
    "hosts/",
    "hosts/vms/",
    "hosts/hosts/",
    "hosts/clusters/",
    "hosts/templates/",
    "hosts/datastores/",
    "instances/list/",
    "instances/templates/",
    "instances/types/",
    "instances/regions/",
    "jobs/",
    "compare/workloads/",
)


@pytest.fixture
def lab(aiko: Client, catalog: None) -> Lab:
    """Aiko's lab with something in every list, and a job that runs."""
    lab = open_lab(aiko)
    LaunchTemplate.objects.create(lab=lab, name="web", values={"instance_type": "m5.large", "region": "us-east-1"})
    vm = VirtualMachine.objects.get(lab=lab, name="lb-01")
    start(lab, Request(operation_named("vm.stop"), vm, {}, Actor(Source.COMMAND)))
    return lab


def test_it_opens_two_files_for_its_region(aiko: Client, lab: Lab, opened: set[str]) -> None:
    answer = aiko.get(f"/labs/{lab.slug}/hosts/vms/?q=lb", headers={"HX-Request": "true"})
    assert answer.content.decode().startswith('<div id="list"')
    assert opened == {"hosts/vms/vms.html", "parts/table.html"}


@pytest.mark.parametrize("path", LISTS)
def test_it_answers_htmx_with_the_list_alone_and_history_with_the_whole_page(aiko: Client, lab: Lab, path: str) -> None:
    address = f"/labs/{lab.slug}/{path}"
    part = aiko.get(address, headers={"HX-Request": "true"})
    whole = aiko.get(address, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert 'id="list"' in part.content.decode().split(">", 1)[0]
    assert whole.content.decode().startswith("<!doctype html>")
    for answer in (part, whole):
        assert {"HX-Request", "HX-History-Restore-Request"} <= {name.strip() for name in answer["Vary"].split(",")}


@pytest.mark.parametrize("path", [path for path in LISTS if path != "hosts/"])
def test_it_gives_every_list_as_a_file(aiko: Client, lab: Lab, path: str) -> None:
    answer = aiko.get(f"/labs/{lab.slug}/{path}?format=csv")
    assert answer["Content-Type"].startswith("text/csv")
    assert len(answer.getvalue().decode().splitlines()) > 1


def test_it_makes_no_second_entry_of_history_for_the_address_that_is_shown(aiko: Client, lab: Lab) -> None:
    address = f"/labs/{lab.slug}/hosts/vms/?q=lb"
    shown = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{address}"}
    assert aiko.get(address, headers=shown)["HX-Push-Url"] == "false"
    assert "HX-Push-Url" not in aiko.get(f"{address}-01", headers=shown)
