"""How the demand of the workloads is known: of one in words, of all in counts, and what share of a bill rests on it."""

from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from virtlab.compare.alternatives.sizing.selection import Selection
from virtlab.compare.inputs.estate import VmArrays
from virtlab.labs.choices import Evidence
from virtlab.web import formats


@dataclass(frozen=True, slots=True)
class Confidence:
    """Running workloads by how their demand is known, the days of the measured ones, and what shares of the instances'
    cost they have (0 … 1). Keys are values of Evidence.
    """

    counts: dict[str, int]
    shares: dict[str, float]
    days: tuple[float, float]
    kept: bool

    @property
    def total(self) -> int:
        """Running workloads."""
        return sum(self.counts.values())

    @property
    def mark(self) -> str:
        """What the cost rests on, most of it first."""
        known = [(self.shares[kind.value], kind) for kind in Evidence if self.shares[kind.value]]
        known.sort(key=lambda pair: -pair[0])
        return " · ".join(f"{kind.label} {formats.percent(share, 0)}" for share, kind in known)

    @property
    def sentence(self) -> str:
        """What is known of how many, and what became of the rest."""
        measured, stated, unknown = (self.counts[kind.value] for kind in Evidence)
        facts = {
            "measured": formats.number(measured),
            "days": self._days() if measured else "",
            "total": formats.number(self.total),
            "stated": formats.number(stated),
            "unknown": formats.number(unknown),
        }
        if self.kept:
            text = _(
                "%(measured)s of %(total)s workloads measured%(days)s, %(stated)s stated, %(unknown)s not known and "
                "kept at today's size."
            )
        else:
            text = _(
                "%(measured)s of %(total)s workloads measured%(days)s, %(stated)s stated, %(unknown)s not known and "
                "sized by the assumption."
            )
        return text % facts

    @property
    def cost_sentence(self) -> str:
        """The shares of the instances' cost."""
        shares = {kind.value: formats.percent(self.shares[kind.value], 0) for kind in Evidence}
        text = _(
            "Of the instances' cost %(measured)s rests on measured, %(stated)s on stated, %(unknown)s on no demand."
        )
        return text % shares

    def _days(self) -> str:
        low, high = (formats.number(days, 0 if days >= 1 else 1) for days in self.days)
        span = low if low == high else _("%(low)s to %(high)s") % {"low": low, "high": high}
        return ngettext(" (%(days)s day)", " (%(days)s days)", round(self.days[1])) % {"days": span}


def confidence_of(vms: VmArrays, selection: Selection, *, kept: bool) -> Confidence:
    """The confidence of all running VMs, their cost as `selection` has it."""
    usd = np.where(selection.chosen, np.nan_to_num(selection.usd_per_hour), 0.0)
    whole, counts, shares = float(usd.sum()), {}, {}
    for kind in Evidence:
        mine = vms.running & (vms.evidence == kind.value)
        counts[kind.value] = int(mine.sum())
        shares[kind.value] = float(usd[mine].sum()) / whole if whole else 0.0
    days = vms.measured_days[vms.running & (vms.measured_days > 0)]
    span = (float(days.min()), float(days.max())) if days.size else (0.0, 0.0)
    return Confidence(counts, shares, span, kept)


def evidence_text(vms: VmArrays, row: int) -> str:
    """How the demand of one VM is known."""
    kind = str(vms.evidence[row])
    if kind == Evidence.MEASURED:
        days = float(vms.measured_days[row])
        shown = {"days": formats.number(days, 0 if days >= 1 else 1)}
        return ngettext("measured, %(days)s day", "measured, %(days)s days", round(days)) % shown
    if kind == Evidence.STATED:
        return _("stated mean") if vms.mean_only[row] else _("stated mean and peak")
    return str(Evidence.UNKNOWN.label)
