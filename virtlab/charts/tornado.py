"""Which assumption matters most."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from virtlab.charts import theme
from virtlab.charts.base import Chart
from virtlab.web.formats import measured, number, rounded_usd

MOST = 10
ROOM = 0.4
"""Share of the longest bar from which on a bar holds the value of its end."""


@dataclass(frozen=True, slots=True)
class Swing:
    """What an assumption at `low` and at `high` does to the cloud's advantage, in USD over the months ahead.

    `names` of the two ends where it is a choice.
    """

    label: str
    unit: str
    low: float
    high: float
    usd_at_low: float
    usd_at_high: float
    names: tuple[str, str] | None = None

    @property
    def named(self) -> str:
        """The name, with its unit where its ends are numbers of one."""
        return str(self.label) if self.names or not self.unit else f"{self.label} ({self.unit})"

    @property
    def ends(self) -> tuple[str, str]:
        """The two values as people read them."""
        return self.names or (number(self.low), number(self.high))

    def measured(self, end: str) -> str:
        """One of its ends with the unit, where it is a number of one."""
        return end if self.names else measured(end, self.unit)

    @property
    def farthest(self) -> tuple[str, float]:
        """The end at which the difference moves most, and by how many USD."""
        moved_usd = (self.usd_at_low, self.usd_at_high)
        return max(zip(self.ends, moved_usd, strict=True), key=lambda end: abs(end[1]))

    @property
    def width(self) -> float:
        """USD between the two ends."""
        return abs(self.usd_at_high - self.usd_at_low)


def tornado(swings: Sequence[Swing], summary: str, months: float) -> Chart:
    """Assumptions ranked by effect over so many `months`: on-prem gains to the left, the cloud to the right."""
    drawn = list(swings)[:MOST]
    traces = [_trace(drawn, low=True), _trace(drawn, low=False)]
    usd_ends = [0.0, *(end for swing in drawn for end in (swing.usd_at_low, swing.usd_at_high))]
    layout = theme.layout(
        x=theme.axis(
            _("← on-prem gains · USD over %(months)s months · cloud gains →") % {"months": number(months, 0)},
            range=[min(usd_ends), max(usd_ends)],
            nticks=6,
            tickangle=0,
            tickformat="~s",
            zeroline=True,
            zerolinecolor=theme.MUTE,
        ),
        y=theme.axis(type="category", autorange="reversed", showgrid=False),
        height=110 + 38 * len(drawn),
        barmode="overlay",
        bargap=0.3,
        annotations=_labels(drawn),
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
            _("USD at low"),
            _("USD at high"),
        ],
        rows=[[s.label, s.unit, *s.ends, round(s.usd_at_low), round(s.usd_at_high)] for s in swings],
    )


def _trace(swings: Sequence[Swing], *, low: bool) -> dict[str, object]:
    values = [swing.usd_at_low if low else swing.usd_at_high for swing in swings]
    ends = [swing.ends[0 if low else 1] for swing in swings]
    return {
        "type": "bar",
        "orientation": "h",
        "name": _("lower value") if low else _("higher value"),
        "y": [swing.named for swing in swings],
        "x": [round(value, 2) for value in values],
        "customdata": [swing.measured(end) for end, swing in zip(ends, swings, strict=True)],
        "marker": {"color": [theme.COOL_SOFT if value > 0 else theme.WARM_SOFT for value in values]},
        "hovertemplate": "%{y}<br>%{customdata}<br>$%{x:+,.0f}<extra></extra>",
    }


def _labels(swings: Sequence[Swing]) -> list[dict[str, object]]:
    """The value of either end of each bar, beside it or, where it is long, in it; the axis gets its room for them where
    the width is known (static/js/charts/fit.js).
    """
    widest = max((abs(end) for swing in swings for end in (swing.usd_at_low, swing.usd_at_high)), default=0.0)
    labels: list[dict[str, object]] = []
    for swing in swings:
        moved_usd = (swing.usd_at_low, swing.usd_at_high)
        left, right = sorted(zip(moved_usd, swing.ends, strict=True), key=lambda end: end[0])
        labels.append(_label(swing.named, min(left[0], 0.0), left[1], inside=left[0] < -ROOM * widest, at_left=True))
        labels.append(_label(swing.named, max(right[0], 0.0), right[1], inside=right[0] > ROOM * widest, at_left=False))
    return labels


def _label(name: str, usd_moved: float, text: str, *, inside: bool, at_left: bool) -> dict[str, object]:
    return {
        "x": round(usd_moved, 2),
        "y": name,
        "text": text,
        "xanchor": "left" if inside == at_left else "right",
        "align": "left" if inside == at_left else "right",
        "showarrow": False,
    }


def tornado_summary(swings: Sequence[Swing]) -> str:
    """The finding in a sentence."""
    if not swings or not swings[0].width:
        return _("None of the assumptions changes the difference between the two sides.")
    first = swings[0]
    text = (
        _(
            "“%(label)s” matters most: between “%(low)s” and “%(high)s” it moves the difference by about %(usd)s on "
            "the same workloads."
        )
        if first.names
        else _("“%(label)s” matters most: between %(low)s and %(high)s it moves the difference by about %(usd)s.")
    )
    return text % {
        "label": first.label,
        "low": first.ends[0],
        "high": first.measured(first.ends[1]),
        "usd": rounded_usd(first.width),
    }
