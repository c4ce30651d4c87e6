"""The report to print, and the answer that it opens with, in a real browser."""

import re
from collections.abc import Callable

import pytest
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Page, expect

from hosts.inventory.write import create_estate
from tests.compare.conftest import VISITOR, small_inventory
from tests.support.browser import OpenPage
from tests.support.demo import eventually
from tests.support.live import LiveApp
from virtlab.labs.access import SESSION_KEY
from virtlab.labs.models import Lab

pytestmark = pytest.mark.browser
PAGE_OBJECT = re.compile(rb"/Type\s*/Page\b(?!s)")


@pytest.fixture(scope="module")
def address(live_app: LiveApp) -> str:
    """The comparison of 120 VMs on the running VirtLab."""
    with live_app.orm():
        lab = Lab.objects.create(name="Estate", visitor_token=VISITOR)
        create_estate(lab, small_inventory(copies=20))
        return f"/labs/{lab.slug}/compare/"


def enter(live_app: LiveApp, page: Page, address: str) -> Page:
    """The page of an address, for the visitor whose lab it is."""
    with live_app.orm():
        store = SessionStore()
        store[SESSION_KEY] = VISITOR
        store.save()
        page.context.add_cookies([{"name": "sessionid", "value": str(store.session_key), "url": live_app.url}])
    page.goto(address)
    return page


@pytest.mark.parametrize("language", ["en", "ja"])
def test_it_prints_on_six_to_eight_pages(live_app: LiveApp, open_page: OpenPage, address: str, language: str) -> None:
    page = enter(live_app, open_page(language=language), f"{address}report/?usd_jpy=160")
    charts = page.locator("figure[data-chart]")
    eventually(lambda: page.locator(".chart-plot.is-drawn").count() == charts.count() > 3, 20)
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    assert 6 <= len(PAGE_OBJECT.findall(printed)) <= 8
    page.emulate_media(media="print")
    head = "getComputedStyle(document.documentElement).getPropertyValue('--head-left')"
    assert page.evaluate(head) == '"Estate"', "the head runs in the margin of every page"
    expect(page.locator(".sheet-head").filter(visible=True)).to_have_count(0)


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
