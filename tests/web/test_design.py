"""The tokens: legible in both themes, the same by hand and by system."""

import re
from itertools import product
from pathlib import Path

import pytest

CSS = (Path(__file__).resolve().parents[2] / "static/css/tokens.css").read_text(encoding="utf-8")
TEXT = ("ink", "mute", "warm", "cool", "ok", "bad", "warn")
GROUND = ("bg", "card", "warm-bg", "cool-bg", "ok-bg", "bad-bg", "warn-bg")


def tokens(selector: str) -> dict[str, str]:
    rule = re.search(re.escape(selector) + r"\s*\{([^}]*)\}", CSS)
    assert rule
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6});", rule[1]))


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, two: str) -> float:
    dark, light = sorted((luminance(one), luminance(two)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [":root", '[data-theme="dark"]'])
class TestContrast:
    def test_it_keeps_text_legible_on_every_ground(self, theme: str) -> None:
        colors = tokens(theme)
        weak = [pair for pair in product(TEXT, GROUND) if contrast(colors[pair[0]], colors[pair[1]]) < 4.5]
        assert not weak

    def test_it_keeps_buttons_legible(self, theme: str) -> None:
        colors = tokens(theme)
        assert all(contrast(colors["on-accent"], colors[side]) >= 4.5 for side in ("warm", "cool", "bad"))
        assert contrast(colors["bg"], colors["ink"]) >= 7

    def test_it_shows_the_edges_of_controls_and_the_focus(self, theme: str) -> None:
        colors = tokens(theme)
        assert all(contrast(colors[edge], colors[on]) >= 3 for edge in ("edge", "focus") for on in ("bg", "card"))


def test_it_looks_the_same_chosen_by_hand_and_by_the_system() -> None:
    assert tokens('[data-theme="dark"]') == tokens('[data-theme="auto"]')
