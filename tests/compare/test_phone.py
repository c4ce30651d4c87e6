"""Pages of the comparison on a phone: rows are cards, every value has its name, and nothing overflows sideways."""

import re

import pytest
from playwright.sync_api import expect

from tests.compare.conftest import enter
from tests.support.browser import PHONE, OpenPage
from tests.support.live import LiveApp
from tests.support.phone import check_cards

pytestmark = pytest.mark.browser
PAGES = {"": 7, "readiness/": 2, "workloads/": 5, "report/": 3}
"""Pages, with how many different labels their cards have at the least."""


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("part", list(PAGES))
def test_it_names_every_value_and_overflows_nowhere(
    live_app: LiveApp, open_page: OpenPage, address: str, language: str, part: str
) -> None:
    page = enter(live_app, open_page(language=language, viewport=PHONE), f"{address}{part}")
    check_cards(page, language, PAGES[part])


def test_it_shows_both_ends_of_the_heat_maps_key(live_app: LiveApp, open_page: OpenPage, address: str) -> None:
    page = enter(live_app, open_page(viewport=PHONE), address)
    chart = page.locator("#chart-heatmap")
    chart.scroll_into_view_if_needed()
    expect(chart.locator(".is-drawn")).to_have_count(1, timeout=60_000)
    for end in ("0 %", "100 %"):
        expect(chart.locator(".x2tick text", has_text=re.compile(f"^{end}$"))).to_be_visible()
    ends = "[...document.querySelectorAll('#chart-heatmap .x2tick text')].map(end => end.getBoundingClientRect().right)"
    assert max(page.evaluate(ends)) <= PHONE["width"]
