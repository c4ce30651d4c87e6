"""Takes the pictures of the README from a demo of its own: `make screenshots` writes docs/images/*.png.

They show the product as it is: a demo lab, opened as a visitor opens one.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.demo import DemoProcess, eventually
from virtlab.platform.browser import FLAGS, HELP, find_browser

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
WIDE, TALL, PHONE = (1440, 900), (1440, 1400), (390, 844)


DRAWN = """[...document.querySelectorAll('.chart-plot')]
  .filter(plot => plot.getBoundingClientRect().top < innerHeight)
  .every(plot => plot.querySelector('svg'))"""


class Picture(NamedTuple):
    """One picture: the page below the lab's address, and how it is looked at."""

    name: str
    path: str
    language: str = "en"
    theme: str = "light"
    size: tuple[int, int] = WIDE


PICTURES = (
    Picture("lab", "", size=TALL),
    Picture("lab-dark-ja", "", "ja", "dark", TALL),
    Picture("compare", "compare/", size=TALL),
    Picture("racks", "hosts/"),
    Picture("hypervisors", "hosts/hypervisors/", size=TALL),
    Picture("region", "instances/"),
    Picture("types", "instances/types/"),
    Picture("naming", "instances/naming/?name=c7gn.2xlarge"),
    Picture("phone", "compare/", "ja", "dark", PHONE),
)


def main() -> None:
    """Starts a demo in a folder that goes away, and takes every picture. Exits where there is no browser."""
    path = find_browser()
    if path is None:
        raise SystemExit(HELP)
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright, running_demo() as url:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        lab = open_lab(browser, url)
        for picture in PICTURES:
            take(browser, lab, picture)
        browser.close()


@contextmanager
def running_demo() -> Iterator[str]:
    """The address of a demo with a database of its own."""
    with tempfile.TemporaryDirectory() as folder:
        demo = DemoProcess(Path(folder))
        try:
            demo.wait_until_ready()
            yield demo.url
        finally:
            demo.process.terminate()
            demo.process.wait(timeout=30)


def open_lab(browser: Browser, url: str) -> tuple[str, str]:
    """A visitor's lab: its address, and the session that opens it."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(url)
    page.locator("form[action$='/labs/open/'] button").first.click()
    page.wait_for_url("**/labs/*/**")
    session = next(cookie["value"] for cookie in context.cookies() if cookie["name"] == "sessionid")
    return page.url.split("?")[0], session


def take(browser: Browser, lab: tuple[str, str], picture: Picture) -> None:
    """One picture, when the page has drawn its charts."""
    address, session = lab
    width, height = picture.size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale=picture.language,
        color_scheme="dark" if picture.theme == "dark" else "light",
        reduced_motion="reduce",
    )
    context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
    page = context.new_page()
    page.goto(address + picture.path)
    settle(page)
    page.screenshot(path=IMAGES / f"{picture.name}.png")
    context.close()


def settle(page: Page) -> None:
    """Waits until what a page fetches after it is shown is there, and every chart in sight is drawn."""
    page.wait_for_load_state("load")
    page.locator('#result [hx-trigger="load"]').wait_for(state="detached")
    eventually(lambda: bool(page.evaluate(DRAWN)), 20)
    page.wait_for_timeout(500)


if __name__ == "__main__":
    main()
