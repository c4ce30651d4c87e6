"""The cloud's pages in a real browser: keyboard, mouse, filters without a reload, axe."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.support.browser import PHONE, OpenPage
from tests.support.demo import eventually

pytestmark = pytest.mark.browser
PAGES = (
    "",
    "list/",
    "addresses/",
    "placement-groups/",
    "types/?compare=m7i.large&compare=m7g.large",
    "types/m7i.large/",
    "naming/?name=c7zn.2xlarge",
    "regions/?from=ap-northeast-1&to=eu-north-1",
    "hypervisors/",
    "responsibility/",
)


@pytest.fixture
def enter(open_page: OpenPage) -> Callable[..., Page]:
    """Opens a fresh lab with the demo account and goes to a page of its cloud."""

    def go(path: str, **options: object) -> Page:
        page = open_page(**options)  # type: ignore[arg-type]
        page.goto("/")
        page.locator('form[action*="open"] button').first.click()
        page.wait_for_url("**/labs/*/")
        page.goto(f"{page.url.split('?')[0]}instances/{path}")
        return page

    return go


@pytest.mark.parametrize("look", ["light", "dark"])
def test_it_has_nothing_for_axe_to_find(enter: Callable[..., Page], axe: Callable[..., None], look: str) -> None:
    viewport = {"viewport": PHONE} if look == "dark" else {}
    page = enter(PAGES[0], color_scheme=look, **viewport)
    base = page.url
    for path in PAGES:
        page.goto(f"{base}{path}")
        axe(page)
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, path
    page.goto(f"{base}list/")
    page.locator("tbody th a").first.click()
    axe(page)


def test_it_suggests_types_in_a_native_list(enter: Callable[..., Page], axe: Callable[..., None]) -> None:
    page = enter("list/")
    page.goto(page.url.replace("/instances/list/", "/jobs/operations/instance.launch/"))
    field = page.get_by_label("Instance type", exact=True)
    assert field.evaluate("input => input.list.options.length") > 300
    axe(page)
    name = page.get_by_label("Name", exact=True)
    name.fill("web")
    with page.expect_response(lambda response: response.request.method == "POST"):
        name.press("Tab")
    expect(page.locator("#operate-preview")).not_to_be_empty()
    field.press("Control+A")
    field.press_sequentially("m7i.2xlarge")
    with page.expect_response(lambda response: response.request.method == "POST"):
        field.press("Tab")
    expect(page.locator("#operate-preview")).to_contain_text("Price of the type")
    expect(page.get_by_role("combobox", name="Instance type", exact=True)).to_have_value("m7i.2xlarge")
    assert field.evaluate("input => input.list.options.length") > 300


def test_it_filters_and_compares_without_a_reload(enter: Callable[..., Page]) -> None:
    page = enter("types/")
    page.evaluate("window.same = true")
    page.locator("#id_family").select_option("m7i")
    expect(page.locator("#list .list-head [role=status]").last).to_contain_text("11 types")
    page.locator("#id_vcpu_max").fill("8")
    page.locator("#id_vcpu_max").press("Tab")
    expect(page.locator("tbody tr")).to_have_count(3)
    page.get_by_role("link", name="Compare m7i.large").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Take m7i.large out")).to_be_focused()
    page.get_by_role("link", name="Compare m7i.xlarge").click()
    expect(page.locator("#chart-compared")).to_be_visible()
    page.locator("#id_vcpu_max").fill("2")
    page.locator("#id_vcpu_max").press("Tab")
    expect(page.locator("td[data-column=compare]")).to_have_count(1)
    expect(page.locator("#chart-compared")).to_be_visible()
    assert page.evaluate("window.same")
    assert "compare=m7i.xlarge" in page.url
    page.go_back()
    expect(page.locator("td[data-column=compare]")).to_have_count(3)
    expect(page.locator("header")).to_have_count(1)


def test_it_compares_hypervisors_without_a_reload_and_shows_the_whole_page_back_and_forward(
    enter: Callable[..., Page],
) -> None:
    page = enter("hypervisors/")
    page.evaluate("window.same = true")
    guests, finding = page.get_by_label("Guests"), page.locator("#chart-same-load figcaption p")
    findings = [finding.inner_text()]
    for count in ("24", "48"):
        guests.fill(count)
        guests.press("Tab")
        expect(finding).not_to_have_text(findings[-1])
        findings.append(finding.inner_text())
    assert "guests=48" in page.url
    assert page.evaluate("window.same")
    page.go_back()
    expect(finding).to_have_text(findings[1])
    expect(guests).to_have_value("24")
    expect(page.locator("header")).to_have_count(1)
    page.go_forward()
    expect(finding).to_have_text(findings[2])
    expect(page.locator("header")).to_have_count(1)


def test_it_explores_without_scripts(enter: Callable[..., Page]) -> None:
    page = enter("types/", java_script_enabled=False)
    page.locator("#id_q").fill("m5.large")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Compare m5.large").click()
    expect(page.locator("#compare-title")).to_be_visible()
    page.locator("[popovertarget^=why]").first.click()
    expect(page.locator("[id^=why]").first).to_be_visible()


def test_it_explains_a_name_while_it_is_typed(enter: Callable[..., Page]) -> None:
    page = enter("naming/")
    field = page.get_by_label("A name, existing or not")
    field.fill("mac2-m2.metal")
    expect(page.locator(".name-part")).to_have_count(4)
    field.fill("m7i.3xlarge")
    expect(page.locator(".name-part.is-wrong")).to_have_count(1)
    expect(page.get_by_role("link", name="m7i.xlarge")).to_be_visible()


def test_it_opens_a_cards_menu_by_keyboard(enter: Callable[..., Page]) -> None:
    page = enter("")
    button = page.get_by_role("button", name="What to do with shop-web-1")
    button.focus()
    button.press("Enter")
    menu = page.locator(".actions:popover-open")
    expect(menu).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_have_count(0)
    button.click()
    menu.get_by_role("link", name="Stop", exact=True).click()
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator("#region")).to_be_visible()
    eventually(lambda: page.locator(".vm[data-state='stopped']").count() == 2, 60)


def test_it_launches_by_a_form_that_follows_the_region_and_says_what_is_wrong(enter: Callable[..., Page]) -> None:
    page = enter("")
    page.get_by_role("link", name="Launch", exact=True).first.click()
    page.locator("[name=name]").fill("web")
    page.locator("[name=name]").press("Tab")
    expect(page.locator(".changes")).to_contain_text("Price per hour")
    assert page.evaluate("document.activeElement.name") == "count"
    page.locator("[name=region]").select_option("us-east-1")
    expect(page.locator(".field:has([name=image]) .errorlist")).to_contain_text("not in the region")
    expect(page.locator("[name=zone] option").nth(1)).to_contain_text("us-east-1")
    own = page.locator("[name=image] option", has_text="al2023-ami-2023").filter(has_text="x86_64").last
    page.locator("[name=image]").select_option(own.get_attribute("value"))
    page.locator("[name=count]").fill("20000")
    page.locator("[name=count]").press("Tab")
    expect(page.locator(".field:has([name=count]) .errorlist")).to_be_visible()
    assert page.locator("[name=name]").input_value() == "web"
    page.locator("[name=count]").fill("1")
    page.get_by_role("button", name="Launch instances").click()
    expect(page.locator(".notices")).to_contain_text("Launch web")


def test_it_previews_what_was_filled_in_before_its_scripts_came(enter: Callable[..., Page]) -> None:
    page = enter("list/")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/htmx*.js", hold)
    page.goto(page.url.replace("/instances/list/", "/jobs/operations/instance.launch/"), wait_until="commit")
    page.locator("[name=name]").fill("web")
    page.locator("[name=name]").press("Tab")
    held[0].continue_()
    expect(page.locator(".changes")).to_contain_text("Price per hour", timeout=20_000)


def test_it_offers_what_the_state_allows_as_it_changes_under_the_reader(enter: Callable[..., Page]) -> None:
    page = enter("list/")
    page.get_by_role("link", name="reports-1").click()
    change = page.get_by_role("link", name="Change to")
    expect(change).to_have_attribute("href", re.compile("/instance.resize/"))
    page.evaluate("window.notReloaded = true")
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_role("link", name="Stop", exact=True).click()
    other.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator("#operations").get_by_role("link", name="Start", exact=True)).to_be_visible(timeout=60_000)
    expect(change).to_have_attribute("href", re.compile("/instance.change_type/"))
    assert page.evaluate("window.notReloaded")
