"""The pages of labs, accounts and the estate in a real browser: accessible in both languages, themes and widths."""

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from tests.support.browser import PHONE, Console, OpenPage
from tests.support.live import LiveApp

pytestmark = pytest.mark.browser

DESKTOP = {"width": 1440, "height": 1000}
LOOKS = [("en", "light", DESKTOP), ("ja", "dark", DESKTOP), ("en", "dark", PHONE), ("ja", "light", PHONE)]
NARROW_MENU = "Menu"
Axe = Callable[..., None]


def open_lab(page: Page) -> str:
    """Opens a lab from the start page and returns its address."""
    page.goto("/")
    page.locator('form[action="/labs/open/"] button').click()
    page.wait_for_url(re.compile("/labs/[0-9a-f]+/$"))
    return page.url


def fits(page: Page) -> None:
    """No sideways scroll of the page."""
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, page.url


@pytest.fixture
def admin(live_app: LiveApp) -> User:
    with live_app.orm():
        user, _ = User.objects.get_or_create(username="eve", is_staff=True, is_superuser=True)
        return user


@pytest.mark.parametrize(("language", "theme", "viewport"), LOOKS)
def test_it_is_accessible_in_every_look(
    open_page: OpenPage, axe: Axe, language: str, theme: str, viewport: dict[str, int]
) -> None:
    page = open_page(language=language, viewport=viewport, color_scheme=theme)
    lab = open_lab(page)
    of_lab = [lab, f"{lab}hosts/", f"{lab}hosts/vms/", f"{lab}settings/"]
    for address in ("/", *of_lab, "/parameters/", "/accounts/sign-in/", "/accounts/sign-up/"):
        page.goto(address)
        expect(page.locator("html")).to_have_attribute("lang", language)
        axe(page)
        fits(page)


CONSOLE = ("", "labs/lab/", "labs/parameter/", "labs/parameter/add/", "auth/user/", "auth/user/add/")


@pytest.mark.parametrize(("language", "theme", "viewport"), LOOKS[:3])
def test_it_has_an_accessible_console(
    open_page: OpenPage,
    axe: Axe,
    admin: User,
    console: Console,
    language: str,
    theme: str,
    viewport: dict[str, int],
) -> None:
    # axe itself makes <style> elements where a style sheet imports another, as one of the console's does.
    console.expect("Applying inline style")
    page = open_page(admin, language=language, viewport=viewport, color_scheme=theme)
    for part in CONSOLE:
        page.goto(f"/admin/{part}")
        axe(page)


def test_it_runs_the_console_under_the_strict_policy(open_page: OpenPage, admin: User) -> None:
    page = open_page(admin)
    for part in CONSOLE:
        page.goto(f"/admin/{part}")
        expect(page.locator("#content h1")).to_be_visible()


def test_it_explains_a_missing_page_in_the_design(page: Page, axe: Axe, console: Console) -> None:
    console.expect("404")
    page.goto("/no-such-page")
    expect(page.get_by_role("heading", level=1)).to_have_text("There is nothing here")
    axe(page)


class TestThemes:
    def test_it_goes_round_by_a_button_and_keeps_the_choice(self, page: Page) -> None:
        page.goto("/")
        button = page.get_by_role("button", name=re.compile("Colours"))
        for theme in ("light", "dark"):
            button.click()
            expect(page.locator("html")).to_have_attribute("data-theme", theme)
        page.reload()
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(15, 20, 28)"

    def test_it_follows_the_system_by_itself(self, open_page: OpenPage) -> None:
        page = open_page(color_scheme="dark")
        page.goto("/")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(15, 20, 28)"

    def test_it_changes_without_scripts_too(self, open_page: OpenPage) -> None:
        page = open_page(java_script_enabled=False)
        page.goto("/parameters/")
        page.get_by_role("button", name=re.compile("Colours")).click()
        expect(page.locator("html")).to_have_attribute("data-theme", "light")
        assert page.url.endswith("/parameters/")


class TestKeyboard:
    def test_it_skips_to_the_content(self, page: Page) -> None:
        page.goto("/")
        page.keyboard.press("Tab")
        skip = page.get_by_role("link", name="Skip to the content")
        expect(skip).to_be_focused()
        expect(skip).to_be_in_viewport()
        page.keyboard.press("Enter")
        expect(page.locator("#main")).to_be_focused()

    def test_it_opens_and_closes_the_menu_of_a_phone(self, open_page: OpenPage) -> None:
        page = open_page(viewport=PHONE)
        open_lab(page)
        links = page.get_by_role("navigation", name="Lab").get_by_role("link")
        expect(links.first).to_be_hidden()
        page.get_by_role("button", name=NARROW_MENU).press("Enter")
        expect(links.first).to_be_visible()
        page.keyboard.press("Tab")
        expect(links.first).to_be_focused()
        page.keyboard.press("Escape")
        expect(links.first).to_be_hidden()
        expect(page.get_by_role("button", name=NARROW_MENU)).to_be_focused()

    def test_it_shows_a_figures_source_beside_its_badge(self, page: Page) -> None:
        page.goto("/parameters/?q=usd+jpy")
        badge = page.locator("button.kind").first
        badge.press("Enter")
        tip = page.locator(".tip:popover-open")
        expect(tip).to_contain_text("Source:")
        box, opener = tip.bounding_box(), badge.bounding_box()
        assert box
        assert opener
        assert abs(box["y"] - opener["y"]) < 200
        page.keyboard.press("Escape")
        expect(tip).to_have_count(0)


class TestRacks:
    def test_it_draws_wider_blocks_for_more_vcpu(self, page: Page) -> None:
        lab = open_lab(page)
        page.goto(f"{lab}hosts/")
        widths = [
            page.locator(".vm").filter(has_text=name).first.evaluate("node => node.getBoundingClientRect().width")
            for name in ("web-01", "erp-01", "db-01")
        ]
        assert widths[1] == pytest.approx(2 * widths[0], rel=0.1)
        assert widths[2] == pytest.approx(4 * widths[0], rel=0.1)

    def test_it_puts_on_prem_left_of_the_cloud(self, page: Page) -> None:
        open_lab(page)
        left, right = (
            page.locator(".sides > [data-side='hosts']").bounding_box(),
            page.locator(".sides > [data-side='instances']").bounding_box(),
        )
        assert left
        assert right
        assert left["x"] + left["width"] <= right["x"]


class TestAccounts:
    def test_it_keeps_a_lab_on_signing_up(self, page: Page) -> None:
        lab = open_lab(page)
        page.get_by_role("link", name="Sign in to keep").click()
        page.get_by_role("link", name="Sign up").click()
        expect(page.get_by_text("The lab in this browser will be kept")).to_be_visible()
        page.get_by_label("Username").fill(f"aiko-{lab[-7:-1]}")
        page.get_by_label("Password", exact=True).fill("a-long-passphrase")
        page.get_by_label("Password confirmation").fill("a-long-passphrase")
        page.get_by_role("button", name="Make the account").click()
        expect(page.get_by_role("status").filter(has_text="your lab is kept")).to_be_visible()
        page.get_by_role("button", name="Sign out").click()
        page.goto("/")
        expect(page.get_by_text("Your labs")).to_have_count(0)

    def test_it_changes_the_language_and_stays_on_the_page(self, page: Page) -> None:
        page.goto("/parameters/")
        page.get_by_role("button", name="日本語").click()
        expect(page.locator("html")).to_have_attribute("lang", "ja")
        assert page.url.endswith("/parameters/")
