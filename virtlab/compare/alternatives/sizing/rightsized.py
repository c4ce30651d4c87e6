"""For every VM the cheapest type as it is bought: at the size it has today, or at the size that its demand needs."""

from dataclasses import replace

import numpy as np

from instances.catalog.type_table import TypeTable
from instances.rules.sizing_candidates import I386, MAY_BURST, types_of
from virtlab.compare.alternatives.basis import Basis
from virtlab.compare.alternatives.sizing import worth
from virtlab.compare.alternatives.sizing.dedicated_hosts import on_cheapest_hosts
from virtlab.compare.alternatives.sizing.demand import (
    busy_vcpu,
    keeps_size,
    limit_demands,
    sized_memory_gib,
    used_vcpu,
)
from virtlab.compare.alternatives.sizing.profiles import work_profile
from virtlab.compare.alternatives.sizing.selection import (
    Selection,
    selection,
    starting_bits,
    system_index,
)
from virtlab.engine.arrays import F64, Bools, Ints
from virtlab.engine.load.demand import constant_profile
from virtlab.engine.sizing.instance_types import Choice, InstanceTypes, Workloads
from virtlab.engine.sizing.right_size import Sizing, right_size
from virtlab.engine.sizing.right_size import same_size as engine_same_size
from virtlab.engine.sizing.type_search import FORGIVEN
from virtlab.labs.choices import Evidence


def same_size(basis: Basis, table: TypeTable) -> Selection:
    """For every running VM the cheapest lasting type with at least its vCPU and memory; where nothing but a burstable
    one starts it, that, unless a trace says whether its credits last (`rightsized`).
    """
    search, vms = _Search(basis, table), basis.estate.vms
    size = vms.vcpu, vms.memory_gib
    lasting = search.first_of(engine_same_size(search.workloads, search.types, size))
    alone = ~lasting.chosen & (starting_bits(basis) == I386) & (vms.evidence != Evidence.MEASURED.value)
    if not alone.any():
        return on_cheapest_hosts(basis, lasting)
    taken_as_lasting = replace(search.types, baseline_vcpu=np.full(len(search.types), np.nan))
    burstable = search.first_of(engine_same_size(search.workloads, taken_as_lasting, size))
    return on_cheapest_hosts(basis, lasting.but(alone, burstable))


def rightsized(basis: Basis, table: TypeTable, today: Selection) -> Selection:
    """For every running VM the cheapest type that holds its need, or today's size where that costs less and holds what
    the VM uses.

    The need is what it takes of a host (`used_vcpu`) and memory as `sized_memory_gib` says. Where nobody knows the
    demand it is today's size. Burstable types count only as the rule has it, where the trace never uses up their
    credits.
    """
    search, values = _Search(basis, table), basis.values
    rule = Sizing(values["percentile"], 100.0, 0.0, 0.0, top=1)
    need = used_vcpu(basis, search.every) * search.demand_worth
    choice = right_size(search.workloads, search.types, rule, (need, np.zeros(len(need))), search.may_burst)
    sized = search.first_of(choice)
    return on_cheapest_hosts(
        basis, sized.but(keeps_size(basis) | (_costlier(sized, today) & search.holds(today)), today)
    )


def _costlier(sized: Selection, today: Selection) -> Bools:
    """VMs that would pay more than at today's size (V,), for headroom over what they have now."""
    return np.asarray(today.chosen & (np.where(sized.chosen, sized.usd_per_hour, np.inf) > today.usd_per_hour))


class _Search:
    """The types that the rules leave, at what they cost as they are bought, and the VMs as the engine takes them."""

    def __init__(self, basis: Basis, table: TypeTable) -> None:
        self.basis, self.table = basis, table
        types, self.rows = types_of(table, basis.values)
        self.vcpu_worth, self.demand_worth = worth.of_types(table, basis.values), worth.of_demand(basis)
        self.types: InstanceTypes = replace(types, speed=self.vcpu_worth[self.rows])
        evidence = basis.estate.vms.evidence
        self.may_burst: Bools = np.isin(evidence, sorted(MAY_BURST[int(basis.values["burstable"])]))

    @property
    def every(self) -> Ints:
        """The numbers of all VMs (V,)."""
        return np.arange(len(self.basis.estate.vms))

    def holds(self, chosen: Selection) -> Bools:
        """VMs whose types hold their percentile and their stated peak (V,), though perhaps not the headroom on top."""
        rows = np.flatnonzero(chosen.chosen)
        cores = chosen.of(self.table.vcpu * self.vcpu_worth, rows)
        held = np.zeros(len(self.every), dtype=np.bool_)
        held[rows] = cores >= busy_vcpu(self.basis, rows) * self.demand_worth[rows] * FORGIVEN
        return held

    @property
    def workloads(self) -> Workloads:
        """The VMs with their CPU in cores and the memory to size them for."""
        memory_gib: F64 = sized_memory_gib(self.basis, self.every)
        bursting = np.flatnonzero(self.may_burst)
        workloads = Workloads.of(
            work_profile(self.basis.estate, self.demand_worth, tuple(self.types.baselines), bursting),
            constant_profile(memory_gib),
            system_index(self.basis),
            starting_bits(self.basis),
        )
        return replace(workloads, demands=limit_demands(self.basis))

    def first_of(self, choice: Choice) -> Selection:
        """The first candidates."""
        return selection(self.basis, self.table, self.rows, choice, (self.vcpu_worth, self.demand_worth))
