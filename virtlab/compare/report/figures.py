"""The report's charts, made from its alternatives."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np
from django.utils.translation import gettext as _

from virtlab.charts.allocated import Holding, allocated_used_free
from virtlab.charts.band import Outcomes, outcome_band
from virtlab.charts.base import Chart
from virtlab.charts.cost import Stack, cost_stack
from virtlab.charts.cumulative import cumulative
from virtlab.charts.distribution import Spread, distribution
from virtlab.charts.heatmap import host_heatmap
from virtlab.charts.power import Bar, Draw, carbon_bars, energy_bars, host_energy, watts_over_time
from virtlab.charts.theme import ONPREM
from virtlab.charts.tornado import Swing, tornado, tornado_summary
from virtlab.compare.alternatives.shape import demand_vcpu
from virtlab.compare.bills.items import CATEGORIES, by_category
from virtlab.compare.inputs.estate import EstateArrays
from virtlab.compare.report.cash.flow import Outcome, outcome
from virtlab.compare.report.evaluate import Alternative
from virtlab.compare.report.sensitivity.band import Band
from virtlab.compare.report.verdict import has_verdict, no_verdict
from virtlab.engine.units import HOURS_PER_DAY, kwh_per_month
from virtlab.labs.choices import Evidence
from virtlab.web import formats

Names = Mapping[str, str]


def as_known(chart: Chart | None, estate: EstateArrays, stated: int = 1) -> Chart | None:
    """A chart of use over time, marked where the traces of what runs are assumed, or some of them; not so the first
    `stated` columns of its table.
    """
    measured = estate.vms.evidence[estate.vms.running] == Evidence.MEASURED.value
    if chart is None or measured.all():
        return chart
    if measured.any():
        mark = _("partly assumed")
        words = _("Not everything was measured: of the rest the course of the day, peaks and percentiles are assumed.")
    else:
        mark = _("assumed")
        words = _("Nothing was measured: the course of the day, peaks and percentiles are assumed.")
    return replace(
        chart,
        title=f"{chart.title} ({mark})",
        summary=f"{chart.summary} {words}",
        columns=[*chart.columns[:stated], *(f"{column} ({mark})" for column in chart.columns[stated:])],
    )


def heatmap(left: Alternative, times: Sequence[str]) -> Chart | None:
    """CPU of the left side's hosts over time."""
    fleet = left.shape.fleet
    if fleet is None or not fleet.names:
        return None
    return host_heatmap(
        fleet.names, times, np.asarray(fleet.utilisation, dtype=np.float64), left.side, left.shape.cpu.share
    )


def spread(estate: EstateArrays, after: Alternative, names: Names) -> Chart:
    """VMs by CPU use: at the size they have today, and on the right side."""
    running = estate.vms.running
    today = demand_vcpu(estate)[running] / np.maximum(estate.vms.vcpu[running], 1e-9)
    return distribution(
        Spread(_("VMs as they are"), ONPREM, today), Spread(names[after.key], after.side, after.shape.cpu_share)
    )


def holdings(left: Alternative, right: Alternative, names: Names) -> Chart:
    """Allocated, used and free of CPU and memory on both sides."""
    bars = []
    for side in (left, right):
        for label, unit, use in ((_("CPU"), "vCPU", side.shape.cpu), (_("active memory"), "GiB", side.shape.memory)):
            text = _("%(side)s: %(what)s") % {"side": names[side.key], "what": label}
            bars.append(Holding(side.side, text, unit, use.used, use.allocated, use.total))
    summary = _(
        "“%(left)s” uses %(left_cpu)s of its CPU, and %(left_memory)s of its memory is active; "
        "“%(right)s”: %(right_cpu)s and %(right_memory)s. The rest is allocated or free."
    ) % {
        "left": names[left.key],
        "right": names[right.key],
        "left_cpu": formats.percent(left.shape.cpu.share, 0),
        "left_memory": formats.percent(left.shape.memory.share, 0),
        "right_cpu": formats.percent(right.shape.cpu.share, 0),
        "right_memory": formats.percent(right.shape.memory.share, 0),
    }
    return allocated_used_free(bars, summary)


def costs(alternatives: Sequence[Alternative], names: Names) -> Chart:
    """Cost by category of every alternative."""
    stacks = [Stack(names[item.key], item.side, by_category(item.cost)) for item in alternatives]
    used = {key for stack in stacks for key in stack.usd_per_month} | set(CATEGORIES) - {"tax"}
    return cost_stack(stacks, {key: str(name) for key, name in CATEGORIES.items() if key in used})


