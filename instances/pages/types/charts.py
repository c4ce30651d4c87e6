"""Charts of the catalog: types side by side, one type across regions, a family's line."""

from math import isfinite
from typing import Any

from django.utils.translation import gettext as _

from instances.pages.types.explorer import Explored
from instances.pages.types.type_page import RegionPrice, TypePage
from virtlab.charts import theme
from virtlab.charts.base import Chart
from virtlab.web.formats import NOT_IN_CATALOGUE, number, usd

BAR_PX = 24


def compared_chart(explored: Explored) -> Chart:
    """USD per month of the types side by side."""
    names = explored.compared
    costs = [explored.month_usd(explored.table.row_of[name]) for name in names]
    known = [(cost, name) for cost, name in zip(costs, names, strict=True) if isfinite(cost)]
    least, most = min(known, default=(0.0, "")), max(known, default=(0.0, ""))
    summary = _("The prices of these types here are not in the catalogue.")
    if len(known) == 1:
        summary = _("%(least)s costs %(low)s a month; the prices of the others are not in the catalogue.") % {
            "least": least[1],
            "low": usd(least[0], 2),
        }
    elif known:
        summary = _("%(least)s costs least, %(low)s a month; %(most)s costs %(times)s times as much.") % {
            "least": least[1],
            "low": usd(least[0], 2),
            "most": most[1],
            "times": number(most[0] / least[0] if least[0] else 1),
        }
    return Chart(
        key="compared",
        title=_("Price per month"),
        summary=summary,
        figure=theme.figure(
            [_bars([name for _cost, name in known], [cost for cost, _name in known], theme.COOL)],
            _bar_layout(_("USD per month"), len(known)),
        ),
        columns=[_("Type"), _("USD per month")],
        rows=[
            [name, round(cost, 2) if isfinite(cost) else str(NOT_IN_CATALOGUE)]
            for name, cost in zip(names, costs, strict=True)
        ],
    )


def region_prices_chart(shown: TypePage) -> Chart:
    """One type's on-demand price in every region, cheapest first; the lab's region stands out."""
    low, high = shown.prices[0], shown.prices[-1]
    colours = [theme.COOL if row.here else theme.COOL_SOFT for row in shown.prices]
    labels = [row.code for row in shown.prices]
    return Chart(
        key="regions",
        title=_("Price per hour by region"),
        summary=_region_words(low, high),
        figure=theme.figure(
            [_bars(labels, [row.usd for row in shown.prices], colours, digits=4)],
            _bar_layout(_("USD per hour, on demand"), len(labels)),
        ),
        columns=[_("Region"), _("USD per hour"), _("Zones")],
        rows=[[row.code, f"{row.usd:g}", row.zones] for row in shown.prices],
    )


def _region_words(low: RegionPrice, high: RegionPrice) -> str:
    if low is high:
        return _("The catalogue has its price in %(region)s alone: %(usd)s an hour.") % {
            "region": low.code,
            "usd": usd(low.usd, 4),
        }
    text = _("%(low)s is cheapest at %(low_usd)s an hour, %(high)s dearest at %(high_usd)s.")
    return text % {"low": low.code, "low_usd": usd(low.usd, 4), "high": high.code, "high_usd": usd(high.usd, 4)}


def family_chart(shown: TypePage) -> Chart:
    """The family's prices over vCPU: within a family they lie on a line."""
    priced = [sibling for sibling in shown.siblings if sibling.usd is not None]
    trace: dict[str, Any] = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [sibling.vcpu for sibling in priced],
        "y": [sibling.usd for sibling in priced],
        "text": [sibling.name for sibling in priced],
        "marker": {
            "color": [theme.COOL if sibling.name == shown.kind.name else theme.COOL_SOFT for sibling in priced],
            "size": [14 if sibling.name == shown.kind.name else 9 for sibling in priced],
        },
        "line": {"color": theme.COOL_SOFT, "width": 2},
        "hovertemplate": "%{text}<br>$%{y:,.4f}<extra></extra>",
    }
    return Chart(
        key="family",
        title=_("The family %(family)s") % {"family": shown.kind.family},
        summary=_family_words(shown),
        figure=theme.figure(
            [trace], theme.layout(x=theme.axis(_("vCPU")), y=theme.axis(_("USD per hour"), rangemode="tozero"))
        ),
        columns=[_("Type"), _("vCPU"), _("GiB"), _("USD per hour")],
        rows=[
            [sibling.name, sibling.vcpu, sibling.memory_gib, _usd_or_words(sibling.usd)] for sibling in shown.siblings
        ],
    )


def _usd_or_words(usd_per_hour: float | None) -> str:
    return str(NOT_IN_CATALOGUE) if usd_per_hour is None else f"{usd_per_hour:g}"


def _family_words(shown: TypePage) -> str:
    per = [sibling.usd / sibling.vcpu for sibling in shown.siblings if sibling.usd is not None]
    if not per:
        return _("The prices of this family in %(region)s are not in the catalogue.") % {"region": shown.region}
    if max(per) <= min(per) * 1.02:
        return _("Each vCPU costs the same in every size: %(usd)s an hour.") % {"usd": usd(per[0], 4)}
    return _("A vCPU costs between %(low)s and %(high)s an hour, by size.") % {
        "low": usd(min(per), 4),
        "high": usd(max(per), 4),
    }


def _bars(labels: list[str], values: list[float], colour: object, digits: int = 2) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "y": labels,
        "x": [round(value, 6) for value in values],
        "marker": {"color": colour},
        "hovertemplate": "%{y}<br>$%{x:,." + str(digits) + "f}<extra></extra>",
    }


def _bar_layout(title: str, count: int) -> dict[str, Any]:
    return theme.layout(
        x=theme.axis(title, tickprefix="$", rangemode="tozero"),
        y=theme.axis(type="category", autorange="reversed", showgrid=False),
        height=90 + BAR_PX * max(count, 3),
        bargap=0.35,
    )
