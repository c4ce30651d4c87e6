"""How the demand of the workloads is known: of one in words, of all in counts, and what share of a bill rests on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hosts.pricing import unit_prices
from virtlab.compare.alternatives.sizing.selection import Selection
from virtlab.compare.choices import KINDS
from virtlab.compare.inputs.estate import VmArrays
from virtlab.compare.report.assumed import Assumed
from virtlab.engine.arrays import F64
from virtlab.engine.units import SECONDS_PER_HOUR
from virtlab.labs.choices import Evidence, kind_label
from virtlab.labs.parameters import SPECS
from virtlab.web import formats

WHOLE = 0.995  # a coverage that is shown as 100 %


@dataclass(frozen=True, slots=True)
class Confidence:
    """Running workloads by how their demand is known, the days of the measured ones, and what shares of the instances'
    cost they have (0 … 1). Keys are values of Evidence. `totals_only`: those that stand for a share of an estate's
    totals; `briefly`: those of the stated that were measured too briefly. `kept`: those whose demand is not known keep
    vCPU and memory. `room_pct`: what their volumes have beyond what is in use, None where they are as provisioned.
    `prices`: by kind of price (`kind_label`), the share of that cost whose hourly price is one.
    """

    counts: dict[str, int]
    shares: dict[str, float]
    days: tuple[float, float]
    kept: bool
    room_pct: float | None
    totals_only: int = 0
    briefly: int = 0
    prices: Mapping[str, float] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Running workloads."""
        return sum(self.counts.values())

    @property
    def from_totals(self) -> bool:
        """Whether most of them stand for a share of an estate's totals."""
        return self.totals_only > self.total / 2

    @property
    def mark(self) -> str:
        """What the cost rests on, most of it first."""
        known = [(self.shares[kind.value], kind) for kind in Evidence if self.shares[kind.value]]
        known.sort(key=lambda pair: -pair[0])
        kinds = " · ".join(f"{kind.label} {formats.part(share)}" for share, kind in known)
        return _("demand %(kinds)s") % {"kinds": kinds} if kinds else ""

    @property
    def sentence(self) -> str:
        """What is known of how many, and what became of the rest."""
        if not self.briefly:
            return self._known_sentence
        text = ngettext(
            "%(count)s of them was measured too briefly and counts as stated.",
            "%(count)s of them were measured too briefly and count as stated.",
            self.briefly,
        )
        return f"{self._known_sentence} {text % {'count': formats.number(self.briefly)}}"

    @property
    def _known_sentence(self) -> str:
        if not self.total:
            return _("No workload runs, so that there is no demand to know.")
        if only := self._only_kind():
            return self._sentence_of_all(only)
        unknown = (
            _("%(count)s not known, kept at today's vCPU and memory")
            if self.kept
            else _("%(count)s not known, size assumed")
        )
        texts = {
            Evidence.MEASURED: _("%(count)s measured%(days)s"),
            Evidence.STATED: _("%(count)s stated"),
            Evidence.UNKNOWN: unknown,
        }
        parts = [
            texts[kind] % {"count": formats.number(self.counts[kind.value]), "days": self._days()}
            for kind in Evidence
            if self.counts[kind.value]
        ]
        return _("Demand of %(total)s workloads: %(parts)s.") % {
            "total": formats.number(self.total),
            "parts": " · ".join(parts),
        }

    def _only_kind(self) -> Evidence | None:
        """The one kind that all workloads are of; None where they are of several, or few."""
        kinds = [kind for kind in Evidence if self.counts[kind.value]]
        return kinds[0] if len(kinds) == 1 and self.total > 1 else None

    def _sentence_of_all(self, kind: Evidence) -> str:
        """The sentence where all workloads are of one kind."""
        unknown = (
            _("The demand of all %(total)s workloads is not known: they keep today's vCPU and memory.")
            if self.kept
            else _("The demand of all %(total)s workloads is not known: their size is assumed.")
        )
        texts = {
            Evidence.MEASURED: _("The demand of all %(total)s workloads is measured%(days)s."),
            Evidence.STATED: _("The demand of all %(total)s workloads is stated."),
            Evidence.UNKNOWN: unknown,
        }
        said = texts[kind] % {"total": formats.number(self.total), "days": self._days()}
        if kind != Evidence.UNKNOWN or self.room_pct is None:
            return said
        room = {"room": formats.percent(self.room_pct / 100, 0)}
        return said + _(" Volumes are what is in use + %(room)s, no more than is provisioned.") % room

    @property
    def totals_sentence(self) -> str:
        """How many workloads nobody listed; empty where all were."""
        if not self.totals_only:
            return ""
        text = _(
            "Totals only: %(count)s of %(total)s workloads stand for a share of an estate's totals. Which sizes and "
            "systems it really has is not known."
        )
        return text % {"count": formats.number(self.totals_only), "total": formats.number(self.total)}

    @property
    def cost_sentence(self) -> str:
        """The shares of the instances' cost, where there are several, and of its prices."""
        several = sum(share > 0 for share in self.shares.values()) > 1
        shares = _("The instances' cost rests on %(mark)s.") % {"mark": self.mark} if several else ""
        return f"{shares} {self._price_sentence()}".strip()

    def _price_sentence(self) -> str:
        """How far the hourly prices themselves can be trusted; empty where there are none."""
        known = sorted(self.prices.items(), key=lambda pair: -pair[1])
        kinds = " · ".join(f"{kind_label(kind)} {formats.part(share)}" for kind, share in known if share)
        return _("Their hourly prices: %(kinds)s.") % {"kinds": kinds} if kinds else ""

    def _days(self) -> str:
        low, high = (formats.number(days, 0 if days >= 1 else 1) for days in self.days)
        span = low if low == high else _("%(low)s to %(high)s") % {"low": low, "high": high}
        return ngettext(" (%(days)s day)", " (%(days)s days)", round(self.days[1])) % {"days": span}


