"""The last day of a VM or a host, as charts. Today's VMs on today's hosts, replayed from the traces."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext as _

from hosts.live.history import GuestSeries, History
from virtlab.charts import theme
from virtlab.charts.base import Chart
from virtlab.engine.arrays import F64
from virtlab.web.formats import number

STACKED = 5
POINTS = 97


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chart: its name, values (T,), and whether it is a limit (dotted) or filled upon the one before."""

    name: str
    values: F64
    shade: int = 0
    dash: str = "solid"
    stacked: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """What a chart is called and measured in."""

    key: str
    title: str
    unit: str
    summary: str


def guest_charts(history: History) -> list[Chart]:
    """CPU, CPU ready, active memory and watts of a VM."""
    flat = np.ones(len(history.times))
    cpu = [
        Line(_("demand"), history.demand_vcpu, 2, "dash"),
        Line(_("used"), history.used_vcpu),
        Line(_("allocated"), flat * history.vcpu, 4, "dot"),
    ]
    memory = [
        Line(_("active"), history.memory_gib),
        Line(_("allocated"), flat * history.allocated_gib, 4, "dot"),
    ]
    ready = [Line(_("CPU ready"), history.ready_share * 100)]
    looks = (
        Look("cpu", _("CPU"), "vCPU", _mean(history.used_vcpu, "vCPU")),
        Look("ready", _("CPU ready: waiting for a core"), "%", _mean(history.ready_share * 100, "%")),
        Look("memory", _("Active memory"), "GiB", _mean(history.memory_gib, "GiB")),
        Look("power", _("Power"), "W", _mean(history.power_w, "W")),
    )
    lines = (cpu, ready, memory, [Line(_("its part of the host's watts"), history.power_w)])
    return [_chart(look, history.times, each) for look, each in zip(looks, lines, strict=True)]


def host_charts(times: Sequence[datetime], guests: Sequence[GuestSeries], whole: History) -> list[Chart]:
    """CPU, active memory and watts of a host, stacked by VM, and CPU ready."""
    parts: tuple[tuple[Look, Callable[[GuestSeries], F64]], ...] = (
        (Look("cpu", _("CPU by VM"), "vCPU", _mean(whole.used_vcpu, "vCPU")), lambda guest: guest.used_vcpu),
        (Look("memory", _("Active memory by VM"), "GiB", _mean(whole.memory_gib, "GiB")), lambda vm: vm.memory_gib),
        (Look("power", _("Power by VM"), "W", _mean(whole.power_w, "W")), lambda guest: guest.power_w),
    )
    charts = [_chart(look, times, _stack(guests, values)) for look, values in parts]
    ready = Look("ready", _("CPU ready: waiting for a core"), "%", _mean(whole.ready_share * 100, "%"))
    return [*charts, _chart(ready, times, [Line(_("CPU ready"), whole.ready_share * 100)])]


def _stack(guests: Sequence[GuestSeries], values: Callable[[GuestSeries], F64]) -> list[Line]:
    """The largest few by name, the others together."""
    lines = [Line(guest.name, values(guest), n, stacked=True) for n, guest in enumerate(guests[:STACKED])]
    if rest := guests[STACKED:]:
        name = _("%(count)s others") % {"count": number(len(rest))}
        others: F64 = np.sum([values(guest) for guest in rest], axis=0)
        lines.append(Line(name, others, STACKED, stacked=True))
    return lines


def _mean(values: F64, unit: str) -> str:
    if not values.size:
        return _("Nothing runs here.")
    return _("On average %(mean)s %(unit)s, at most %(most)s %(unit)s in the last day of lab time.") % {
        "mean": number(float(values.mean())),
        "most": number(float(values.max())),
        "unit": unit,
    }


def _chart(look: Look, times: Sequence[datetime], lines: Sequence[Line]) -> Chart:
    step = max(1, -(-len(times) // POINTS))
    at = [timezone.localtime(time).strftime("%Y-%m-%dT%H:%M") for time in times[::step]]
    layout = theme.layout(
        x=theme.axis("", type="date", showgrid=False, tickformat="%H:%M"),
        y=theme.axis(look.unit, rangemode="tozero"),
        hovermode="x unified",
        height=260,
    )
    return Chart(
        key=look.key,
        title=look.title,
        summary=look.summary,
        figure=theme.figure([_trace(line, at, step, look.unit) for line in lines], layout),
        columns=[_("Time"), *(f"{line.name} ({look.unit})" for line in lines)],
        rows=[
            [at[n].replace("T", " "), *(round(float(line.values[n * step]), 2) for line in lines)]
            for n in range(0, len(at), 4)
        ],
        legend=[(line.name, [theme.shade_class(theme.ONPREM, line.shade)]) for line in lines] if len(lines) > 1 else (),
    )


def _trace(line: Line, at: Sequence[str], step: int, unit: str) -> dict[str, object]:
    colour = theme.shade(theme.ONPREM, line.shade)
    trace: dict[str, object] = {
        "type": "scatter",
        "mode": "lines",
        "name": line.name,
        "x": list(at),
        "y": [round(value, 3) for value in line.values[::step].tolist()],
        "line": {"color": colour, "width": 0.5 if line.stacked else 2, "dash": line.dash},
        "hovertemplate": "%{y:.2f} " + unit + "<extra>%{fullData.name}</extra>",
    }
    return trace | {"stackgroup": "all", "fillcolor": colour} if line.stacked else trace
