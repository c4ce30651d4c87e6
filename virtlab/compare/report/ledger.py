"""The ledger: one row a metric, on-prem left, cloud right, the finding in the middle."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from virtlab.compare.bills.items import total
from virtlab.compare.report.cash.flow import Outcome, outcome
from virtlab.compare.report.cash.growth import GROWTH_KEY
from virtlab.compare.report.evaluate import Alternative
from virtlab.compare.report.verdict import (
    Figures,
    has_verdict,
    is_decided,
    is_level,
    no_verdict,
    undecided,
    unpriced_words,
)
from virtlab.web import formats

Marks = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a row: the figure, its unit, its share of the row's larger figure, the page that
    explains it, and how far the figure can be trusted."""

    value: str
    unit: str
    share: float
    anchor: str = ""
    extra: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A metric on both sides; `good` marks a finding worth the eye."""

    key: str
    title: str
    finding: str
    left: Side
    right: Side
    good: bool = False


def rows(
    left: Alternative, right: Alternative, others: Sequence[Alternative], values: Mapping[str, float], marks: Marks
) -> list[Row]:
    """The ledger's rows; `marks` say how far each side's cost can be trusted."""
    known, result = {other.shape.key: other for other in others}, outcome(left, right, values)
    return [
        _counts(left, right, known.get("physical")),
        _cpu(left, right, known.get("physical")),
        _memory(left, right),
        _cost(left, right, result, values, marks),
        _in_all(left, right, result),
        _power(left, right),
        _carbon(left, right),
    ]


def _pair(left: float, right: float) -> tuple[float, float]:
    most = max(left, right) or 1.0
    return left / most, right / most


def _counts(left: Alternative, right: Alternative, physical: Alternative | None) -> Row:
    shares = _pair(left.shape.machines, right.shape.machines)
    finding = ""
    if physical:
        count = physical.shape.machines
        finding = _("%(count)s without virtualization") % {"count": formats.number(count)}
    return Row(
        "servers",
        _("Hosts or instances"),
        finding,
        Side(formats.number(left.shape.machines), machine_unit(left), shares[0], "machines"),
        Side(formats.number(right.shape.machines), machine_unit(right), shares[1], "machines"),
    )


def machine_unit(alternative: Alternative) -> str:
    """What an alternative's hosts or instances are called, in the right number."""
    count = alternative.shape.machines
    names = {
        "physical": ngettext("physical server", "physical servers", count),
        "as_is": ngettext("host", "hosts", count),
        "consolidated": ngettext("host", "hosts", count),
        "refresh": ngettext("new host", "new hosts", count),
        "containers": ngettext("node or instance", "nodes and instances", count),
    }
    return names.get(alternative.shape.key, ngettext("instance", "instances", count))


def _cpu(left: Alternative, right: Alternative, physical: Alternative | None) -> Row:
    left_share, right_share = left.shape.cpu.share, right.shape.cpu.share
    finding = ""
    if physical:
        finding = _("%(share)s without virtualization") % {"share": formats.percent(physical.shape.cpu.share, 0)}
    return Row(
        "cpu",
        _("CPU used, mean"),
        finding,
        Side(formats.number(left_share * 100, 0), _("% of what the cores can do"), left_share, "machines"),
        Side(formats.number(right_share * 100, 0), _("% of what is paid for"), right_share, "machines"),
    )


def _memory(left: Alternative, right: Alternative) -> Row:
    left_share, right_share = left.shape.memory.share, right.shape.memory.share
    allocated = left.shape.memory.allocated / left.shape.memory.total if left.shape.memory.total else 0.0
    return Row(
        "memory",
        _("Active memory"),
        _("%(share)s allocated on-prem") % {"share": formats.percent(allocated, 0)},
        Side(formats.number(left_share * 100, 0), _("% of what is there"), left_share, "machines"),
        Side(formats.number(right_share * 100, 0), _("% of what is paid for"), right_share, "machines"),
    )


def _cost(left: Alternative, right: Alternative, result: Outcome, values: Mapping[str, float], marks: Marks) -> Row:
    shares = _pair(float(left.usd), float(right.usd))
    finding, good = cost_finding(left, right, result)
    unit = _("/ month today") if values[GROWTH_KEY] else _("/ month")
    return Row(
        "cost",
        _("Cost"),
        finding,
        Side(formats.usd(left.usd, 0), unit, shares[0], "cost", _beside(left, values), marks[0]),
        Side(formats.usd(right.usd, 0), unit, shares[1], "cost", _beside(right, values), marks[1]),
        good,
    )


