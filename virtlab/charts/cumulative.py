"""What has been paid after so many months, and from when on one side is ahead."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from virtlab.charts import theme
from virtlab.charts.base import Chart
from virtlab.web.formats import number


def cumulative(
    left: tuple[str, str, Sequence[float]], right: tuple[str, str, Sequence[float]], month: int | None, summary: str
) -> Chart:
    """Paid in all at the end of month 0, 1 … by each side (label, side, USD); `month` is the break-even or None."""
    traces = [_line(label, side, usd) for label, side, usd in (left, right)]
    layout = theme.layout(
        x=theme.axis(_("months"), dtick=12, showgrid=False, rangemode="tozero"),
        y=theme.axis(_("USD paid in all"), tickformat="~s", tickprefix="$", rangemode="tozero"),
        hovermode="x unified",
        height=400,
    )
    if month is not None:
        layout["shapes"] = [_rule(month)]
        layout["annotations"] = [_flag(month)]
        layout["margin"] = {**layout["margin"], "t": 34}
    return Chart(
        key="cumulative",
        title=_("Paid in all, month by month"),
        summary=summary,
        legend=[(label, [theme.line_class(side)]) for label, side, _usd in (left, right)],
        figure=theme.figure(traces, layout),
        columns=[_("Month"), left[0], right[0]],
        rows=[[n, round(a), round(b)] for n, (a, b) in enumerate(zip(left[2], right[2], strict=True)) if n % 6 == 0],
    )


def _line(label: str, side: str, usd: Sequence[float]) -> dict[str, object]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": label,
        "x": list(range(len(usd))),
        "y": [round(value) for value in usd],
        "line": {"color": theme.SIDE[side], "width": 2.5, "dash": "solid" if side == theme.ONPREM else "dash"},
        "hovertemplate": "$%{y:,.0f}<extra>%{fullData.name}</extra>",
    }


def _rule(month: int) -> dict[str, object]:
    return {
        "type": "line",
        "x0": month,
        "x1": month,
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "line": {"color": theme.MUTE, "width": 1, "dash": "dot"},
    }


def _flag(month: int) -> dict[str, object]:
    return {
        "x": month,
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "showarrow": False,
        "text": _("level in month %(month)s") % {"month": number(month, 0)},
        "font": {"size": theme.FONT_PX, "color": theme.INK},
    }
