"""Watts over a day, energy and carbon by alternative, energy by host."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from virtlab.charts import theme
from virtlab.charts.base import Chart
from virtlab.engine.arrays import F64
from virtlab.web.formats import number

MOST_HOSTS = 60


@dataclass(frozen=True, slots=True)
class Draw:
    """Watts over time (T,) of one side, the building's share (PUE) included."""

    label: str
    side: str
    power_w: F64


def watts_over_time(times: Sequence[str], draws: Sequence[Draw]) -> Chart:
    """Power of the two sides over the trace."""
    step = max(1, -(-len(times) // 336))
    traces = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": draw.label,
            "x": list(times[::step]),
            "y": [round(watts / 1000, 3) for watts in draw.power_w[::step].tolist()],
            "line": {
                "color": theme.SIDE[draw.side],
                "width": 2,
                "dash": "solid" if draw.side == theme.ONPREM else "dash",
            },
            "hovertemplate": "%{y:,.2f} kW<extra>%{fullData.name}</extra>",
        }
        for draw in draws
    ]
    days = len({time[:10] for time in times})
    layout = theme.layout(
        x=theme.axis(_("time"), type="date", showgrid=False, tickformat="%H:%M" if days <= 2 else "%a %H:%M"),
        y=theme.axis(_("kW, building included"), rangemode="tozero"),
        hovermode="x unified",
    )
    return Chart(
        key="watts",
        title=_("Power over the day") if days <= 2 else _("Power over time"),
        summary=" ".join(_draw_words(draw) for draw in draws),
        legend=[(draw.label, [theme.line_class(draw.side)]) for draw in draws],
        figure=theme.figure(traces, layout),
        columns=[_("Time"), *(_("%(label)s (W)") % {"label": draw.label} for draw in draws)],
        rows=[[times[n][11:16], *(round(float(d.power_w[n])) for d in draws)] for n in _hourly(times)],
    )


def _draw_words(draw: Draw) -> str:
    return _("“%(label)s” draws %(mean)s kW on average, between %(low)s and %(high)s kW.") % {
        "label": draw.label,
        "mean": number(draw.power_w.mean() / 1000, 1),
        "low": number(draw.power_w.min() / 1000, 1),
        "high": number(draw.power_w.max() / 1000, 1),
    }


