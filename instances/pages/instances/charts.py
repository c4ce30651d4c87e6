"""Charts of one instance: CPU, memory, watts, credits over its trace; and its load on another type."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from django.utils.translation import gettext as _

from instances.pages.instances.load import LoadHistory
from virtlab.charts import theme
from virtlab.charts.base import Chart
from virtlab.engine.arrays import F64
from virtlab.web.formats import number

if TYPE_CHECKING:
    from instances.rules.right_size import RightSize

ROWS = 24


def load_charts(load: LoadHistory) -> list[Chart]:
    """All charts that the load has."""
    charts = [_cpu(load), _memory(load), _watts(load)]
    return charts if load.credits is None else [*charts, _credit(load.times, load.credits)]


def _cpu(load: LoadHistory) -> Chart:
    limits = [(_("its vCPU"), float(load.vcpu))]
    if load.baseline_vcpu is not None:
        limits.append((_("baseline"), load.baseline_vcpu))
    over = float((load.cpu_vcpu > load.vcpu).mean())
    summary = _("On average %(mean)s of %(vcpu)s vCPU in demand; more than it has for %(share)s %% of the time.") % {
        "mean": number(load.cpu_vcpu.mean(), 2),
        "vcpu": load.vcpu,
        "share": number(100 * over, 1),
    }
    more: list[tuple[str, F64]] = []
    if load.delivered_vcpu is not None and load.held_back_share > 0:
        more.append((_("CPU that it gets"), load.delivered_vcpu))
        held = _(
            "Without credits it is held to its baseline for %(share)s %% of the time; work then takes %(times)s times "
            "as long."
        ) % {"share": number(100 * load.held_back_share, 1), "times": number(load.slowdown, 2)}
        summary = f"{summary} {held}"
    words = ("cpu", _("CPU in demand"), summary)
    return _over_time(words, load.times, (_("vCPU"), load.cpu_vcpu), limits, more)


def _memory(load: LoadHistory) -> Chart:
    summary = _("At most %(most)s of %(all)s GiB are in use.") % {
        "most": number(load.memory_gib.max(), 2),
        "all": number(load.capacity_gib),
    }
    limits = [(_("its memory"), load.capacity_gib)]
    return _over_time(("memory", _("Memory in use"), summary), load.times, (_("GiB"), load.memory_gib), limits)


def _watts(load: LoadHistory) -> Chart:
    summary = _("Between %(low)s and %(high)s W: the processor's share by its use, and a fixed figure for memory.") % {
        "low": number(load.power_w.min(), 1),
        "high": number(load.power_w.max(), 1),
    }
    return _over_time(("watts", _("Power"), summary), load.times, (_("W"), load.power_w))


def _credit(times: Sequence[str], balance: F64) -> Chart:
    summary = _("From a launch on, it keeps between %(low)s and %(high)s credits; below zero they are owed.") % {
        "low": number(balance.min(), 0),
        "high": number(balance.max(), 0),
    }
    return _over_time(("credits", _("CPU credits"), summary), times, (_("credits"), balance))


def _over_time(
    words: tuple[str, str, str],
    times: Sequence[str],
    series: tuple[str, F64],
    limits: Sequence[tuple[str, float]] = (),
    more: Sequence[tuple[str, F64]] = (),
) -> Chart:
    (key, title, summary), (unit, values) = words, series
    traces = [_line(title, times, values, theme.COOL)]
    traces += [_line(name, times, other, theme.COOL_SOFT) for name, other in more]
    traces += [_line(name, [times[0], times[-1]], np.full(2, most), theme.MUTE, "dash") for name, most in limits]
    days = len({time[:10] for time in times})
    layout = theme.layout(
        x=theme.axis(_("time"), type="date", showgrid=False, tickformat="%H:%M" if days <= 2 else "%a %H:%M"),
        y=theme.axis(unit, rangemode="tozero"),
        height=260,
    )
    return Chart(
        key=key,
        title=title,
        summary=summary,
        figure=theme.figure(traces, layout),
        legend=[
            (title, ["cool-0"]),
            *((name, ["cool-1"]) for name, _other in more),
            *((name, ["limit-line"]) for name, _most in limits),
        ]
        if limits
        else (),
        columns=[_("Time"), *(f"{name} ({unit})" for name, _values in [(title, values), *more])],
        rows=[
            [times[n][5:16].replace("T", " "), *(round(float(each[n]), 3) for each in [values, *(o for _n, o in more)])]
            for n in _some(times)
        ],
    )


def _line(name: str, times: Sequence[str], values: F64, colour: str, dash: str = "solid") -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": list(times),
        "y": [round(value, 4) for value in values.tolist()],
        "line": {"color": colour, "width": 2 if dash == "solid" else 1.5, "dash": dash},
        "hovertemplate": "%{y:,.2f}<extra>%{fullData.name}</extra>",
    }


def _some(times: Sequence[str]) -> range:
    return range(0, len(times), max(1, len(times) // ROWS))


def overlay_chart(sized: "RightSize") -> Chart:
    """How busy the present type and the recommended one are under the same load."""
    times = sized.times()
    thin = slice(None, None, max(1, -(-len(times) // 336)))
    shown = [(sized.now, theme.COOL_SOFT, "dash"), *([(sized.best, theme.COOL, "solid")] if sized.best else [])]
    traces = [_line(load.type_name, times[thin], load.cpu_share[thin] * 100, hue, dash) for load, hue, dash in shown]
    layout = theme.layout(
        x=theme.axis(_("time"), type="date", showgrid=False),
        y=theme.axis(_("CPU use, %"), range=[0, 105]),
        height=260,
    )
    few = times[thin]
    return Chart(
        key="overlay",
        title=_("The same load on either type"),
        summary=" ".join(
            _("%(type)s uses %(share)s %% of its CPU at the 95th percentile.")
            % {"type": load.type_name, "share": number(100 * load.cpu_busiest, 0)}
            for load, _hue, _dash in shown
        ),
        figure=theme.figure(traces, layout),
        legend=[(load.type_name, ["cool-1" if dash == "dash" else "cool-0"]) for load, _hue, dash in shown],
        columns=[_("Time"), *(f"{load.type_name} (%)" for load, _hue, _dash in shown)],
        rows=[
            [
                few[n][5:16].replace("T", " "),
                *(round(float(load.cpu_share[thin][n] * 100), 1) for load, _hue, _dash in shown),
            ]
            for n in _some(few)
        ],
    )
