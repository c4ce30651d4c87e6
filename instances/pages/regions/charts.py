"""Charts of the regions: price beside grid intensity, and families before and after a move."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from instances.pages.regions.comparison import Move, RegionRow
from virtlab.charts import theme
from virtlab.charts.base import Chart
from virtlab.web.formats import number

MOST_FAMILIES = 24


def regions_chart(rows: Sequence[RegionRow], base: str) -> Chart:
    """Each region as a point: what the basket costs there and how clean its grid is, with the range of the sources."""
    shown = [row for row in rows if row.index is not None]
    trace: dict[str, Any] = {
        "type": "scatter",
        "mode": "markers+text",
        "x": [round(100 * (row.index or 0), 1) for row in shown],
        "y": [row.grid for row in shown],
        "text": [row.code for row in shown],
        "textposition": "top center",
        "textfont": {"size": 11, "color": theme.MUTE},
        "marker": {
            "size": [15 if row.here else 10 for row in shown],
            "color": [theme.COOL if row.here else theme.COOL_SOFT for row in shown],
        },
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [row.figure.grid_high_g_per_kwh - row.grid for row in shown],
            "arrayminus": [row.grid - row.figure.grid_low_g_per_kwh for row in shown],
            "color": theme.LINE,
            "thickness": 2,
            "width": 0,
        },
        "hovertemplate": "%{text}<br>%{x:.1f} %<br>%{y:.0f} g/kWh<extra></extra>",
    }
    layout = theme.layout(
        x=theme.axis(_("price of the basket, %(base)s = 100 %%") % {"base": base}),
        y=theme.axis(_("g CO₂e per kWh"), rangemode="tozero"),
        height=460,
    )
    return Chart(
        key="regions",
        title=_("Price and grid of every region"),
        summary=_region_words(shown),
        figure=theme.figure([trace], layout),
        columns=[_("Region"), _("Price (%)"), _("Grid (g/kWh)"), _("lowest"), _("highest"), _("Types")],
        rows=[
            [
                row.code,
                round(100 * (row.index or 0), 1),
                row.grid,
                row.figure.grid_low_g_per_kwh,
                row.figure.grid_high_g_per_kwh,
                row.types,
            ]
            for row in shown
        ],
        note=_("The line at each point is the range over the sources."),
    )


def _region_words(rows: Sequence[RegionRow]) -> str:
    if not rows:
        return _("The basket's price is not known in this region.")
    low, clean = min(rows, key=lambda row: row.price), min(rows, key=lambda row: row.grid)
    return _("%(low)s is cheapest at %(price)s %%; the cleanest grid is that of %(clean)s with %(grid)s g per kWh.") % {
        "low": low.code,
        "price": number(100 * low.price, 0),
        "clean": clean.code,
        "grid": number(clean.grid, 0),
    }


def move_chart(change: Move) -> Chart:
    """Families by how their price changes with the move; those that change most."""
    ranked = sorted(change.families, key=lambda family: -abs(family.ratio - 1))[:MOST_FAMILIES]
    ranked.sort(key=lambda family: family.ratio)
    trace = {
        "type": "bar",
        "orientation": "h",
        "y": [family.family for family in ranked],
        "x": [round(100 * (family.ratio - 1), 1) for family in ranked],
        "marker": {"color": [theme.COOL if family.ratio > 1 else theme.COOL_SOFT for family in ranked]},
        "hovertemplate": "%{y} %{x:+.1f} %<extra></extra>",
    }
    layout = theme.layout(
        x=theme.axis(_("price change, %"), zeroline=True, zerolinecolor=theme.MUTE),
        y=theme.axis(type="category", autorange="reversed", showgrid=False),
        height=90 + 20 * max(len(ranked), 3),
        bargap=0.35,
    )
    return Chart(
        key="move",
        title=_("Price by family"),
        summary=_("The middle type costs %(share)s %% of what it does in %(source)s.")
        % {"share": number(100 * (change.ratio or 0), 1), "source": change.source.code},
        figure=theme.figure([trace], layout),
        columns=[_("Family"), _("After ÷ before (%)"), _("Sizes compared")],
        rows=[[family.family, round(100 * family.ratio, 1), family.types] for family in change.families]
        or [["–", "–", 0]],
        note=_("Drawn are the %(count)s families that change most.") % {"count": MOST_FAMILIES}
        if len(change.families) > MOST_FAMILIES
        else "",
    )
