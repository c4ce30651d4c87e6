"""Why one side costs less: what makes most of the difference over the months ahead."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hosts.pricing.unit_prices import Values
from virtlab.compare.bills.items import CATEGORIES
from virtlab.compare.report.cash.flow import REST, WINDOWS, net_by_line
from virtlab.compare.report.evaluate import Alternative
from virtlab.web import formats
from virtlab.web.lazy_text import LazyText

GROWN = "growth"
GROUPS: dict[str, LazyText] = {
    **CATEGORIES,
    WINDOWS: gettext_lazy("Windows Server"),
    "licences": gettext_lazy("Other licences"),
    GROWN: gettext_lazy("Purchases for growth"),
    REST: gettext_lazy("When purchases fall due"),
}
"""What the two bills' lines are summed by."""
MOST, SLIGHT = 3, 0.05
"""So many groups are named, and none after the first that is less than this share of the difference."""


def differences_usd(left: Alternative, right: Alternative, values: Values) -> dict[str, float]:
    """Left − right in net USD over the months ahead by group, most first; they sum to the difference."""
    lines: dict[str, float] = {}
    for side, sign in ((left, 1), (right, -1)):
        category = {item.key: item.category for item in (*side.once, *side.cost)}
        for line, usd in net_by_line(side, values).items():
            kind, _colon, key = line.partition(":")
            group = line if line in GROUPS else GROWN if kind == GROWN else category[key]
            lines[group] = lines.get(group, 0.0) + sign * usd
    return dict(sorted(lines.items(), key=lambda pair: -abs(pair[1])))


def why_words(
    sides: tuple[Alternative, Alternative], cheaper: int, name: str, values: Values, digits: int | None = None
) -> str:
    """What the cheaper of the two, called so, pays less for and what more, as a sentence; all of it sums to what it
    saves. Amounts are rounded to so many significant `digits`, else whole.
    """
    usd = differences_usd(*sides, values)
    less_usd = {group: (each if cheaper else -each) for group, each in usd.items()}
    slight_usd = SLIGHT * sum(less_usd.values())
    named = [group for n, group in enumerate(less_usd) if n < MOST and (not n or abs(less_usd[group]) >= slight_usd)]
    parts = [_less(str(GROUPS[group]), less_usd.pop(group), digits) for group in named]
    rest_usd = sum(less_usd.values())
    parts += [_less(_("all else"), rest_usd, digits)] if abs(rest_usd) >= 1 else []
    text = _("Over %(months)s months “%(name)s” pays: %(parts)s.")
    return text % {"months": formats.number(values["horizon_months"]), "name": name, "parts": " · ".join(parts)}


def _less(group: str, usd: float, digits: int | None) -> str:
    text = _("%(group)s %(usd)s less") if usd >= 0 else _("%(group)s %(usd)s more")
    return text % {"group": group, "usd": formats.rounded_usd(abs(usd), digits)}
