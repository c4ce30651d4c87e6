"""The same load on Xen, Nitro and bare metal as a chart."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from instances.pages.hypervisors.comparison import Asked, Side
from virtlab.charts import theme
from virtlab.charts.base import Chart
from virtlab.web.formats import number


def same_load_chart(sides: Sequence[Side], asked: Asked) -> Chart:
    """How much of the work and of the disk accesses each gets done, with the range of the sources."""
    load = asked.load
    names = [_("CPU work done"), _("disk accesses done")]
    done = [
        [(side.result.worst.cpu_cores, side.result.usual.cpu_cores, side.result.best.cpu_cores) for side in sides],
        [(side.result.iops_range[0], side.result.iops, side.result.iops_range[1]) for side in sides],
    ]
    wanted = (load.cpu_cores, load.iops)
    traces = [
        {
            "type": "bar",
            "name": names[part],
            "x": [side.label for side in sides],
            "y": [_percent(usual, wanted[part]) for _low, usual, _high in done[part]],
            "error_y": {
                "type": "data",
                "symmetric": False,
                "array": [_percent(high - usual, wanted[part]) for _low, usual, high in done[part]],
                "arrayminus": [_percent(usual - low, wanted[part]) for low, usual, _high in done[part]],
                "color": theme.MUTE,
                "thickness": 1.5,
            },
            "marker": {"color": (theme.COOL, theme.COOL_SOFT)[part]},
            "hovertemplate": "%{x}<br>%{y:.1f} %<extra>%{fullData.name}</extra>",
        }
        for part in (0, 1)
    ]
    layout = theme.layout(
        x=theme.axis(type="category", showgrid=False),
        y=theme.axis(_("% of what the guests ask for"), range=[0, 105]),
        barmode="group",
        bargap=0.35,
        height=320,
    )
    return Chart(
        key="same-load",
        title=_("The same load on each"),
        summary=_summary(sides, wanted),
        figure=theme.figure(traces, layout),
        legend=[(names[0], ["cool-0"]), (names[1], ["cool-1"])],
        columns=[_("Hypervisor"), _("CPU done (cores)"), _("Disk accesses (per s)"), _("CPU ready (%)"), _("Watts")],
        rows=[
            [
                side.label,
                round(side.result.usual.cpu_cores, 2),
                round(side.result.iops),
                round(100 * side.result.usual.ready_share, 2),
                round(side.result.usual.power_w, 1),
            ]
            for side in sides
        ],
    )


def _percent(value: float, whole: float) -> float:
    return round(100 * value / whole, 2) if whole else 0.0


def _summary(sides: Sequence[Side], wanted: tuple[float, float]) -> str:
    return " ".join(
        _("%(name)s does %(cpu)s %% of the CPU work and %(io)s %% of the disk accesses.")
        % {
            "name": side.label,
            "cpu": number(_percent(side.result.usual.cpu_cores, wanted[0]), 0),
            "io": number(_percent(side.result.iops, wanted[1]), 0),
        }
        for side in sides
    )