def _beside(side: Alternative, values: Mapping[str, float]) -> str:
    """The month's cost in JPY, and without tax where there is any; or of what it has no price."""
    if side.unpriced:
        return unpriced_words(side)
    if side.net_usd == side.usd:
        return in_yen(side, values)
    net = _("%(net)s without tax") % {"net": formats.usd(side.net_usd, 0)}
    return f"{in_yen(side, values)} · {net}"


def _in_all(left: Alternative, right: Alternative, result: Outcome) -> Row:
    shares = _pair(*result.net_usd)
    units = [_("of it %(once)s once") % {"once": formats.usd(total(side.once), 0)} for side in (left, right)]
    return Row(
        "in_all",
        _("Over %(months)s months") % {"months": formats.number(result.months)},
        _cost_less(left, right, result.net_usd),
        Side(formats.usd(result.net_usd[0], 0), units[0] if left.once else "", shares[0], "cost"),
        Side(
            formats.usd(result.net_usd[1], 0),
            units[1] if right.once else "",
            shares[1],
            "once" if right.once else "cost",
        ),
    )


def in_yen(alternative: Alternative, values: Mapping[str, float]) -> str:
    """The month's cost in JPY at the assumed rate."""
    return formats.jpy(float(alternative.usd) * values["usd_jpy"])


def cost_finding(left: Alternative, right: Alternative, result: Outcome) -> tuple[str, bool]:
    """Who pays less over the months ahead, and from which month on, where both carry the same workloads."""
    if not has_verdict(left, right, result.net_usd):
        return no_verdict(left, right), False
    if is_level(*result.net_usd):
        return pgettext("neither side is ahead", "level"), False
    return _finding(result) % {"month": formats.number(result.month), "months": formats.number(result.months)}, True


def _finding(result: Outcome) -> str:
    onprem = result.cheaper == 0
    if result.month == 0:
        return _("on-prem paid less throughout") if onprem else _("cloud paid less throughout")
    if result.month is None:
        return (
            _("on-prem costs less over %(months)s months, with what is left of it credited")
            if onprem
            else _("cloud costs less over %(months)s months, with what is left of it credited")
        )
    return _("on-prem pays off from month %(month)s") if onprem else _("cloud pays off from month %(month)s")


def _power(left: Alternative, right: Alternative) -> Row:
    watts = [left.mean_w, right.mean_w]
    shares = _pair(watts[0], watts[1])
    units = [
        _("W on average over the month, PUE %(pue)s included") % {"pue": f"{side.pue:g}"} for side in (left, right)
    ]
    return Row(
        "power",
        _("Power"),
        _less(left, right, (watts[0], watts[1])),
        Side(formats.number(watts[0], 0), units[0], shares[0], "energy"),
        Side(formats.number(watts[1], 0), units[1], shares[1], "energy"),
        _is_ahead(left, right, (watts[0], watts[1])),
    )


def _carbon(left: Alternative, right: Alternative) -> Row:
    shares = _pair(float(left.carbon_kg), float(right.carbon_kg))
    return Row(
        "carbon",
        _("Carbon of use"),
        _less(left, right, (float(left.carbon_kg), float(right.carbon_kg))),
        Side(formats.number(left.carbon_kg, 0), _("kg CO₂e / month"), shares[0], "carbon", _made(left)),
        Side(formats.number(right.carbon_kg, 0), _("kg CO₂e / month"), shares[1], "carbon", _made(right)),
        _is_ahead(left, right, (float(left.carbon_kg), float(right.carbon_kg))),
    )


def _made(alternative: Alternative) -> str:
    return _("embodied: %(kg)s kg") % {"kg": formats.number(alternative.embodied_kg, 0)}


def _is_ahead(left: Alternative, right: Alternative, figures: Figures) -> bool:
    return is_decided(left, right, figures) and not is_level(*figures)


def _cost_less(left: Alternative, right: Alternative, usd: Figures) -> str:
    return no_verdict(left, right) if left.unpriced or right.unpriced else _less(left, right, usd)


def _less(left: Alternative, right: Alternative, figures: Figures) -> str:
    if not is_decided(left, right, figures):
        return undecided(left, right)
    if is_level(*figures):
        return pgettext("neither side is ahead", "level")
    if figures[0] < figures[1]:
        return _("on-prem −%(share)s") % {"share": formats.percent(1 - figures[0] / figures[1], 0)}
    return _("cloud −%(share)s") % {"share": formats.percent(1 - figures[1] / figures[0], 0)}