def confidence_of(
    vms: VmArrays, selection: Selection, values: Mapping[str, float], *, sized: bool = True
) -> Confidence:
    """The confidence of all running VMs, their cost as `selection` has it; `sized`: volumes are of what is in use."""
    usd = np.where(selection.chosen, np.nan_to_num(selection.usd_per_hour), 0.0)
    whole, counts, shares = float(usd.sum()), {}, {}
    for kind in Evidence:
        mine = vms.running & (vms.evidence == kind.value)
        counts[kind.value] = int(mine.sum())
        shares[kind.value] = float(usd[mine].sum()) / whole if whole else 0.0
    days = vms.measured_days[vms.running & (vms.evidence == Evidence.MEASURED.value)]
    span = (float(days.min()), float(days.max())) if days.size else (0.0, 0.0)
    return Confidence(
        counts,
        shares,
        span,
        kept=not values["unmeasured_demand"],
        room_pct=values["disk_headroom_pct"] if sized else None,
        totals_only=int((vms.running & vms.totals_only).sum()),
        briefly=int((vms.running & vms.briefly).sum()),
        prices=price_shares(selection, usd),
    )


def price_shares(selection: Selection, usd: F64) -> dict[str, float]:
    """The share of the instances' cost `usd` (V,) by the kind of their types' prices."""
    whole = float(usd.sum())
    kinds = np.array(selection.table.kinds)[selection.row]
    mine = usd > 0
    return {str(kind): float(usd[mine & (kinds == kind)].sum()) / whole for kind in np.unique(kinds[mine])}


