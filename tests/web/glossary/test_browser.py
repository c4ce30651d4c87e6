"""The glossary, its help beside words and the real-world block in a real browser: axe, keyboard, no scripts."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.browser import PHONE, OpenPage
from tests.support.demo import eventually

pytestmark = pytest.mark.browser
DESKTOP = {"width": 1440, "height": 1000}
LOOKS = [("en", "light", DESKTOP), ("ja", "dark", DESKTOP), ("en", "dark", PHONE), ("ja", "light", PHONE)]
MACHINE, INSTANCE = "hosts/vms/", "instances/list/"
ONPREM = ("hosts/", "hosts/clusters/", "hosts/hypervisors/")
CLOUD = [f"instances/{page}" for page in ("", "types/", "types/m7i.large/", "regions/", "hypervisors/")]
PAGES = (*ONPREM, *CLOUD, "jobs/", "compare/")


def lab_of(page: Page) -> str:
    """Opens a lab and returns its address."""
    page.goto("/")
    page.locator('form[action*="open"] button').first.click()
    page.wait_for_url("**/labs/*/")
    return page.url.split("?")[0]


def first(page: Page, listed: str) -> Page:
    """Goes to the first object of a list."""
    page.goto(listed)
    page.locator("tbody th a").first.click()
    return page


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, page.url


def help_of(page: Page, key: str) -> tuple[Locator, Locator]:
    """A word's button and its help."""
    return page.locator(f'button[popovertarget="term-{key}"]'), page.locator(f"#term-{key}")


@pytest.mark.parametrize(("language", "theme", "viewport"), LOOKS)
def test_it_has_nothing_for_axe_to_find(
    open_page: OpenPage, axe: Callable[..., None], language: str, theme: str, viewport: dict[str, int]
) -> None:
    page = open_page(language=language, viewport=viewport, color_scheme=theme)
    lab = lab_of(page)
    page.goto("/glossary/")
    axe(page)
    fits(page)
    for listed, operation in ((MACHINE, "vm.resize"), (INSTANCE, "instance.resize")):
        first(page, f"{lab}{listed}")
        button = page.locator("button.help").first
        button.click()
        expect(page.locator(".tip:popover-open")).to_be_visible()
        axe(page)
        fits(page)
        page.keyboard.press("Escape")
        page.goto(f"{lab}jobs/operations/{operation}/?subject={re.findall('[0-9]+', page.url)[-1]}")
        expect(page.locator(".real-world summary")).to_be_visible()
        axe(page)
        fits(page)


def test_it_opens_and_closes_by_keyboard(page: Page) -> None:
    lab = lab_of(page)
    page.goto(f"{lab}jobs/")
    button, text = help_of(page, "job")
    button.focus()
    page.keyboard.press("Enter")
    expect(text).to_be_visible()
    page.keyboard.press("Tab")
    expect(text.get_by_role("link")).to_be_focused()
    page.keyboard.press("Escape")
    expect(text).to_be_hidden()
    expect(button).to_be_focused()
    expect(button).to_have_accessible_name("What is this: Job")


def test_it_stays_with_its_word_until_it_is_closed(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 1280, "height": 500})
    lab = lab_of(page)
    page.goto(f"{lab}hosts/")
    button, text = help_of(page, "host")
    apart = "id => { const at = document.querySelector(id).getBoundingClientRect(); return [at.left, at.top]; }"
    button.click()
    expect(text).to_be_visible()
    before, word = page.evaluate(apart, "#term-host"), page.evaluate(apart, "[popovertarget=term-host]")
    page.mouse.move(640, 400)
    page.mouse.wheel(0, 120)
    eventually(lambda: page.evaluate("scrollY") == 120, 5)
    expect(text).to_be_visible()
    after, moved = page.evaluate(apart, "#term-host"), page.evaluate(apart, "[popovertarget=term-host]")
    assert moved[1] == word[1] - 120
    assert after[0] == pytest.approx(before[0], abs=1)
    assert after[1] == pytest.approx(before[1] - 120, abs=1)
    page.keyboard.press("Escape")
    expect(text).to_be_hidden()
    button.click()
    expect(text).to_be_visible()
    page.locator("h1").click()
    expect(text).to_be_hidden()


def test_it_leads_to_the_word_in_the_glossary(page: Page) -> None:
    lab = lab_of(page)
    page.goto(f"{lab}instances/regions/")
    page.locator(".js-plotly-plot").first.wait_for()
    button, text = help_of(page, "availability_zone")
    button.click()
    expect(text).to_be_visible()
    text.locator("a").click()
    page.wait_for_url("**/glossary/#availability_zone")
    expect(page.locator("tr:target")).to_be_in_viewport()


def test_it_helps_without_scripts(open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)
    lab = lab_of(page)
    page.goto(f"{lab}jobs/")
    button, text = help_of(page, "step")
    button.click()
    expect(text).to_be_visible()
    page.goto("/glossary/?q=vmotion")
    expect(page.locator("tr#live_migration")).to_be_visible()
    expect(page.locator("tr[id]")).to_have_count(1)


def test_it_has_each_help_once_on_a_page(page: Page) -> None:
    lab = lab_of(page)
    for path in PAGES:
        page.goto(f"{lab}{path}")
        ids = page.locator("[popover][id^=term-]").evaluate_all("found => found.map(each => each.id)")
        assert len(ids) == len(set(ids)), path
        assert path == "hosts/clusters/" or ids, path


def test_it_folds_what_it_is_called_outside_on_a_phone(open_page: OpenPage) -> None:
    phone = open_page(viewport=PHONE, user_agent="Mozilla/5.0 (Linux; Android 14; Pixel 8) Mobile")
    lab = lab_of(phone)
    phone.goto(f"{lab}jobs/operations/instance.launch/")
    block = phone.locator(".real-world")
    expect(block.locator("dl")).to_be_hidden()
    block.locator("summary").click()
    expect(block.locator("dl")).to_be_visible()


def test_it_leaves_the_help_of_fields_alone(page: Page) -> None:
    lab = lab_of(page)
    page.goto(f"{lab}jobs/operations/instance.launch/")
    text = page.locator("div.help").first
    expect(text).to_be_visible()
    assert text.evaluate("each => getComputedStyle(each, '::before').content") == "none"
    assert text.evaluate("each => each.getBoundingClientRect().width") > 100
