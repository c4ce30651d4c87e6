"""Allocated, used and free, for CPU and memory, on both sides."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from virtlab.charts import theme
from virtlab.charts.base import Chart
from virtlab.web.formats import number


@dataclass(frozen=True, slots=True)
class Holding:
    """What one resource of one side holds: used ≤ allocated, and the total that is there (or paid for), in `unit`."""

    side: str
    label: str
    unit: str
    used: float
    allocated: float
    total: float

    @property
    def parts(self) -> tuple[float, float, float]:
        """Shares of the total in per cent: used, allocated beyond that, free. Allocated twice leaves nothing free."""
        whole = self.total or 1.0
        used = min(self.used, self.total) / whole
        idle = max(0.0, min(self.allocated, self.total) / whole - used)
        return used * 100, idle * 100, max(0.0, 1 - used - idle) * 100


def allocated_used_free(holdings: Sequence[Holding], summary: str) -> Chart:
    """One bar a resource and side: how much of the whole is used, how much only allocated, how much free."""
    names = [_("used"), _("allocated, idle"), _("free")]
    traces = [
        {
            "type": "bar",
            "orientation": "h",
            "name": name,
            "y": [holding.label for holding in holdings],
            "x": [round(holding.parts[part], 1) for holding in holdings],
            "marker": {"color": [_fill(holding.side, part) for holding in holdings], "line": _line(holdings)},
            "text": [_inside(holding.parts[part], name) for holding in holdings],
            "textposition": "inside",
            "insidetextanchor": "middle",
            "textangle": 0,
            "insidetextfont": {"color": theme.CARD if part == 0 else theme.INK, "size": theme.FONT_PX},
            "constraintext": "both",
            "hovertemplate": "%{y}<br>" + name + " %{x:.1f} %<extra></extra>",
        }
        for part, name in enumerate(names)
    ]
    layout = theme.layout(
        x=theme.axis(_("% of the whole"), range=[0, 100], showgrid=False),
        y=theme.axis(type="category", autorange="reversed", showgrid=False),
        height=100 + 46 * len(holdings),
        barmode="stack",
        bargap=0.35,
        uniformtext={"minsize": 11, "mode": "hide"},
    )
    return Chart(
        key="allocated",
        title=_("Allocated, used and free"),
        summary=summary,
        figure=theme.figure(traces, layout),
        legend=[(names[0], ["warm-0", "cool-0"]), (names[1], ["warm-1", "cool-1"]), (names[2], ["empty"])],
        columns=[_("Resource"), _("Unit"), _("Used"), _("Allocated"), _("In all")],
        rows=[[h.label, h.unit, round(h.used, 1), round(h.allocated, 1), round(h.total, 1)] for h in holdings],
    )


def _fill(side: str, part: int) -> str:
    return (theme.SIDE[side], theme.SIDE_SOFT[side], theme.CARD)[part]


def _line(holdings: Sequence[Holding]) -> dict[str, object]:
    return {"width": 1, "color": [theme.SIDE_SOFT[holding.side] for holding in holdings]}


def _inside(share: float, name: str) -> str:
    return f"{name} {number(share, 0)} %" if share >= 12 else ""
