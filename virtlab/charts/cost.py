"""What each alternative costs a month, by kind of cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from virtlab.charts import theme
from virtlab.charts.base import Chart
from virtlab.web.formats import usd

BAR_PX = 34


@dataclass(frozen=True, slots=True)
class Stack:
    """One alternative's USD per month by category, in the categories' order."""

    label: str
    side: str
    usd_per_month: Mapping[str, float]

    @property
    def total(self) -> float:
        """USD per month in all."""
        return sum(self.usd_per_month.values())


def cost_stack(stacks: Sequence[Stack], categories: Mapping[str, str]) -> Chart:
    """Costs stacked by category, on-prem in shades of warm, cloud of cool. `categories` maps keys to names."""
    traces = [
        _trace([stack for stack in stacks if stack.side == side], side, key, name, rank)
        for side in (theme.ONPREM, theme.CLOUD)
        for rank, (key, name) in enumerate(categories.items())
        if any(stack.usd_per_month.get(key) for stack in stacks if stack.side == side)
    ]
    layout = theme.layout(
        x=theme.axis(_("USD per month"), tickformat="~s", tickprefix="$"),
        y=theme.axis(
            type="category", autorange="reversed", showgrid=False, categoryorder="array", categoryarray=_labels(stacks)
        ),
        height=70 + BAR_PX * len(stacks),
        barmode="stack",
        bargap=0.3,
    )
    return Chart(
        key="cost",
        title=_("Cost per month, by what it is spent on"),
        summary=_summary(stacks),
        figure=theme.figure(traces, layout),
        legend=[(name, _swatches(stacks, key, rank)) for rank, (key, name) in enumerate(categories.items())],
        columns=[_("Alternative"), *categories.values(), _("Total (USD per month)")],
        rows=[
            [s.label, *(round(s.usd_per_month.get(key, 0.0), 2) for key in categories), round(s.total, 2)]
            for s in stacks
        ],
    )


def _swatches(stacks: Sequence[Stack], key: str, rank: int) -> list[str]:
    sides = [side for side in theme.SIDE if any(stack.usd_per_month.get(key) for stack in stacks if stack.side == side)]
    return [theme.shade_class(side, rank) for side in sides]


def _labels(stacks: Sequence[Stack]) -> list[str]:
    return [stack.label for stack in stacks]


def _trace(stacks: Sequence[Stack], side: str, key: str, name: str, rank: int) -> dict[str, object]:
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "legendgroup": side,
        "y": _labels(stacks),
        "x": [round(stack.usd_per_month.get(key, 0.0), 2) for stack in stacks],
        "marker": {"color": theme.shade(side, rank), "line": {"width": 0.5, "color": theme.CARD}},
        "hovertemplate": "%{y}<br>" + name + " $%{x:,.0f}<extra></extra>",
    }


def _summary(stacks: Sequence[Stack]) -> str:
    least = min(stacks, key=lambda stack: stack.total)
    most = max(stacks, key=lambda stack: stack.total)
    return _("“%(least)s” costs least, %(low)s a month; “%(most)s” costs most, %(high)s.") % {
        "least": least.label,
        "low": usd(least.total, 0),
        "most": most.label,
        "high": usd(most.total, 0),
    }
