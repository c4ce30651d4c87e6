"""Pages of lists: few files, the list alone for htmx, the whole page for the history."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from template_partials.loader import Loader

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
MOST_FILES = 15
LISTS = (
    "hosts/",
    "hosts/machines/",
    "hosts/servers/",
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


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The template files that are opened meanwhile."""
    files: set[str] = set()
    get_template: Callable[..., Any] = Loader.get_template

    def noted(self: Loader, template_name: str, skip: object = None) -> object:
        files.add(template_name.partition("#")[0])
        return get_template(self, template_name, skip)

    monkeypatch.setattr(Loader, "get_template", noted)
    return files


@pytest.mark.parametrize("path", LISTS)
def test_it_opens_few_files_for_a_list(aiko: Client, lab: Lab, opened: set[str], path: str) -> None:
    assert aiko.get(f"/labs/{lab.slug}/{path}").status_code == 200
    assert "parts/table.html" in opened or path == "hosts/"
    assert len(opened) <= MOST_FILES, sorted(opened)


def test_it_opens_fewer_for_its_region(aiko: Client, lab: Lab, opened: set[str]) -> None:
    answer = aiko.get(f"/labs/{lab.slug}/hosts/machines/?q=lb", headers={"HX-Request": "true"})
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
