"""Back and forward in a real browser: every list and every page with a filter comes back whole, as it was left."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from instances.models import LaunchTemplate
from tests.support.browser import OpenPage
from tests.support.live import LiveApp
from virtlab.labs.models import Lab

pytestmark = pytest.mark.browser
Step = Callable[[Page], object]
SETTLED_MS = 400
LOOK_MS, ATTEMPTS = 100, 100
FRAME = """() => {
  const count = (selector) => document.querySelectorAll(selector).length;
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  return {
    doctype: document.doctype?.name,
    parts: ["header.header", "main", "footer", "main h1"].map(count),
    heading: document.querySelector("main h1")?.textContent.trim(),
    sheets: [...document.querySelectorAll("link[rel=stylesheet]")].map((link) => Boolean(link.sheet)),
    header: getComputedStyle(document.querySelector("header") ?? document.body).borderBottomStyle,
    repeated: ids.filter((id, at) => ids.indexOf(id) !== at),
  };
}"""
STATE = """() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const text = (element) => element.textContent.replace(/\\s+/g, " ").trim();
  const fields = "main form :is(select, input:not([type=hidden], [type=checkbox], [type=radio], [type=range]))[name]";
  const rows = "main :is(tbody th[scope=row], td.finding, .slab-head > a, .name-part b)";
  return {
    address: location.pathname + location.search,
    fields: all(fields).map((field) => `${field.name}=${field.value}`),
    rows: all(rows).map(text),
    sorted: all("main th[aria-sort]").map((head) => `${text(head)} ${head.getAttribute("aria-sort")}`),
  };
}"""


@dataclass(frozen=True)
class Visited:
    """A lab on the running VirtLab with something in every list, and the cookies of the visitor whose lab it is."""

    address: str
    cookies: StorageState


def open_lab(page: Page) -> str:
    """Opens a lab from the start page; returns its address."""
    page.goto("/")
    page.locator("form[action*='open'] button").first.click()
    page.wait_for_url(re.compile("/labs/[0-9a-f]+/$"))
    return page.url


def start_jobs(page: Page, address: str) -> None:
    """Jobs for the list of jobs: some machines are stopped."""
    page.goto(f"{address}hosts/vms/?q=lb-0")
    page.locator("[data-select-all]").check()
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_role("button", name=re.compile(r"start \d+ job")).click()
    page.wait_for_url(re.compile("batch="))


def import_list(page: Page, address: str, folder: Path) -> str:
    """Uploads an inventory with something to find in it; returns the address of its preview."""
    rows = [f"vm-{number:02},{number % 3},4" for number in range(60)]
    (folder / "servers.csv").write_text("\n".join(["name,vcpu,memory_gib", *rows]))
    page.goto(f"{address}import/")
    page.get_by_label("Choose files").set_input_files(folder / "servers.csv")
    page.get_by_role("button", name="Read the files").click()
    expect(page.get_by_role("heading", name="Accept")).to_be_visible(timeout=30_000)
    return page.url.split("?")[0]


@pytest.fixture(scope="module")
def visited(live_app: LiveApp, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visited]:
    """One lab for all tests of this module."""
    with browser.new_context(viewport={"width": 1280, "height": 900}, locale="en", base_url=live_app.url) as context:
        page = context.new_page()
        address = open_lab(page)
        with live_app.orm():
            lab = Lab.objects.get(slug=address.rstrip("/").rsplit("/", 1)[1])
            for name, kind in (("web", "m5.large"), ("batch", "c5.large"), ("data", "r5.large")):
                values = {"instance_type": kind, "region": "ap-northeast-1"}
                LaunchTemplate.objects.create(lab=lab, name=name, values=values)
        start_jobs(page, address)
        import_list(page, address, tmp_path_factory.mktemp("import"))
        yield Visited(address, context.storage_state())


@pytest.fixture
def lab_page(open_page: OpenPage, visited: Visited) -> Page:
    """A page of the visitor, on the lab's own page."""
    page = open_page(storage_state=visited.cookies)
    page.goto(visited.address)
    return page


def choose(label: str, option: str) -> Step:
    """Chooses in a filter; without htmx the form is sent by its button."""

    def step(page: Page) -> None:
        field = page.locator("main form").get_by_label(label, exact=True)
        field.select_option(label=option)
        if not field.evaluate("field => field.form.hasAttribute('hx-get') || 'submitOnChange' in field.dataset"):
            page.locator("main form button[type=submit]").first.click()

    return step


def fill(name: str, value: str, key: str = "Enter") -> Step:
    """Fills a field and sends its form; by the tab key where that is enough."""

    def step(page: Page) -> None:
        page.locator(f"main form [name={name}]").fill(value)
        page.locator(f"main form [name={name}]").press(key)

    return step


