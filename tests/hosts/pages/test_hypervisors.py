"""The layers page: two hypervisors under the same load."""

from dataclasses import fields

import pytest
from django.test import Client
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from hosts.choices import Hypervisor
from hosts.models import ServerModel
from tests.labs.test_labs import open_lab
from virtlab.engine.hypervisors.common import FELTER
from virtlab.engine.hypervisors.table import HYPERVISORS
from virtlab.engine.sourced import Kind, Sourced
from virtlab.labs.models import Lab
from virtlab.web.hypervisors.sources import source_words

pytestmark = pytest.mark.django_db


@pytest.fixture
def lab(aiko: Client) -> Lab:
    return open_lab(aiko)


def address(lab: Lab) -> str:
    return f"/labs/{lab.slug}/hosts/hypervisors/"


@pytest.mark.parametrize("key", list(Hypervisor))
def test_it_draws_every_hypervisor_of_a_cluster(aiko: Client, lab: Lab, key: str) -> None:
    answer = aiko.get(address(lab), {"left": key})
    side = answer.context["sides"][0]
    assert side.hypervisor.key == key
    assert [box.name for box in side.drawing.base] == ["Hardware"]


def test_it_gives_each_workload_a_host_without_virtualization(aiko: Client, lab: Lab) -> None:
    bare, kvm = aiko.get(address(lab), {"left": "none", "right": "kvm", "guests": "10"}).context["sides"]
    assert (bare.hosts, kvm.hosts) == (10, 1)
    assert bare.power[1] > 4 * kvm.power[1]
    assert bare.ready[1] == 0


def test_it_lets_a_desktop_system_take_its_share(aiko: Client, lab: Lab) -> None:
    page = aiko.get(address(lab), {"left": "virtualbox", "right": "esxi", "guests": "34"})
    desktop, esxi = page.context["sides"]
    assert desktop.ready[1] > esxi.ready[1]
    assert desktop.memory_gib < esxi.memory_gib
    assert "operating system" in page.content.decode()


def test_it_shows_ranges_with_kind_source_and_date(aiko: Client, lab: Lab) -> None:
    page = aiko.get(address(lab), {"left": "kvm"}).content.decode()
    assert "0.1 % to 1.5 %" in page.replace("\N{NO-BREAK SPACE}", " ")
    assert "Gregg, AWS EC2 Virtualization 2017" in page
    assert "Estimate" in page


def test_it_says_what_needs_a_stop_and_what_is_lacking(aiko: Client, lab: Lab) -> None:
    context = aiko.get(address(lab), {"left": "hyperv", "right": "workstation"}).context
    live = {row.name: [cell.value for cell in row.cells] for row in context["live"]}
    has = {row.name: [cell.value for cell in row.cells] for row in context["features"]}
    assert live["Add vCPU"] == ["needs stop", "needs stop"]
    assert live["Add memory"] == ["live", "needs stop"]
    assert has["Live migration"] == ["has it", "lacks it"]


@pytest.mark.parametrize(
    "bad",
    [
        {"guests": "0"},
        {"guests": "1000000000"},
        {"vcpu": "-1"},
        {"cpu_percent": "nan"},
        {"memory_gib": "<b>"},
        {"left": "vax"},
        {"server": "999999"},
        {"disk_iops": "inf"},
    ],
)
def test_it_marks_a_bad_field_and_computes_nothing(aiko: Client, lab: Lab, bad: dict[str, str]) -> None:
    answer = aiko.get(address(lab), bad)
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == list(bad)
    assert "sides" not in answer.context
    assert "<b>" not in answer.content.decode().split("load-form")[1].split("</form>")[0]


def test_it_answers_htmx_with_the_comparison_and_history_with_the_page(aiko: Client, lab: Lab) -> None:
    region = aiko.get(address(lab), headers={"HX-Request": "true"})
    assert region.content.decode().startswith('<div id="comparison"')
    assert "HX-Request" in region["Vary"]
    whole = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<!doctype html>" in aiko.get(address(lab), headers=whole).content.decode()


def test_it_works_without_any_server_model(aiko: Client) -> None:
    lab = Lab.objects.create(name="Empty", visitor_token="nobody")
    assert aiko.get(address(lab)).status_code == 404
    mine = open_lab(aiko)
    mine.hosts.all().delete()
    ServerModel.objects.all().delete()
    answer = aiko.get(address(mine))
    assert answer.status_code == 200
    assert "server" in answer.context["form"].errors


def test_it_asks_the_database_little(
    aiko: Client, lab: Lab, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    aiko.get(address(lab))
    with django_assert_max_num_queries(14):
        aiko.get(address(lab))


def test_it_has_words_for_every_reason_that_the_engine_assumes_by() -> None:
    figures = [getattr(one, field.name) for one in HYPERVISORS.values() for field in fields(one)]
    assumed = {one.source for one in figures if isinstance(one, Sourced) and one.kind == Kind.ASSUMPTION}
    with override("ja"):
        assert [source for source in assumed if source_words(source) == source and FELTER not in source] == []
