"""Charts of the on-prem side."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from hosts.pages.hypervisors.comparison import Outcome, outcome, with_guests
from virtlab.charts import theme
from virtlab.charts.base import Chart
from virtlab.web import formats

POINTS = 24
DASHES = ("solid", "dash")


def ready_by_guests(sides: Sequence[Outcome]) -> Chart:
    """CPU ready of both sides for more and more of the same guests on the same server."""
    question = sides[0].question
    most = max(2 * question.guests, 8)
    counts = sorted({max(1, round(most * n / POINTS)) for n in range(1, POINTS + 1)} | {question.guests})
    lines = [
        [outcome(side.kind.key, with_guests(question, count)).result.usual.ready_share * 100 for count in counts]
        for side in sides
    ]
    names = [side.name for side in sides]
    layout = theme.layout(
        x=theme.axis(_("guests on the server"), rangemode="tozero", showgrid=False),
        y=theme.axis(_("CPU ready, % of the wanted time"), rangemode="tozero"),
        hovermode="x unified",
        height=360,
        shapes=[_rule(5), _rule(10)],
    )
    traces = [_line(name, counts, line, n) for n, (name, line) in enumerate(zip(names, lines, strict=True))]
    return Chart(
        key="ready",
        title=_("CPU ready under more and more load"),
        summary=_summary(sides),
        figure=theme.figure(traces, layout),
        columns=[_("Guests"), *(_("%(name)s (%%)") % {"name": name} for name in names)],
        rows=[[count, *(round(line[n], 2) for line in lines)] for n, count in enumerate(counts)],
        note=_("Dotted: 5 % and 10 %, from where waiting is felt (VMware's rules of thumb)."),
        legend=[(name, [theme.shade_class(theme.ONPREM, 4 * n)]) for n, name in enumerate(names)],
    )


def _summary(sides: Sequence[Outcome]) -> str:
    count = sides[0].question.guests
    return _("With %(count)s guests: %(left)s waits %(left_ready)s of the wanted time, %(right)s %(right_ready)s.") % {
        "count": formats.number(count),
        "left": sides[0].name,
        "right": sides[1].name,
        "left_ready": formats.percent(sides[0].ready[1], 1),
        "right_ready": formats.percent(sides[1].ready[1], 1),
    }


def _line(name: str, counts: Sequence[int], shares: Sequence[float], n: int) -> dict[str, object]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": list(counts),
        "y": [round(share, 3) for share in shares],
        "line": {"color": theme.shade(theme.ONPREM, 4 * n), "width": 2.5, "dash": DASHES[n]},
        "hovertemplate": "%{y:.1f} %<extra>%{fullData.name}</extra>",
    }


def _rule(percent: int) -> dict[str, object]:
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": percent,
        "y1": percent,
        "line": {"color": theme.MUTE, "width": 1, "dash": "dot"},
    }
