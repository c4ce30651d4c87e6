"""Right-sizing one instance from its trace: what it has, the cheapest type that holds its need, and the risk.

The need is the 95th percentile of its CPU and its highest memory, each with the lab's headroom, at least the peaks that
somebody stated (engine.rightsizing). Where nobody knows its demand it keeps its size, and memory that was not seen from
inside shrinks only so far. Only types count that its zone offers and it may become.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from django.utils.translation import gettext_lazy as _

from instances.catalog.queries import type_table
from instances.catalog.type_table import TypeTable
from instances.models import Instance, InstanceType, Offering
from instances.pricing.commitments import commitment_to, owed
from instances.pricing.credits import mode_of_family, surplus_key, surplus_usd_per_hour
from instances.pricing.hourly import Commitment, HourlyTerms, row_charge
from instances.rules.compatibility import why_not_become
from instances.rules.risk import Fit, level, level_name, words
from instances.rules.sizing_candidates import SYSTEMS, arch_bits_of, may_burst, types_at, types_of
from virtlab.engine.arrays import F64
from virtlab.engine.load.demand import profile
from virtlab.engine.sizing.instance_types import InstanceTypes, Workloads
from virtlab.engine.sizing.right_size import Sizing, right_size
from virtlab.engine.systems.databases import is_in_memory
from virtlab.engine.units import HOURS_PER_MONTH, MIB_PER_GIB
from virtlab.jobs.text import Text, say
from virtlab.labs.choices import Architecture, Evidence, MemorySeenBy, TraceKind
from virtlab.labs.models import Lab, Trace
from virtlab.labs.parameters import lab_values
from virtlab.labs.traces import evidence_of, measured_hours

CANDIDATES = 60
"""Cheapest types looked at before it is asked which of them the zone offers and the instance may become."""
PERCENT = 95.0


@dataclass(frozen=True, slots=True)
class Projection:
    """The load on one type. Shares are 0 … 1; cpu_share (T,) is the trace over the type's vCPU, 1 where it is short."""

    type_name: str
    vcpu: float
    memory_gib: float
    usd_per_month: float
    price_kind: str
    cpu_busiest: float
    memory_busiest: float
    risk: int
    risk_text: str
    cpu_share: F64

    @property
    def risk_name(self) -> str:
        """The level in a word."""
        return level_name(self.risk)


@dataclass(frozen=True, slots=True)
class RightSize:
    """What an instance has and what it should have: `best` is None without a better type, and `why` says why."""

    now: Projection
    best: Projection | None
    why: Text | None
    start: str
    step_s: int
    trace_kind: str
    trace_source: str

    @property
    def saving_usd_per_month(self) -> float:
        """USD per month less than now, negative where the better type costs more."""
        return self.now.usd_per_month - self.best.usd_per_month if self.best else 0.0

    def times(self) -> list[str]:
        """The samples' moments (UTC), as charts take them."""
        moments = np.datetime64(self.start, "s") + np.arange(self.now.cpu_share.size) * np.timedelta64(self.step_s, "s")
        return [str(moment) for moment in np.datetime_as_string(moments, unit="m")]


def right_size_of(lab: Lab, instance: Instance, values: Mapping[str, float] | None = None) -> RightSize | Text:
    """The recommendation for an instance, or why there can be none: no trace, no price, GPUs (about eight queries)."""
    figures = lab_values(lab) if values is None else values
    traces = Trace.objects.filter(workload=instance.workload_id).select_related("workload")
    trace = traces.first() if instance.workload_id else None
    table = type_table(instance.region_id)
    own = table.row_of.get(instance.instance_type_id, -1)
    if trace is None:
        return say(_("%(name)s has no trace to size it by."), name=instance.name)
    if own < 0 or not np.isfinite(table.usd_per_hour[own]):
        return say(
            _("The price of %(type)s is not in the catalogue: there is nothing to compare with."),
            type=instance.instance_type_id,
        )
    if table.accelerated[own]:
        return say(_("%(type)s has accelerators, whose load nothing measures."), type=instance.instance_type_id)
    committed = owed(instance.purchase, instance.launched_lab_at, lab.lab_time())
    return _Search(instance, trace, table, figures, committed=committed).result(own)