def undrawn_words(confidence: Confidence, assumed: Assumed | None) -> str:
    """What most of the estate rests on that chance does not move, so that no share of draws says anything of it; empty
    where most is known.
    """
    totals, unknown = confidence.totals_only, confidence.counts[Evidence.UNKNOWN]
    parts = [
        (_("what %(count)s of %(total)s workloads are, of which only totals are known"), totals, confidence.total),
        (_("the demand of %(count)s of %(total)s workloads, which is not known"), unknown, confidence.total),
    ]
    if assumed:
        parts.append((_("%(count)s of %(total)s hosts, which are assumed"), assumed.hosts, assumed.all_hosts))
    said = [
        text % {"count": formats.number(count), "total": formats.number(total)}
        for text, count, total in parts
        if count > total / 2
    ]
    return _("Not drawn: %(parts)s.") % {"parts": "; ".join(said)} if said else ""


def evidence_text(vms: VmArrays, row: int) -> str:
    """How the demand of one VM is known."""
    kind = str(vms.evidence[row])
    if kind == Evidence.MEASURED:
        days, coverage = float(vms.measured_days[row]), float(vms.coverage[row])
        shown = {"days": formats.number(days, 0 if days >= 1 else 1)}
        text = ngettext("measured, %(days)s day", "measured, %(days)s days", round(days)) % shown
        gaps = _("%(text)s, %(coverage)s of the samples")
        return gaps % {"text": text, "coverage": formats.percent(coverage, 0)} if coverage < WHOLE else text
    if vms.briefly[row]:
        text = _("measured for %(time)s only: counts as a stated mean and peak")
        return text % {"time": formats.duration(float(vms.measured_hours[row]) * SECONDS_PER_HOUR)}
    if kind == Evidence.STATED:
        return _("stated mean") if vms.mean_only[row] else _("stated mean and peak")
    return _("totals only") if vms.totals_only[row] else str(Evidence.UNKNOWN.label)


def sql_sentence(vms: VmArrays, values: Mapping[str, float]) -> str:
    """On how many workloads SQL Server is recognised, none too; empty where its price is not asked for."""
    if not unit_prices.sql_edition(values):
        return ""
    count, total = int(vms.runs_sql_server.sum()), int(vms.running.sum())
    if not count:
        text = _(
            "SQL Server is recognised on none of %(total)s compared workloads: no side pays for it. Where it runs, "
            "state it as the application."
        )
    else:
        text = _(
            "SQL Server is recognised on %(count)s of %(total)s compared workloads, by their names and those of their "
            "applications."
        )
    return text % {"count": formats.number(count), "total": formats.number(total)}


def editions_sentence(vms: VmArrays, values: Mapping[str, float]) -> str:
    """That SQL Server is not the same on hosts and in the cloud; empty where it is, or where nothing runs it."""
    hosts, cloud = unit_prices.sql_edition(values), unit_prices.sql_edition_in_cloud(values)
    if hosts == cloud or not vms.runs_sql_server.any():
        return ""
    labels = {int(value): label for value, label in SPECS[unit_prices.SQL_KEY].options}
    if cloud is None:
        text = _(
            "SQL Server is not the same on both sides: on hosts %(hosts)s; in the cloud Web, which is rented alone and "
            "only for public web pages."
        )
        return text % {"hosts": labels[hosts]}
    text = _("SQL Server is not the same on both sides: on hosts %(hosts)s; in the cloud %(cloud)s.")
    return text % {"hosts": labels[hosts], "cloud": labels[cloud]}


def disks_sentence(vms: VmArrays) -> str:
    """Of how many workloads nobody said how large the disks are; empty where all are known."""
    unknown, running = int((vms.running & (vms.disk_gib == 0)).sum()), int(vms.running.sum())
    if not unknown:
        return ""
    text = _(
        "The disks of %(count)s of %(total)s workloads are not known: as volumes and in new storage they count as 0 "
        "GiB; “%(as_is)s” pays for its datastores all the same, those that are assumed too."
    )
    words = {"count": formats.number(unknown), "total": formats.number(running), "as_is": KINDS["as_is"].name}
    return text % words
