"""Utilisation host by host over time."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from django.utils.translation import gettext as _

from virtlab.charts import theme
from virtlab.charts.base import Chart
from virtlab.web.formats import number

MOST_HOSTS = 60
MOST_COLUMNS = 168


def host_heatmap(names: Sequence[str], times: Sequence[str], share: npt.NDArray[np.float64], side: str) -> Chart:
    """CPU utilisation `share` (H, T), 0 … 1, of hosts at ISO `times` (T,). Of many hosts only the busiest are drawn."""
    busiest = np.argsort(-share.mean(axis=1), kind="stable")
    columns, drawn_times = _thin(share, times)
    drawn = busiest[:MOST_HOSTS][::-1]
    height = max(220, 90 + 18 * len(drawn))
    trace = {
        "type": "heatmap",
        "x": drawn_times,
        "y": [names[host] for host in drawn],
        "z": np.round(columns[drawn] * 100, 1).tolist(),
        "zmin": 0,
        "zmax": 100,
        "colorscale": theme.scale(side),
        "ygap": 1,
        "colorbar": {
            "title": {"text": _("% CPU"), "side": "top", "font": {"size": 12}},
            "thickness": 10,
            "len": 1,
            "outlinewidth": 0,
            "tickfont": {"size": 12},
        },
        "hovertemplate": _("%(host)s · %(time)s<br>%(share)s %% of CPU used")
        % {"host": "%{y}", "time": "%{x|%a %H:%M}", "share": "%{z:.0f}"}
        + "<extra></extra>",
    }
    layout = theme.layout(
        x=theme.axis(_("time"), type="date", showgrid=False, **_ticks(times)),
        y=theme.axis(type="category", showgrid=False),
        height=height,
    )
    return Chart(
        key="heatmap",
        title=_("CPU used, host by host"),
        summary=_summary(names, share, busiest),
        figure=theme.figure([trace], layout),
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


def _summary(names: Sequence[str], share: npt.NDArray[np.float64], busiest: npt.NDArray[np.intp]) -> str:
    top = busiest[0]
    return _(
        "The hosts use %(mean)s %% of their CPU on average. "
        "The busiest, %(host)s, uses %(top)s %% and peaks at %(peak)s %%."
    ) % {
        "mean": number(share.mean() * 100, 0),
        "host": names[top],
        "top": number(share[top].mean() * 100, 0),
        "peak": number(share[top].max() * 100, 0),
    }
