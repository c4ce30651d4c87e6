"""What each workload draws of an alternative's machines, so that the parts sum to the whole."""

from dataclasses import dataclass

import numpy as np

from virtlab.compare.alternatives.basis import Basis
from virtlab.compare.alternatives.cloud import power_of_instances
from virtlab.compare.alternatives.on_hosts.plan import Plan, power_of, replayed
from virtlab.compare.alternatives.shape import backup_gib, card_w, snapshot_gib, used_gib
from virtlab.compare.alternatives.sizing.selection import Selection
from virtlab.engine.arrays import F64
from virtlab.engine.power.split import split_energy_kwh
from virtlab.engine.units import JOULES_PER_KWH, tb_from_gib


@dataclass(frozen=True, slots=True)
class WorkloadWatts:
    """By VM (V,): mean watts of hosts or instances, and TB of storage and of backups. `unused_w`: of hosts that run no
    VM. Storage and building are not in the watts.
    """

    vm_w: F64
    unused_w: float
    storage_tb: F64
    backup_tb: F64

    @property
    def nbytes(self) -> int:
        """Bytes that it takes."""
        return self.vm_w.nbytes * 3


def watts_on_hosts(basis: Basis, plan: Plan) -> WorkloadWatts:
    """Each host's watts go to the VMs that run on it: idle by allocation, the rest by CPU used (docs/model.md).

    Of storage a VM has what it uses.
    """
    vms, traces = basis.estate.vms, basis.estate.traces
    power = power_of(basis, plan.hosts)
    split = split_energy_kwh(replayed(basis, plan), power, (vms.vcpu, vms.memory_gib), traces.step_s)
    mean_w_per_kwh = JOULES_PER_KWH / max(1, traces.samples * traces.step_s)
    return WorkloadWatts(
        vm_w=split.vm_kwh * mean_w_per_kwh + np.where(plan.host_of_vm >= 0, card_w(basis), 0.0),
        unused_w=float(split.unallocated_kwh.sum()) * mean_w_per_kwh,
        storage_tb=np.asarray(tb_from_gib(used_gib(basis.estate))),
        backup_tb=np.asarray(tb_from_gib(backup_gib(basis.estate, basis.values))),
    )


def watts_on_types(basis: Basis, selection: Selection, disk_gib: F64) -> WorkloadWatts:
    """Each instance's own watts, 0 of a VM without one; `disk_gib` (V,): the volume that each VM keeps. A VM that the
    cloud does not carry has nothing.
    """
    rows, carried = np.flatnonzero(selection.chosen), selection.chosen | ~basis.estate.vms.running
    power, used_vcpu = power_of_instances(basis, selection, rows)
    vm_w = np.zeros(len(basis.estate.vms))
    vm_w[rows] = power.power_w(used_vcpu.mean(axis=1, dtype=np.float64))
    stored = [np.where(carried, gib, 0.0) for gib in (disk_gib, snapshot_gib(basis.estate, basis.values))]
    storage_tb, backup_tb = (np.asarray(tb_from_gib(gib)) for gib in stored)
    return WorkloadWatts(vm_w, 0.0, storage_tb, backup_tb)
