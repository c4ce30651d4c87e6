"""What hosts and guests come to in all, without what each of them has of it: for previews and heads of pages.

The sum of a host's lines does not change with the way they are split to its guests, so that nothing is split here.
"""

from datetime import datetime
from typing import NamedTuple

import numpy as np

from hosts.live.cost import total_cents
from hosts.live.disks import disks_of
from hosts.live.facts import Facts, facts_of
from hosts.live.load import Frame, Loads, frame_of, loads, tenths_w
from hosts.live.memory import guests_gib
from hosts.live.traces import demand
from virtlab.engine.units import MIB_PER_GIB
from virtlab.labs.models import Lab
from virtlab.labs.parameters import lab_values
from virtlab.web.cache import LabCache


class Totals(NamedTuple):
    """Whole cents per month, and whole tenths of a watt now."""

    cents: int
    tenths_w: int

    def changed(self, before: "Totals", after: "Totals") -> "Totals":
        """The same where a part of it goes from `before` to `after`."""
        return Totals(self.cents + after.cents - before.cents, self.tenths_w + after.tenths_w - before.tenths_w)


class Whole(NamedTuple):
    """An estate as its head shows it: counts, sums of hosts, and the totals."""

    hosts: int
    guests: int
    promised_vcpu: float
    threads: int
    promised_gib: float
    memory_gib: float
    used_vcpu: float
    used_gib: float
    capacity_vcpu: float
    total: Totals


# Many look at the same racks: computed once per revision, lab time and set of assumptions.
WHOLES: LabCache[Whole] = LabCache(max_items=64)


def totals_of(lab: Lab, facts: Facts, lab_at: datetime, values: dict[str, float]) -> Totals:
    """The totals of some rows at a lab time: to the digit what their clusters come to in `live_of`."""
    frame = frame_of(facts, values)
    cpu, _memory = demand(lab, [guest.trace_id for guest in facts.guests], np.array([lab_at.timestamp()]))
    return _totals(facts, frame, loads(frame, cpu), lab_at, values)


def whole(lab: Lab, moment: datetime) -> Whole:
    """The sums of all hosts of a lab at a lab time, whole seconds (seven queries or fewer)."""
    values = lab_values(lab)
    return WHOLES.of(
        lab.revision_key,
        moment,
        tuple(sorted(values.items())),
        make=lambda: _whole(lab, facts_of(lab), moment, values),
    )


def _whole(lab: Lab, facts: Facts, lab_at: datetime, values: dict[str, float]) -> Whole:
    frame = frame_of(facts, values)
    cpu, memory = demand(lab, [guest.trace_id for guest in facts.guests], np.array([lab_at.timestamp()]))
    load = loads(frame, cpu)
    promised, used, _active = guests_gib(frame, load.active_host, memory[:, 0], values["touched_memory_pct"] / 100)
    return Whole(
        hosts=len(facts.hosts),
        guests=len(facts.guests),
        promised_vcpu=float(frame.vcpu[load.active_host >= 0].sum()),
        threads=sum(host.cores * host.threads_per_core for host in facts.hosts),
        promised_gib=float(promised.sum()),
        memory_gib=sum(host.memory_mib for host in facts.hosts) / MIB_PER_GIB,
        used_vcpu=float(load.used_vcpu[:, 0].sum()),
        used_gib=float(used.sum()),
        capacity_vcpu=float(frame.guest_cores.sum()),
        total=_totals(facts, frame, load, lab_at, values),
    )


def _totals(facts: Facts, frame: Frame, load: Loads, lab_at: datetime, values: dict[str, float]) -> Totals:
    disks = disks_of(facts.guests, facts.snapshots, lab_at, values["delta_pct_per_day"] / 100)
    bill = total_cents(facts, frame, np.array([disk.taken_gib for disk in disks]), values)
    return Totals(bill, int(tenths_w(load).sum()))
