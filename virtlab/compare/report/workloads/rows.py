"""Every workload with what it has, what it uses and how that is known, and the type that it needs."""

from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from instances.catalog.generations import is_later
from instances.rules.guest_needs import is_assessed, is_upgraded, runs_on_ec2, starts_on
from instances.rules.risk import Fit, level, level_name, words
from virtlab.compare.alternatives.sizing.demand import keeps_size, volume_count
from virtlab.compare.alternatives.sizing.profiles import cpu_peak_hour, cpu_profile
from virtlab.compare.alternatives.sizing.selection import Selection
from virtlab.compare.bills.cloud.terms import Terms
from virtlab.compare.readiness.listed import state_words
from virtlab.compare.readiness.words import State, Target
from virtlab.compare.report.evidence import evidence_text
from virtlab.compare.report.report import Report
from virtlab.compare.report.workloads.power import shares_now, shares_rightsized
from virtlab.engine.arrays import Bools, Ints
from virtlab.labs.choices import Evidence, MemorySeenBy, OperatingSystem
from virtlab.web import formats

EVERY = slice(None)


@dataclass(frozen=True, slots=True)
class WorkloadRow:
    """A running workload: what its VM has, what it uses on average, at the percentile and in its busiest hour (shares
    of what it has), how that is known, and the type for it.

    `usd_per_month` is the instance with its operating system as the reader buys it, without volumes; the same of the
    type for today's size is beside it. Watts on average and kg CO2e a month, storage and building included: on today's
    host, and on the type.
    """

    name: str
    cluster: str
    host: str
    operating_system: str
    system_version: str
    vcpu: float
    memory_gib: float
    disk_gib: float
    disk_used_gib: float
    cpu_share: float
    memory_share: float
    cpu_percentile_share: float
    cpu_busiest_hour_share: float
    evidence: str
    evidence_text: str
    same_size_type: str
    same_size_usd_per_month: float
    type: str
    type_vcpu: float
    type_memory_gib: float
    usd_per_month: float
    power_now_w: float
    carbon_now_kg_per_month: float
    power_w: float
    carbon_kg_per_month: float
    kind: str
    risk_level: int
    risk: str
    risk_text: str
    ready: int
    readiness_text: str


def running_rows(report: Report) -> Ints:
    """The places of the running workloads among the VMs."""
    return np.flatnonzero(report.estate.vms.running)


def workload_rows(report: Report, part: slice = EVERY) -> list[WorkloadRow]:
    """The running workloads in the order of the inventory, or a part of them."""
    vms, rows = report.estate.vms, running_rows(report)[part]
    has_vcpu, has_gib = np.maximum(vms.vcpu[rows], 1e-9), np.maximum(vms.memory_gib[rows], 1e-9)
    traces = report.estate.traces
    percentile = cpu_profile(report.estate).percentile(report.question.values["percentile"])
    columns = [
        traces.cpu_mean_vcpu[rows] / has_vcpu,
        traces.memory_mean_gib[rows] / has_gib,
        percentile[rows] / has_vcpu,
        cpu_peak_hour(report.estate)[rows] / has_vcpu,
    ]
    makes = _Rows(report)
    shares = zip(*(column.tolist() for column in columns), strict=True)
    return [makes.row(int(row), used) for row, used in zip(rows, shares, strict=True)]


