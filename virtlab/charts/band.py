"""How a difference spreads where its assumptions are drawn at random."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from virtlab.charts import theme
from virtlab.charts.base import Chart
from virtlab.web.formats import number


@dataclass(frozen=True, slots=True)
class Outcomes:
    """So many draws (`counts`) between each two `edges` in USD (one more), negative where the on-prem side costs less;
    `ends` of the middle eight tenths with the median between them.
    """

    edges: Sequence[float]
    counts: Sequence[int]
    ends: tuple[float, float, float]


def outcome_band(outcomes: Outcomes, names: tuple[str, str], summary: str, months: float) -> Chart:
    """Draws by what one side costs less than the other over so many `months`; the two sides by name."""
    low, median, high = outcomes.ends
    layout = theme.layout(
        x=theme.axis(
            _("← on-prem costs less · USD over %(months)s months · cloud costs less →") % {"months": number(months, 0)},
            nticks=6,
            tickangle=0,
            tickformat="~s",
            zeroline=True,
            zerolinecolor=theme.MUTE,
        ),
        y=theme.axis(_("draws"), rangemode="tozero"),
        height=260,
        bargap=0,
    )
    layout["shapes"] = [_rule(usd, dash) for usd, dash in ((low, "dot"), (median, "solid"), (high, "dot"))]
    return Chart(
        key="band",
        title=_("Range of the difference"),
        summary=summary,
        legend=[(names[0], [theme.shade_class(theme.ONPREM, 2)]), (names[1], [theme.shade_class(theme.CLOUD, 2)])],
        figure=theme.figure([_bars(outcomes)], layout),
        columns=[_("Of 100 draws"), _("USD that the cloud costs less, at most")],
        rows=[["10", round(low)], ["50", round(median)], ["90", round(high)]],
        note=_("Solid: the median. Between the dotted lines lie 8 of 10 draws."),
    )


def _bars(outcomes: Outcomes) -> dict[str, object]:
    middles = [(low + high) / 2 for low, high in zip(outcomes.edges[:-1], outcomes.edges[1:], strict=True)]
    return {
        "type": "bar",
        "x": [round(usd) for usd in middles],
        "y": list(outcomes.counts),
        "marker": {"color": [theme.WARM_SOFT if usd < 0 else theme.COOL_SOFT for usd in middles]},
        "hovertemplate": _("%(draws)s draws near $%%{x:,.0f}") % {"draws": "%{y}"} + "<extra></extra>",
    }


def _rule(usd: float, dash: str) -> dict[str, object]:
    return {
        "type": "line",
        "x0": usd,
        "x1": usd,
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "line": {"color": theme.INK, "width": 1.5, "dash": dash},
    }
