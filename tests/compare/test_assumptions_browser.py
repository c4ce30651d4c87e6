"""The assumptions in a real browser: found by words, emptied, and changed with the verdict in sight."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.compare.conftest import enter
from tests.support.browser import PHONE, OpenPage
from tests.support.live import LiveApp

pytestmark = pytest.mark.browser
FIELDS = "#assumptions .field:not(.find)"


@pytest.fixture
def page(live_app: LiveApp, open_page: OpenPage, address: str, request: pytest.FixtureRequest) -> Page:
    """The comparison, opened by the visitor whose lab it is; with options of open_page where a test has them."""
    return enter(live_app, open_page(**getattr(request, "param", {})), address)


def test_it_finds_assumptions_by_words_from_the_keyboard(page: Page, axe: Callable[..., None]) -> None:
    every = page.locator(FIELDS).count()
    search = page.get_by_label("Find an assumption")
    expect(page.locator("#field-storage_usd_per_tb")).to_be_hidden()
    search.press_sequentially("PRICE storage")
    found = page.locator(FIELDS).filter(visible=True)
    expect(page.locator("#found")).to_have_text(f"{found.count()} assumptions match.")
    assert 1 < found.count() < every / 4
    expect(page.locator("#field-storage_usd_per_tb")).to_be_visible()
    expect(page.locator("#field-usd_jpy")).to_be_hidden()
    axe(page)
    search.press("Enter")
    assert page.evaluate("document.activeElement.id").startswith("field-storage")
    assert "storage" not in page.url
    search.press("Escape")
    expect(page.locator("#found")).to_be_empty()
    expect(page.locator("#field-usd_jpy")).to_be_visible()
    expect(page.locator("#field-storage_usd_per_tb")).to_be_hidden()


def test_it_says_where_no_assumption_matches(page: Page) -> None:
    page.get_by_label("Find an assumption").fill("xyzzy")
    expect(page.locator("#found")).to_have_text("No assumption matches.")
    expect(page.locator(FIELDS).filter(visible=True)).to_have_count(0)


@pytest.mark.parametrize("page", [{"language": "ja"}], indirect=True)
def test_it_finds_what_is_typed_in_full_width(page: Page) -> None:
    page.get_by_label("前提を検索").fill("ＰＵＥ　サーバー")
    expect(page.locator("#field-pue_onprem")).to_be_visible()
    expect(page.locator("#field-usd_jpy")).to_be_hidden()
    page.get_by_label("前提を検索").fill("メモリー")
    expect(page.locator("#field-server_usd_per_gib")).to_be_visible()
    expect(page.locator("#field-usd_jpy")).to_be_hidden()


def test_it_says_which_assumptions_are_ones_own(page: Page) -> None:
    field = page.locator(".field", has=page.locator("#field-server_usd_per_core"))
    expect(field.get_by_text("Yours")).to_be_hidden()
    page.locator("#field-server_usd_per_core").fill("400")
    expect(field.get_by_text("Yours")).to_be_visible()
    expect(field.locator(".kind")).to_be_hidden()
    expect(page).to_have_url(re.compile("server_usd_per_core=400"))
    page.reload()
    expect(field.get_by_text("Yours")).to_be_visible()


def test_it_keeps_the_header_in_sight_to_the_end_of_the_page(page: Page) -> None:
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    assert page.evaluate("document.querySelector('.header').getBoundingClientRect().top") == 0
    below = "Math.round(innerHeight - document.querySelector('.footer').getBoundingClientRect().bottom)"
    high = "Math.round(document.querySelector('.tasks').getBoundingClientRect().height)"
    page.wait_for_timeout(200)
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    assert page.evaluate(f"{below} >= {high} - 1")


@pytest.mark.parametrize("page", [{"java_script_enabled": False}], indirect=True)
def test_it_offers_no_search_that_would_not_work(page: Page) -> None:
    expect(page.locator("#find")).to_be_hidden()
    expect(page.locator("#field-usd_jpy")).to_be_visible()


def test_it_says_that_a_field_is_empty_and_keeps_the_answer_of_its_last_value(page: Page) -> None:
    cost = page.locator(".ledger-row", has_text="Cost").locator(".figure b").first
    before = cost.text_content() or ""
    field = page.locator("#field-server_usd_per_core")
    field.fill("400")
    expect(cost).not_to_have_text(before)
    changed = cost.text_content() or ""
    field.fill("")
    expect(page.locator("#note-server_usd_per_core")).to_have_text("Enter a number.")
    expect(page.locator(".in-force")).to_contain_text("The answer is still that of: Price of a server's processors 400")
    expect(field).to_have_value("")
    expect(cost).to_have_text(changed)
    field.fill("100")
    expect(page.locator(".in-force")).to_have_count(0)
    expect(cost).to_have_text(before)


@pytest.mark.parametrize("page", [{"viewport": {"width": 1280, "height": 720}}, {"viewport": PHONE}], indirect=True)
def test_it_keeps_the_verdict_in_sight(page: Page) -> None:
    headline, line = page.locator(".answer-headline"), page.locator(".verdict a")
    expect(line).to_be_hidden()
    page.locator("#share").scroll_into_view_if_needed()
    expect(line).to_be_visible()
    expect(line).to_have_text((headline.text_content() or "").strip())
    line.click()
    expect(headline).to_be_in_viewport()
    expect(line).to_be_hidden()
