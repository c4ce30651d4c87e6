"""The style sheets: each in its layer, a page's under its page's class, and short lines."""

import re
from pathlib import Path

import pytest

from virtlab.platform.assets import ROOT

CSS = ROOT / "static" / "css"
SHEETS = sorted(CSS.rglob("*.css"))
PAGES = sorted((CSS / "pages").glob("*.css"))
# Django's own sheets are in no layer, and would win over one.
UNLAYERED = {"admin.css"}
OUTERMOST = re.compile(r"^(?!\s|/\*|\}).+$", re.MULTILINE)


def named(path: Path) -> str:
    return path.relative_to(CSS).as_posix()


def outermost(path: Path) -> list[str]:
    """The lines of a sheet that open its outermost blocks, comments left out."""
    return OUTERMOST.findall(re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL))


@pytest.mark.parametrize("sheet", SHEETS, ids=named)
class TestSheet:
    def test_it_has_short_lines(self, sheet: Path) -> None:
        assert not [line for line in sheet.read_text(encoding="utf-8").splitlines() if len(line) > 120]

    def test_it_is_in_a_layer(self, sheet: Path) -> None:
        if sheet.name not in UNLAYERED:
            assert not [line for line in outermost(sheet) if not line.startswith(("@layer", "@page"))]


@pytest.mark.parametrize("sheet", PAGES, ids=named)
def test_it_styles_one_page_that_says_its_class(sheet: Path) -> None:
    text = sheet.read_text(encoding="utf-8")
    assert outermost(sheet) == ["@layer pages {"]
    assert re.findall(r"^  (\S.*) \{$", text, re.MULTILINE) == [f".page-{sheet.stem}"]
    users = [path for path in (ROOT / "templates").rglob("*.html") if f"css/pages/{sheet.name}" in path.read_text()]
    assert users
    assert all(f"page-{sheet.stem}" in path.read_text() for path in users)