class _Rows:
    """The rows of one report: what is the same for all of them, looked up once."""

    def __init__(self, report: Report) -> None:
        self.vms, self.table, self.estate = report.estate.vms, report.book.table, report.estate
        self.selection: Selection = report.book.rightsized(report.question.purchase)
        self.today: Selection = report.book.same_size(report.question.purchase)
        self.kept: Bools = keeps_size(report.book.basis)
        self.later = is_later(self.table)
        volumes, vms = volume_count(report.estate.vms), report.estate.vms
        self.volumes = np.where(volumes > np.fmax(vms.disks, 1.0), volumes, 1.0)
        """Worth a word where a disk must be split."""
        assessment = report.readiness
        columns = (assessment.states[Target.EC2].tolist(), assessment.unknowns[Target.EC2].tolist())
        rows = assessment.machines.rows.tolist()
        self.ready: dict[int, tuple[int, int]] = dict(zip(rows, zip(*columns, strict=True), strict=True))
        self.not_carried = frozenset(report.common.not_carried)
        self.now, self.then = shares_now(report), shares_rightsized(report)
        self.month_h = Terms.of(report.question.purchase, report.question.values).month_h

    def row(self, row: int, shares: tuple[float, ...]) -> WorkloadRow:
        """The row of one VM, with the shares of its CPU and memory that it uses, and of its CPU at the percentile and
        in the busiest hour.
        """
        vms, table, chosen = self.vms, self.table, int(self.selection.row[row])
        system, has_type, fit = str(vms.operating_system[row]), chosen >= 0, self.fit(row)
        host, today = int(vms.host[row]), int(self.today.row[row])
        ready = self.ready.get(row, (int(State.NOT_ASSESSED), 0))
        return WorkloadRow(
            name=vms.names[row],
            cluster=self.estate.clusters[int(vms.cluster[row])],
            host=self.estate.hosts.names[host] if host >= 0 else "",
            operating_system=str(SYSTEMS.get(system, system)),
            system_version=vms.system_names[vms.system[row]],
            vcpu=float(vms.vcpu[row]),
            memory_gib=float(vms.memory_gib[row]),
            disk_gib=float(vms.disk_gib[row]),
            disk_used_gib=float(vms.disk_used_gib[row]),
            cpu_share=shares[0],
            memory_share=shares[1],
            cpu_percentile_share=shares[2],
            cpu_busiest_hour_share=shares[3],
            evidence=str(vms.evidence[row]),
            evidence_text=evidence_text(vms, row),
            same_size_type=table.names[today] if today >= 0 else "",
            same_size_usd_per_month=self.month_h * float(self.today.usd_per_hour[row]) if today >= 0 else 0.0,
            type=table.names[chosen] if has_type else "",
            type_vcpu=float(table.vcpu[chosen]) if has_type else 0.0,
            type_memory_gib=float(table.memory_gib[chosen]) if has_type else 0.0,
            usd_per_month=self.month_h * float(self.selection.usd_per_hour[row]) if has_type else 0.0,
            power_now_w=float(self.now.vm_w[row]),
            carbon_now_kg_per_month=float(self.now.vm_kg[row]),
            power_w=float(self.then.vm_w[row]),
            carbon_kg_per_month=float(self.then.vm_kg[row]),
            kind=table.kinds[chosen] if has_type else "",
            risk_level=level(fit),
            risk=str(level_name(level(fit))),
            risk_text=" ".join(filter(None, (words(fit), self._said_of(row)))),
            ready=ready[0],
            readiness_text=state_words(*ready),
        )

    def _said_of(self, row: int) -> str:
        return _("Left out of both totals.") if row in self.not_carried else ""

    def fit(self, row: int) -> Fit:
        """How its type fits a VM."""
        vms, table, selection, chosen = self.vms, self.table, self.selection, int(self.selection.row[row])
        system_name = vms.system_names[vms.system[row]]
        assessed = is_assessed(str(vms.operating_system[row]), system_name)
        if chosen < 0:
            away = "" if runs_on_ec2(system_name) else system_name
            missing, device = int(selection.reason[row]), bool(vms.passthrough[row])
            return Fit(missing=missing, assessed=assessed, away=away, starts_on=starts_on(system_name), device=device)
        kept = bool(self.kept[row])
        return Fit(
            cpu_over=float(selection.cpu_over[row]),
            cpu_busy=float(selection.cpu_busy[row]),
            burstable=bool(table.burstable[chosen] or table.flex[chosen]),
            memory_share=float(table.memory_gib[chosen]) / max(float(vms.memory_gib[row]), 1e-9),
            memory_seen=str(vms.memory_seen_by[row]) == MemorySeenBy.GUEST,
            price_kind=table.kinds[chosen],
            mean_only=bool(vms.mean_only[row]) and not kept and float(table.vcpu[chosen]) < float(vms.vcpu[row]),
            kept=kept,
            measured=str(vms.evidence[row]) == Evidence.MEASURED,
            volumes=int(self.volumes[row]),
            device=bool(vms.passthrough[row]),
            assessed=assessed,
            starts_on=starts_on(system_name),
            client=str(vms.operating_system[row]) == OperatingSystem.WINDOWS_CLIENT,
            upgraded_on=table.names[chosen] if self.later[chosen] and is_upgraded(system_name) else "",
        )


def limits_sentence(report: Report) -> str:
    """Of how many workloads somebody said what they ask of disks and network."""
    vms = report.estate.vms
    known = np.isfinite(np.column_stack([vms.disk_mb_per_s, vms.disk_iops, vms.network_mb_per_s])).any(axis=1)
    count = int((known & vms.running).sum())
    if not count:
        return _("The inventory does not say what workloads ask of disks and network: types are not checked for that.")
    return _(
        "Of %(known)s of %(all)s workloads the inventory says what they ask of disks and network: a type must sustain "
        "it. For the others types are not checked for that."
    ) % {"known": formats.number(count), "all": formats.number(int(vms.running.sum()))}


SYSTEMS = dict(OperatingSystem.choices)


def text_of(row: WorkloadRow) -> str:
    """What a search looks at."""
    words = (row.operating_system, row.evidence_text, row.type, row.risk, row.risk_text, row.readiness_text)
    return f"{row.name} {' '.join(words)}"
