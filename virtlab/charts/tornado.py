"""Which assumption matters most."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from virtlab.charts import theme
from virtlab.charts.base import Chart
from virtlab.web.formats import number, usd

MOST = 10
ROOM = 0.4
"""Share of the longest bar from which on a bar holds its own number."""


@dataclass(frozen=True, slots=True)
class Swing:
    """What an assumption at `low` and at `high` does to the cloud's advantage, in USD per month against today's."""

    label: str
    unit: str
    low: float
    high: float
    usd_at_low: float
    usd_at_high: float

    @property
    def width(self) -> float:
        """USD per month between the two ends."""
        return abs(self.usd_at_high - self.usd_at_low)


def tornado(swings: Sequence[Swing], summary: str) -> Chart:
    """Assumptions ranked by effect: to the left the on-prem side gains, to the right the cloud."""
    drawn = list(swings)[:MOST]
    traces = [_trace(drawn, low=True), _trace(drawn, low=False)]
    layout = theme.layout(
        x=theme.axis(
            _("← on-prem · USD per month in favour of · cloud →"),
            tickformat="~s",
            zeroline=True,
            zerolinecolor=theme.MUTE,
        ),
        y=theme.axis(type="category", autorange="reversed", showgrid=False),
        height=110 + 38 * len(drawn),
        barmode="overlay",
        bargap=0.3,
    )
    return Chart(
        key="tornado",
        title=_("What the result depends on"),
        summary=summary,
        figure=theme.figure(traces, layout),
        columns=[
            _("Assumption"),
            _("Unit"),
            _("Low"),
            _("High"),
            _("USD per month at low"),
            _("USD per month at high"),
        ],
        rows=[[s.label, s.unit, s.low, s.high, round(s.usd_at_low, 2), round(s.usd_at_high, 2)] for s in swings],
    )


def _trace(swings: Sequence[Swing], *, low: bool) -> dict[str, object]:
    values = [swing.usd_at_low if low else swing.usd_at_high for swing in swings]
    widest = max((abs(end) for swing in swings for end in (swing.usd_at_low, swing.usd_at_high)), default=0.0)
    ends = [number(swing.low if low else swing.high) for swing in swings]
    return {
        "type": "bar",
        "orientation": "h",
        "name": _("lower value") if low else _("higher value"),
        "y": [swing.label for swing in swings],
        "x": [round(value, 2) for value in values],
        "text": ends,
        "textposition": ["inside" if abs(value) > ROOM * widest else "outside" for value in values],
        "textangle": 0,
        "constraintext": "none",
        "cliponaxis": False,
        "customdata": [[end, str(swing.unit)] for end, swing in zip(ends, swings, strict=True)],
        "marker": {"color": [theme.COOL_SOFT if value > 0 else theme.WARM_SOFT for value in values]},
        "insidetextfont": {"color": theme.INK},
        "hovertemplate": "%{y} = %{customdata[0]} %{customdata[1]}<br>$%{x:+,.0f}<extra></extra>",
    }


def tornado_summary(swings: Sequence[Swing]) -> str:
    """The finding in a sentence."""
    if not swings or not swings[0].width:
        return _("None of the assumptions changes the difference between the two sides.")
    first = swings[0]
    return _(
        "“%(label)s” matters most: between %(low)s and %(high)s %(unit)s it moves the difference by %(usd)s a month."
    ) % {
        "label": first.label,
        "low": number(first.low),
        "high": number(first.high),
        "unit": first.unit,
        "usd": usd(first.width, 0),
    }
