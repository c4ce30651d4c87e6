"""Pages of the cloud at the width of a small laptop, in both languages: nothing is cut off."""

import re

import pytest
from playwright.sync_api import Page

from tests.support.browser import OpenPage
from tests.support.demo import eventually

pytestmark = pytest.mark.browser
LAPTOP = {"width": 1280, "height": 720}
CUT_OFF = """() => [...document.querySelectorAll('.table-wrap')]
  .filter(wrap => wrap.scrollWidth > wrap.clientWidth + 1)
  .map(wrap => `${wrap.getAttribute('aria-labelledby') || wrap.className}: ${wrap.scrollWidth} in ${wrap.clientWidth}`)
"""


def enter(open_page: OpenPage, language: str, viewport: dict[str, int]) -> Page:
    """The demo's lab in a language."""
    page = open_page(language=language, viewport=viewport)
    page.goto("/")
    page.locator('form[action*="open"] button').first.click()
    page.wait_for_url("**/labs/*/")
    return page


@pytest.mark.parametrize("language", ["en", "ja"])
def test_it_shows_a_volume_that_is_modified_and_its_button_in_full(open_page: OpenPage, language: str) -> None:
    page = enter(open_page, language, LAPTOP)
    lab = page.url.split("?")[0]
    page.goto(f"{lab}instances/list/")
    page.goto(page.locator("tbody th a").first.evaluate("link => link.href"))
    instance = page.url
    page.locator("a[href*='volume.modify']").first.click()
    page.locator("input[name=size_gib]").fill("400")
    page.locator("input[name=iops]").fill("16000")
    page.locator("input[name=throughput_mib_per_s]").fill("1000")
    page.locator("form button.btn-primary").last.click()
    page.wait_for_url(re.compile(r"/jobs/\d+/"))
    page.goto(instance)
    optimizing = page.locator("tr", has=page.locator("a[href*='volume.modify']")).locator("th .under").first
    eventually(lambda: page.reload() and optimizing.is_visible())
    assert page.evaluate(CUT_OFF) == []
