"""Jobs in a real browser: live, by keyboard, on a phone, without the stream, without scripts."""

import re
import time
from collections.abc import Callable, Iterator

import pytest
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Page, Route, expect

from tests.jobs.estate import Estate, make_estate
from tests.support.browser import PHONE, Console, OpenPage
from tests.support.demo import eventually
from tests.support.live import LiveApp
from tests.support.sandbox import GIB
from virtlab.jobs.choices import JobState, StepState
from virtlab.jobs.events.hub import Event
from virtlab.jobs.models import Job
from virtlab.labs import clock
from virtlab.labs.access import SESSION_KEY
from virtlab.labs.models import Lab

pytestmark = [pytest.mark.browser, pytest.mark.worker]
Enter = Callable[..., Page]
# Where the line of now is in the chart of steps, and how long the bar of the step in progress: per cent.
CHART = """[["line.now", "x1"], ["rect.is-growing", "width"]].map(([part, of]) => (
  Number.parseFloat(document.querySelector(`.gantt ${part}`).getAttribute(of))
))"""


@pytest.fixture
def mine(live_app: LiveApp) -> Iterator[Estate]:
    """An estate in a visitor's lab on the running VirtLab, its clock at 10×."""
    with live_app.orm():
        estate = make_estate("Office", speed=10.0)
        Lab.objects.filter(pk=estate.lab.pk).update(visitor_token="jobs-visitor")
        yield estate


@pytest.fixture
def enter(live_app: LiveApp, open_page: OpenPage, mine: Estate) -> Enter:
    """Opens a page of the lab's jobs as the visitor whose lab it is."""

    def go(path: str = "", **options: object) -> Page:
        page = open_page(**options)  # type: ignore[arg-type]  # passed on as they are
        store = SessionStore()
        store[SESSION_KEY] = "jobs-visitor"
        store.save()
        page.context.add_cookies([{"name": "sessionid", "value": str(store.session_key), "url": live_app.url}])
        page.goto(f"/labs/{mine.lab.slug}/jobs/{path}")
        return page

    return go


def resize_page(estate: Estate) -> str:
    """The address of the first guest's resize."""
    return f"operations/vm.resize/?subject={estate.vms[0].pk}"


def bulk_page(estate: Estate) -> str:
    """The address of a resize of all guests."""
    return "bulk/vm.resize/?" + "&".join(f"subject={vm.pk}" for vm in estate.vms)