def sort(head: str) -> Step:
    """Sorts by a column."""
    return lambda page: page.locator("main thead a.sort", has_text=re.compile(rf"^\s*{re.escape(head)}\s*$")).click()


def turn(number: int) -> Step:
    """Goes to a page of the list."""
    return lambda page: page.locator(".pager").get_by_role("link", name=str(number), exact=True).click()


LISTS: dict[str, tuple[str, list[Step]]] = {
    "racks": ("hosts/", [choose("Cluster", "Rack B"), fill("q", "kvm-03")]),
    "VMs": ("hosts/vms/", [choose("System", "Linux"), sort("vCPU"), sort("vCPU")]),
    "VMs by page": ("hosts/vms/", [sort("Memory"), turn(2)]),
    "hosts": ("hosts/hosts/", [choose("Cluster", "Rack A"), sort("Name")]),
    "clusters": ("hosts/clusters/", [fill("q", "Rack A"), sort("Hosts")]),
    "templates": ("hosts/templates/", [fill("q", "a"), sort("vCPU")]),
    "datastores": ("hosts/datastores/", [choose("Cluster", "Rack A"), sort("Free now")]),
    "hypervisors": ("hosts/hypervisors/", [choose("One side", "No virtualization")]),
    "instances": ("instances/list/", [choose("State", "Running"), sort("vCPU")]),
    "launch templates": ("instances/templates/", [fill("q", "a"), sort("Type")]),
    "types": ("instances/types/", [choose("Family", "m7i"), sort("Memory")]),
    "types by page": ("instances/types/", [turn(2), sort("Type")]),
    "regions": ("instances/regions/", [sort("Zones"), choose("to", "eu-north-1 · Europe (Stockholm)")]),
    "names": ("instances/naming/", [fill("name", "m7i.large")]),
    "cloud hypervisors": ("instances/hypervisors/", [fill("guests", "8", "Tab")]),
    "jobs": ("jobs/", [choose("Side", "On-prem"), sort("Job")]),
    "workloads": ("compare/workloads/", [fill("q", "db"), sort("vCPU now")]),
    "workloads by page": ("compare/workloads/", [turn(2)]),
    "report": ("compare/", [fill("usd_jpy", "200", "Tab")]),
    "findings": ("import/", [choose("Severity", "Assumed"), turn(2)]),
    "parameters": ("/parameters/", [fill("q", "price")]),
}


def expect_as(page: Page, frame: dict[str, Any], state: dict[str, Any]) -> None:
    """The page is whole, with its form, rows and order as they were."""
    for _attempt in range(ATTEMPTS):
        seen = page.evaluate(FRAME), page.evaluate(STATE)
        if seen == (frame, state):
            break
        page.wait_for_timeout(LOOK_MS)
    assert seen == (frame, state)


def take(page: Page, steps: list[Step]) -> list[dict[str, Any]]:
    """Takes the steps; returns the state at each entry of the browser's history, the one before the steps first."""
    states = [page.evaluate(STATE)]
    for step in steps:
        address, entries = page.url, page.evaluate("history.length")
        step(page)
        expect(page).not_to_have_url(address)
        page.wait_for_timeout(SETTLED_MS)
        if page.evaluate("history.length") == entries:
            states.pop()
        states.append(page.evaluate(STATE))
    return states


def refresh(page: Page) -> None:
    """What lives by events loads itself anew, as it does while one looks at it."""
    for region in page.locator("main [data-live][hx-get]").all():
        with page.expect_response(lambda answer: answer.request.headers.get("hx-request") == "true"):
            region.evaluate("region => window.htmx.trigger(region, 'refresh')")
    page.wait_for_timeout(SETTLED_MS)


def open_list(page: Page, visited: Visited, path: str) -> None:
    """Opens a list by its address; the import's by its link."""
    page.goto(path if path.startswith("/") else f"{visited.address}{path}")
    if path == "import/":
        page.get_by_role("link", name="servers.csv").first.click()
        page.wait_for_url(re.compile(r"/import/[^/]+/"))


@pytest.mark.parametrize("name", LISTS)
def test_it_shows_the_whole_page_as_it_was_on_back_and_forward(lab_page: Page, visited: Visited, name: str) -> None:
    path, steps = LISTS[name]
    page = lab_page
    open_list(page, visited, path)
    frame = page.evaluate(FRAME)
    assert frame["parts"] == [1, 1, 1, 1]
    assert all(frame["sheets"])
    assert not frame["repeated"]
    states = take(page, steps)
    refresh(page)
    page.locator("header .logo").click()
    page.wait_for_url(re.compile(r"^[^/]+//[^/]+/$"))
    for state in reversed(states):
        page.go_back()
        expect_as(page, frame, state)
    for state in states[1:]:
        page.go_forward()
        expect_as(page, frame, state)
    page.go_forward()
    expect(page.locator("form[action*='open']").first).to_be_visible()
