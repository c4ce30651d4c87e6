"""How well what is given is used: before and after."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from django.utils.translation import gettext as _

from virtlab.charts import theme
from virtlab.charts.base import Chart
from virtlab.web.formats import number

BINS = np.arange(0, 101, 10)


@dataclass(frozen=True, slots=True)
class Spread:
    """Shares in use, 0 … 1, one a machine, of what `label` gives them."""

    label: str
    side: str
    share: npt.NDArray[np.float64]

    @property
    def counts(self) -> list[int]:
        """Machines in each tenth; whatever is above 100 % falls into the last."""
        return [int(n) for n in np.histogram(np.clip(self.share * 100, 0, 100), BINS)[0]]

    @property
    def median(self) -> float:
        """The middle machine's share in per cent."""
        return float(np.median(self.share) * 100) if self.share.size else 0.0


def distribution(before: Spread, after: Spread) -> Chart:
    """How many machines use how much of the CPU they have, on either side."""
    labels = [f"{low}–{low + 10}" for low in BINS[:-1].tolist()]
    traces = [
        {
            "type": "bar",
            "name": spread.label,
            "x": labels,
            "y": spread.counts,
            "marker": {"color": theme.SIDE[spread.side]},
            "hovertemplate": _("%(count)s VMs use %(share)s %% of their CPU") % {"count": "%{y:,}", "share": "%{x}"}
            + "<extra>%{fullData.name}</extra>",
        }
        for spread in (before, after)
    ]
    layout = theme.layout(
        x=theme.axis(_("mean CPU used, % of what the VM has"), type="category", showgrid=False),
        y=theme.axis(_("VMs")),
        barmode="group",
        bargap=0.25,
        bargroupgap=0.05,
    )
    return Chart(
        key="distribution",
        title=_("How much of its CPU each VM uses"),
        summary=_("The middle VM uses %(before)s %% of its CPU with “%(left)s” and %(after)s %% with “%(right)s”.")
        % {
            "before": number(before.median, 0),
            "left": before.label,
            "after": number(after.median, 0),
            "right": after.label,
        },
        figure=theme.figure(traces, layout),
        legend=[(spread.label, [theme.shade_class(spread.side, 0)]) for spread in (before, after)],
        columns=[_("CPU used (%)"), before.label, after.label],
        rows=[list(row) for row in zip(labels, before.counts, after.counts, strict=True)],
    )
