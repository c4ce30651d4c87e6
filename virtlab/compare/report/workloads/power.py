"""Watts and carbon of every workload, today and on its type: with what no workload uses they sum to the totals."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from virtlab.compare.alternatives.workload_watts import WorkloadWatts
from virtlab.compare.report.evaluate import Alternative
from virtlab.compare.report.report import Report
from virtlab.engine.arrays import F64
from virtlab.engine.units import kwh_per_month


@dataclass(frozen=True)
class Shares:
    """Mean watts over the month by VM (V,), storage and building included, of a second site and of the alternative in
    all; `kg_per_w`: kg CO2e a month of each.
    """

    vm_w: F64
    site_w: float
    total_w: float
    kg_per_w: float

    @cached_property
    def vm_kg(self) -> F64:
        """Kg CO2e a month by VM (V,)."""
        return self.vm_w * self.kg_per_w


@dataclass(frozen=True, slots=True)
class PowerLine:
    """A line of the sums, today and on the types: watts on average, and kg CO2e a month."""

    name: str
    power_now_w: float
    carbon_now_kg: float
    power_w: float
    carbon_kg: float


def sums(report: Report) -> list[PowerLine]:
    """The running workloads that are compared, what none of them uses, and the totals of both alternatives."""
    now, then, running = shares_now(report), shares_rightsized(report), report.estate.vms.running
    mine = [float(shares.vm_w[running].sum()) for shares in (now, then)]
    sites, whole = [now.site_w, then.site_w], [now.total_w, then.total_w]
    rest = [total_w - part_w - site_w for total_w, part_w, site_w in zip(whole, mine, sites, strict=True)]
    lines = {
        _("All workloads that run"): mine,
        _("Hosts without work, free storage, disks of what is off"): rest,
        **({_("Second site"): sites} if any(sites) else {}),
        _("Total of the alternative"): whole,
    }
    return [
        PowerLine(name, now_w, now_w * now.kg_per_w, then_w, then_w * then.kg_per_w)
        for name, (now_w, then_w) in lines.items()
    ]


def shares_of(item: Alternative, watts: WorkloadWatts) -> Shares:
    """The alternative's watts by VM: of machines, storage and backups, each × the PUE."""
    stored_w = watts.storage_tb * item.w_per_tb[0] + watts.backup_tb * item.w_per_tb[1]
    # A file may state less capacity than its disks use; nothing is given out twice.
    stored_w *= min(1.0, item.storage_w / max(float(stored_w.sum()), 1e-12))
    return Shares(
        vm_w=(watts.vm_w * item.hours_share + stored_w) * item.pue,
        site_w=item.mean_w * (1 - 1 / item.sites),
        total_w=item.mean_w,
        kg_per_w=float(kwh_per_month(1.0)) * item.grid_g_per_kwh / 1000,
    )


def shares_now(report: Report) -> Shares:
    """Of *on-prem as it is*."""
    return shares_of(report.by_key["as_is"], report.common.book.watts_now)


def shares_rightsized(report: Report) -> Shares:
    """Of the cloud's right-sized instances as the reader buys them."""
    purchase = report.question.purchase
    return shares_of(report.by_key[f"rightsized-{purchase}"], report.common.book.watts_rightsized(purchase))
