"""Every workload with what it has, what it uses and how that is known, and the type that it needs."""

import math
from dataclasses import dataclass

import numpy as np

from instances.choices import VolumeKind
from instances.rules.guest_needs import is_assessed, runs_on_ec2
from instances.rules.risk import Fit, level, level_name, words
from instances.rules.volumes.limits import LIMITS
from virtlab.compare.alternatives.sizing.demand import keeps_size
from virtlab.compare.alternatives.sizing.selection import Selection
from virtlab.compare.bills.cloud import Terms
from virtlab.compare.report.evidence import evidence_text
from virtlab.compare.report.report import Report
from virtlab.engine.arrays import Bools
from virtlab.labs.choices import MemorySeenBy, OperatingSystem

LARGEST_GIB = LIMITS[VolumeKind.GP3].size_gib[1]


@dataclass(frozen=True, slots=True)
class WorkloadRow:
    """A running workload: what its VM has, what it uses on average, how that is known, and the type for it.

    `usd_per_month` is the instance with its operating system as the reader buys it, without volumes.
    """

    name: str
    operating_system: str
    vcpu: float
    memory_gib: float
    cpu_share: float
    memory_share: float
    evidence: str
    evidence_name: str
    type_name: str
    type_vcpu: float
    type_memory_gib: float
    usd_per_month: float
    kind: str
    risk: int
    risk_name: str
    risk_text: str


def workload_rows(report: Report) -> list[WorkloadRow]:
    """Every running workload in the order of the inventory."""
    vms, traces = report.estate.vms, report.estate.traces
    rows = np.flatnonzero(vms.running)
    cpu = traces.cpu_vcpu[rows].mean(axis=1, dtype=np.float64) / np.maximum(vms.vcpu[rows], 1e-9)
    memory = traces.memory_gib[rows].mean(axis=1, dtype=np.float64) / np.maximum(vms.memory_gib[rows], 1e-9)
    makes = _Rows(report)
    return [makes.row(int(row), (float(cpu[n]), float(memory[n]))) for n, row in enumerate(rows)]


class _Rows:
    """The rows of one report: what is the same for all of them, looked up once."""

    def __init__(self, report: Report) -> None:
        self.vms, self.table = report.estate.vms, report.book.table
        self.selection: Selection = report.book.rightsized(report.question.purchase)
        self.kept: Bools = keeps_size(report.book.basis)
        self.month_h = Terms.of(report.question.purchase, report.question.values).month_h

    def row(self, row: int, shares: tuple[float, float]) -> WorkloadRow:
        """The row of one VM, with the shares of its CPU and memory that it uses."""
        vms, table, chosen = self.vms, self.table, int(self.selection.row[row])
        system, has_type, fit = str(vms.operating_system[row]), chosen >= 0, self.fit(row)
        return WorkloadRow(
            name=vms.names[row],
            operating_system=str(SYSTEMS.get(system, system)),
            vcpu=float(vms.vcpu[row]),
            memory_gib=float(vms.memory_gib[row]),
            cpu_share=shares[0],
            memory_share=shares[1],
            evidence=str(vms.evidence[row]),
            evidence_name=evidence_text(vms, row),
            type_name=table.names[chosen] if has_type else "",
            type_vcpu=float(table.vcpu[chosen]) if has_type else 0.0,
            type_memory_gib=float(table.memory_gib[chosen]) if has_type else 0.0,
            usd_per_month=self.month_h * float(self.selection.usd_per_hour[row]) if has_type else 0.0,
            kind=table.kinds[chosen] if has_type else "",
            risk=level(fit),
            risk_name=str(level_name(level(fit))),
            risk_text=words(fit),
        )

    def fit(self, row: int) -> Fit:
        """How its type fits a VM."""
        vms, table, selection, chosen = self.vms, self.table, self.selection, int(self.selection.row[row])
        system_name = vms.system_name[row]
        assessed = is_assessed(str(vms.operating_system[row]), system_name)
        if chosen < 0:
            away = "" if runs_on_ec2(system_name) else system_name
            return Fit(missing=int(selection.reason[row]), assessed=assessed, away=away)
        kept = bool(self.kept[row])
        return Fit(
            cpu_over=0.0 if kept else float(selection.cpu_over[row]),
            cpu_busy=0.0 if kept else float(selection.cpu_busy[row]),
            burstable=bool(table.burstable[chosen] or table.flex[chosen]),
            memory_share=float(table.memory_gib[chosen]) / max(float(vms.memory_gib[row]), 1e-9),
            memory_seen=str(vms.memory_seen_by[row]) == MemorySeenBy.GUEST,
            price_kind=table.kinds[chosen],
            mean_only=bool(vms.mean_only[row]) and not kept and float(table.vcpu[chosen]) < float(vms.vcpu[row]),
            kept=kept,
            volumes=math.ceil(float(vms.disk_gib[row]) / LARGEST_GIB),
            assessed=assessed,
        )


SYSTEMS = dict(OperatingSystem.choices)


def text_of(row: WorkloadRow) -> str:
    """What a search looks at."""
    words = (row.operating_system, row.evidence_name, row.type_name, row.risk_name, row.risk_text)
    return f"{row.name} {' '.join(words)}"
