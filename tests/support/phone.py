"""What holds of every page on a phone: rows are cards, every value has its name, and nothing overflows sideways."""

import re

from playwright.sync_api import Page

JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
LABELS = """[...document.querySelectorAll('.as-cards tbody td')].filter(cell => cell.checkVisibility())
  .map(cell => cell.dataset.label ?? '')"""
OVERFLOWING = """[...document.querySelectorAll('main *')].filter(element => element.checkVisibility()
    && element.getBoundingClientRect().right > innerWidth + 1
    && !element.closest('.visually-hidden, .svg-container, pre')
    && (element.closest('.as-cards') || !element.closest('.table-wrap, .sheet')))
  .map(element => element.outerHTML.slice(0, 120))"""
WIDE_CARDS = """[...document.querySelectorAll('.as-cards :is(th, td)')].filter(cell => cell.checkVisibility()
  && cell.scrollWidth > cell.clientWidth + 1).map(cell => cell.outerHTML.slice(0, 120))"""


def check_cards(page: Page, language: str, least: int) -> None:
    """With all parts open the cards of a page have at least so many different labels, in its language."""
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
    labels = page.evaluate(LABELS)
    assert len(set(labels)) >= least
    assert all(label.strip() for label in labels), "a value without its name"
    if language == "ja":
        written = [label for label in set(labels) if JAPANESE.search(label)]
        assert len(written) >= len(set(labels)) - 1, set(labels)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
    assert page.evaluate(OVERFLOWING) == []
    assert page.evaluate(WIDE_CARDS) == []
