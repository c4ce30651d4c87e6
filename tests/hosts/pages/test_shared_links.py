"""Pages of hosts and datastores say what goes through them now, each way, and whose jobs that are."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.hosts.operations.operated import Operated, make_operated
from tests.support.guests import shut_down
from tests.support.visitors import give_to
from virtlab.jobs.pages.rows import ThroughNow
from virtlab.jobs.runner.drive import drive

pytestmark = pytest.mark.django_db


@pytest.fixture
def estate(aiko: Client) -> Operated:
    made = make_operated(capacity_gib=10_000)
    made.lab.assumptions.create(key="timing_host_storage_link_gbps", value=1.0)
    give_to(aiko, made.lab)
    return made


def host_page(estate: Operated) -> str:
    return reverse("hosts:host", args=[estate.lab.slug, estate.hosts[0].pk])


def shown(through: ThroughNow) -> list[tuple[str, float, float]]:
    """(which way, how much, of how much)."""
    return [(way.name, round(way.used_mib_per_s), round(way.most_mib_per_s)) for way in through.ways]


def test_it_shows_what_a_host_s_link_carries_each_way(estate: Operated, aiko: Client) -> None:
    shut_down(estate.vms[0])
    clone = estate.start("vm.clone", estate.vms[0], name="copy")
    suspend = estate.start("vm.suspend", estate.vms[1])
    drive(estate.lab.pk)
    answer = aiko.get(host_page(estate))
    assert shown(answer.context["through"]) == [
        ("h-01's link from storage", 60, 119),
        ("h-01's link to storage", 119, 119),
    ]
    part = answer.content.decode().partition('id="moving"')[2].partition("</section>")[0]
    assert all(job.get_absolute_url() in part for job in (clone, suspend))
    assert "60 of 119 MiB/s" in part
    other = reverse("hosts:host", args=[estate.lab.slug, estate.hosts[1].pk])
    assert "No job moves bytes through it" in aiko.get(other).content.decode()


def test_it_adds_up_to_what_the_datastore_s_page_says(estate: Operated, aiko: Client) -> None:
    shut_down(estate.vms[0])
    estate.start("vm.clone", estate.vms[0], name="copy")
    drive(estate.lab.pk)
    page = reverse("hosts:datastore", args=[estate.lab.slug, estate.datastore.pk])
    of_links = shown(aiko.get(host_page(estate)).context["through"])
    assert shown(aiko.get(page).context["through"]) == [("ds-01", sum(used for _way, used, _most in of_links), 500)]


def test_it_shows_no_link_where_disks_are_in_the_host(aiko: Client) -> None:
    desktop = make_operated("workstation")
    give_to(aiko, desktop.lab)
    assert "link to storage" not in aiko.get(host_page(desktop)).content.decode()
