"""Utilisation host by host over time."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from django.utils.translation import gettext as _

from virtlab.charts import theme
from virtlab.charts.base import Chart
from virtlab.web.formats import number

MOST_HOSTS = 60
MOST_COLUMNS = 168
KEY_PX = 44.0


def host_heatmap(
    names: Sequence[str], times: Sequence[str], share: npt.NDArray[np.float64], side: str, mean: float
) -> Chart:
    """CPU utilisation `share` (H, T), 0 … 1, of hosts at ISO `times` (T,), and the `mean` of all by their size.

    Of many hosts only the busiest are drawn.
    """
    busiest = np.argsort(-share.mean(axis=1), kind="stable")
    columns, drawn_times = _thin(share, times)
    drawn = busiest[:MOST_HOSTS][::-1]
    height = max(240, 130 + 18 * len(drawn))
    trace = {
        "type": "heatmap",
        "x": drawn_times,
        "y": [names[host] for host in drawn],
        "z": np.round(columns[drawn] * 100, 1).tolist(),
        "zmin": 0,
        "zmax": 100,
        "colorscale": theme.scale(side),
        "showscale": False,
        "ygap": 1,
        "hovertemplate": _("%(host)s · %(time)s<br>%(share)s %% of CPU used")
        % {"host": "%{y}", "time": "%{x|%a %H:%M}", "share": "%{z:.0f}"}
        + "<extra></extra>",
    }
    room = 1 - KEY_PX / height
    layout = theme.layout(
        x=theme.axis(_("time"), type="date", showgrid=False, **_ticks(times)),
        y=theme.axis(type="category", showgrid=False, domain=[0, room]),
        height=height,
        **_key_axes(height),
    )
    return Chart(
        key="heatmap",
        title=_("CPU used, host by host"),
        summary=_summary(names, share, busiest, mean),
        figure=theme.figure([trace, _key(side)], layout),
        columns=[_("Host"), _("Mean (% CPU)"), _("95th percentile (% CPU)"), _("Highest (% CPU)")],
        rows=[
            [
                names[h],
                *(round(float(v) * 100, 1) for v in (share[h].mean(), np.percentile(share[h], 95), share[h].max())),
            ]
            for h in busiest
        ],
        note=_("Drawn are the %(count)s busiest hosts.") % {"count": MOST_HOSTS} if len(names) > MOST_HOSTS else "",
    )


# Plotly's own colour bar writes inline styles, which the page's policy forbids: a second small heatmap is the key.
def _key(side: str) -> dict[str, object]:
    steps = list(range(0, 101, 5))
    return {
        "type": "heatmap",
        "x": steps,
        "y": [0],
        "z": [steps],
        "zmin": 0,
        "zmax": 100,
        "colorscale": theme.scale(side),
        "showscale": False,
        "ygap": 1,
        "xaxis": "x2",
        "yaxis": "y2",
        "hoverinfo": "skip",
    }


def _key_axes(height: int) -> dict[str, Any]:
    still: dict[str, Any] = {"fixedrange": True, "showgrid": False, "automargin": False}
    ends: dict[str, Any] = {"tickvals": [0, 100], "ticktext": ["0 %", "100 %"], "tickangle": 0, "side": "bottom"}
    return {
        "xaxis2": {**theme.axis(), **ends, **still, "domain": [0.5, 0.9], "anchor": "y2", "ticks": ""},
        "yaxis2": {**still, "domain": [1 - 10 / height, 1], "anchor": "x2", "visible": False},
    }


def _thin(share: npt.NDArray[np.float64], times: Sequence[str]) -> tuple[npt.NDArray[np.float64], list[str]]:
    """Means over equal groups of samples, so that no more columns are sent than a screen can show."""
    samples = share.shape[1]
    step = -(-samples // MOST_COLUMNS) if samples else 1
    starts = np.arange(0, samples, step)
    counts = np.diff(np.append(starts, samples))
    return np.add.reduceat(share, starts, axis=1) / counts, [times[start] for start in starts]


def _ticks(times: Sequence[str]) -> dict[str, str]:
    days = {time[:10] for time in times}
    return {"tickformat": "%H:%M" if len(days) <= 2 else "%a %H:%M"}


def _summary(names: Sequence[str], share: npt.NDArray[np.float64], busiest: npt.NDArray[np.intp], mean: float) -> str:
    top = busiest[0]
    return _(
        "The hosts use %(mean)s %% of what their cores can do on average. "
        "The busiest, %(host)s, uses %(top)s %% and peaks at %(peak)s %%."
    ) % {
        "mean": number(mean * 100, 0),
        "host": names[top],
        "top": number(share[top].mean() * 100, 0),
        "peak": number(share[top].max() * 100, 0),
    }