class TestLive:
    def test_it_shows_a_job_from_start_to_end_without_a_reload(self, enter: Enter, mine: Estate) -> None:
        watching = enter()
        expect(watching.locator("#task-counts")).to_have_text("0 running")
        watching.evaluate("window.notReloaded = true")
        mine.resize()
        expect(watching.locator("#task-list")).to_contain_text("Resize db-01 to 4 vCPU", timeout=5_000)
        expect(watching.locator("#task-counts")).to_have_text("1 running")
        before = float(watching.locator("#task-list progress").get_attribute("value") or 0)
        expect(watching.locator(".toast")).to_contain_text("Resize db-01", timeout=20_000)
        expect(watching.locator("#list")).to_contain_text("Succeeded")
        assert before < 100
        assert watching.evaluate("window.notReloaded")

    @pytest.mark.parametrize("viewport", [{"width": 1440, "height": 900}, {"width": 1280, "height": 720}, PHONE])
    def test_it_tells_of_an_end_where_no_button_is(self, enter: Enter, mine: Estate, viewport: dict[str, int]) -> None:
        other = mine.move(1)
        page = enter(f"{other.pk}/", viewport=viewport)
        mine.resize()
        expect(page.locator(".toast").last).to_be_visible(timeout=20_000)
        top = "part => part.getBoundingClientRect().top"
        assert page.locator(".toast").last.evaluate(top) >= page.locator(".tasks").evaluate(top)

    def test_it_moves_the_bar_between_events(self, enter: Enter, mine: Estate) -> None:
        clock.set_speed(mine.lab.pk, 1)
        mine.resize()
        page = enter()
        bar = page.locator("#task-list progress")
        first = bar.evaluate("bar => bar.value")
        page.wait_for_function("was => document.querySelector('#task-list progress').value > was", arg=first)

    def test_it_moves_the_chart_of_steps_between_events(self, enter: Enter, mine: Estate, console: Console) -> None:
        console.expect("ERR_FAILED")  # what the page asks for by itself is cut off
        console.expect("Failed to fetch")
        clock.set_speed(mine.lab.pk, 1)
        page = enter(f"{mine.resize().pk}/")
        page.wait_for_selector(".gantt .is-growing")
        first = page.evaluate(CHART)
        page.route("**/jobs/**", _refuse)
        page.wait_for_function(f"was => ({CHART}).every((part, n) => part > was[n])", arg=first)

    @pytest.mark.parametrize("ended", [True, False])
    def test_it_draws_the_chart_of_a_job_that_takes_no_time(self, enter: Enter, mine: Estate, *, ended: bool) -> None:
        """No bar and no line is put at "NaN%" (the console stays clean), and the axis has a mark."""
        job = mine.start("host.fail", mine.hosts[1])
        eventually(lambda: Job.objects.get(pk=job.pk).state == JobState.SUCCEEDED)
        if not ended:  # as a page sees it that comes in the very moment
            clock.set_speed(mine.lab.pk, 0)
            Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING)
            job.steps.update(state=StepState.RUNNING, ended_lab_at=None)
        page = enter(f"{job.pk}/")
        expect(page.locator(".gantt-axis text").first).to_be_attached()
        page.wait_for_timeout(1_200)
        places = page.locator(".gantt line, .gantt rect").evaluate_all(
            "marks => marks.flatMap((mark) => ['x', 'x1', 'width'].map((name) => mark.getAttribute(name) ?? '0'))"
        )
        assert places
        assert not [place for place in places if "NaN" in place]

    def test_it_follows_the_clock_that_somebody_else_sets(self, enter: Enter, mine: Estate) -> None:
        page = enter()
        expect(page.locator("#lab-clock")).to_have_attribute("data-speed", "10")
        clock.set_speed(mine.lab.pk, 0)
        expect(page.get_by_role("button", name="Pause")).to_have_attribute("aria-pressed", "true", timeout=5_000)

    def test_it_works_slowly_without_the_stream(self, enter: Enter, mine: Estate, console: Console) -> None:
        console.expect("stream")
        console.expect("htmx:error: Failed to fetch")  # by htmx, which asks for the stream
        page = enter()
        page.route("**/stream**", _refuse)
        page.reload()
        mine.resize()
        expect(page.locator(".tasks-offline")).to_be_visible(timeout=30_000)
        expect(page.locator("#task-list")).to_contain_text("Resize db-01", timeout=15_000)


def _refuse(route: Route) -> None:
    route.abort()


class TestStream:
    def test_it_goes_on_after_the_last_event_that_it_saw(self, enter: Enter, mine: Estate) -> None:
        page = enter()
        seen: list[str | None] = []
        first = Event(f"{int(time.time() * 1000)}-0", 0, "{}", "reset")

        def stream(route: Route) -> None:
            seen.append(route.request.headers.get("last-event-id"))
            if len(seen) == 1:
                route.fulfill(body=first.sse, content_type="text/event-stream")
            else:
                route.continue_()

        page.route("**/jobs/stream**", stream)
        page.reload()
        eventually(lambda: _waits(page) and len(seen) == 2)
        mine.resize()
        expect(page.locator("#task-list")).to_contain_text("Resize db-01 to 4 vCPU", timeout=8_000)
        assert seen == [None, first.id]

    def test_it_comes_back_when_the_server_does(self, enter: Enter, mine: Estate, console: Console) -> None:
        console.expect("stream|htmx:sse:error: Failed to fetch")
        page = enter()
        attempts: list[str] = []

        def stream(route: Route) -> None:
            attempts.append(route.request.url)
            if len(attempts) == 1:
                route.fulfill(body=": welcome\n\n", content_type="text/event-stream")
            elif len(attempts) < 4:
                route.abort()
            else:
                route.continue_()

        page.route("**/jobs/stream**", stream)
        page.reload()
        eventually(lambda: _waits(page) and len(attempts) == 4)
        mine.resize()
        expect(page.locator("#task-list")).to_contain_text("Resize db-01 to 4 vCPU", timeout=8_000)

    def test_it_gives_the_connection_back_while_nobody_sees_the_page(self, enter: Enter, mine: Estate) -> None:
        page = enter()
        page.wait_for_function("() => document.querySelector('.tasks')._htmx?.sse?.reader")
        with page.expect_event("requestfailed", lambda request: "/jobs/stream" in request.url):
            _hide(page, hidden=True)
        mine.resize()
        with page.expect_request("**/jobs/stream**"):
            _hide(page, hidden=False)
        expect(page.locator("#task-list")).to_contain_text("Resize db-01 to 4 vCPU", timeout=8_000)


