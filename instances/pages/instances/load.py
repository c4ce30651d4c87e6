"""One instance's load as its page shows it: demand against what its type gives, memory, watts, CPU credits."""

from dataclasses import dataclass

import numpy as np

from instances.models import Instance, InstanceType
from instances.pricing.credits import credit_mode
from instances.pricing.power import InstancePower
from instances.rules.credits import launch_credits
from virtlab.engine.arrays import F64, Bools
from virtlab.engine.load.cpu_credits import Burst, CreditHistory, CreditMode, StartCredits, account
from virtlab.engine.units import MIB_PER_GIB
from virtlab.labs.models import Lab, Trace
from virtlab.labs.parameters import lab_values

MOST_POINTS = 336
NEGLIGIBLE = 1e-6


@dataclass(frozen=True, slots=True)
class LoadHistory:
    """Series (T,) over the trace: vCPU in demand, GiB in demand, watts; where the type is burstable also the credits
    that it keeps and the vCPU that it gets.
    """

    times: list[str]
    cpu_vcpu: F64
    memory_gib: F64
    power_w: F64
    credits: F64 | None
    delivered_vcpu: F64 | None
    credit_mode: str
    vcpu: int
    capacity_gib: float
    baseline_vcpu: float | None
    kind: str
    source: str

    @property
    def wanted_vcpu(self) -> F64:
        """VCPU in demand, no more than there are."""
        return np.minimum(self.cpu_vcpu, self.vcpu)

    @property
    def held_back(self) -> Bools:
        """When it gets less than it wants, because its credits are used up (T,)."""
        if self.delivered_vcpu is None:
            return np.zeros(self.cpu_vcpu.shape, dtype=np.bool_)
        return np.asarray(self.delivered_vcpu < self.wanted_vcpu * (1 - NEGLIGIBLE))

    @property
    def held_back_share(self) -> float:
        """Share of the time in which it is held back."""
        return float(self.held_back.mean())

    @property
    def slowdown(self) -> float:
        """How many times as long work takes while it is held back."""
        held = self.held_back
        if self.delivered_vcpu is None or not held.any():
            return 1.0
        return float(self.wanted_vcpu[held].sum() / self.delivered_vcpu[held].sum())


def load_of(lab: Lab, instance: Instance) -> LoadHistory | None:
    """The load of an instance's trace on its type; None without one. The trace repeats for ever."""
    trace = Trace.objects.filter(workload=instance.workload_id).first() if instance.workload_id else None
    if trace is None:
        return None
    kind = instance.instance_type
    cpu = np.frombuffer(trace.cpu_vcpu, dtype="<f4").astype(np.float64)
    memory = np.frombuffer(trace.memory_gib, dtype="<f4").astype(np.float64)
    power = InstancePower.of_type(kind, lab_values(lab))
    mode = credit_mode(kind, instance.credit_mode)
    history = _credits(kind, cpu, trace.step_s, mode) if mode else None
    thin = slice(None, None, max(1, -(-cpu.size // MOST_POINTS)))
    return LoadHistory(
        times=_times(trace)[thin],
        cpu_vcpu=cpu[thin],
        memory_gib=memory[thin],
        power_w=power.power_w(np.minimum(cpu, kind.vcpu))[thin],
        credits=None if history is None else history.balance[0, thin],
        delivered_vcpu=None if history is None else history.delivered_vcpu[0, thin],
        credit_mode=mode,
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


def _credits(kind: InstanceType, cpu: F64, step_s: float, mode: str) -> CreditHistory:
    """Credits and CPU over the trace in a mode, from a start with what a launch gives; negative where they are owed."""
    burst = Burst(kind.vcpu, kind.baseline_share)
    return account(cpu[None, :], burst, step_s, CreditMode(mode), StartCredits(launch=launch_credits(kind, mode)))
