"""The split of each host's energy to its VMs, so that the parts sum to the host.

Idle watts go by allocation: half by each VM's share of the allocated vCPU, half by its share of the allocated memory,
since both keep the host on. Dynamic watts go by CPU used, sample by sample; where no VM used any (only the hypervisor
did), by allocation too. A host without VMs keeps its energy: it is reported as unallocated.

`split_energy_kwh`: over a trace, for the comparison's watts of each workload.
"""

from dataclasses import dataclass

import numpy as np

from virtlab.engine.arrays import F64, Ints, Real, non_negative, ratio, sums
from virtlab.engine.load.replay import Replay, Span
from virtlab.engine.power.watts import HostPower, check_energy
from virtlab.engine.units import JOULES_PER_KWH


@dataclass(frozen=True)
class EnergySplit:
    """Energy by VM (V,), what no VM can be charged with by host (H,), and the host's total (H,), all kWh with PUE."""

    vm_kwh: F64
    unallocated_kwh: F64
    host_kwh: F64


def split_energy_kwh(
    replay: Replay, power: HostPower, allocated: tuple[Real, Real], step_s: float, pue: float = 1.0
) -> EnergySplit:
    """Split the energy of a replay's hosts to its VMs. `allocated`: vCPU (V,) and memory GiB (V,) that each VM holds.

    Σ vm_kwh + Σ unallocated_kwh = Σ host_kwh to rounding of float64. Raises ValueError for bad numbers.
    """
    check_energy(step_s, pue)
    vms, hosts = len(replay.demand_vcpu), len(replay.capacity_vcpu)
    vcpu, memory = (non_negative(name, x, vms) for name, x in zip(("vCPU", "Memory"), allocated, strict=True))
    watts = power.power_w(replay.host_utilisation)
    dynamic = watts - power.idle_w[:, None]
    vm_w, spare_w = np.zeros(vms), np.zeros(hosts)
    for span in replay.spans:
        share = allocated_share(span.host_of_vm, hosts, vcpu, memory)
        by_allocation = power.idle_w * (span.stop - span.start) + _add_dynamic(replay, span, dynamic, vm_w)
        placed = np.flatnonzero(span.host_of_vm >= 0)
        vm_w[placed] += share[placed] * by_allocation[span.host_of_vm[placed]]
        spare_w += by_allocation * (np.bincount(span.host_of_vm[placed], minlength=hosts) == 0)
    to_kwh = step_s * pue / JOULES_PER_KWH
    return EnergySplit(vm_w * to_kwh, spare_w * to_kwh, watts.sum(axis=1) * to_kwh)


def allocated_share(host_of_vm: Ints, hosts: int, vcpu: F64, memory_gib: F64) -> F64:
    """Each VM's share of its host's allocation (V,), which sums to 1 over a host's VMs: half by vCPU, half by memory.

    Where a host's VMs are allocated nothing of one resource the other counts alone; where nothing at all, each counts
    the same. A VM without a host has share 0.
    """
    placed = host_of_vm >= 0
    host = np.where(placed, host_of_vm, 0)
    weights = [np.where(placed, amounts, 0.0) for amounts in (vcpu, memory_gib)]
    parts = [ratio(w, sums(host, w, hosts)[host]) for w in weights]
    raw = np.where(placed, parts[0] + parts[1], 0.0)
    total = sums(host, raw, hosts)[host]
    equal = placed.astype(np.float64)
    counts = sums(host, equal, hosts)[host]
    return np.where(total > 0, ratio(raw, total), ratio(equal, counts)) * equal


def _add_dynamic(replay: Replay, span: Span, dynamic_w: F64, vm_w: F64) -> F64:
    """Add each VM's dynamic watts, summed over the span, onto `vm_w`; returns what no VM used, by host (H,)."""
    left = np.zeros(len(dynamic_w))
    for host in range(left.size):
        watts = dynamic_w[host, span.start : span.stop]
        vms, given = replay.vm_delivered(span, host)
        used = given.sum(axis=0)
        vm_w[vms] += given @ ratio(watts, used)
        left[host] = watts[used <= 0].sum()
    return left
