"""Pages of the comparison on a phone: rows are cards, every value has its name, and nothing overflows sideways."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.compare.conftest import enter
from tests.support.browser import PHONE, OpenPage
from tests.support.live import LiveApp

pytestmark = pytest.mark.browser
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
LABELS = """[...document.querySelectorAll('.as-cards tbody td')].filter(cell => cell.checkVisibility())
  .map(cell => cell.dataset.label ?? '')"""
OVERFLOWING = """[...document.querySelectorAll('main *')].filter(element => element.checkVisibility()
    && element.getBoundingClientRect().right > innerWidth + 1
    && !element.closest('.visually-hidden, .svg-container, pre')
    && (element.closest('.as-cards') || !element.closest('.table-wrap, .sheet')))
  .map(element => element.outerHTML.slice(0, 120))"""
WIDE_CARDS = """[...document.querySelectorAll('.as-cards :is(th, td)')].filter(cell => cell.checkVisibility()
  && cell.scrollWidth > cell.clientWidth + 1).map(cell => cell.outerHTML.slice(0, 120))"""
PAGES = {"": 7, "readiness/": 2, "workloads/": 5, "report/": 3}
"""Pages, with how many different labels their cards have at the least."""


def open_all(page: Page) -> None:
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("part", list(PAGES))
def test_it_names_every_value_and_overflows_nowhere(
    live_app: LiveApp, open_page: OpenPage, address: str, language: str, part: str
) -> None:
    page = enter(live_app, open_page(language=language, viewport=PHONE), f"{address}{part}")
    open_all(page)
    labels = page.evaluate(LABELS)
    assert len(set(labels)) >= PAGES[part]
    assert all(label.strip() for label in labels), "a value without its name"
    if language == "ja":
        written = [label for label in set(labels) if JAPANESE.search(label)]
        assert len(written) >= len(set(labels)) - 1, set(labels)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
    assert page.evaluate(OVERFLOWING) == []
    assert page.evaluate(WIDE_CARDS) == []


def test_it_shows_both_ends_of_the_heat_maps_key(live_app: LiveApp, open_page: OpenPage, address: str) -> None:
    page = enter(live_app, open_page(viewport=PHONE), address)
    chart = page.locator("#chart-heatmap")
    chart.scroll_into_view_if_needed()
    expect(chart.locator(".is-drawn")).to_have_count(1, timeout=60_000)
    for end in ("0 %", "100 %"):
        expect(chart.locator(".x2tick text", has_text=re.compile(f"^{end}$"))).to_be_visible()
    ends = "[...document.querySelectorAll('#chart-heatmap .x2tick text')].map(end => end.getBoundingClientRect().right)"
    assert max(page.evaluate(ends)) <= PHONE["width"]
