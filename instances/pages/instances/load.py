"""One instance's load as its page shows it: demand against what its type gives, memory, watts, CPU credits."""

from dataclasses import dataclass

import numpy as np

from instances.models import Instance, InstanceType
from instances.pricing.power import InstancePower
from virtlab.engine.arrays import F64
from virtlab.engine.load.cpu_credits import Burst, CreditMode, account
from virtlab.engine.units import MIB_PER_GIB
from virtlab.labs.models import Lab, Trace
from virtlab.labs.parameters import lab_values

MOST_POINTS = 336


@dataclass(frozen=True, slots=True)
class LoadHistory:
    """Series (T,) over the trace: vCPU in demand, GiB in demand, watts; credits kept where the type is burstable."""

    times: list[str]
    cpu_vcpu: F64
    memory_gib: F64
    power_w: F64
    credits: F64 | None
    vcpu: int
    capacity_gib: float
    baseline_vcpu: float | None
    kind: str
    source: str


def load_of(lab: Lab, instance: Instance) -> LoadHistory | None:
    """The load of an instance's trace on its type; None without one. The trace repeats for ever."""
    trace = Trace.objects.filter(workload=instance.workload_id).first() if instance.workload_id else None
    if trace is None:
        return None
    kind = instance.instance_type
    cpu = np.frombuffer(trace.cpu_vcpu, dtype="<f4").astype(np.float64)
    memory = np.frombuffer(trace.memory_gib, dtype="<f4").astype(np.float64)
    power = InstancePower.of_type(kind, lab_values(lab))
    credit = _credits(kind, cpu, trace.step_s)
    thin = slice(None, None, max(1, -(-cpu.size // MOST_POINTS)))
    return LoadHistory(
        times=_times(trace)[thin],
        cpu_vcpu=cpu[thin],
        memory_gib=memory[thin],
        power_w=power.power_w(np.minimum(cpu, kind.vcpu))[thin],
        credits=None if credit is None else credit[thin],
        vcpu=kind.vcpu,
        capacity_gib=kind.memory_mib / MIB_PER_GIB,
        baseline_vcpu=kind.vcpu * kind.baseline_share if kind.burstable else None,
        kind=trace.kind,
        source=trace.source,
    )


def _times(trace: Trace) -> list[str]:
    start = np.datetime64(trace.start_at.replace(tzinfo=None).isoformat(timespec="seconds"), "s")
    moments = start + np.arange(trace.samples) * np.timedelta64(trace.step_s, "s")
    return [str(moment) for moment in np.datetime_as_string(moments, unit="m")]


def _credits(kind: InstanceType, cpu: F64, step_s: float) -> F64 | None:
    """Credits kept in unlimited mode, which is how T3 and T4g start; negative where they are owed."""
    if not kind.burstable:
        return None
    burst = Burst(kind.vcpu, kind.baseline_share)
    balance: F64 = account(cpu[None, :], burst, step_s, CreditMode.UNLIMITED, start_hours=0.0).balance[0]
    return balance
