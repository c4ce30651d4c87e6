"""What hosts and guests come to in all, without what each of them has of it: for previews and heads of pages.

The sum of a line does not change with the way it is split to guests, so that nothing is split here.
"""

from datetime import datetime
from typing import NamedTuple

import numpy as np

from hosts.live.cost import total_cents
from hosts.live.disks import Growth, as_far_as_there_is_room, capacities_of, disks_of
from hosts.live.facts import EstateFacts, facts_of, paused_guests
from hosts.live.load import LoadInputs, LoadResult, load_inputs, load_result, tenths_w
from hosts.live.memory import guests_gib, used_gib
from hosts.live.traces import demand_now
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


class EstateTotals(NamedTuple):
    """An estate as its head shows it: counts, sums of hosts, and the totals, those of datastores included. `cpu_share`:
    the hosts' own (`HostLive.cpu_share`), by what each has.
    """

    hosts: int
    guests: int
    allocated_vcpu: float
    cores: int
    allocated_gib: float
    memory_gib: float
    used_gib: float
    cpu_share: float
    total: Totals


# Many look at the same racks: computed once per revision, lab time and set of assumptions.
ESTATE_TOTALS: LabCache[EstateTotals] = LabCache(max_items=64)


def totals_of(lab: Lab, facts: EstateFacts, lab_at: datetime, values: dict[str, float]) -> Totals:
    """The totals of some rows at a lab time: to the digit what their clusters come to in `live_of`."""
    inputs = load_inputs(facts, values)
    cpu, _memory = demand_now(lab, facts.guests, lab_at)
    # A guest that is not there yet has no trace: its mean stands for it.
    planned = [row for row, guest in enumerate(facts.guests) if guest.trace_id is None and guest.cpu_mean_vcpu]
    cpu[planned, 0] = [facts.guests[row].cpu_mean_vcpu or 0.0 for row in planned]
    return _totals(facts, inputs, load_result(inputs, cpu), lab_at, values)


def estate_totals(lab: Lab, moment: datetime) -> EstateTotals:
    """The sums of all hosts and datastores of a lab at a lab time, whole seconds (eight queries or fewer)."""
    values = lab_values(lab)
    return ESTATE_TOTALS.of(
        lab.revision_key,
        moment,
        tuple(sorted(values.items())),
        tuple(sorted(paused_guests(lab))),  # the start of a job is no revision of its lab
        make=lambda: _estate_totals(lab, facts_of(lab), moment, values),
    )


def _estate_totals(lab: Lab, facts: EstateFacts, lab_at: datetime, values: dict[str, float]) -> EstateTotals:
    inputs = load_inputs(facts, values)
    cpu, memory = demand_now(lab, facts.guests, lab_at)
    load = load_result(inputs, cpu)
    allocated, active = guests_gib(inputs, memory[:, 0])
    return EstateTotals(
        hosts=len(facts.hosts),
        guests=len(facts.guests),
        allocated_vcpu=float(inputs.vcpu[load.active_host >= 0].sum()),
        cores=sum(host.cores for host in facts.hosts),
        allocated_gib=float(allocated.sum()),
        memory_gib=sum(host.memory_mib for host in facts.hosts) / MIB_PER_GIB,
        used_gib=float(used_gib(facts.guests, allocated, active, lab_at, values).sum()),
        cpu_share=_cpu_share(inputs, load),
        total=_totals(facts, inputs, load, lab_at, values),
    )


def _cpu_share(inputs: LoadInputs, load: LoadResult) -> float:
    """CPU in use now, 0 … 1, of what the cores of all hosts can do at once."""
    every = float(inputs.guest_cores.sum())
    return float(load.utilisation[:, 0] @ inputs.guest_cores) / every if every else 0.0


def _totals(
    facts: EstateFacts, inputs: LoadInputs, load: LoadResult, lab_at: datetime, values: dict[str, float]
) -> Totals:
    growth = Growth.of(lab_at, values)
    growth = as_far_as_there_is_room(growth, capacities_of(facts), facts.guests, facts.snapshots)
    disks = disks_of(facts.guests, facts.snapshots, growth)
    bill = total_cents(facts, inputs, np.array([disk.charged_gib for disk in disks]), values)
    hosts, stores = tenths_w(load.power_w[:, 0]), tenths_w(inputs.store_power_w)
    return Totals(bill, int(hosts.sum() + stores.sum()))
