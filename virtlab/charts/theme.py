"""The one look of all charts.

Colours are the names of CSS tokens: the page's script puts in their values and does so anew when the theme changes, so
light and dark need no second figure.
"""

from typing import Any

from virtlab.charts.base import FigureDict

WARM, WARM_SOFT, WARM_PALE = "var(--warm)", "var(--warm-2)", "var(--warm-bg)"
COOL, COOL_SOFT, COOL_PALE = "var(--cool)", "var(--cool-2)", "var(--cool-bg)"
INK, MUTE, LINE, CARD, OK, BAD = (f"var(--{name})" for name in ("ink", "mute", "line", "card", "ok", "bad"))

# As pages name the two sides (data-side).
ONPREM, CLOUD = "hosts", "instances"
SIDE = {ONPREM: WARM, CLOUD: COOL}
SIDE_SOFT = {ONPREM: WARM_SOFT, CLOUD: COOL_SOFT}
SIDE_PALE = {ONPREM: WARM_PALE, CLOUD: COOL_PALE}
SHADES = 7
FONT_PX = 14
"""Of every word in a chart: what a room can still read from a projector (static/js/charts/fit.js counts on it)."""


def shade(side: str, number: int) -> str:
    """The `number`-th of seven shades of a side's hue, strongest first (static/css/charts.css)."""
    name = "warm" if side == ONPREM else "cool"
    return f"var(--{name}-s{number % SHADES + 1})"


def shade_class(side: str, number: int) -> str:
    """The class of a legend's swatch in that shade."""
    return f"{'warm' if side == ONPREM else 'cool'}-s{number % SHADES + 1}"


def line_class(side: str) -> str:
    """The class of a legend's swatch for a line of that side."""
    return "warm-line" if side == ONPREM else "cool-line"


def scale(side: str) -> list[list[float | str]]:
    """A colour scale of one side from empty to full."""
    return [[0.0, SIDE_PALE[side]], [0.5, SIDE_SOFT[side]], [1.0, SIDE[side]]]


def axis(title: str = "", **more: Any) -> dict[str, Any]:
    """An axis: hairline grid, small grey figures, the unit in its title."""
    return {
        "title": {"text": title, "font": {"size": FONT_PX, "color": MUTE}, "standoff": 8},
        "tickfont": {"size": FONT_PX, "color": MUTE},
        "gridcolor": LINE,
        "linecolor": LINE,
        "zeroline": False,
        "automargin": True,
        **more,
    }


def layout(*, x: dict[str, Any], y: dict[str, Any], height: int = 340, **more: Any) -> dict[str, Any]:
    """A layout in the house's look. The legend is only drawn into the PNG; the page has its own."""
    return {
        "height": height,
        "margin": {"l": 8, "r": 12, "t": 12, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"size": FONT_PX, "color": INK},
        "hoverlabel": {"bgcolor": CARD, "bordercolor": LINE, "font": {"size": FONT_PX, "color": INK}},
        "legend": {
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": -0.18,
            "yanchor": "top",
            "traceorder": "grouped",
        },
        "uirevision": "kept",
        "showlegend": False,
        "xaxis": x,
        "yaxis": y,
        **more,
    }


def figure(data: list[dict[str, Any]], layout_: dict[str, Any]) -> FigureDict:
    """A figure as Plotly takes it."""
    return {"data": data, "layout": layout_}
