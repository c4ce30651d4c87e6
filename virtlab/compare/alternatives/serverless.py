"""Functions for the workloads that only run when called; instances for the rest."""

from dataclasses import replace

import numpy as np

from instances.catalog.processors import extra_memory_gib
from instances.catalog.queries import middle_w_per_vcpu
from instances.pricing.power import InstancePower
from virtlab.compare.alternatives.basis import Basis
from virtlab.compare.alternatives.cloud import instance_load, off_without_type, quantities
from virtlab.compare.alternatives.shape import Shape, Use, rows_of, thin_gib
from virtlab.compare.alternatives.sizing.selection import Selection
from virtlab.compare.inputs.estate import EstateArrays
from virtlab.engine.arrays import F64
from virtlab.engine.units import SECONDS_PER_MONTH

LEAST_GIB, MOST_GIB = 0.125, 10.0
"""What a function may be given: 128 MB to 10 GB (AWS Lambda quotas, 2026)."""
VCPU_PER_GIB = 1 / 1.769
"""A function gets one vCPU with each 1,769 MB (AWS Lambda, configuring memory, 2026)."""


def serverless(basis: Basis, rightsized: Selection) -> Shape:
    """Event-driven VMs become functions of the memory they use at their peak; the others are right-sized, and so
    is what uses a device of its host, which functions do not have.
    """
    estate = basis.estate
    vms = estate.vms
    called = vms.running & vms.event_driven & ~vms.passthrough
    others = rightsized.without(called)
    not_carried = vms.running & ~called & ~others.chosen | off_without_type(estate, rightsized)
    rows, functions = np.flatnonzero(others.chosen), np.flatnonzero(called)
    load = instance_load(basis, others, rows)
    memory_gib = function_memory_gib(estate)[functions]
    busy_s = vms.requests_per_month[functions] * vms.request_duration_ms[functions] / 1000
    disk = np.where(called, 0.0, thin_gib(estate, basis.values))
    function_w = _watts(basis, memory_gib, busy_s)
    return Shape(
        key="serverless",
        machines=len(rows),
        cpu=load.cpu,
        memory=Use(load.memory.used, load.memory.allocated, load.memory.total),
        power_w=load.power_w + function_w,
        cpu_share=load.cpu_share,
        quantities=replace(
            quantities(basis, others, disk, not_carried),
            sized_by_use=True,
            functions=len(functions),
            million_requests=round(float(vms.requests_per_month[functions].sum()) / 1e6, 3),
            gb_seconds=round(float((busy_s * memory_gib).sum()), 3),
        ),
        facts={"guests": float(len(rows)), "functions": float(len(functions))},
        not_carried=rows_of(not_carried),
    )


def function_memory_gib(estate: EstateArrays) -> F64:
    """Memory of each VM (V,) as a function: its highest demand or stated peak, within what a function may have."""
    peak: F64 = estate.traces.memory_gib.max(axis=1).astype(np.float64)
    return np.clip(np.fmax(peak, estate.vms.memory_peak_gib), LEAST_GIB, MOST_GIB)


def _watts(basis: Basis, memory_gib: F64, busy_s: F64) -> float:
    """Mean watts of the functions while they run: full load of their vCPU share, and their memory."""
    vcpu = memory_gib * VCPU_PER_GIB
    lasting = np.zeros(vcpu.size, dtype=np.bool_)
    extra_gib = extra_memory_gib((vcpu, memory_gib), ("",) * vcpu.size, lasting)
    each_w = InstancePower.of(vcpu, extra_gib, middle_w_per_vcpu(), basis.values).power_w(vcpu)
    return float((each_w * busy_s).sum() / SECONDS_PER_MONTH)
