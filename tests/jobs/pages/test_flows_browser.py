"""In a real browser: bytes on their way, shared, and the way back before a cancel."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Page, expect

from hosts.models import Cluster, VirtualMachine
from tests.hosts.operations.operated import Operated, make_operated
from tests.support.browser import PHONE, OpenPage
from tests.support.guests import shut_down
from tests.support.live import LiveApp
from virtlab.jobs.models import Job
from virtlab.labs import clock
from virtlab.labs.access import SESSION_KEY
from virtlab.labs.models import Lab

pytestmark = [pytest.mark.browser, pytest.mark.worker]
Enter = Callable[..., Page]


@pytest.fixture
def mine(live_app: LiveApp) -> Iterator[Operated]:
    """Three guests of 400 GiB on one datastore in a visitor's lab, its clock at 1×."""
    with live_app.orm():
        estate = make_operated(capacity_gib=10_000)
        VirtualMachine.objects.filter(lab=estate.lab).update(disk_used_gib=400, disk_gib=800)
        Lab.objects.filter(pk=estate.lab.pk).update(visitor_token="flows-visitor")
        clock.set_speed(estate.lab.pk, 1)
        yield estate


@pytest.fixture
def enter(live_app: LiveApp, open_page: OpenPage, mine: Operated) -> Enter:
    """Opens a page of the lab as the visitor whose lab it is."""

    def go(path: str, **options: object) -> Page:
        page = open_page(**options)  # type: ignore[arg-type]  # passed on as they are
        store = SessionStore()
        store[SESSION_KEY] = "flows-visitor"
        store.save()
        page.context.add_cookies([{"name": "sessionid", "value": str(store.session_key), "url": live_app.url}])
        page.goto(f"/labs/{mine.lab.slug}/{path}")
        return page

    return go


# Looks at every bar often, and keeps those that are less than they were, or more than all.
WATCH = """() => {
  window.back = [];
  window.looks = 0;
  const last = {};
  setInterval(() => {
    window.looks += 1;
    for (const bar of document.querySelectorAll("#task-list progress")) {
      const job = bar.closest(".task").id;
      if (bar.value < (last[job] ?? 0) - 1e-6 || bar.value > bar.max) {
        window.back.push([job, last[job], bar.value]);
      }
      last[job] = bar.value;
    }
  }, 20);
}"""


def picture(page: Page, name: str) -> None:
    """A picture for whoever wants to look, where VIRTLAB_PICTURES names a folder."""
    if folder := os.environ.get("VIRTLAB_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def moved(page: Page) -> float:
    """GiB moved by now, as the page says."""
    found = re.search(r"([\d.]+) of 400", page.locator("[data-moved]").first.inner_text())
    assert found
    return float(found.group(1))


class TestObjectPage:
    def test_it_refreshes_a_page_from_its_name_to_its_jobs(self, enter: Enter, mine: Operated) -> None:
        """What is below the figures follows too, and what the reader has opened stays open."""
        Cluster.objects.filter(lab=mine.lab).update(hypervisor="esxi")  # renames a VM that runs
        page = enter(f"hosts/vms/{mine.vms[0].pk}/")
        history = page.locator(f"#history-{mine.vms[0].pk}")
        page.locator("#title").wait_for()
        page.locator(".charts details > summary").first.click()
        mine.start("vm.rename", mine.vms[0], name="db-99", hostname="db-99")
        expect(page.locator("#title")).to_have_text("db-99", timeout=15_000)
        expect(history).to_contain_text("db-99")
        expect(page.locator(".facts")).to_contain_text("db-99")
        expect(page.locator(".charts details").first).to_have_attribute("open", "")
        host = enter(f"hosts/hosts/{mine.hosts[0].pk}/")
        mine.start("vm.rename", mine.vms[1], name="db-98")
        expect(host.locator(".racks")).to_contain_text("db-98", timeout=15_000)


class TestFlow:
    @pytest.fixture(autouse=True)
    def guests_off(self, mine: Operated) -> None:
        shut_down(*mine.vms)

    def test_it_shows_bytes_on_their_way_and_who_shares_the_datastore(self, enter: Enter, mine: Operated) -> None:
        job = mine.start("vm.clone", mine.vms[0], name="one")
        page = enter(f"jobs/{job.pk}/")
        expect(page.locator(".task-flow").first).to_contain_text("250 MiB/s")
        first = moved(page)
        page.wait_for_timeout(1_500)
        assert moved(page) > first
        mine.start("vm.clone", mine.vms[1], name="two")
        expect(page.locator(".task-flow").first).to_contain_text("125 MiB/s", timeout=10_000)
        expect(page.locator(".task-flow").first).to_contain_text("ds-01 sets the pace · shared with 1 other")
        expect(page.locator(".job-sharing")).to_contain_text("Clone db-02 as two")
        assert moved(page) >= first
        picture(page, "job-flow")
        store = enter(f"hosts/datastores/{mine.datastore.pk}/")
        expect(store.locator("#moving")).to_contain_text("500 of 500 MiB/s")
        picture(store, "datastore-flow")

    def test_it_never_steps_back_while_others_come_and_go(self, enter: Enter, mine: Operated) -> None:
        clock.set_speed(mine.lab.pk, 60)
        mine.start("vm.clone", mine.vms[0], name="one")
        page = enter("jobs/")
        page.evaluate(WATCH)
        for vm, name in ((mine.vms[1], "two"), (mine.vms[2], "three")):
            mine.start("vm.clone", vm, name=name)
            expect(page.locator("#task-list .task")).to_have_count(2 if name == "two" else 3, timeout=10_000)
            page.wait_for_timeout(1_000)
        assert page.evaluate("window.looks") > 20
        assert page.evaluate("window.back") == []

    def test_it_has_no_accessibility_fault(self, enter: Enter, mine: Operated, axe: Callable[[Page], None]) -> None:
        job = mine.start("vm.clone", mine.vms[0], name="one")
        axe(enter(f"jobs/{job.pk}/"))
        axe(enter(f"hosts/datastores/{mine.datastore.pk}/"))
        axe(enter(f"jobs/{job.pk}/cancel/", viewport=PHONE))


class TestWayBack:
    def test_it_says_what_a_cancel_takes_by_keyboard_too(self, enter: Enter, mine: Operated) -> None:
        job = mine.start("vm.stop", mine.vms[0])
        page = enter(f"jobs/{job.pk}/")
        page.get_by_role("link", name="Cancel…").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="The way back")).to_be_visible()
        expect(page.locator("main")).to_contain_text("Start the guest OS")
        picture(page, "cancel")
        page.get_by_role("button", name="Cancel the job").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text("Going back")).to_be_visible()
        picture(page, "going-back")
        assert Job.objects.get(pk=job.pk).goes_back
