"""Hypervisors under the same load: CPU ready as guests become more, and the share of the work that gets done."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from virtlab.charts import theme
from virtlab.charts.base import Chart
from virtlab.web.formats import number, percent
from virtlab.web.hypervisors.comparison import Comparison, Range

POINTS = 24
DASHES = ("solid", "dash")


def ready_by_guests(pair: Comparison, side: str) -> Chart:
    """CPU ready of two hypervisors for more and more of the same guests, in the shades of a side of the product."""
    guests, names = pair.question.guests, pair.names
    most = max(2 * guests, 8)
    counts = sorted({max(1, round(most * n / POINTS)) for n in range(1, POINTS + 1)} | {guests})
    points = [[outcome.ready[1] * 100 for outcome in pair.with_guests(count).sides] for count in counts]
    layout = theme.layout(
        x=theme.axis(_("guests on the host"), rangemode="tozero", showgrid=False),
        y=theme.axis(_("CPU ready, % of the wanted time"), rangemode="tozero"),
        hovermode="x unified",
        height=360,
        shapes=[_rule(5), _rule(10)],
    )
    lines = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": name,
            "x": counts,
            "y": [round(point[n], 3) for point in points],
            "line": {"color": theme.shade(side, 4 * n), "width": 2.5, "dash": DASHES[n]},
            "hovertemplate": "%{y:.1f} %<extra>%{fullData.name}</extra>",
        }
        for n, name in enumerate(names)
    ]
    return Chart(
        key="ready",
        title=_("CPU ready under more and more load"),
        summary=_ready_summary(pair),
        figure=theme.figure(lines, layout),
        columns=[_("Guests"), *(_("%(name)s (%%)") % {"name": name} for name in names)],
        rows=[[count, *(round(ready, 2) for ready in point)] for count, point in zip(counts, points, strict=True)],
        note=_("Dotted: 5 % and 10 %, from where waiting is felt (VMware's rules of thumb)."),
        legend=[(name, [theme.shade_class(side, 4 * n)]) for n, name in enumerate(names)],
    )


def _ready_summary(pair: Comparison) -> str:
    left, right = pair.sides
    return _("With %(count)s guests: %(left)s waits %(left_ready)s of the wanted time, %(right)s %(right_ready)s.") % {
        "count": number(pair.question.guests),
        "left": left.name,
        "right": right.name,
        "left_ready": percent(left.ready[1], 1),
        "right_ready": percent(right.ready[1], 1),
    }


def _rule(ready: int) -> dict[str, Any]:
    line = {"color": theme.MUTE, "width": 1, "dash": "dot"}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": ready, "y1": ready, "line": line}


def work_done(comparison: Comparison, side: str) -> Chart:
    """How much of the work and of the disk accesses each gets done, with the range of the sources."""
    load, sides, names = comparison.question.load, comparison.sides, comparison.names
    cpu = [_percents(each.cpu, load.cpu_cores) for each in sides]
    iops = [_percents(each.iops, load.iops) for each in sides]
    parts = ((_("CPU work done"), cpu), (_("disk accesses done"), iops))
    sentence = _("%(name)s does %(cpu)s %% of the CPU work and %(io)s %% of the disk accesses.")
    layout = theme.layout(
        x=theme.axis(type="category", showgrid=False),
        y=theme.axis(_("% of the guests' demand"), range=[0, 105]),
        barmode="group",
        bargap=0.35,
        height=320,
    )
    return Chart(
        key="same-load",
        title=_("The same load on each"),
        summary=" ".join(
            sentence % {"name": name, "cpu": number(work[1], 0), "io": number(accesses[1], 0)}
            for name, work, accesses in zip(names, cpu, iops, strict=True)
        ),
        figure=theme.figure(
            [_bar(name, names, part, theme.shade(side, 2 * n)) for n, (name, part) in enumerate(parts)], layout
        ),
        columns=[_("Hypervisor"), _("CPU done (cores)"), _("Disk accesses (per s)"), _("CPU ready (%)"), _("Watts")],
        rows=[
            [name, round(each.cpu[1], 2), round(each.iops[1]), round(100 * each.ready[1], 2), round(each.power[1], 1)]
            for name, each in zip(names, sides, strict=True)
        ],
        legend=[(name, [theme.shade_class(side, 2 * n)]) for n, (name, _part) in enumerate(parts)],
    )


def _percents(values: Range, whole: float) -> list[float]:
    """Best, usual and worst in per cent of `whole`; 0 without a load."""
    return [round(100 * value / whole, 2) if whole else 0.0 for value in values]


def _bar(name: str, names: Sequence[str], part: Sequence[Sequence[float]], color: str) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": name,
        "x": list(names),
        "y": [usual for _best, usual, _worst in part],
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [round(best - usual, 2) for best, usual, _worst in part],
            "arrayminus": [round(usual - worst, 2) for _best, usual, worst in part],
            "color": theme.MUTE,
            "thickness": 1.5,
        },
        "marker": {"color": color},
        "hovertemplate": "%{x}<br>%{y:.1f} %<extra>%{fullData.name}</extra>",
    }
