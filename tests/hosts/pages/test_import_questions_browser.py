"""The questions of a trace and the form for totals in a real browser."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.hosts.inventory.traces.made import CASES
from tests.hosts.pages.test_imports_browser import Check, open_import
from tests.support.browser import PHONE, Console, OpenPage

pytestmark = pytest.mark.browser
PICTURES = os.environ.get("PICTURES", "")


def picture(page: Page, name: str) -> None:
    """Keeps what is seen, where somebody wants to look at it."""
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


class TestQuestions:
    def test_it_asks_once_how_a_trace_is_read_and_takes_the_keyboard(
        self, open_page: OpenPage, axe: Check, console: Console, tmp_path: Path
    ) -> None:
        console.expect("422")  # the answer to a question that is left open
        page = open_page(viewport=PHONE)
        open_import(page)
        path = tmp_path / "web01.csv"
        path.write_text("time,cpu_percent,mem\n3/2/2026 12:00:00 AM,250,4096\n3/2/2026 12:05:00 AM,50,4096\n")
        files = [str(CASES / "estate_web01.csv"), str(path)]
        page.get_by_label("Choose files").set_input_files(files)
        page.get_by_role("button", name="Read the files").click()
        expect(page.get_by_role("group", name=re.compile("the day or the month"))).to_be_visible(timeout=20_000)
        axe(page)
        picture(page, "questions-phone")
        page.get_by_role("button", name="Read the file", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("not answered yet")
        axe(page)
        for name in ("The month: 3/2/2026", "percent of one core", "MiB (MB)"):
            page.get_by_role("radio", name=name).focus()
            page.keyboard.press("Space")
        picture(page, "questions-answered")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Accept")).to_be_visible(timeout=20_000)
        picture(page, "questions-ready")


class TestTotals:
    def test_it_makes_an_estate_of_one_line(self, page: Page, axe: Check, console: Console) -> None:
        console.expect("422")  # the answer to totals that lack something
        open_import(page)
        page.get_by_text("No file? Totals are enough").click()
        axe(page)
        page.get_by_label("In one line").fill("120 VMs, 480 vCPU, 1.9 TiB, 12 hosts")
        picture(page, "totals-form")
        page.get_by_role("button", name="Make an estate").click()
        expect(page.get_by_text("Fill this in, here or in the line.")).to_be_visible()
        axe(page)
        picture(page, "totals-error")
        page.get_by_label("Disks in all").fill("40")
        page.get_by_role("button", name="Make an estate").click()
        expect(page.get_by_role("heading", name="Accept")).to_be_visible()
        axe(page)
        picture(page, "totals-ready")
        page.get_by_role("button", name="Accept and compare").click()
        expect(page.get_by_text(re.compile("Totals only: 120 of 120"))).to_be_visible()
        picture(page, "totals-compared")
