"""CPU credits that an instance has at a moment: its demand since the run began, hour by hour, through the ledger."""

from datetime import datetime, timedelta

import numpy as np

from instances.models import Instance
from instances.pricing.credits import credit_mode
from instances.rules.credits import credits_at_start, hours_of_earning, loses_credits
from virtlab.engine.arrays import F32, F64
from virtlab.engine.load.cpu_credits import Burst, CreditMode, account
from virtlab.engine.units import SECONDS_PER_HOUR
from virtlab.labs.models import Trace

LONGEST = timedelta(days=7)
"""What lies further back is left out: the ledger keeps a day's earnings."""


def credits_now(instance: Instance, at: datetime) -> float:
    """The balance of a burstable instance, negative where credits are owed; what is kept while it does not run (a query
    for the trace).
    """
    kind, since = instance.instance_type, instance.running_since_lab_at
    if since is None:
        return 0.0 if loses_credits(kind) else credits_at_start(instance, at)
    begun = max(since, at - LONGEST)
    at_first = credits_at_start(instance, since) if begun == since else 0.0
    hours = int((at - begun).total_seconds() // SECONDS_PER_HOUR)
    trace = Trace.objects.filter(workload=instance.workload_id).first() if instance.workload_id else None
    if trace is None or hours < 1:
        return at_first
    cpu = np.minimum(np.frombuffer(trace.cpu_vcpu, dtype="<f4"), kind.vcpu)
    demand = hourly_means(cpu, trace.step_s, (begun - trace.start_at).total_seconds(), hours)
    burst = Burst(kind.vcpu, kind.baseline_share)
    mode = CreditMode(credit_mode(kind, instance.credit_mode))
    history = account(demand, burst, SECONDS_PER_HOUR, mode, hours_of_earning(kind, at_first))
    return float(history.balance[0, -1])


def hourly_means(samples: F32, step_s: float, begins_s: float, hours: int) -> F64:
    """Means (hours,) of a trace that repeats for ever, each sample of which holds for `step_s`, however long that is;
    the first hour begins so many seconds after the trace's start, or before it.
    """
    starts_s = np.arange(samples.size + 1) * step_s
    until = np.concatenate([[0.0], np.cumsum(samples, dtype=np.float64)]) * step_s
    laps, rest_s = np.divmod(begins_s + np.arange(hours + 1) * SECONDS_PER_HOUR, starts_s[-1])
    means: F64 = np.diff(laps * until[-1] + np.interp(rest_s, starts_s, until)) / SECONDS_PER_HOUR
    return means