def _hourly(times: Sequence[str]) -> range:
    return range(0, len(times), max(1, len(times) // 24))


@dataclass(frozen=True, slots=True)
class Bar:
    """One alternative's figure, split into what the machines take and what the building adds; `made` stands beside:
    carbon of manufacture, None in a chart that has none.
    """

    label: str
    side: str
    machines: float
    building: float
    made: float | None = None

    @property
    def total(self) -> float:
        """Of use: machines and building together."""
        return self.machines + self.building


def energy_bars(bars: Sequence[Bar]) -> Chart:
    """Energy per month of every alternative. The first, without virtualization, is what the saving is against."""
    return _bars(bars, "energy", _("Energy per month"), "kWh", _saving(bars, _("energy")))


def carbon_bars(bars: Sequence[Bar]) -> Chart:
    """Carbon per month of every alternative, in kg CO2e; that of manufacture beside that of use."""
    return _bars(bars, "carbon", _("Carbon per month"), "kg CO2e", _saving(bars, _("carbon of use")))


def _bars(bars: Sequence[Bar], key: str, title: str, unit: str, summary: str) -> Chart:
    parts = [
        (_("Hosts or instances"), [bar.machines for bar in bars]),
        (_("cooling and losses (PUE)"), [bar.building for bar in bars]),
    ]
    made = [bar.made for bar in bars if bar.made is not None]
    if made:
        parts.append((_("embodied (manufacture)"), made))
    traces = [
        {
            "type": "bar",
            "orientation": "h",
            "name": name,
            "y": [bar.label for bar in bars],
            "x": [round(value, 3) for value in values],
            "marker": {"color": [_colour(n, bar.side) for bar in bars]},
            "hovertemplate": "%{y}<br>" + name + " %{x:,.0f} " + unit + "<extra></extra>",
        }
        for n, (name, values) in enumerate(parts)
    ]
    layout = theme.layout(
        x=theme.axis(_("%(unit)s per month") % {"unit": unit}, tickformat="~s"),
        y=theme.axis(type="category", autorange="reversed", showgrid=False),
        height=100 + 38 * len(bars),
        barmode="stack",
        bargap=0.3,
    )
    total = _("Total of use") if made else _("Total")
    rows = zip(bars, *(values for _name, values in parts), strict=True)
    return Chart(
        key=key,
        title=title,
        summary=summary,
        figure=theme.figure(traces, layout),
        columns=[_("Alternative"), *(f"{name} ({unit})" for name, _values in parts), f"{total} ({unit})"],
        rows=[[bar.label, *(round(value, 3) for value in values), round(bar.total, 3)] for bar, *values in rows],
        legend=[(name, LEGEND[n]) for n, (name, _values) in enumerate(parts)],
    )


LEGEND = (["warm-0", "cool-0"], ["warm-1", "cool-1"], ["warm-s5", "cool-s5"])


def _colour(part: int, side: str) -> str:
    return (theme.SIDE[side], theme.SIDE_SOFT[side], theme.shade(side, 4))[part]


def _saving(bars: Sequence[Bar], what: str) -> str:
    base, least = bars[0], min(bars, key=lambda bar: bar.total)
    if not base.total or least is base:
        return _("“%(label)s” takes the least %(what)s.") % {"label": least.label, "what": what}
    return _("“%(label)s” takes the least %(what)s: %(share)s %% less than “%(base)s”.") % {
        "label": least.label,
        "what": what,
        "share": number(100 * (1 - least.total / base.total), 0),
        "base": base.label,
    }


def host_energy(names: Sequence[str], idle_kwh: F64, dynamic_kwh: F64, side: str) -> Chart:
    """Energy per month host by host (H,): what it takes when idle and what the work on it adds."""
    order = np.argsort(-(idle_kwh + dynamic_kwh), kind="stable")
    drawn = order[:MOST_HOSTS]
    parts = ((_("idle"), idle_kwh, theme.SIDE_SOFT[side]), (_("work"), dynamic_kwh, theme.SIDE[side]))
    traces = [
        {
            "type": "bar",
            "name": name,
            "x": [names[h] for h in drawn],
            "y": [round(float(kwh[h]), 2) for h in drawn],
            "marker": {"color": colour},
            "hovertemplate": "%{x}<br>" + name + " %{y:,.0f} kWh<extra></extra>",
        }
        for name, kwh, colour in parts
    ]
    layout = theme.layout(
        x=theme.axis(type="category", showgrid=False, tickangle=-60 if len(drawn) > 8 else 0),
        y=theme.axis(_("kWh per month")),
        barmode="stack",
        bargap=0.25,
    )
    total = float(idle_kwh.sum() + dynamic_kwh.sum())
    return Chart(
        key="hosts",
        title=_("Energy per month, host by host"),
        summary=_("%(share)s %% of %(total)s kWh are drawn before any work is done: that is what idle hosts cost.")
        % {"share": number(100 * idle_kwh.sum() / total if total else 0, 0), "total": number(total, 0)},
        figure=theme.figure(traces, layout),
        legend=[(part[0], [f"{'warm' if side == theme.ONPREM else 'cool'}-{1 - n}"]) for n, part in enumerate(parts)],
        columns=[_("Host"), _("Idle (kWh)"), _("Work (kWh)"), _("Total (kWh)")],
        rows=[
            [names[h], *(round(float(v), 2) for v in (idle_kwh[h], dynamic_kwh[h], idle_kwh[h] + dynamic_kwh[h]))]
            for h in order
        ],
        note=_("Drawn are the %(count)s hosts that take most.") % {"count": MOST_HOSTS}
        if len(names) > MOST_HOSTS
        else "",
    )
