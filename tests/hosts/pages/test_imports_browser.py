"""The import in a real browser, on a running VirtLab with a real worker."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.hosts.inventory.files import VINFO, VINFO_ROW, csv_text, rvtools
from tests.hosts.inventory.formats.tables import UNKNOWN
from tests.support.browser import PHONE, Console, OpenPage
from tests.support.phone import check_cards

pytestmark = pytest.mark.browser
Check = Callable[..., None]


def open_import(page: Page) -> None:
    """Opens a lab as a visitor does, and its import page."""
    page.goto("/")
    page.locator("form[action*='open'] button").first.click()
    page.wait_for_url(re.compile(r"/labs/[0-9a-f]+/$"))
    page.goto(f"{page.url}import/")


def upload(page: Page, path: Path) -> None:
    """Chooses a file and has it read."""
    page.get_by_label("Choose files").set_input_files(path)
    page.get_by_role("button", name="Read the files").click()


class TestImport:
    def test_it_takes_a_file_from_upload_to_comparison(self, page: Page, axe: Check, tmp_path: Path) -> None:
        open_import(page)
        axe(page)
        upload(page, rvtools(tmp_path / "my servers.xlsx"))
        expect(page.get_by_role("heading", name="Accept")).to_be_visible(timeout=20_000)
        expect(page.get_by_role("heading", level=1)).to_have_text("my servers.xlsx")
        axe(page)
        for view in ("VMs", "Hosts", "Columns"):
            page.get_by_role("link", name=re.compile(f"^{view}")).last.click()
            axe(page)
        page.get_by_role("radio", name="Replace the estate").focus()
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/compare/"))
        expect(page.get_by_text("“my servers.xlsx” is imported.")).to_be_visible()

    @pytest.mark.parametrize("language", ["en", "ja"])
    def test_it_shows_rows_as_cards_on_a_phone(self, open_page: OpenPage, tmp_path: Path, language: str) -> None:
        page = open_page(viewport=PHONE, language=language)
        open_import(page)
        page.locator("input[type=file]").set_input_files(rvtools(tmp_path / "my servers.xlsx"))
        page.locator(".import-form button[type=submit]").first.click()
        expect(page.locator("#rows")).to_have_count(1, timeout=20_000)
        for view, least in {"vms": 5, "hosts": 5, "findings": 3}.items():
            page.goto(f"{page.url.partition('?')[0]}?view={view}")
            check_cards(page, language, least)

    def test_it_says_why_a_file_is_refused_while_the_page_waits(self, page: Page, axe: Check, tmp_path: Path) -> None:
        open_import(page)
        (tmp_path / "x.csv").write_text("a,b\n1,2\n")
        upload(page, tmp_path / "x.csv")
        expect(page.get_by_role("alert")).to_contain_text("fit no known format", timeout=20_000)
        axe(page)

    def test_it_asks_once_which_column_is_what_and_takes_the_keyboard(
        self, open_page: OpenPage, axe: Check, console: Console, tmp_path: Path
    ) -> None:
        console.expect("422")  # the answer to columns that are not chosen
        page = open_page(viewport=PHONE)
        open_import(page)
        (tmp_path / "liste.csv").write_text(UNKNOWN)
        upload(page, tmp_path / "liste.csv")
        expect(page.get_by_role("heading", name="The first rows of the table")).to_be_visible(timeout=20_000)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        page.get_by_role("button", name="Read with these columns").click()
        expect(page.get_by_role("alert")).to_contain_text("not chosen yet")
        axe(page)
        for label, typed in (("Name of the VM", "Ser"), ("vCPU", "Nb"), ("Memory", "RAM")):
            page.get_by_label(label, exact=True).or_(page.get_by_label(f"{label}:", exact=True)).focus()
            page.keyboard.type(typed)
        page.get_by_label("Unit of “Memory”").select_option("gib")
        page.get_by_role("button", name="Read with these columns").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Accept")).to_be_visible(timeout=20_000)
        expect(page.get_by_role("row", name="What was read")).to_contain_text("24 GiB")
        axe(page)

    def test_it_takes_a_file_that_is_dropped(self, page: Page) -> None:
        open_import(page)
        page.evaluate(
            """text => {
                const carried = new DataTransfer();
                carried.items.add(new File([text], "dropped.csv"));
                const drop = new DragEvent("drop", { dataTransfer: carried, bubbles: true });
                document.querySelector("[data-drop]").dispatchEvent(drop);
            }""",
            csv_text([VINFO, VINFO_ROW]),
        )
        expect(page.locator("[data-chosen]")).to_have_text("dropped.csv")
        page.get_by_role("button", name="Read the files").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("dropped.csv")

    def test_it_stops_a_file_above_the_limit_before_it_is_sent(self, page: Page) -> None:
        open_import(page)
        page.locator("[data-import]").evaluate("form => { form.dataset.limit = 3; }")
        page.get_by_label("Choose files").set_input_files(
            {"name": "x.csv", "mimeType": "text/csv", "buffer": b"too much"}
        )
        expect(page.locator("[data-chosen]")).to_contain_text("larger than 50 MiB")
        expect(page.get_by_role("button", name="Read the files")).to_be_disabled()

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_it_fits_a_phone_in_both_colours(
        self, open_page: OpenPage, axe: Check, tmp_path: Path, scheme: str
    ) -> None:
        page = open_page(viewport=PHONE, color_scheme=scheme)
        open_import(page)
        for _ in ("upload", "preview"):
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
            axe(page)
            if page.locator("[data-import]").count():
                upload(page, rvtools(tmp_path / "x.xlsx"))
                expect(page.get_by_role("heading", name="Accept")).to_be_visible(timeout=20_000)

    def test_it_works_without_scripts(self, open_page: OpenPage, tmp_path: Path) -> None:
        page = open_page(java_script_enabled=False)
        open_import(page)
        upload(page, rvtools(tmp_path / "x.xlsx"))
        for _ in range(40):
            if page.get_by_role("heading", name="Accept").count():
                break
            page.wait_for_timeout(250)
            page.get_by_role("link", name="Look again").click()
        page.get_by_role("button", name="Accept and compare").click()
        expect(page).to_have_url(re.compile(r"/compare/"))
