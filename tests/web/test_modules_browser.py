"""JavaScript modules in a browser on the running product: each is loaded once, under its hashed name, and works."""

import re
from collections import Counter

import pytest
from playwright.sync_api import Page

from tests.labs.test_pages import open_lab

pytestmark = pytest.mark.browser
HASHED = re.compile(r"/static/js/([\w/-]+)\.[0-9a-f]{12}\.js$")
PAGES = {
    "hosts/": {"racks/index", "racks/keyboard", "racks/menu", "racks/drag", "dom", "place", "live/events"},
    "hosts/vms/": {"select", "dom"},
    "compare/": {"compare/index", "compare/find", "compare/verdict", "charts/index", "charts/draw", "dom"},
    "import/": {"imports", "dom"},
}


@pytest.mark.parametrize("path", PAGES)
def test_it_loads_each_module_once_under_its_hashed_name(page: Page, path: str) -> None:
    lab = open_lab(page)
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    page.goto(f"{lab}{path}")
    page.wait_for_load_state("load")
    page.reload()
    scripts = [address for address in addresses if "/static/js/" in address]
    matches = [HASHED.search(address) for address in scripts]
    assert all(matches), scripts
    counts = Counter(match[1] for match in matches if match)
    assert counts.keys() >= PAGES[path]
    loaded = page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")
    names = Counter(match[1] for name in loaded if (match := HASHED.search(name)))
    assert names.keys() >= PAGES[path]
    assert set(names.values()) == {1}
