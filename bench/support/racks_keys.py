"""A browser on the racks: how long keys and clicks take from input to paint, by its own Event Timing."""

from urllib.parse import urlsplit

from bench.compare.page import Site
from virtlab.platform.browser import FLAGS, find_browser

WATCH = """
window.taken = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    if (entry.interactionId) window.taken.push(entry.duration);
  }
}).observe({ type: "event", durationThreshold: 16, buffered: true });
"""
KEYS = ("ArrowRight", "ArrowDown", "ArrowRight", "ArrowUp", "ArrowLeft", "End", "Home", "ArrowDown")


def interactions_ms(site: Site) -> list[float]:
    """Milliseconds of each interaction (16 at least); empty where the machine has no browser."""
    from playwright.sync_api import sync_playwright

    path = find_browser()
    if path is None:
        return []
    name, value = site.cookie.split("=", 1)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.context.add_cookies([{"name": name, "value": value, "url": f"http://{urlsplit(site.url).netloc}"}])
        page.goto(site.url)
        page.wait_for_selector(".racks .vm")
        page.wait_for_timeout(1500)
        page.evaluate(WATCH)
        page.locator(".racks .vm > a").first.focus()
        for _round in range(4):
            for key in KEYS:
                page.keyboard.press(key)
                page.wait_for_timeout(60)
            page.keyboard.press("m")
            page.wait_for_selector("#vm-actions:popover-open")
            page.keyboard.press("Escape")
            page.wait_for_timeout(60)
        page.locator(".racks .vm-menu").nth(20).click()
        page.wait_for_selector("#vm-actions:popover-open")
        page.wait_for_timeout(300)
        taken: list[float] = page.evaluate("window.taken")
        browser.close()
    return taken
