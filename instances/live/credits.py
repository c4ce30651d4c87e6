"""CPU credits of burstable instances at a moment, and the surplus credits that were charged for: a ledger.

It is accounted from when the credits were last written down on, with the type, mode and load that the instance has had
since: whatever changes one of these writes them down first (`write_down`, `end_run`). Rules: Amazon EC2 User Guide,
"Unlimited mode concepts", 2023-06: surplus credits are charged where they exceed a day's earnings, and what is owed
at a stop, at a termination and at a switch to standard mode.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from instances.choices import CreditMode
from instances.models import Instance
from instances.pricing.credits import charged_usd, credit_mode, surplus_key
from instances.pricing.hourly import Values
from instances.rules.credits import credits_at_start, loses_credits
from virtlab.engine.load.cpu_credits import Burst
from virtlab.engine.load.credit_stretches import Balances, Repeated, carry_on
from virtlab.labs.models import Trace

WRITTEN = ("credits_kept", "launch_credits", "credits_kept_lab_at", "surplus_charged")
"""The columns that hold the ledger."""


@dataclass(frozen=True, slots=True)
class CreditLedger:
    """An instance's credits: earned ones (negative: surplus credits that are owed), launch credits beside them, and
    surplus credits charged since it has its type.
    """

    earned: float
    launch: float
    charged: float

    @property
    def balance(self) -> float:
        """Credits at hand, negative where they are owed."""
        return self.earned + self.launch

    @property
    def owed(self) -> float:
        """Surplus credits that were spent and are neither paid back nor charged."""
        return max(-self.earned, 0.0)

    def settled(self) -> "CreditLedger":
        """With what is owed charged."""
        return CreditLedger(max(self.earned, 0.0), self.launch, self.charged + self.owed)


def credit_ledgers(instances: Sequence[Instance], at: datetime) -> dict[int, CreditLedger]:
    """The ledgers of those that are burstable, by key (a query where any of them runs with a load)."""
    burstable = [instance for instance in instances if instance.instance_type.burstable]
    found = {instance.pk: _at_rest(instance, at) for instance in burstable}
    running = [one for one in burstable if one.running_since_lab_at and one.workload_id]
    running = [one for one in running if one.credits_kept_lab_at != at]  # else nothing was earned or spent since
    keys = [instance.workload_id for instance in running]
    traces = Trace.objects.filter(workload__in=keys, samples__gt=0) if keys else Trace.objects.none()
    by_workload = {trace.workload_id: trace for trace in traces}
    alike: dict[tuple[int, int], list[tuple[Instance, Trace]]] = defaultdict(list)
    for instance in running:
        if trace := by_workload.get(instance.workload_id or 0):
            alike[trace.samples, trace.step_s].append((instance, trace))
    for pairs in alike.values():
        found |= _accounted(pairs, found, at)
    return found


def credit_ledger(instance: Instance, at: datetime) -> CreditLedger:
    """One burstable instance's ledger."""
    return credit_ledgers([instance], at)[instance.pk]


def surplus_usd(instance: Instance, credit: float, values: Values) -> float:
    """What so many surplus credits of an instance cost."""
    return charged_usd(credit, surplus_key(instance.instance_type.family, instance.operating_system), values)


def write_down(instances: Iterable[Instance], at: datetime) -> None:
    """Writes down the credits of those that run, before something changes by which they are accounted. Saves nothing.

    The credits of one that does not run stay as the stop left them, since when they are kept.
    """
    running = [one for one in instances if one.instance_type.burstable and one.running_since_lab_at]
    for instance, ledger in zip(running, credit_ledgers(running, at).values(), strict=True):
        _write(instance, ledger, at)


def begin_run(instance: Instance, at: datetime) -> None:
    """Writes down what a run begins with. Saves nothing."""
    if instance.instance_type.burstable:
        _write(instance, CreditLedger(*credits_at_start(instance, at), instance.surplus_charged), at)


def end_run(instance: Instance, at: datetime) -> None:
    """Writes down what a stop or a termination leaves: what is owed is charged, launch credits are lost, and the
    others too where the family keeps none. Saves nothing. Of many, `write_down` them first: that asks once.
    """
    if not (instance.instance_type.burstable and instance.running_since_lab_at):
        return
    ledger = credit_ledger(instance, at).settled()
    kept = 0.0 if loses_credits(instance.instance_type) else ledger.earned
    _write(instance, CreditLedger(kept, 0.0, ledger.charged), at)


