"""For every machine the cheapest type: at the size it has today, or at the size that its demand needs."""

from dataclasses import replace

import numpy as np

from instances.catalog.type_table import TypeTable
from instances.rules.sizing_candidates import types_of
from virtlab.compare.alternatives.basis import Basis
from virtlab.compare.alternatives.demand import sized_memory_gib
from virtlab.compare.alternatives.profiles import cpu_profile
from virtlab.compare.alternatives.selection import (
    NONE,
    Selection,
    arch_bits,
    selection,
    system_index,
)
from virtlab.engine.load.demand import constant_profile
from virtlab.engine.sizing.instance_types import InstanceTypes, Workloads
from virtlab.engine.sizing.right_size import Sizing, right_size
from virtlab.engine.sizing.right_size import same_size as engine_same_size


def same_size(basis: Basis, table: TypeTable) -> Selection:
    """For every running machine the cheapest lasting type with at least its vCPU and memory."""
    types, rows = types_of(table, basis.values)
    machines = basis.estate.machines
    choice = engine_same_size(_workloads(basis, types), types, (machines.vcpu, machines.memory_gib))
    return selection(basis, table, rows, choice)


def rightsized(basis: Basis, table: TypeTable, today: Selection) -> Selection:
    """For every running machine the cheapest type that holds its need, or today's size where that costs less.

    The need is the percentile of CPU with headroom, and memory as `sized_memory_gib` says. Burstable types count only
    where the trace never uses up their credits.
    """
    types, rows = types_of(table, basis.values)
    values = basis.values
    rule = Sizing(
        cpu_percent=values["percentile"],
        memory_percent=100.0,
        cpu_headroom=values["headroom_pct"] / 100,
        memory_headroom=0.0,
        top=1,
    )
    rightsized = selection(basis, table, rows, right_size(_workloads(basis, types), types, rule))
    return _not_more_expensive(rightsized, today)


def _workloads(basis: Basis, types: InstanceTypes) -> Workloads:
    every = np.arange(len(basis.estate.machines))
    return Workloads.of(
        cpu_profile(basis.estate, tuple(types.baselines)),
        constant_profile(sized_memory_gib(basis, every)),
        system_index(basis),
        arch_bits(basis),
    )


def _not_more_expensive(rightsized: Selection, today: Selection) -> Selection:
    """Headroom over what a machine has would make some more expensive than today's size: those keep today's size."""
    usd = rightsized.table.usd_per_hour
    price = np.append(np.where(np.isfinite(usd), usd, np.inf), np.inf)
    costlier = (price[rightsized.row] > price[today.row]) & (today.row != NONE)
    return replace(
        rightsized,
        row=np.where(costlier, today.row, rightsized.row),
        cpu_over=np.where(costlier, today.cpu_over, rightsized.cpu_over),
        cpu_busy=np.where(costlier, today.cpu_busy, rightsized.cpu_busy),
    )
