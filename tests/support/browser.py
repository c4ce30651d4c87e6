"""A real browser for tests (fixtures `page`, `open_page`, `axe`): an error in its console fails the test."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import AbstractBaseUser
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright

from tests.support.live import LiveApp
from virtlab.platform.browser import FLAGS, HELP, find_browser

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


class OpenPage(Protocol):
    """Opens a page in a browser session of its own."""

    def __call__(self, user: AbstractBaseUser | None = None, *, language: str = "en", **options: Any) -> Page:
        """As a visitor or a user; options are Playwright's for a context (viewport, color_scheme, …)."""


class Console:
    """What went wrong on the pages of one test: script errors, forbidden inline code, missing files."""

    def __init__(self) -> None:
        self.errors: list[str] = []
        self.expected: list[str] = []

    def watch(self, page: Page) -> Page:
        """Listens to one page."""
        page.on("console", self._on_message)
        page.on("pageerror", lambda error: self.errors.append(f"{page.url}: {error}"))
        return page

    def expect(self, pattern: str) -> None:
        """An error that the test provokes on purpose."""
        self.expected.append(pattern)

    def _on_message(self, message: ConsoleMessage) -> None:
        if message.type == "error" or "Content Security Policy" in message.text:
            self.errors.append(f"{message.location.get('url', '')}: {message.text}")

    def unexpected(self) -> list[str]:
        """The errors that no expectation covers."""
        return [error for error in self.errors if not any(re.search(pattern, error) for pattern in self.expected)]


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """The machine's Chromium or Chrome."""
    path = find_browser()
    if path is None:
        pytest.fail(HELP)
    chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
    yield chromium
    chromium.close()


@pytest.fixture
def console() -> Iterator[Console]:
    """Collects the pages' errors and fails the test for one that it did not expect."""
    collected = Console()
    yield collected
    assert not collected.unexpected(), "\n".join(collected.unexpected())


@pytest.fixture
def open_page(live_app: LiveApp, browser: Browser, console: Console) -> Iterator[OpenPage]:
    """Opens pages on the running VirtLab, each in a session of its own: open_page(dara, language="ja")."""
    contexts: list[BrowserContext] = []

    def open_one(user: AbstractBaseUser | None = None, *, language: str = "en", **options: Any) -> Page:
        chosen = {"viewport": DESKTOP, "locale": language, "base_url": live_app.url, "reduced_motion": "reduce"}
        context = browser.new_context(**{**chosen, **options})
        context.set_default_timeout(15_000)
        contexts.append(context)
        if user:
            context.add_cookies([{"name": "sessionid", "value": live_app.session_of(user), "url": live_app.url}])
        return console.watch(context.new_page())

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """Aiko's browser: a visitor on the running VirtLab."""
    return open_page()


@pytest.fixture
def axe() -> Callable[..., None]:
    """Fails for every finding of axe on a page: axe(page), axe(page, context="#chart")."""

    def check(page: Page, context: str | None = None) -> None:
        findings = Axe().run(page, context=context).response["violations"]
        lines = [
            f"{finding['id']} ({finding['impact']}): {finding['help']}\n  "
            + "\n  ".join(node["html"][:200] for node in finding["nodes"][:5])
            for finding in findings
        ]
        assert not lines, "\n".join(lines)

    return check