def ledger_columns(instance: Instance, at: datetime) -> dict[str, Any]:
    """As `write_down`, the columns to set; none where there is nothing to write."""
    runs = instance.instance_type.burstable and instance.running_since_lab_at
    return _columns(credit_ledger(instance, at), at) if runs else {}


def after_switch(instance: Instance, mode: str, at: datetime) -> dict[str, Any]:
    """The columns of the ledger at a change of mode: earned credits are carried over. What is owed is charged with the
    switch to standard mode, launch credits are lost with that to unlimited mode. Nothing where it does not run.
    """
    if not instance.running_since_lab_at:
        return {}
    ledger = credit_ledger(instance, at)
    after = ledger.settled() if mode == CreditMode.STANDARD else CreditLedger(ledger.earned, 0.0, ledger.charged)
    return _columns(after, at)


def _write(instance: Instance, ledger: CreditLedger, at: datetime) -> None:
    for name, value in _columns(ledger, at).items():
        setattr(instance, name, value)


def _columns(ledger: CreditLedger, at: datetime) -> dict[str, Any]:
    return dict(zip(WRITTEN, (ledger.earned, ledger.launch, at, ledger.charged), strict=True))


def _at_rest(instance: Instance, at: datetime) -> CreditLedger:
    """What it has without a load: as last written down, or as its run began; what is kept while it does not run."""
    since, written = instance.running_since_lab_at, instance.credits_kept_lab_at
    charged = instance.surplus_charged
    if since is None:
        lost = loses_credits(instance.instance_type)
        return CreditLedger(0.0 if lost else credits_at_start(instance, at)[0], 0.0, charged)
    if written is not None and written >= since:
        return CreditLedger(instance.credits_kept, instance.launch_credits, charged)
    return CreditLedger(*credits_at_start(instance, since), charged)


def _accounted(
    pairs: Sequence[tuple[Instance, Trace]], began: dict[int, CreditLedger], at: datetime
) -> dict[int, CreditLedger]:
    """Ledgers of running instances whose traces are of one shape."""
    instances, ledgers = [instance for instance, _trace in pairs], [began[instance.pk] for instance, _trace in pairs]
    kinds = [instance.instance_type for instance in instances]
    demand = np.stack([_demand(instance, trace) for instance, trace in pairs])
    spans = [_span(instance, at) for instance in instances]
    begins_s = np.array(
        [(span[0] - trace.start_at).total_seconds() for span, (_i, trace) in zip(spans, pairs, strict=True)]
    )
    lasts_s = np.array([max((until - since).total_seconds(), 0.0) for since, until in spans])
    modes = [credit_mode(kind, instance.credit_mode) for instance, kind in zip(instances, kinds, strict=True)]
    now = carry_on(
        Repeated(demand, pairs[0][1].step_s),
        Burst(np.array([kind.vcpu for kind in kinds]), np.array([kind.baseline_share for kind in kinds])),
        np.array([mode == CreditMode.UNLIMITED for mode in modes]),
        Balances(*(np.array([getattr(one, name) for one in ledgers]) for name in ("earned", "launch", "charged"))),
        (begins_s, lasts_s),
    )
    charged = now.charged + [ledger.charged for ledger in ledgers]
    rows = zip(now.earned.tolist(), now.launch.tolist(), charged.tolist(), strict=True)
    return {instance.pk: CreditLedger(*row) for instance, row in zip(instances, rows, strict=True)}


def _demand(instance: Instance, trace: Trace) -> Any:
    """Its load (T,); nothing on hardware that has failed, where nothing works."""
    cpu = np.frombuffer(trace.cpu_vcpu, dtype="<f4").astype(np.float64)
    return np.zeros_like(cpu) if instance.system_failed_lab_at else cpu


def _span(instance: Instance, at: datetime) -> tuple[datetime, datetime]:
    """From when its credits are accounted, and to when: while its zone is out nothing is earned nor spent."""
    since, written = instance.running_since_lab_at, instance.credits_kept_lab_at
    assert since is not None
    return max(since, written or since), instance.unreachable_since_lab_at or at
