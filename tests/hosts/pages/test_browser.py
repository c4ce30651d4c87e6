"""The racks in a real browser: by keyboard, by mouse, by menu, on a phone, without scripts; live and accessible."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.labs.test_pages import open_lab
from tests.support.browser import PHONE, OpenPage

pytestmark = pytest.mark.browser
LISTS = ("vms/", "hosts/", "clusters/", "templates/", "datastores/", "hypervisors/")


def racks(page: Page) -> str:
    """Opens a demo lab's racks; returns their address."""
    address = f"{open_lab(page)}hosts/"
    page.goto(address)
    return address


# Whether what one sees in the middle of an element is the element itself.
ON_TOP = """element => {
  const { x, y, width, height } = element.getBoundingClientRect();
  return element.contains(document.elementFromPoint(x + width / 2, y + height / 2));
}"""


def open_menu(page: Page) -> Locator:
    """Opens a VM's page with the strip of tasks unfolded; returns the button of its menu."""
    page.goto(f"{open_lab(page)}hosts/vms/")
    page.locator("tbody th a").first.click()
    page.locator("#tasks").evaluate("tasks => { tasks.open = true; }")
    return page.get_by_role("button", name="More")


def machine(page: Page, name: str) -> str:
    """A machine's block in the racks, as a selector."""
    return f".racks .vm[title='{name}']"


class TestKeyboard:
    def test_it_goes_from_machine_to_machine_and_opens_one(self, page: Page) -> None:
        racks(page)
        page.locator(f"{machine(page, 'db-01')} > a").first.focus()
        page.keyboard.press("ArrowRight")
        expect(page.locator(f"{machine(page, 'erp-01')} > a").first).to_be_focused()
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowDown")
        expect(page.locator(f"{machine(page, 'db-02')} > a").first).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("db-02")

    def test_it_opens_the_menu_by_m_and_gives_the_focus_back(self, page: Page) -> None:
        racks(page)
        page.locator(f"{machine(page, 'db-01')} > a").first.focus()
        page.keyboard.press("m")
        menu = page.locator("#vm-actions:popover-open")
        expect(menu.get_by_role("link", name="Open")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator(f"{machine(page, 'db-01')} > a").first).to_be_focused()

    def test_it_is_one_stop_of_the_tab_key(self, page: Page) -> None:
        racks(page)
        expect(page.locator(".racks .vm > a:first-child[tabindex='0']")).to_have_count(1)


class TestMouse:
    def test_it_asks_for_the_move_where_a_machine_is_dropped(self, page: Page) -> None:
        racks(page)
        target = page.locator(".slab", has_text="kvm-02")
        page.locator(machine(page, "lb-01")).drag_to(target, target_position={"x": 300, "y": 10})
        page.wait_for_url("**/operations/vm.move/**")
        expect(page.get_by_label("Host", exact=True).locator("option:checked")).to_have_text("kvm-02")

    def test_it_shows_the_menu_of_a_machine(self, page: Page) -> None:
        racks(page)
        page.locator(f"{machine(page, 'db-01')} .vm-menu").click()
        page.locator("#vm-actions").get_by_role("link", name="Resize").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Resize")

    def test_it_sizes_by_memory(self, page: Page) -> None:
        racks(page)
        page.get_by_role("link", name="Memory", exact=True).click()
        expect(page.get_by_role("link", name="Memory", exact=True)).to_have_attribute("aria-current", "true")
        assert page.url.endswith("size=memory")


@pytest.mark.parametrize("size", [{"width": 1440, "height": 900}, {"width": 1280, "height": 720}, PHONE])
class TestMore:
    def test_it_shows_its_last_entry_above_the_tasks(self, open_page: OpenPage, size: dict[str, int]) -> None:
        page = open_page(viewport=size)
        more = open_menu(page)
        more.click()
        assert more.evaluate(ON_TOP), "the menu hangs beside its button"
        last = page.locator(".actions:popover-open a").last
        last.scroll_into_view_if_needed()
        expect(last).to_be_in_viewport(ratio=1)
        assert last.evaluate(ON_TOP)
        last.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Delete")

    def test_it_closes_by_escape_and_where_the_keyboard_leads_out(
        self, open_page: OpenPage, size: dict[str, int]
    ) -> None:
        page = open_page(viewport=size)
        more, menu = open_menu(page), page.locator(".actions:popover-open")
        more.press("Enter")
        page.keyboard.press("Tab")
        expect(menu.locator("a").first).to_be_focused()
        page.keyboard.press("Escape")
        expect(menu).to_have_count(0)
        expect(more).to_be_focused()
        more.press("Enter")
        menu.locator("a").last.focus()
        page.keyboard.press("Tab")
        expect(menu).to_have_count(0)