class _Search:
    """One instance's load against the types of its region."""

    def __init__(
        self, instance: Instance, trace: Trace, table: TypeTable, values: Mapping[str, float], *, committed: bool
    ) -> None:
        self.instance, self.trace, self.table, self.values = instance, trace, table, values
        self.committed = committed
        self.cpu = np.frombuffer(trace.cpu_vcpu, dtype="<f4")
        self.memory = np.frombuffer(trace.memory_gib, dtype="<f4")

    def result(self, own: int) -> RightSize:
        """Now, the best other type, and why not where there is none."""
        now = self.projection(own)
        if self.keeps_size:
            return self.answer(now, None, say(_("Nobody knows its demand, so %(type)s is kept."), type=now.type_name))
        others = [row for row in self.candidates() if row != own]
        cheapest = min(others, key=self.usd_per_month, default=-1) if self.committed else next(iter(others), -1)
        best = self.projection(cheapest) if cheapest >= 0 else None
        why = None
        if best is None:
            why = say(_("No type of its zone holds what it needs."))
        elif now.risk <= best.risk and best.usd_per_month >= now.usd_per_month:
            why, best = say(_("%(type)s is the right size: nothing cheaper holds its load."), type=now.type_name), None
        return self.answer(now, best, why)

    def answer(self, now: Projection, best: Projection | None, why: Text | None) -> RightSize:
        """The result with what it rests on."""
        trace = self.trace
        start = trace.start_at.replace(tzinfo=None).isoformat(timespec="seconds")
        return RightSize(
            now=now,
            best=best,
            why=why,
            start=start,
            step_s=trace.step_s,
            trace_kind=trace.kind,
            trace_source=trace.source,
        )

    def candidates(self) -> list[int]:
        """Rows of the table that hold the need, the cheapest first, which the instance may become.

        Of the generations that the rule leaves, and where none of those will do (what an old image boots) of all.
        """
        every = {**self.values, "generations": 0.0, "families": 0.0}
        return self._candidates(self.values) or self._candidates(every)

    def _candidates(self, values: Mapping[str, float]) -> list[int]:
        types, table_rows = types_of(self.table, values)
        headroom = values["spare_vcpu_pct"] / 100
        rule = Sizing(PERCENT, 100.0, headroom, headroom, top=CANDIDATES)
        bursts = np.array([may_burst(self.evidence, values)])
        choice = right_size(self.workload(types), types, rule, self.least, bursts)
        rows = [int(table_rows[index]) for index in choice.type_index[0] if index >= 0]
        fitting = self.fitting([self.table.names[row] for row in rows])
        return [row for row in rows if self.table.names[row] in fitting]

    @property
    def evidence(self) -> Evidence:
        """How its demand is known."""
        return evidence_of(self.trace.kind, self.trace.source, enough=not self.briefly)

    @property
    def briefly(self) -> bool:
        """Whether its trace was measured, but has too few samples to count so."""
        trace = self.trace
        hours = measured_hours(trace.samples, trace.step_s, trace.coverage)
        return trace.kind == TraceKind.MEASURED and hours < self.values["measured_least_hours"]

    @property
    def keeps_size(self) -> bool:
        """Whether nobody knows its demand, and it shall keep its size then."""
        return self.evidence == Evidence.UNKNOWN and not self.values["unmeasured_demand"]

    @property
    def least(self) -> tuple[F64, F64]:
        """VCPU and GiB (1,) that it needs in any case: stated peaks, and memory that nobody saw from inside."""
        own = self.instance.instance_type
        own_gib = own.memory_mib / MIB_PER_GIB
        workload = self.trace.workload
        vcpu = 0.0 if self.evidence == Evidence.MEASURED else own.vcpu * (workload.cpu_peak_share or 0.0)
        vcpu = max(vcpu, float(self.cpu.max())) if self.briefly else vcpu
        kept = 0.0 if self.memory_seen else self.values["memory_floor_pct"] / 100
        if self.values["in_memory_keep"] and is_in_memory(self.instance.name, workload.application):
            kept = 1.0
        return np.array([vcpu]), np.array([own_gib * max(kept, workload.memory_peak_share or 0.0)])

    @property
    def memory_seen(self) -> bool:
        """Whether its memory was seen from inside."""
        return self.trace.memory_seen_by == MemorySeenBy.GUEST and not self.briefly

    def fitting(self, names: list[str]) -> set[str]:
        """Those of the types that the zone offers and the instance can become (two queries)."""
        instance = self.instance
        letter = instance.zone.removeprefix(instance.region_id)
        offered = Offering.objects.filter(region=instance.region_id, instance_type__in=names)
        here = {offering.instance_type_id for offering in offered if letter in offering.zones.split()}
        volumes = len(instance.volumes.all())
        kinds = InstanceType.objects.filter(pk__in=here)
        return {kind.pk for kind in kinds if not why_not_become(instance, kind, volumes)}

    def workload(self, types: InstanceTypes) -> Workloads:
        """The instance's load as the engine takes it."""
        image, system = self.instance.image, self.instance.operating_system
        bits = arch_bits_of(image.architecture if image else Architecture.ANY, self.values)
        cpu = profile(self.cpu[None, :], tuple(types.baselines), self.trace.step_s)
        memory = profile(self.memory[None, :], (), self.trace.step_s)
        return replace(Workloads.of(cpu, memory, SYSTEMS.index(system), bits), demands=self.io_demands)

    @property
    def io_demands(self) -> F64:
        """What it asks of a type's limits (1, 3), with the lab's headroom; NaN where nobody said it."""
        workload = self.trace.workload
        known = (workload.disk_mb_per_s, workload.disk_iops, workload.network_mb_per_s)
        stated = np.array([known], dtype=np.float64)
        return stated * (1 + self.values["spare_vcpu_pct"] / 100)

    def projection(self, row: int) -> Projection:
        """The load on one row of the table."""
        table, types = self.table, types_at(self.table, np.array([row]), self.values)[0]
        load = self.workload(types)
        vcpu, memory_gib = float(table.vcpu[row]), float(table.memory_gib[row])
        over, busy = (float(load.cpu.share_above(np.array([[vcpu * share]]))[0, 0]) for share in (1.0, 0.8))
        fit = Fit(
            cpu_over=over,
            cpu_busy=busy,
            burstable=self.bursts(row),
            memory_share=min(memory_gib / max(self.need_gib, 1e-9), 1.0),
            memory_seen=self.memory_seen,
            price_kind=table.kinds[row],
        )
        return Projection(
            type_name=table.names[row],
            vcpu=vcpu,
            memory_gib=memory_gib,
            usd_per_month=self.usd_per_month(row),
            price_kind=table.kinds[row],
            cpu_busiest=float(load.cpu.percentile(PERCENT)[0]) / vcpu,
            memory_busiest=float(self.memory.max()) / memory_gib,
            risk=level(fit),
            risk_text=words(fit),
            cpu_share=np.minimum(self.cpu.astype(np.float64) / vcpu, 1.0),
        )

    @property
    def need_gib(self) -> float:
        """The highest memory in demand."""
        return float(self.memory.max())

    def bursts(self, row: int) -> bool:
        """Whether a type lives on CPU credits."""
        return bool(self.table.burstable[row] or self.table.flex[row])

    def usd_per_month(self, row: int) -> float:
        """The compute charge over 730 hours, a commitment that is owed included, with surplus CPU credits."""
        terms = HourlyTerms(self.instance.operating_system, self.instance.purchase, self.values)
        charge = row_charge(self.table, row, terms, self.commitment(row))
        return (charge.running_usd(owed=self.committed) + self.surplus_usd_per_hour(row)) * HOURS_PER_MONTH

    def commitment(self, row: int) -> Commitment | None:
        """What the instance is committed to, as it is seen from a type; None on demand and past its term."""
        instance, name = self.instance, self.table.names[row]
        committed_type = instance.committed_type_id if self.committed else None
        return commitment_to(committed_type or "", name, instance.operating_system, self.linux_usd)

    def linux_usd(self, type_name: str) -> float:
        """A type's on-demand Linux price; NaN where no source has one."""
        row = self.table.row_of.get(type_name, -1)
        return float(self.table.usd_per_hour[row]) if row >= 0 else math.nan

    def surplus_usd_per_hour(self, row: int) -> float:
        """What the load's mean costs above the baseline of a burstable type, in the instance's credit mode."""
        table, family = self.table, self.table.families[row]
        if not table.burstable[row]:
            return 0.0
        mode = self.instance.credit_mode or mode_of_family(family)
        key = surplus_key(family, self.instance.operating_system)
        size = (float(table.vcpu[row]), float(table.lasting_vcpu[row]))
        return surplus_usd_per_hour(mode, self.trace.cpu_mean_vcpu, size, key, self.values)