def _waits(page: Page) -> bool:
    """Lets the page's own events come through."""
    page.wait_for_timeout(50)
    return True


def _hide(page: Page, *, hidden: bool) -> None:
    page.evaluate(
        """hidden => {
          Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
          document.dispatchEvent(new Event("visibilitychange"));
        }""",
        hidden,
    )


class TestOperating:
    def test_it_shows_before_and_after_and_starts_by_keyboard(self, enter: Enter, mine: Estate) -> None:
        page = enter(resize_page(mine))
        page.get_by_label("Memory (MiB)").fill(str(16 * GIB))
        page.keyboard.press("Tab")
        expect(page.locator(".changes")).to_contain_text("16,384")
        page.get_by_role("button", name="Resize").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Resize db-01")

    def test_it_says_why_not_and_offers_a_way_out(self, enter: Enter, mine: Estate) -> None:
        page = enter(resize_page(mine))
        page.get_by_label("Memory (MiB)").fill(str(60 * GIB))
        page.get_by_role("button", name="Resize").click()
        expect(page.get_by_role("alert")).to_contain_text("host kvm-01 has 40.0 GiB left")
        page.get_by_role("link", name="Move it to another host first").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Move while off")

    def test_it_works_without_scripts(self, enter: Enter, mine: Estate) -> None:
        clock.set_speed(mine.lab.pk, 1)  # its way back stays the one that was shown
        page = enter(resize_page(mine), java_script_enabled=False)
        page.get_by_label("Memory (MiB)").fill(str(16 * GIB))
        page.get_by_role("button", name="Show before and after").click()
        expect(page.locator(".changes")).to_contain_text("16,384")
        page.get_by_role("button", name="Resize").click()
        page.get_by_role("link", name="Cancel…").click()
        expect(page.get_by_role("heading", name="The way back")).to_be_visible()
        page.get_by_role("button", name="Cancel the job").click()
        expect(page.get_by_text("Going back")).to_be_visible()
        page.get_by_role("button", name="600×").click()
        expect(page.get_by_role("button", name="600×")).to_have_attribute("aria-pressed", "true")


class TestMany:
    def test_it_shows_each_and_starts_all_that_can(self, enter: Enter, mine: Estate) -> None:
        clock.set_speed(mine.lab.pk, 1)
        mine.resize(3)
        page = enter(bulk_page(mine))
        page.get_by_label("Memory (MiB)").fill(str(12 * GIB))
        page.keyboard.press("Tab")
        expect(page.locator(".bulk-counts")).to_have_text("3 can start · 1 cannot")
        expect(page.locator(".bulk-table")).to_contain_text("8,192 → 12,288")
        page.get_by_role("button", name="Resize: start 3 jobs").click()
        expect(page.locator("#list progress")).to_have_count(3)


class TestForAll:
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_it_has_no_accessibility_findings(
        self, enter: Enter, mine: Estate, axe: Callable[..., None], scheme: str
    ) -> None:
        clock.set_speed(mine.lab.pk, 1)
        job = mine.resize(1)
        page = enter(resize_page(mine), color_scheme=scheme)
        for path in ("", f"{job.pk}/", resize_page(mine), bulk_page(mine)):
            page.goto(f"/labs/{mine.lab.slug}/jobs/{path}")
            axe(page)

    def test_it_fits_a_phone(self, enter: Enter, mine: Estate) -> None:
        clock.set_speed(mine.lab.pk, 1)
        job = mine.resize(1)
        page = enter(viewport=PHONE)
        for path in ("", f"{job.pk}/", resize_page(mine), bulk_page(mine)):
            page.goto(f"/labs/{mine.lab.slug}/jobs/{path}")
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    def test_it_folds_an_empty_strip_and_remembers_one_that_was_closed(self, enter: Enter, mine: Estate) -> None:
        page = enter()
        expect(page.locator("#tasks")).not_to_have_attribute("open", re.compile(".*"))
        clock.set_speed(mine.lab.pk, 1)
        mine.resize(1)
        page.reload()
        expect(page.locator("#tasks")).to_have_attribute("open", re.compile(".*"))
        assert "tasks=" not in page.evaluate("document.cookie")  # the page opened it, not the reader
        page.locator("#tasks summary").click()
        page.wait_for_function("() => document.cookie.includes('tasks=closed')")
        page.reload()
        expect(page.locator("#tasks")).not_to_have_attribute("open", re.compile(".*"))