class TestLive:
    def test_it_keeps_the_focus_when_the_racks_come_anew(self, page: Page) -> None:
        racks(page)
        link = page.locator(f"{machine(page, 'erp-01')} > a").first
        link.focus()
        page.evaluate("document.querySelector('[data-racks]').seenBefore = true")
        with page.expect_response(lambda answer: "/hosts/" in answer.url):
            page.evaluate("window.htmx.trigger('[data-racks]', 'refresh')")
        expect(link).to_be_focused()
        expect(link).to_have_attribute("tabindex", "0")
        assert page.evaluate("document.querySelector('[data-racks]').seenBefore")

    def test_it_answers_a_filter_in_place(self, page: Page) -> None:
        racks(page)
        page.get_by_label("Cluster").select_option(label="Rack B")
        expect(page.locator(".slab")).to_have_count(2)
        assert "cluster=" in page.url


class TestLayers:
    def test_it_runs_the_load_again_when_a_field_changes(self, page: Page) -> None:
        page.goto(f"{open_lab(page)}hosts/hypervisors/")
        page.get_by_label("One side").select_option("none")
        expect(page.locator(".pair h2").first).to_have_text("No virtualization")
        page.get_by_label("Guests").fill("12")
        page.keyboard.press("Tab")
        expect(page.get_by_text("12 such hosts, one for each workload.")).to_be_visible()
        assert "guests=12" in page.url
        page.locator("#chart-ready").scroll_into_view_if_needed()
        expect(page.locator("#chart-ready .is-drawn")).to_have_count(1)

    def test_it_shows_the_whole_page_back_and_forward(self, page: Page) -> None:
        page.goto(f"{open_lab(page)}hosts/hypervisors/")
        page.evaluate("window.same = true")
        for key, name in (("xen", "Xen"), ("hyperv", "Microsoft Hyper-V 2016/2019")):
            page.get_by_label("One side").select_option(key)
            expect(page.locator(".pair h2").first).to_have_text(name)
        assert page.evaluate("window.same")
        page.go_back()
        expect(page.locator(".pair h2").first).to_have_text("Xen")
        expect(page.get_by_label("One side")).to_have_value("xen")
        expect(page.locator("header")).to_have_count(1)
        page.go_forward()
        expect(page.locator(".pair h2").first).to_have_text("Microsoft Hyper-V 2016/2019")
        expect(page.locator("header")).to_have_count(1)


class TestForAll:
    def test_it_works_without_scripts(self, open_page: OpenPage) -> None:
        page = open_page(java_script_enabled=False)
        racks(page)
        page.get_by_role("link", name="What can be done with db-01").click()
        expect(page.get_by_role("link", name="Resize")).to_be_visible()

    @pytest.mark.parametrize(("theme", "language"), [("light", "en"), ("dark", "ja")])
    def test_it_has_no_accessibility_findings(
        self, open_page: OpenPage, axe: Callable[..., None], theme: str, language: str
    ) -> None:
        page = open_page(color_scheme=theme, language=language)
        address = racks(page)
        for path in ("", *LISTS):
            page.goto(f"{address}{path}")
            axe(page)
        page.goto(f"{address}vms/")
        for selector in ("tbody th a", "td a[href*='/hosts/hosts/']", "td a[href*='/clusters/']"):
            page.goto(f"{address}vms/")
            page.locator(selector).first.click()
            expect(page).not_to_have_url(f"{address}vms/")
            axe(page)

    def test_it_fits_a_phone(self, open_page: OpenPage) -> None:
        page = open_page(viewport=PHONE)
        address = racks(page)
        for path in ("", *LISTS):
            page.goto(f"{address}{path}")
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
