"""For every VM the cheapest type as it is bought: at the size it has today, or at the size that its demand needs."""

from dataclasses import replace

import numpy as np

from instances.catalog.type_table import TypeTable
from instances.rules.sizing_candidates import MAY_BURST, types_of
from virtlab.compare.alternatives.basis import Basis
from virtlab.compare.alternatives.sizing import worth
from virtlab.compare.alternatives.sizing.demand import headroom, keeps_size, sized_memory_gib, stated_peak_vcpu
from virtlab.compare.alternatives.sizing.profiles import work_profile
from virtlab.compare.alternatives.sizing.selection import (
    Selection,
    arch_bits,
    selection,
    system_index,
)
from virtlab.engine.arrays import F64, Bools, Ints
from virtlab.engine.load.demand import constant_profile
from virtlab.engine.sizing.instance_types import Choice, InstanceTypes, Workloads
from virtlab.engine.sizing.right_size import Sizing, right_size
from virtlab.engine.sizing.right_size import same_size as engine_same_size


def same_size(basis: Basis, table: TypeTable, purchase: str) -> Selection:
    """For every running VM the cheapest lasting type with at least its vCPU and memory."""
    market = _Market(basis, table, purchase)
    vms = basis.estate.vms
    choice = engine_same_size(market.workloads, market.types, (vms.vcpu, vms.memory_gib))
    return market.first_of(choice)


def rightsized(basis: Basis, table: TypeTable, purchase: str, today: Selection) -> Selection:
    """For every running VM the cheapest type that holds its need, or today's size where that costs less.

    The need is the percentile of CPU with headroom, and memory as `sized_memory_gib` says, at least what is stated of
    its peak. Where nobody knows the demand it is today's size. Burstable types count only as the rule has it, where the
    trace never uses up their credits.
    """
    market, values = _Market(basis, table, purchase), basis.values
    rule = Sizing(values["percentile"], 100.0, headroom(basis) - 1, 0.0, top=1)
    peak = stated_peak_vcpu(basis) * market.demand_worth
    least = (peak, np.zeros(len(peak)))
    choice = right_size(market.workloads, market.types, rule, least, market.may_burst)
    sized = market.first_of(choice)
    return sized.but(keeps_size(basis) | _costlier(sized, today), today)


def _costlier(sized: Selection, today: Selection) -> Bools:
    """VMs that would pay more than at today's size (V,), headroom or slower vCPU over what they have now."""
    return np.asarray(today.chosen & (np.where(sized.chosen, sized.usd_per_hour, np.inf) > today.usd_per_hour))


class _Market:
    """The types that the rules leave, at what they cost as they are bought, and the VMs as the engine takes them."""

    def __init__(self, basis: Basis, table: TypeTable, purchase: str) -> None:
        self.basis, self.table = basis, table
        types, self.rows = types_of(table, basis.values, purchase)
        self.vcpu_worth, self.demand_worth = worth.of_types(table, basis.values), worth.of_demand(basis)
        self.types: InstanceTypes = replace(types, speed=self.vcpu_worth[self.rows])
        evidence = basis.estate.vms.evidence
        self.may_burst: Bools = np.isin(evidence, sorted(MAY_BURST[int(basis.values["burstable"])]))

    @property
    def workloads(self) -> Workloads:
        """The VMs with their CPU in cores and the memory to size them for."""
        every: Ints = np.arange(len(self.basis.estate.vms))
        memory_gib: F64 = sized_memory_gib(self.basis, every)
        bursting = np.flatnonzero(self.may_burst)
        return Workloads.of(
            work_profile(self.basis.estate, self.demand_worth, tuple(self.types.baselines), bursting),
            constant_profile(memory_gib),
            system_index(self.basis),
            arch_bits(self.basis),
        )

    def first_of(self, choice: Choice) -> Selection:
        """The first candidates."""
        return selection(self.basis, self.table, self.rows, choice, (self.vcpu_worth, self.demand_worth))
