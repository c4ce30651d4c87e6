"""In a real browser: what is long or stays in sight takes no room from what is read or pressed next."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Locator, Page, expect

from hosts.models import VirtualMachine
from tests.hosts.operations.operated import Operated, make_operated
from tests.support.browser import PHONE, OpenPage
from tests.support.guests import shut_down
from tests.support.live import LiveApp
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import Job
from virtlab.jobs.text import say
from virtlab.labs.access import SESSION_KEY
from virtlab.labs.models import Lab

pytestmark = [pytest.mark.browser, pytest.mark.worker]
Enter = Callable[..., Page]
LOW, WIDE = {"width": 1280, "height": 720}, {"width": 1440, "height": 900}
BEGINNING = "document.querySelector('.operate-preview, .way-back').scrollIntoView()"
END = "window.scrollTo(0, document.documentElement.scrollHeight)"
LONG = "Host h-01 failed, and with it all that ran there. " * 12


@pytest.fixture
def mine(live_app: LiveApp) -> Iterator[Operated]:
    """Ten guests in a visitor's lab whose clock stands, six of them being copied, one job failed for a long reason."""
    with live_app.orm():
        estate = make_operated(guests=10, capacity_gib=20_000)
        VirtualMachine.objects.filter(lab=estate.lab).update(disk_used_gib=400, disk_gib=800)
        Lab.objects.filter(pk=estate.lab.pk).update(visitor_token="room-visitor")
        shut_down(*estate.vms[:7])
        for vm in estate.vms[:7]:
            estate.start("vm.clone", vm, name=f"copy-of-{vm.name}")
        failed = Job.objects.filter(lab=estate.lab).order_by("pk")[:1]
        Job.objects.filter(pk__in=failed).update(state=JobState.FAILED, error_kept=say(LONG).as_json())
        yield estate


@pytest.fixture
def enter(live_app: LiveApp, open_page: OpenPage, mine: Operated) -> Enter:
    """Opens a page of the lab with its strip of tasks open."""

    def go(path: str, **options: Any) -> Page:
        page = open_page(**options)
        store = SessionStore()
        store[SESSION_KEY] = "room-visitor"
        store.save()
        page.context.add_cookies([{"name": "sessionid", "value": str(store.session_key), "url": live_app.url}])
        page.goto(f"/labs/{mine.lab.slug}/{path}")
        page.evaluate("document.querySelector('#tasks').open = true")
        return page

    return go


def box(part: Locator) -> dict[str, float]:
    """Where a part is in the window."""
    found: dict[str, float] = part.evaluate("part => part.getBoundingClientRect().toJSON()")
    return found


class TestList:
    @pytest.mark.parametrize("viewport", [WIDE, LOW])
    def test_it_keeps_every_column_in_sight_beside_a_long_reason(self, enter: Enter, viewport: dict[str, int]) -> None:
        page = enter("jobs/", viewport=viewport)
        expect(page.locator("#list .task-ended", has_text="Host h-01 failed").first).to_be_visible()
        last = page.locator("#list thead th[data-column='duration']")
        assert box(last)["right"] <= viewport["width"]
        assert page.locator("#list .table-wrap").evaluate("wrap => wrap.scrollWidth <= wrap.clientWidth")
        assert box(page.locator("#list .task-ended").last)["height"] < 90


class TestStrip:
    def test_it_leaves_a_low_window_to_the_page(self, enter: Enter, axe: Callable[..., None]) -> None:
        page = enter("jobs/", viewport=LOW)
        strip = page.locator(".tasks")
        assert 100 < box(strip)["height"] < 0.23 * LOW["height"]
        page.locator("#tasks").evaluate("strip => strip.scrollTo(0, strip.scrollHeight)")
        expect(page.locator("#task-list .task").last).to_be_in_viewport()
        expect(page.locator("#tasks summary")).to_be_in_viewport()
        axe(page, context=".tasks")

    @pytest.mark.parametrize("viewport", [WIDE, LOW])
    def test_it_covers_no_button_that_starts_something(
        self, enter: Enter, mine: Operated, viewport: dict[str, int]
    ) -> None:
        job = Job.objects.filter(lab=mine.lab, state=JobState.RUNNING)[0]
        vm = mine.vms[9].pk
        for path in (
            f"jobs/operations/vm.resize/?subject={vm}&vcpu=4&memory_mib=4096",
            f"jobs/operations/vm.create/?cluster={mine.cluster.pk}&name=new",
            f"jobs/{job.pk}/cancel/",
        ):
            page = enter(path, viewport=viewport)
            for to in (BEGINNING, END):
                page.evaluate(to)
                top = box(page.locator(".tasks"))["top"]
                bottoms = [box(button)["bottom"] for button in page.locator(".final .btn").all()]
                assert bottoms, path
                assert max(bottoms) <= top, (path, to)

    def test_it_lets_a_phone_scroll_to_the_end(self, enter: Enter, mine: Operated) -> None:
        page = enter(f"jobs/operations/vm.resize/?subject={mine.vms[9].pk}&vcpu=4&memory_mib=4096", viewport=PHONE)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        page.get_by_role("button", name="Resize").scroll_into_view_if_needed()
        assert box(page.get_by_role("button", name="Resize"))["bottom"] <= box(page.locator(".tasks"))["top"]


class TestToasts:
    def test_it_cuts_no_count_of_what_else_ended(self, enter: Enter, mine: Operated) -> None:
        page = enter("jobs/", viewport=LOW)
        ended = Job.objects.filter(lab=mine.lab)[:5]
        Job.objects.filter(pk__in=[job.pk for job in ended]).update(state=JobState.CANCELLED)
        query = "&".join(f"job={job.pk}" for job in ended)
        page.evaluate(
            "address => window.htmx.ajax('GET', address, { target: '#toasts', swap: 'beforeend' })",
            f"/labs/{mine.lab.slug}/jobs/toasts/?{query}",
        )
        many = page.locator(".toast[data-toast='many'] a")
        expect(many).to_have_text("2 more jobs ended")
        assert many.evaluate("part => part.scrollWidth <= part.clientWidth")
