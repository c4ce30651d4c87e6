"""No page scrolls sideways, in either language, on a small laptop and on a phone: wide tables scroll in their boxes."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, ViewportSize

from tests.support.browser import Console, OpenPage

pytestmark = pytest.mark.browser
LAPTOP: ViewportSize = {"width": 1280, "height": 720}
# What a scroll bar leaves of a phone of 390 pixels.
PHONE: ViewportSize = {"width": 375, "height": 844}
FITS = "document.scrollingElement.scrollWidth <= innerWidth"
MISSING = "/nothing/"
PUBLIC = ("/", "/glossary/", "/parameters/", "/accounts/sign-in/", "/accounts/sign-up/", MISSING)
IN_A_LAB = {
    "": ("", "settings/", "import/", "jobs/", "jobs/operations/instance.launch/"),
    "compare/": ("", "workloads/", "items/as_is/"),
    "hosts/": ("", "vms/", "hosts/", "clusters/", "templates/", "datastores/", "hypervisors/"),
    "instances/": (
        "",
        "list/",
        "addresses/",
        "placement-groups/",
        "templates/",
        "regions/",
        "regions/?from=us-east-1&to=eu-north-1",
    ),
    "instances/types/": ("", "?compare=m7i.large&compare=c7g.xlarge", "m7i.large/"),
    "instances/naming/": ("?name=u7in-24tb.224xlarge",),
    "instances/hypervisors/": ("",),
    "instances/responsibility/": ("",),
}
# A list, the first of whose objects is looked at, and an operation with it.
OBJECTS = {
    "hosts/vms/": "vm.resize",
    "hosts/hosts/": "host.power_off",
    "hosts/clusters/": "cluster.settings",
    "hosts/datastores/": "datastore.grow",
    "instances/list/": "instance.resize",
}


def lab_of(page: Page) -> str:
    """Opens a lab and returns its address."""
    page.goto("/")
    page.locator('form[action*="open"] button').first.click()
    page.wait_for_url("**/labs/*/")
    return page.url.split("?")[0]


def addresses(page: Page, lab: str) -> Iterator[str]:
    """Every page: of objects the first's."""
    yield from PUBLIC
    yield from (f"{lab}{room}{path}" for room, paths in IN_A_LAB.items() for path in paths)
    for listed, operation in OBJECTS.items():
        page.goto(f"{lab}{listed}")
        address = page.locator("tbody th a").first.get_attribute("href") or ""
        yield address
        yield f"{lab}jobs/operations/{operation}/?subject={address.rstrip('/').split('/')[-1]}"


def fits(page: Page) -> bool:
    """Whether nothing is wider than the window; charts follow it a moment later."""
    for _try in range(20):
        if page.evaluate(FITS):
            return True
        page.wait_for_timeout(100)
    return False


@pytest.mark.parametrize("language", ["en", "ja"])
def test_it_scrolls_no_page_sideways(open_page: OpenPage, console: Console, language: str) -> None:
    console.expect("404")
    page = open_page(language=language, viewport=LAPTOP)
    wide = []
    for address in addresses(page, lab_of(page)):
        answer = page.goto(address)
        assert answer
        assert answer.ok or address == MISSING, address
        for size in (LAPTOP, PHONE):
            page.set_viewport_size(size)
            if not fits(page):
                wide.append((address, size["width"]))
        page.set_viewport_size(LAPTOP)
    assert not wide
