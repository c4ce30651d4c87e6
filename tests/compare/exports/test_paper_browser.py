"""The report to print, and the answer that it opens with, in a real browser."""

import re
import zlib
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from hosts.inventory.reading import read_file
from tests.compare.conftest import address_of, enter, small_inventory
from tests.support.browser import OpenPage
from tests.support.demo import eventually
from tests.support.live import LiveApp

pytestmark = pytest.mark.browser
PAGE_OBJECT = re.compile(rb"/Type\s*/Page\b(?!s).*?/Contents (\d+) 0 R", re.DOTALL)
LEAST_BYTES = 20_000
"""What is drawn on a page of this report takes more of them, a page that holds its margins or a heading alone fewer."""

# A page has 267 mm between its margins (static/css/print.css).
QUARTER_MORE = """main => {
  const more = main.appendChild(document.createElement("p"));
  more.style.cssText = "height: 67mm; margin: 0; break-inside: auto";
}"""


def drawn_on(printed: bytes) -> Iterator[bytes]:
    """What is drawn on each page of a PDF."""
    for page in PAGE_OBJECT.finditer(printed):
        head = re.search(rb"\n%s 0 obj\s*<<.*?/Length (\d+)>>\s*stream\r?\n" % page[1], printed, re.DOTALL)
        assert head
        yield zlib.decompress(printed[head.end() : head.end() + int(head[1])])


def printed_by(page: Page) -> bytes:
    """The report as PDF, with all its charts."""
    charts = page.locator("figure[data-chart]")
    eventually(lambda: page.locator(".chart-plot.is-drawn").count() == charts.count() > 3, 60)
    return page.pdf(prefer_css_page_size=True, print_background=True)


@pytest.fixture(scope="module")
def address(live_app: LiveApp) -> str:
    """The comparison of 120 VMs on the running VirtLab."""
    return address_of(live_app, small_inventory(copies=20))


@pytest.fixture(scope="module")
def real_address(live_app: LiveApp, shared_data: Path) -> str:
    """The comparison of 805 VMs on the running VirtLab."""
    return address_of(live_app, read_file(shared_data / "rvtools_805vm.xlsx", "rvtools_805vm.xlsx").inventory)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_it_prints_on_six_to_eight_pages(live_app: LiveApp, open_page: OpenPage, address: str, language: str) -> None:
    page = enter(live_app, open_page(language=language), f"{address}report/?usd_jpy=160")
    assert 6 <= len(list(drawn_on(printed_by(page)))) <= 8
    page.emulate_media(media="print")
    head = "getComputedStyle(document.documentElement).getPropertyValue('--head-left')"
    assert page.evaluate(head) == '"Estate"', "the head runs in the margin of every page"
    expect(page.locator(".sheet-head").filter(visible=True)).to_have_count(0)


@pytest.mark.parametrize(("language", "theme"), [("ja", "light"), ("ja", "dark"), ("en", "light")])
def test_it_prints_a_real_estate_on_eight_pages_and_leaves_none_of_them_empty(
    live_app: LiveApp, open_page: OpenPage, real_address: str, language: str, theme: str
) -> None:
    page = open_page(language=language)
    page.context.add_cookies([{"name": "theme", "value": theme, "url": live_app.url}])
    drawn = [len(one) for one in drawn_on(printed_by(enter(live_app, page, f"{real_address}report/")))]
    assert 6 <= len(drawn) <= 8
    page.locator("main").evaluate(QUARTER_MORE)
    assert len(list(drawn_on(printed_by(page)))) <= 8, "a quarter of a page is free at the end"
    assert min(drawn) > LEAST_BYTES, drawn
    lines = "[...document.querySelectorAll('#chart-tornado .ytick')].map(tick => tick.getBoundingClientRect())"
    labels = page.evaluate(f"{lines}.map(({{ top, bottom }}) => [top, bottom]).sort((one, other) => one[0] - other[0])")
    assert len(labels) > 5
    assert all(above[1] <= below[0] for above, below in pairwise(labels)), "labels stand clear of each other"


def test_it_draws_without_scrolling_and_is_led_to_from_the_comparison(
    live_app: LiveApp, open_page: OpenPage, address: str, axe: Callable[..., None]
) -> None:
    page = enter(live_app, open_page(), f"{address}?usd_jpy=160")
    page.get_by_role("link", name="Report for print").click()
    expect(page.get_by_text("Changed from their default")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Back to the comparison").click()
    assert "usd_jpy=160" in page.url


def test_it_opens_with_the_answer_and_adds_its_range(live_app: LiveApp, open_page: OpenPage, address: str) -> None:
    page = enter(live_app, open_page(), address)
    answer = page.locator(".answer")
    expect(answer).to_contain_text("Over 60 months")
    expect(answer).to_contain_text("8 of 10 draws", timeout=30_000)
    expect(answer).to_contain_text("What would turn it")