def months(left: Alternative, right: Alternative, names: Names, values: Mapping[str, float]) -> Chart:
    """Paid in all, with the month from which the one that costs less has paid less."""
    result = outcome(left, right, values)
    lines = [
        (names[side.key], side.side, paid.tolist()) for side, paid in zip((left, right), result.paid_usd, strict=True)
    ]
    if not has_verdict(left, right, result.net_usd):
        summary = _("What both sides cost cannot be compared: %(why)s.") % {"why": no_verdict(left, right)}
        return cumulative(lines[0], lines[1], None, summary)
    return cumulative(
        lines[0], lines[1], result.month or None, _months_words((names[left.key], names[right.key]), result)
    )


def _months_words(names: tuple[str, str], result: Outcome) -> str:
    facts = {
        "cheaper": names[result.cheaper],
        "dearer": names[1 - result.cheaper],
        "saved": formats.usd(result.saved_usd, 0),
        "last": formats.number(result.months),
        "month": formats.number(result.month),
    }
    return _months_sentence(result) % facts


def _months_sentence(result: Outcome) -> str:
    if result.month is None:
        return _(
            "“%(cheaper)s” costs %(saved)s less over %(last)s months, though more is paid for it by then: what is "
            "left of its purchases is credited."
        )
    if result.month == 0:
        return _(
            "“%(cheaper)s” has cost less at every moment; over %(last)s months it saves %(saved)s, with what is left "
            "of purchases credited."
        )
    return _(
        "“%(cheaper)s” is level with “%(dearer)s” in month %(month)s; over %(last)s months it saves %(saved)s, with "
        "what is left of purchases credited."
    )


def depends(swings: Sequence[Swing], months: float) -> Chart:
    """The assumptions by what they change over so many `months`."""
    return tornado(swings, tornado_summary(swings), months)


def outcomes(band: Band, names: tuple[str, str], summary: str, months: float) -> Chart:
    """How often the difference comes out how large."""
    draws = Outcomes(edges=band.edges, counts=band.counts, ends=(band.low_usd, band.median_usd, band.high_usd))
    return outcome_band(draws, names, summary, months)


def watts(left: Alternative, right: Alternative, times: Sequence[str], names: Names) -> Chart:
    """Power of both sides over the trace, with how instances are drawn that are off for a part of the day."""
    chart = watts_over_time(times, [Draw(names[side.key], side.side, side.power_w) for side in (left, right)])
    off = [_partly(names[side.key], side) for side in (left, right) if side.hours_share < 1]
    return replace(chart, summary=" ".join((chart.summary, *off)))


def _partly(name: str, side: Alternative) -> str:
    return _(
        "Instances of “%(name)s” run %(hours)s hours a day. Which hours, nobody said: each hour has its share of their "
        "power, so that the average is that of the month."
    ) % {"name": name, "hours": formats.number(side.hours_share * HOURS_PER_DAY, 1)}


def energy(alternatives: Sequence[Alternative], names: Names, shown: Collection[str]) -> Chart:
    """KWh per month of every alternative, those `shown` side by side (keys) among them."""
    return energy_bars([_bar(item, names, 1.0) for item in once(alternatives, shown)])


def carbon(alternatives: Sequence[Alternative], names: Names, shown: Collection[str]) -> Chart:
    """Kg CO2e per month of the same, of use and of manufacture."""
    return carbon_bars(
        [
            replace(
                _bar(item, names, float(item.carbon_kg / item.kwh) if item.kwh else 0.0), made=float(item.embodied_kg)
            )
            for item in once(alternatives, shown)
        ]
    )


def once(alternatives: Sequence[Alternative], shown: Collection[str]) -> list[Alternative]:
    """One purchase option of each, since energy does not depend on how hours are bought (only on how many run): that
    which is `shown` (keys), else the first.
    """
    seen: dict[tuple[str, str], Alternative] = {}
    for item in alternatives:
        same = (item.shape.key, str(item.kwh))
        if same not in seen or item.key in shown:
            seen[same] = item
    return list(seen.values())


def _bar(item: Alternative, names: Names, factor: float) -> Bar:
    building = sum(float(line.amount) for line in item.energy if line.key == "building") * item.sites
    return Bar(names[item.key], item.side, (float(item.kwh) - building) * factor, building * factor)


def by_host(left: Alternative) -> Chart | None:
    """KWh per month of the left side's hosts, building included."""
    fleet = left.shape.fleet
    if fleet is None or not fleet.names:
        return None
    idle_kwh, work_kwh = (kwh_per_month(watts) * left.pue for watts in (fleet.idle_w, fleet.mean_w - fleet.idle_w))
    return host_energy(fleet.names, idle_kwh, work_kwh, left.side)
